"""What stands under the images: the cine's controls and the slices, sharing what width there is."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.panels.cine_transport import CineTransport
from app.panels.slice_strip import SliceStrip
from app.roles import begin_role

_GAP_PX = 24
_NARROW_PX = 560
"""Below this the parts stand closer."""


class BottomBar(QFrame):
    """The cine gives up its figures before the slices grow too narrow to be told apart."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        begin_role(self, "panel")
        self.transport = CineTransport(actions, self)
        self.strip = SliceStrip(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 8, 12, 2)
        self._row.addWidget(self.transport, alignment=Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self.strip, 1)
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width out again."""
        super().resizeEvent(event)
        self._share()

    def event(self, event: QEvent) -> bool:
        """Share the width out again when another study has more slices."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._share()
        return super().event(event)

    def _share(self) -> None:
        self._row.setSpacing(_GAP_PX if self.width() >= _NARROW_PX else _GAP_PX // 2)
        margins = self._row.contentsMargins()
        taken = margins.left() + margins.right() + self._row.spacing()
        self.transport.set_room(self.width() - taken - self.strip.sizeHint().width())
