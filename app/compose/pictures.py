"""Pictures of the panes as they are seen, for the clipboard and for files."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QImage, QImageWriter, QPainter, QRegion
from PySide6.QtWidgets import QApplication, QWidget

from app.compose.reader import Reader
from app.dialogs import choose
from app.dialogs.save_picture import PictureChoice, SavePictureDialog
from app.panels.status_line import RESEARCH_ONLY
from app.viewer import palette
from app.viewer.four_panes import TITLES, FourPanes
from app.words import tr
from vne_core.files import atomic_write

DENSITY = 2
"""Pixels of a picture for each of the screen's own: sharp when printed or zoomed into."""
FOOT_PX = 24
_FOLDER = "picture-folder"


def picture_presses(reader: Reader) -> dict[str, Callable[[], object]]:
    """Return what the actions about pictures do."""
    return {
        "copy-picture": partial(copy_picture, reader, PictureChoice()),
        "copy-all": partial(copy_picture, reader, PictureChoice(all_panes=True)),
        "save-picture": partial(save_picture, reader),
    }


def picture_of_panes(panes: FourPanes, choice: PictureChoice, *, are_hidden: bool) -> QImage:
    """Return the panes as seen, over the line that every export carries.

    ``are_hidden`` is whether contours and bands are hidden on the screen; a choice without them
    hides them for the moment of the picture. The headers stay, as they say what is shown and how
    well it matches, but without what is there for the hand.
    """
    shown = panes if choice.all_panes else panes.pane(panes.active)
    focused = QApplication.focusWidget()
    if focused is not None and panes.isAncestorOf(focused):
        focused.clearFocus()
    else:
        focused = None
    panes.set_overlays_visible(is_visible=choice.with_overlays and not are_hidden)
    _set_bare(panes, is_bare=True)
    try:
        return _rendered(shown)
    finally:
        _set_bare(panes, is_bare=False)
        panes.set_overlays_visible(is_visible=not are_hidden)
        if focused is not None:
            focused.setFocus()


def copy_picture(reader: Reader, choice: PictureChoice) -> None:
    """Put a picture on the clipboard and say so."""
    QGuiApplication.clipboard().setImage(_take(reader, choice))
    what = tr("all panes") if choice.all_panes else _pane_name(reader)
    reader.window.status.say(tr("Picture of {what} copied.").format(what=what))


def save_picture(reader: Reader) -> None:
    """Ask what the picture shows and where it goes; the worker writes it."""
    settings, opened = reader.settings, reader.session.opened
    take = partial(_take, reader)
    start = PictureChoice(reader.page.panes.enlarged is None)
    choice = SavePictureDialog.ask(reader.window, take, _pane_name(reader), start)
    if choice is None or opened is None:
        return
    pane = "panes" if choice.all_panes else reader.page.panes.active.value.lower()
    name = f"{opened.study.pseudonym}-slice-{reader.session.index + 1}-{pane}.png"
    folder = Path(settings.text(_FOLDER, str(Path.home())))
    path = choose.ask_png(reader.window, folder / name)
    if path is None:
        return
    settings.set_text(_FOLDER, str(path.parent))
    written = partial(reader.window.status.say, tr("Saved {path}").format(path=path))
    writing = partial(write_png, take(choice), path)
    reader.background.ask("picture", writing, lambda _: written(), reader.refuse)


def write_png(picture: QImage, path: Path) -> None:
    """Write a picture as PNG, whole or not at all; nothing but the pixels is in it."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(picture)
    atomic_write(path, bytes(buffer.data().data()))


def _take(reader: Reader, choice: PictureChoice) -> QImage:
    are_hidden = reader.session.display.is_hidden
    return picture_of_panes(reader.page.panes, choice, are_hidden=are_hidden)


def _pane_name(reader: Reader) -> str:
    return tr(TITLES[reader.page.panes.active])


def _set_bare(panes: FourPanes, *, is_bare: bool) -> None:
    for pane in panes.panes.values():
        pane.header.set_bare(is_bare=is_bare)


def _rendered(widget: QWidget) -> QImage:
    size = widget.size()
    picture = QImage(
        size.width() * DENSITY, (size.height() + FOOT_PX) * DENSITY, QImage.Format.Format_RGB32
    )
    picture.setDevicePixelRatio(DENSITY)
    picture.fill(QColor(palette.CANVAS))
    painter = QPainter(picture)
    widget.render(painter, QPoint(), QRegion(widget.rect()))
    foot = QRect(palette.CORNER_MARGIN_PX, size.height(), size.width(), FOOT_PX)
    font = QFont(widget.font())
    font.setPixelSize(palette.CORNER_TEXT_PX)
    painter.setFont(font)
    painter.setPen(QColor(palette.QUIET))
    painter.drawText(foot, Qt.AlignmentFlag.AlignVCenter, tr(RESEARCH_ONLY))
    painter.end()
    return picture
