from math import hypot

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from app.panels.bulls_eye import BullsEye, shade
from app.panels.rings import NUMBERS
from app.panels.rows import DerivedRows, SegmentRow
from app.panels.style import BAND_COLOURS, DARK

BANDS = ("FWHM", "FWQM", "FWEM")


def rows(**changed) -> DerivedRows:
    """Return segments of 0 % but for those named by ``s<number>``."""
    segments = []
    for number in NUMBERS:
        found = changed.get(f"s{number}", (0.0, 0.0, 0.0))
        place = 0 if number < 7 else 1 if number < 13 else 2
        if isinstance(found, str):
            segments.append(SegmentRow(number, "name", reason=found, slice_index=place))
        else:
            words = f"slice {place + 1}"
            segments.append(SegmentRow(number, "name", found, slices=words, slice_index=place))
    return DerivedRows((), tuple(segments), BANDS)


@pytest.fixture
def eye(shown):
    eye = shown(BullsEye(), 290, 280)
    eye.show_rows(rows(s8=(60.0, 80.0, 90.0), s1="has no RV insertion"))
    return eye


def colour(eye, number: int) -> QColor:
    """Return the ground of a segment, beside its figure."""
    middle = eye.rings.middle(number)
    outward = middle - eye.rings.centre
    along = QPointF(-outward.y(), outward.x()) / hypot(outward.x(), outward.y())
    beside = middle + 12 * along
    return eye.grab().toImage().pixelColor(beside.toPoint())


@pytest.mark.parametrize("number", NUMBERS)
def test_the_middle_of_each_segment_belongs_to_it(eye, number):
    assert eye.rings.at(eye.rings.middle(number)) == number
    assert eye.rings.outline(number).contains(eye.rings.middle(number))


def test_the_walls_lie_where_the_standard_draws_them(eye):
    centre = eye.rings.centre
    assert eye.rings.middle(1).y() < centre.y() - 80
    assert eye.rings.middle(4).y() > centre.y() + 80
    assert eye.rings.middle(2).x() < centre.x() - 60
    assert eye.rings.middle(3).x() < centre.x() - 60
    assert eye.rings.middle(14).x() < centre.x() - 20
    assert eye.rings.middle(16).x() > centre.x() + 20
    assert eye.rings.at(centre) == 0


def test_a_segment_takes_the_band_s_colour_by_its_burden(eye):
    assert colour(eye, 8) == shade(DARK, 0, 60)
    assert colour(eye, 8).name() == BAND_COLOURS[0].lower()
    assert colour(eye, 9).name() == DARK.line
    eye.show_band(2)
    assert colour(eye, 8).name() == BAND_COLOURS[2].lower()


def test_a_segment_that_is_not_measured_has_no_colour_and_says_why(eye):
    assert colour(eye, 1).name() == DARK.raised
    assert eye.words(1).endswith("Not measured: has no RV insertion")


def test_the_words_of_a_segment_tell_each_level_and_its_slices(eye):
    assert eye.words(8) == "8 name, slice 2\nFWHM 60.0 %\nFWQM 80.0 %\nFWEM 90.0 %"


def test_a_click_goes_to_the_slice_of_the_segment(eye):
    chosen = []
    eye.slice_chosen.connect(chosen.append)
    for number in (14, 1, 8):
        at = eye.rings.middle(number).toPoint()
        QTest.mouseClick(eye, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseClick(eye, Qt.MouseButton.LeftButton, pos=eye.rings.centre.toPoint())
    assert chosen == [2, 0, 1]


def test_the_arrows_go_from_segment_to_segment_and_enter_to_its_slice(eye):
    chosen = []
    eye.slice_chosen.connect(chosen.append)
    eye.setFocus()
    for _ in range(7):
        QTest.keyClick(eye, Qt.Key.Key_Left)
    assert eye.accessibleDescription().startswith("8 name, slice 2, FWHM 60.0 %")
    QTest.keyClick(eye, Qt.Key.Key_Return)
    QTest.keyClick(eye, Qt.Key.Key_Right)
    assert eye.accessibleDescription().startswith("7 name")
    assert chosen == [1]
