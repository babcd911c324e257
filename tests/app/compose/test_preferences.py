from dataclasses import replace

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.compose.preferences import take_preferences
from app.panels.icons import icon
from app.panels.style import DARK, LIGHT, current_theme, theme_named
from app.settings import CineOpening
from vne_core.study.annotation import ImageKind


@pytest.fixture
def reader(open_window, workspace):
    return open_window(workspace)


def choose(reader, **parts):
    take_preferences(reader, replace(reader.settings.preferences, **parts))


def t1(reader):
    return reader.page.panes.pane(ImageKind.T1).view


def test_a_theme_is_worn_at_once_and_the_menu_says_so(reader):
    choose(reader, theme="light")
    assert current_theme() is LIGHT
    assert reader.window.grab().toImage().pixelColor(700, 5).name() == LIGHT.window
    assert reader.window.actions_by_id["light-theme"].isChecked()
    reader.window.actions_by_id["light-theme"].trigger()
    assert reader.settings.preferences.theme == "dark"
    assert current_theme() is DARK


def test_the_systems_theme_is_one_of_the_two(qapp):
    assert theme_named(qapp, "system") in {DARK, LIGHT}
    assert theme_named(qapp, "no such") is DARK


def test_the_t1_range_is_shown_at_once_and_in_the_next_sitting(reader, open_window, workspace):
    choose(reader, t1_range_ms=(800.0, 1400.0))
    assert t1(reader).window_level.levels == (800.0, 1400.0)
    reader.window.close()
    again = open_window(workspace)
    assert t1(again).window_level.levels == (800.0, 1400.0)


def test_the_t1_colours_are_shown_at_once_and_in_the_next_sitting(reader, open_window, workspace):
    reader.page.panes.enlarge(ImageKind.T1)
    grey = colourfulness(reader)
    choose(reader, t1_colours="rainbow")
    assert colourfulness(reader) > grey + 20
    reader.window.close()
    again = open_window(workspace)
    assert again.session.display.t1_colours == "rainbow"


def colourfulness(reader) -> float:
    """Return the mean difference of the largest and smallest channel of the T1 image, 0-255."""
    image = t1(reader).viewport().grab().toImage()
    spreads = [
        max(c.red(), c.green(), c.blue()) - min(c.red(), c.green(), c.blue())
        for x in range(0, image.width(), 8)
        for y in range(0, image.height(), 8)
        if (c := image.pixelColor(x, y)).isValid()
    ]
    return sum(spreads) / len(spreads)


@pytest.mark.parametrize(
    "opening, was_playing, plays",
    [
        (CineOpening.PLAYS, False, True),
        (CineOpening.RESTS, True, False),
        (CineOpening.AS_LEFT, True, True),
        (CineOpening.AS_LEFT, False, False),
    ],
)
def test_the_cine_of_the_next_study_does_as_preferred(reader, qtbot, opening, was_playing, plays):
    if reader.player.is_playing is not was_playing:
        reader.window.actions_by_id["cine"].trigger()
    choose(reader, cine_opening=opening)
    with qtbot.waitSignal(reader.ready, timeout=60_000):
        reader.open_study(reader.studies[0].study_id)
    assert reader.player.is_playing is plays


def test_the_dialog_opened_from_the_menu_applies_while_it_stands(reader):
    def change() -> None:
        dialog = QApplication.activeModalWidget()
        dialog.theme.setCurrentIndex(1)
        assert current_theme() is LIGHT
        dialog.keys.choose("cine")
        dialog.keys.box.pressed.emit("P")
        assert reader.window.actions_by_id["cine"].toolTip() == "Play the cine (P)"
        dialog.reject()

    QTimer.singleShot(0, change)
    reader.window.actions_by_id["preferences"].trigger()
    assert reader.settings.preferences.theme == "light"
    assert reader.window.keys.keys("cine") == ("P",)
    choose(reader, theme="dark")


def test_another_theme_keeps_the_t1_range_and_the_sign_of_a_playing_cine(reader):
    reader.artist.set_t1_range((900.0, 1500.0))
    reader.player.set_playing(is_playing=True)
    theme = reader.window.actions_by_id["light-theme"]
    theme.trigger()
    assert t1(reader).window_level.levels == (900.0, 1500.0)
    cine = reader.window.actions_by_id["cine"]
    assert drawn(cine.icon()) == drawn(icon("pause"))
    reader.player.set_playing(is_playing=False)
    assert drawn(cine.icon()) == drawn(icon("play")) != drawn(icon("pause"))
    theme.trigger()


def drawn(shown):
    return shown.pixmap(20, 20).toImage()
