from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from app.panels.style import apply_theme
from app.viewer import palette
from app.viewer.content import PaneContent
from app.viewer.furniture import CornerLine, Notice
from app.viewer.header import Choice
from app.viewer.lookup import Lookup, table
from app.viewer.pane import ImagePane


def test_a_pane_without_an_image_says_why_and_what_to_do_and_is_not_black(qtbot):
    pane = ImagePane("LGE")
    qtbot.addWidget(pane)
    pane.resize(400, 300)
    pane.set_placeholder("No LGE within 4 mm: nearest 6.1 mm.", "Match it by hand.", "Match...")
    pane.show()
    qtbot.waitExposed(pane)
    assert pane.placeholder.text == "No LGE within 4 mm: nearest 6.1 mm. Match it by hand."
    assert not pane.has_image
    seen = pane.grab().toImage()
    greys = {seen.pixelColor(x, 160).value() for x in range(0, 400, 2)}
    assert len(greys) > 1
    assert seen.pixelColor(5, 290).value() > 0


def test_the_placeholders_button_offers_the_next_action(qtbot):
    pane = ImagePane("VNE")
    qtbot.addWidget(pane)
    pane.resize(300, 300)
    pane.set_placeholder("No model is installed.", "", "How to add one")
    pane.show()
    button = pane.placeholder.findChild(QPushButton)
    with qtbot.waitSignal(pane.offer_accepted):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    pane.set_placeholder("No model is installed.")
    assert not button.isVisible()


def test_an_image_takes_the_placeholders_place_and_gives_it_back(pane, image, square_plane):
    assert pane.has_image
    pane.set_placeholder("Gone.")
    assert not pane.has_image
    pane.show_content(PaneContent(image, square_plane))
    assert pane.has_image


def test_an_image_without_levels_keeps_the_readers_window(pane, image, square_plane):
    pane.set_window(700.0, 300.0)
    pane.show_content(PaneContent(image + 1, square_plane))
    assert pane.view.window_level.centre == 700.0


def test_corner_text_has_amber_and_red_lines_over_a_dark_halo(pane, hand):
    pane.set_view(pane.view.view_map.view.zoomed(3))
    bright = np.full((100, 120), 1200.0, np.float32)
    corner = (
        CornerLine("LGE PSIR  series 21"),
        CornerLine("5.2 mm  3 deg", Notice.LOOK_AGAIN),
        CornerLine("9.6 mm  11 deg", Notice.STOP),
    )
    pane.show_content(PaneContent(bright, pane.view.view_map.plane, corner=corner))
    seen = hand.colours()[:60, :160].astype(int)
    for colour in (palette.LOOK_AGAIN, palette.STOP):
        assert (np.abs(seen - palette.rgb(colour)).max(axis=-1) < 25).sum() > 10
    assert (seen.max(axis=-1) < 20).sum() > 200


def test_each_corner_line_stands_below_the_one_before(pane, hand, square_plane):
    def rows_with_text(*texts):
        corner = tuple(CornerLine(text) for text in texts)
        pane.show_content(
            PaneContent(np.zeros((100, 120), np.float32), square_plane, (0, 1000), corner=corner)
        )
        return (hand.colours()[4:60, 4:80].max(axis=-1) > 100).any(axis=1).sum()

    assert rows_with_text("one", "two") > rows_with_text("one")


def test_a_map_has_its_colour_bar_at_the_right_edge(pane, hand, image, square_plane):
    rainbow = PaneContent(image, square_plane, (0, 2000), table(Lookup.RAINBOW))
    pane.show_content(rainbow)
    bare = hand.colours()[:, -20:]
    pane.show_content(replace(rainbow, unit="ms", has_range_bar=True))
    strip = hand.colours()[:, -20:]
    assert count_colours(strip) > count_colours(bare) + 100


def count_colours(seen: np.ndarray) -> int:
    return len(np.unique(seen.reshape(-1, 3), axis=0))


def test_the_colour_table_is_on_the_screen(pane, hand, image, square_plane):
    colours = table(Lookup.LIPARI)
    pane.show_content(PaneContent(image, square_plane, (0.0, 1200.0), colours))
    seen = hand.colour(hand.at(60, 50))
    expected = colours[round(255 * 1000 / 1200)].tolist()
    assert [seen.red(), seen.green(), seen.blue()] == pytest.approx(expected, abs=2)


def test_a_cine_frame_changes_the_image_and_nothing_else(pane, hand, image):
    pane.set_frame(image / 2)
    assert abs(hand.colour(hand.at(60, 50)).value() - 255 * 500 / 1200) < 2
    assert pane.view.window_level.levels == (0.0, 1200.0)


def test_a_pane_resized_shows_the_same_side_in_millimetres(pane, hand, qtbot):
    side_mm = pane.view.view_map.view.side_mm
    pane.resize(240, 224)
    qtbot.waitUntil(lambda: pane.view.viewport().width() == 240)
    assert pane.view.view_map.view.side_mm == side_mm
    assert hand.at(60, 50).x() < 240


def test_the_header_is_24_px_and_names_the_pane(pane):
    assert pane.header.height() == 24
    assert pane.header.title == "LGE"


def test_the_headers_menu_tells_what_was_chosen_and_ticks_what_is_shown(pane, qtbot):
    header = pane.header
    assert not header.source.isVisible()
    header.show_choices(
        "PSIR",
        [
            Choice("", "Show", is_heading=True),
            Choice("psir", "LGE PSIR", is_on=True),
            Choice("mag", "LGE magnitude"),
        ],
    )
    assert header.source.isVisible()
    assert header.source.text().startswith("PSIR")
    lines = [action for action in header.menu.actions() if action.isEnabled() and action.text()]
    assert [(line.text(), line.isChecked()) for line in lines] == [
        ("LGE PSIR", True),
        ("LGE magnitude", False),
    ]
    with qtbot.waitSignal(pane.source_chosen) as chosen:
        lines[1].trigger()
    assert chosen.args == ["mag"]
    header.show_choices("", [])
    assert not header.source.isVisible()


@pytest.fixture
def dark(qapp):
    """The dark theme while a test runs: badges are coloured by its style sheet."""
    sheet, colours, font = qapp.styleSheet(), qapp.palette(), qapp.font()
    apply_theme(qapp, "dark")
    yield
    qapp.setStyleSheet(sheet)
    qapp.setPalette(colours)
    qapp.setFont(font)


def test_a_badge_has_the_colour_and_the_sign_of_its_notice(dark, pane, qtbot):
    header = pane.header

    def reddest() -> int:
        picture = header.badge.grab().toImage()
        colours = [
            picture.pixelColor(x, y)
            for x in range(picture.width())
            for y in range(picture.height())
        ]
        return max(colour.red() - colour.blue() for colour in colours)

    header.show_badge(CornerLine("1.5 mm"))
    assert reddest() < 40
    header.show_badge(CornerLine("9.5 mm", Notice.STOP))
    assert header.badge.text() == "▲ 9.5 mm"
    assert reddest() > 60
    with qtbot.waitSignal(pane.badge_clicked):
        QTest.mouseClick(header.badge, Qt.MouseButton.LeftButton)
    header.show_badge(None)
    assert not header.badge.isVisible()


def test_a_double_click_on_header_or_image_asks_for_the_pane_alone(pane, hand, qtbot):
    asked = []
    pane.double_clicked.connect(lambda: asked.append(1))
    QTest.mouseDClick(pane.header, Qt.MouseButton.LeftButton, pos=QPoint(100, 12))
    hand.double_click(QPoint(100, 100))
    assert asked == [1, 1]


def test_panes_and_images_have_accessible_names(pane):
    assert pane.accessibleName() == "LGE pane"
    assert pane.view.accessibleName() == "LGE image"


@pytest.fixture
def narrow(pane, image, square_plane):
    """A pane as narrow as one of four in a row, with its colour bar."""
    content = PaneContent(image, square_plane, (300.0, 1800.0), unit="ms", has_range_bar=True)
    pane.resize(200, 624)
    pane.show_content(content)
    return pane.view._around


def test_the_letter_beside_a_colour_bar_stands_under_it_at_the_edge(narrow, qtbot):
    qtbot.waitUntil(narrow.bar.isVisible)
    letter = narrow.margin._letters["right"]
    assert letter.isVisible()
    assert letter.boundingRect().right() > 200 - 16
    assert letter.boundingRect().top() >= narrow.bar.geometry().bottom()


def test_a_narrow_pane_has_its_scale_above_zoom_and_window(narrow, qtbot):
    qtbot.waitUntil(narrow.bar.isVisible)
    margin = narrow.margin
    assert margin._scale_text.isVisible()
    assert margin._scale_bar.isVisible()
    state = margin._state.boundingRect()
    for item in (margin._scale_bar, margin._scale_text):
        assert not item.boundingRect().intersects(state)
        assert not item.boundingRect().intersects(margin._letters["bottom"].boundingRect())
