import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.dialogs.save_picture import PictureChoice, SavePictureDialog


def picture(choice: PictureChoice) -> QImage:
    """Return red with overlays and blue without, wide for all panes."""
    image = QImage(400 if choice.all_panes else 100, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff0000" if choice.with_overlays else "#0000ff"))
    return image


@pytest.fixture
def dialog(qtbot):
    dialog = SavePictureDialog(picture, "LGE", PictureChoice())
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def middle(dialog) -> str:
    seen = dialog.preview.grab().toImage()
    return seen.pixelColor(seen.width() // 2, seen.height() // 2).name()


def test_the_preview_is_the_picture_of_the_choice(dialog):
    assert middle(dialog) == "#ff0000"
    QTest.keyClick(dialog.overlays, Qt.Key.Key_Space)
    assert middle(dialog) == "#0000ff"
    dialog.all.click()
    assert dialog.choice == PictureChoice(all_panes=True, with_overlays=False)
    assert "400 by 100" in dialog._size.text()


def test_the_keyboard_begins_at_what_is_chosen(dialog, qtbot):
    dialog.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is dialog.one)
