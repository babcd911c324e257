"""What a key means to the hand in a pane, decided without Qt's events."""

from enum import StrEnum

from PySide6.QtCore import Qt


class KeyUse(StrEnum):
    """What a key does before the window's shortcuts are asked."""

    CLOSE = "close"
    BACK = "back"
    WIDER = "wider"
    NARROWER = "narrower"
    NOTHING = "nothing"


_CLOSE = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_BACK = {Qt.Key.Key_Escape, Qt.Key.Key_Backspace}
_BRUSH = {
    Qt.Key.Key_Plus: KeyUse.WIDER,
    Qt.Key.Key_Equal: KeyUse.WIDER,
    Qt.Key.Key_Minus: KeyUse.NARROWER,
    Qt.Key.Key_Underscore: KeyUse.NARROWER,
}
"""With and without Shift, as + lies on most keyboards."""


def key_use(
    key: int, *, ctrl: bool, is_drawing: bool, is_dragging: bool, has_brush: bool
) -> KeyUse | None:
    """Return what a key does to an unfinished gesture or the brush; None leaves it to the window.

    While a button holds a shape no other key acts, so that nothing changes under the hand; while a
    contour is drawn Ctrl+Z takes back its last point, not an earlier edit.
    """
    if has_brush and key in _BRUSH and not ctrl:
        return _BRUSH[Qt.Key(key)]
    is_busy = is_drawing or is_dragging
    if is_busy and (key in _BACK or (is_drawing and ctrl and key == Qt.Key.Key_Z)):
        return KeyUse.BACK
    if is_drawing and key in _CLOSE:
        return KeyUse.CLOSE
    return KeyUse.NOTHING if is_dragging else None
