import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app.compose import pictures
from app.compose.pictures import FOOT_PX, picture_of_panes, write_png
from app.dialogs import choose
from app.dialogs.save_picture import PictureChoice, SavePictureDialog
from app.viewer import palette
from tests.app.compose.test_reader import outline
from vne_core.study.annotation import ImageKind


@pytest.fixture
def reader(open_window, workspace, demo_folder):
    reader = open_window(workspace)
    outline(reader, demo_folder)
    return reader


def pixels(picture: QImage) -> np.ndarray:
    """Return red, green and blue, (rows, columns, 3)."""
    plain = picture.convertToFormat(QImage.Format.Format_RGB32)
    words = np.frombuffer(plain.constBits(), np.uint8)
    return words.reshape(plain.height(), plain.width(), 4)[..., 2::-1].astype(int)


def has_colour(picture: QImage, colour: str) -> bool:
    near = np.abs(pixels(picture) - palette.rgb(colour)).max(axis=-1) <= 12
    return bool(near.any())


def test_a_picture_has_two_pixels_for_each_of_the_screens(reader):
    panes = reader.page.panes
    one = picture_of_panes(panes, PictureChoice(), are_hidden=False)
    pane = panes.pane(panes.active)
    assert (one.width(), one.height()) == (2 * pane.width(), 2 * (pane.height() + FOOT_PX))
    whole = picture_of_panes(panes, PictureChoice(all_panes=True), are_hidden=False)
    assert (whole.width(), whole.height()) == (2 * panes.width(), 2 * (panes.height() + FOOT_PX))


def test_lines_are_drawn_finer_than_the_screen_shows_them(reader):
    picture = picture_of_panes(reader.page.panes, PictureChoice(), are_hidden=False)
    fine = pixels(picture)
    doubled = fine[::2, ::2].repeat(2, axis=0).repeat(2, axis=1)
    assert np.abs(fine - doubled).mean() > 0.5


def test_a_picture_shows_the_contours_or_leaves_them_out_and_the_screen_keeps_them(reader):
    panes = reader.page.panes
    panes.set_active(ImageKind.LGE)
    before = panes.grab().toImage()
    drawn = picture_of_panes(panes, PictureChoice(with_overlays=True), are_hidden=False)
    bare = picture_of_panes(panes, PictureChoice(with_overlays=False), are_hidden=False)
    assert has_colour(drawn, palette.EPI)
    assert not has_colour(bare, palette.EPI)
    assert panes.grab().toImage() == before


def test_contours_hidden_on_the_screen_are_not_in_the_picture(reader):
    panes = reader.page.panes
    panes.set_active(ImageKind.LGE)
    reader.window.actions_by_id["hide"].trigger()
    picture = picture_of_panes(panes, PictureChoice(with_overlays=True), are_hidden=True)
    assert not has_colour(picture, palette.EPI)


def test_the_keyboards_frame_is_not_in_the_picture_and_the_keyboard_stays(reader, qtbot):
    view = reader.page.panes.pane(ImageKind.CINE).view
    reader.window.activateWindow()
    reader.page.panes.set_active(ImageKind.CINE)
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    reader.player.set_playing(is_playing=False)
    picture = picture_of_panes(reader.page.panes, PictureChoice(), are_hidden=False)
    top = 2 * view.mapTo(reader.page.panes.pane(ImageKind.CINE), view.rect().topLeft()).y()
    first_row = pixels(picture)[top, 4:-4]
    assert not (first_row == palette.rgb(palette.ACCENT)).all()
    assert view.hasFocus()


def test_every_picture_says_research_use_only_in_its_foot(reader):
    picture = picture_of_panes(reader.page.panes, PictureChoice(), are_hidden=False)
    foot = pixels(picture)[-2 * FOOT_PX :]
    assert (foot.max(axis=-1) > 100).sum() > 100


def test_a_saved_png_is_the_picture_and_holds_nothing_else(reader, tmp_path):
    picture = picture_of_panes(reader.page.panes, PictureChoice(), are_hidden=False)
    path = tmp_path / "picture.png"
    write_png(picture, path)
    assert np.array_equal(pixels(QImage(str(path))), pixels(picture))
    assert QImage(str(path)).textKeys() == []
    assert chunks(path.read_bytes()) <= {b"IHDR", b"pHYs", b"IDAT", b"IEND", b"sRGB", b"gAMA"}


def chunks(data: bytes) -> set[bytes]:
    found, at = set(), 8
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        found.add(data[at + 4 : at + 8])
        at += 12 + length
    return found


def test_what_is_asked_for_is_saved_under_the_pseudonym_and_the_line_says_where(
    reader, tmp_path, qtbot, monkeypatch
):
    suggested = []
    path = tmp_path / "here.png"
    monkeypatch.setattr(SavePictureDialog, "ask", lambda *_: PictureChoice(all_panes=True))
    monkeypatch.setattr(choose, "ask_png", lambda _, name: suggested.append(name) or path)
    reader.window.actions_by_id["save-picture"].trigger()
    qtbot.waitUntil(lambda: reader.window.status.message == f"Saved {path}")
    pseudonym = reader.session.opened.study.pseudonym
    assert suggested[0].name == f"{pseudonym}-slice-1-panes.png"
    assert QImage(str(path)).width() == 2 * reader.page.panes.width()


def test_all_panes_are_copied(reader):
    reader.window.actions_by_id["copy-all"].trigger()
    image = QApplication.clipboard().image()
    assert image.width() == reader.page.panes.width() * pictures.DENSITY
    assert reader.window.status.message == "Picture of all panes copied."


def test_a_picture_has_nothing_in_its_headers_that_is_only_for_the_hand(reader, monkeypatch):
    header = reader.page.panes.pane(ImageKind.LGE).header
    reader.page.panes.set_active(ImageKind.LGE)
    told = []
    render = pictures._rendered

    def look(shown):
        told.append((header.title, header.source.text(), header.badge.isVisible()))
        return render(shown)

    monkeypatch.setattr(pictures, "_rendered", look)
    accent = palette.rgb(header.palette().highlight().color().name())
    picture = picture_of_panes(reader.page.panes, PictureChoice(), are_hidden=False)
    assert told == [("LGE", "PSIR", True)]
    assert not (np.abs(pixels(picture)[:4] - accent).max(axis=-1) <= 12).any()
    assert header.source.text() == "PSIR ▾"
    on_screen = pixels(header.grab().toImage())[:2]
    assert (np.abs(on_screen - accent).max(axis=-1) <= 12).all()
