"""Every job of this sitting: what, how far, how long still, how it ended, and its log."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.panels.keys import KeptKeys
from app.panels.rows import JobRow, JobState
from app.panels.style import current_theme
from app.roles import set_role
from app.words import tr

HEIGHT_PX = 208
LEAST_PX = 136
"""On a low screen the images keep more of their room."""
_COLUMNS = ("Job", "State", "Progress", "Started", "Took or left")
_WIDTHS_PX = (0, 88, 112, 88, 128)
_NONE = "No job has run in this sitting. Imports and long work are listed here."


class JobsPanel(QFrame):
    """Rows in, the newest first; ``cancel_requested`` asks to stop the running job."""

    cancel_requested = Signal()
    close_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "panel")
        self.setMaximumHeight(HEIGHT_PX)
        self.setMinimumHeight(LEAST_PX)
        self._rows: tuple[JobRow, ...] = ()
        self.list = _job_list()
        self.list.currentItemChanged.connect(self._show_log)
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.log.setAccessibleName(tr("Log of the job chosen"))
        self.log.setTabChangesFocus(True)
        set_role(self.log, "log")
        self._advice = QLabel(tr(_NONE))
        self._advice.setWordWrap(True)
        set_role(self._advice, "quiet")
        self.cancel = QPushButton(tr("Cancel job"))
        self.cancel.setEnabled(False)
        self.cancel.clicked.connect(self.cancel_requested)
        self.close_list = QPushButton(tr("Close list"))
        self.close_list.clicked.connect(self.close_requested)
        self._fill(QHBoxLayout(self))

    def sizeHint(self) -> QSize:
        """Return the height the list has in a window of this height."""
        height = min(HEIGHT_PX, max(LEAST_PX, self.window().height() // 4))
        return QSize(super().sizeHint().width(), height)

    def show_rows(self, rows: Sequence[JobRow]) -> None:
        """Show the jobs; the one chosen stays chosen, and a new one is chosen by itself."""
        is_new = len(rows) != len(self._rows)
        self._rows = tuple(rows)
        with QSignalBlocker(self.list):
            if is_new:
                self._rebuild()
            for item, row in zip(self._items(), self._rows, strict=True):
                _fill_item(item, row)
        self._show_log()

    def texts(self) -> list[list[str]]:
        """Return what the list shows, for tests."""
        columns = range(len(_COLUMNS))
        return [[item.text(column) for column in columns] for item in self._items()]

    @property
    def advice(self) -> str:
        """What is said of the job chosen: what happened and what to try."""
        return self._advice.text()

    def _fill(self, row: QHBoxLayout) -> None:
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(12)
        row.addWidget(self.list, 3)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self._advice)
        right.addWidget(self.log, 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.close_list)
        right.addLayout(buttons)
        row.addLayout(right, 2)

    def _rebuild(self) -> None:
        self.list.clear()
        self.list.addTopLevelItems([QTreeWidgetItem() for _ in self._rows])
        for first in self._items()[:1]:
            self.list.setCurrentItem(first)

    def _items(self) -> list[QTreeWidgetItem]:
        items = (self.list.topLevelItem(at) for at in range(self.list.topLevelItemCount()))
        return [item for item in items if item is not None]

    def _show_log(self) -> None:
        current = self.list.currentItem()
        at = -1 if current is None else self.list.indexOfTopLevelItem(current)
        row = self._rows[at] if at >= 0 else None
        self.cancel.setEnabled(row is not None and row.state is JobState.RUNNING)
        if row is None:
            self._advice.setText(tr(_NONE))
            self.log.clear()
            return
        self._advice.setText(row.outcome or row.text)
        set_role(self._advice, _ROLES.get(row.state, "quiet"))
        text = "\n".join(row.log)
        if text != self.log.toPlainText():
            self.log.setPlainText(text)
            bar = self.log.verticalScrollBar()
            bar.setValue(bar.maximum())


_ROLES = {JobState.FAILED: "look-again", JobState.DONE: "good"}


def _job_list() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setAccessibleName(tr("Jobs of this sitting"))
    tree.setColumnCount(len(_COLUMNS))
    tree.setHeaderLabels([tr(head) for head in _COLUMNS])
    tree.setRootIsDecorated(False)
    tree.setUniformRowHeights(True)
    set_role(tree, "jobs")
    header = tree.header()
    header.setStretchLastSection(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    for column, width in enumerate(_WIDTHS_PX):
        if width:
            header.resizeSection(column, width)
    KeptKeys(tree)
    return tree


def _fill_item(item: QTreeWidgetItem, row: JobRow) -> None:
    theme = current_theme()
    for column, text in enumerate(
        (row.title, tr(row.state.value), row.progress, row.started, row.time)
    ):
        item.setText(column, text)
    colours = {JobState.FAILED: theme.stop, JobState.DONE: theme.good}
    item.setForeground(1, QColor(colours.get(row.state, theme.text)))
    item.setToolTip(0, row.text or row.outcome)
