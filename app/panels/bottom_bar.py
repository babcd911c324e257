"""What stands under the images: the cine's controls, the slices and the running job."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.panels.cine_transport import CineTransport
from app.panels.job_line import COMPACT_PX, JobLine
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
        self._job: JobLine | None = None
        self._is_running = False
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 8, 12, 2)
        self._row.addWidget(self.transport, alignment=Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self.strip, 1)
        self._share()

    def hold_job(self, line: JobLine) -> None:
        """Take the line of the running job in: the images need not move for it."""
        self._job = line
        self._row.addWidget(line, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_job(self, *, is_running: bool) -> None:
        """Show the line, or give its room to the slices."""
        self._is_running = is_running
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

    def minimumSizeHint(self) -> QSize:
        """Return the room for controls and slices: a running job is told where there is more.

        Else the window could not be made narrower while a job runs.
        """
        return QSize(self._narrowest_px(_GAP_PX // 2), super().minimumSizeHint().height())

    def _narrowest_px(self, gap_px: int) -> int:
        margins, parts = self._row.contentsMargins(), (self.transport, self.strip)
        parts_px = sum(part.minimumSizeHint().width() for part in parts)
        return margins.left() + parts_px + gap_px + margins.right()

    def _share(self) -> None:
        self._row.setSpacing(_GAP_PX if self.width() >= _NARROW_PX else _GAP_PX // 2)
        margins = self._row.contentsMargins()
        taken = margins.left() + margins.right() + self._row.spacing()
        if self._job is not None and self._job.parentWidget() is self:
            job_px = COMPACT_PX + self._row.spacing()
            has_room = self.width() >= self._narrowest_px(self._row.spacing()) + job_px
            self._job.setVisible(self._is_running and has_room)
            taken += job_px * self._job.isVisibleTo(self)
        self.transport.set_room(self.width() - taken - self.strip.sizeHint().width())
