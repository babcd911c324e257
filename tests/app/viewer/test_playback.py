import time

import numpy as np
import pytest

from app.viewer.playback import SPEEDS, Beat, CinePlayer, nearest_phase


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


@pytest.mark.parametrize("phases", range(2, 61))
def test_another_cine_of_as_many_phases_shows_the_same_phase(qtbot, phases):
    player = CinePlayer()
    player.set_cine(phases, 900.0)
    shown = []
    for phase in range(phases):
        player.set_phase(phase)
        player.set_cine(phases, 950.0)
        shown.append(player.phase)
    assert shown == list(range(phases))


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


def test_to_and_fro_shows_every_phase_and_turns_at_both_ends():
    beat = Beat(5, 500.0, is_ping_pong=True)
    shown = [beat.phase(ms + 0.5) for ms in range(0, 900, 100)]
    assert shown == [0, 1, 2, 3, 4, 3, 2, 1, 0]


def test_to_and_fro_shows_each_phase_as_long_as_round(player):
    player.set_cine(10, 1000.0)
    player.set_phase(4)
    player.set_ping_pong(is_ping_pong=True)
    assert player.phase == 4
    assert player._beat.phase_ms == 100.0


def test_the_phase_nearest_a_delay_is_counted_round_the_cycle():
    times_ms = [0.0, 100.0, 200.0, 300.0]
    assert nearest_phase(times_ms, 400.0, 130.0) == 1
    assert nearest_phase(times_ms, 400.0, 370.0) == 0
    assert nearest_phase(times_ms, None, 370.0) == 3
    assert nearest_phase([], 400.0, 370.0) == 0
