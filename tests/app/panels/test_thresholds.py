import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.panels.level_slider import GAP, HIGHEST, LINE_Y_PX, LOWEST, LevelSlider, nested
from app.panels.rows import Preset
from app.panels.style import BAND_COLOURS
from app.panels.thresholds import Thresholds

EQUAL = (0.5, 0.25, 0.125)


@pytest.fixture
def slider(shown):
    slider = shown(LevelSlider(("FWHM", "FWQM", "FWEM")), 280, 40)
    slider.show_levels(EQUAL)
    return slider


def told(signal):
    seen = []
    signal.connect(seen.append)
    return seen


def at(slider, level: float) -> QPoint:
    return QPoint(round(slider.place_of(level)), LINE_Y_PX)


def drag(slider, start: float, *stops: float, release=True):
    """Drag the handle at a level to others, as a hand does."""
    handle = slider.childAt(at(slider, start))
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(handle, left, pos=handle.mapFrom(slider, at(slider, start)))
    for stop in stops:
        QTest.mouseMove(handle, handle.mapFrom(slider, at(slider, stop)))
    if release:
        QTest.mouseRelease(handle, left, pos=handle.mapFrom(slider, at(slider, stops[-1])))


def test_a_drag_is_previewed_at_each_move_and_chosen_once(slider):
    previewed, chosen = told(slider.levels_previewed), told(slider.levels_chosen)
    drag(slider, 0.5, 0.55, 0.6, 0.7)
    assert [round(levels[0], 2) for levels in previewed] == pytest.approx(
        [0.55, 0.6, 0.7], abs=0.01
    )
    assert len(chosen) == 1
    assert chosen[0] == previewed[-1]
    assert chosen[0][1:] == EQUAL[1:]


def test_a_handle_stops_short_of_its_neighbours(slider):
    chosen = told(slider.levels_chosen)
    drag(slider, 0.25, 0.4, 0.9)
    assert chosen[-1] == (0.5, round(0.5 - GAP, 4), 0.125)
    drag(slider, chosen[-1][1], 0.3, 0.02)
    assert chosen[-1] == (0.5, round(0.125 + GAP, 4), 0.125)


@given(
    st.lists(st.tuples(st.integers(0, 2), st.floats(-1, 2)), max_size=40),
)
def test_levels_stay_nested_whatever_is_dragged_where(moves):
    levels = EQUAL
    for index, wanted in moves:
        levels = nested(levels, index, wanted)
    assert HIGHEST >= levels[0] > levels[1] > levels[2] >= LOWEST


def test_esc_puts_a_drag_back_and_chooses_nothing(slider):
    previewed, chosen = told(slider.levels_previewed), told(slider.levels_chosen)
    drag(slider, 0.5, 0.7, release=False)
    QTest.keyClick(slider.handles[0], Qt.Key.Key_Escape)
    assert previewed[-1] == EQUAL
    assert slider.levels == EQUAL
    QTest.mouseRelease(slider.handles[0], Qt.MouseButton.LeftButton)
    assert chosen == []


def test_a_press_on_the_line_takes_the_nearest_handle(slider):
    chosen = told(slider.levels_chosen)
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=at(slider, 0.8))
    assert chosen[-1][0] == pytest.approx(0.8, abs=0.01)
    assert slider.handles[0].hasFocus()


def test_the_arrows_move_the_handle_with_the_focus_by_half_a_percent(slider):
    chosen = told(slider.levels_chosen)
    slider.handles[1].setFocus()
    QTest.keyClick(slider.handles[1], Qt.Key.Key_Right)
    QTest.keyClick(slider.handles[1], Qt.Key.Key_PageDown)
    assert chosen == [(0.5, 0.255, 0.125), (0.5, 0.205, 0.125)]


def test_each_handle_says_its_level(slider):
    names = [handle.accessibleName() for handle in slider.handles]
    assert names == ["Level FWHM: 50.0 %", "Level FWQM: 25.0 %", "Level FWEM: 12.5 %"]


def test_the_line_is_painted_in_the_colours_of_its_bands(slider):
    image = slider.grab().toImage()
    for level, colour in ((0.75, 0), (0.375, 1), (0.19, 2)):
        assert image.pixelColor(at(slider, level)).name() == BAND_COLOURS[colour].lower()


def test_the_equal_preset_brings_the_paper_s_levels_back(shown):
    thresholds = shown(Thresholds(), 280, 90)
    chosen = told(thresholds.levels_chosen)
    thresholds.show_levels((0.6, 0.3, 0.1), Preset.CUSTOM)
    assert thresholds.presets[Preset.CUSTOM].isChecked()
    QTest.mouseClick(thresholds.presets[Preset.EQUAL], Qt.MouseButton.LeftButton)
    assert chosen == [EQUAL]


def test_the_model_s_levels_say_why_they_cannot_be_chosen(shown):
    thresholds = shown(Thresholds(), 280, 90)
    thresholds.set_editable(True)
    model = thresholds.presets[Preset.MODEL]
    assert not model.isEnabled()
    assert "No VNE model is installed" in model.toolTip()


def test_custom_asks_for_the_place_where_numbers_are_typed(shown, qtbot):
    thresholds = shown(Thresholds(), 280, 90)
    with qtbot.waitSignal(thresholds.custom_wanted):
        QTest.mouseClick(thresholds.presets[Preset.CUSTOM], Qt.MouseButton.LeftButton)
