import time

import numpy as np
import pytest

from app.viewer.playback import SPEEDS, Beat, CinePlayer


def test_a_cycle_shows_every_phase_for_an_equal_time():
    beat = Beat(25, 1000.0)
    assert [beat.phase(ms + 0.5) for ms in range(0, 1000, 40)] == list(range(25))
    assert beat.phase(1000.5) == 0


def test_a_late_frame_skips_and_does_not_slow_the_heart():
    beat = Beat(25, 1000.0)
    assert beat.phase(10 * 1000.0 + 415) == 10


def test_the_next_phase_is_due_when_this_one_ends():
    beat = Beat(20, 800.0, speed=0.5)
    assert beat.phase_ms == pytest.approx(80)
    assert beat.until_next_ms(200.0) == pytest.approx(40)


@pytest.fixture
def player(qtbot):
    player = CinePlayer()
    yield player
    player.set_playing(is_playing=False)


def test_a_cine_plays_at_the_hearts_own_rate_within_one_percent(qtbot, player):
    player.set_cine(25, 500.0)
    seen = []
    player.phase_changed.connect(lambda phase: seen.append((time.perf_counter(), phase)))
    player.set_playing(is_playing=True)
    qtbot.waitUntil(lambda: len(seen) > 50 and seen[-1][0] - seen[0][0] > 2.5, timeout=9000)
    at_s, phases = np.array(seen).T
    shown = np.r_[0, np.cumsum(np.diff(phases) % 25)]
    per_second = np.polyfit(at_s - at_s[0], shown, 1)[0]
    assert 25 / per_second * 1000 == pytest.approx(500.0, rel=0.01)


def test_resting_keeps_the_phase_shown(qtbot, player):
    player.set_cine(25, 250.0)
    player.set_playing(is_playing=True)
    qtbot.waitUntil(lambda: player.phase >= 3, timeout=3000)
    player.set_playing(is_playing=False)
    rested = player.phase
    with qtbot.assertNotEmitted(player.phase_changed, wait=60):
        pass
    assert player.phase == rested


def test_playing_goes_on_from_a_phase_chosen_by_hand(qtbot, player):
    player.set_cine(10, 60_000.0)
    player.set_playing(is_playing=True)
    player.set_phase(7)
    assert player.phase == 7
    assert player.is_playing


def test_a_step_stops_and_goes_round(qtbot, player):
    player.set_cine(10, 60_000.0)
    player.set_playing(is_playing=True)
    player.step(-1)
    assert not player.is_playing
    assert player.phase == 9
    player.step(1)
    assert player.phase == 0


def test_another_slices_cine_goes_on_from_the_same_part_of_the_cycle(player):
    player.set_cine(20, 1000.0)
    player.set_phase(10)
    player.set_cine(30, 800.0)
    assert player.phase == 15


def test_speed_goes_up_and_down_its_list_and_ends(player):
    for _ in SPEEDS:
        player.change_speed(1)
    assert player.speed == SPEEDS[-1]
    for _ in SPEEDS:
        player.change_speed(-1)
    assert player.speed == SPEEDS[0]


def test_an_image_alone_does_not_play_itself_to_death(qtbot, player):
    player.set_cine(1, None)
    player.set_playing(is_playing=True)
    assert player.phase == 0
    assert not player._timer.isActive()
