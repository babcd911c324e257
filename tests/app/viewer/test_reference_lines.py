import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem

from app.viewer import palette
from app.viewer.bars import ReferenceLinesItem
from app.viewer.content import ReferenceLine


def drawn(view, start_px, end_px) -> np.ndarray:
    """Return the RGB picture of one line between two screen points, (height, width, 3)."""
    start, end = view.mm_from_screen([start_px, end_px])
    item = ReferenceLinesItem()
    item.place([ReferenceLine(tuple(start), tuple(end))], view)
    picture = QImage(*view.size_px, QImage.Format.Format_RGB32)
    picture.fill(QColor("grey"))
    painter = QPainter(picture)
    item.paint(painter, QStyleOptionGraphicsItem())
    painter.end()
    pixels = np.frombuffer(picture.constBits(), np.uint8)
    return pixels.reshape(*picture.size().toTuple()[::-1], 4)[..., 2::-1].copy()


@pytest.mark.parametrize("shift_px", [0.0, 0.25, 0.5, 0.75])
@pytest.mark.parametrize("is_lying", [True, False])
def test_a_flat_or_upright_line_is_one_pixel_between_halos_anywhere(view, shift_px, is_lying):
    ends = [(20.0, 100.0 + shift_px), (300.0, 100.0 + shift_px)]
    picture = drawn(view, *(ends if is_lying else [end[::-1] for end in ends]))
    across = picture[:, 150] if is_lying else picture[150]
    (at,) = np.flatnonzero((across == palette.rgb(palette.ACCENT)).all(axis=-1))
    assert (across[[at - 1, at + 1]] == palette.rgb(palette.HALO)).all()
    assert (across[[at - 2, at + 2]] == QColor("grey").getRgb()[:3]).all()


def test_a_slanting_line_is_smooth(view):
    picture = drawn(view, (20.0, 100.0), (300.0, 180.0))
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 10
