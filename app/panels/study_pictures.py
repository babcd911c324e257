"""The small pictures of slices, a bounded number of them, ready to be painted."""

from collections import OrderedDict
from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap

from app.panels.rows import SliceRow

KEPT = 512
"""Pictures kept: some twenty screens of rows, about 10 MB on a dense screen."""


class Pictures:
    """Remembers the pictures used last; a slice without an image is remembered too."""

    def __init__(self, side_px: int, kept: int = KEPT) -> None:
        self._side_px = side_px
        self._kept = kept
        self._images: OrderedDict[str, QImage | None] = OrderedDict()
        self._drawn: OrderedDict[tuple[str, float], tuple[int, QPixmap]] = OrderedDict()
        """By slice and scale, with the image each was drawn from: a study opened again replaces."""

    def __len__(self) -> int:
        return len(self._images)

    def put(self, pictures: Mapping[str, QImage | None]) -> None:
        """Keep more pictures; the ones longest unused go."""
        for slice_id, picture in pictures.items():
            self._images[slice_id] = picture
            self._images.move_to_end(slice_id)
        _shorten(self._images, self._kept)

    def lacks(self, row: SliceRow) -> bool:
        """Return whether a row's picture is neither in it nor known here."""
        return bool(row.slice_id) and row.picture is None and row.slice_id not in self._images

    def pixmap(self, row: SliceRow, scale: float) -> QPixmap | None:
        """Return a row's picture as large as fits, at the screen's scale; None without one."""
        image = row.picture
        if image is None and row.slice_id in self._images:
            self._images.move_to_end(row.slice_id)
            image = self._images[row.slice_id]
        if image is None:
            return None
        key = (row.slice_id, scale)
        drawn_from, pixmap = self._drawn.get(key, (None, QPixmap()))
        if drawn_from != image.cacheKey():
            pixmap = self._scaled(image, scale)
            self._drawn[key] = image.cacheKey(), pixmap
            _shorten(self._drawn, self._kept)
        self._drawn.move_to_end(key)
        return pixmap

    def _scaled(self, image: QImage, scale: float) -> QPixmap:
        side = round(self._side_px * scale)
        fitted = image.scaled(
            QSize(side, side),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        pixmap = QPixmap.fromImage(fitted)
        pixmap.setDevicePixelRatio(scale)
        return pixmap


def _shorten(kept: OrderedDict, most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)
