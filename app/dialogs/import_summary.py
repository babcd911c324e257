"""What an import brought: counts that add up, and each refused file with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One file that was not imported."""

    source: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """The result of an import job. The parts of ``counts`` add up to its files."""

    counts: Mapping[str, int]
    refusals: tuple[Refusal, ...] = ()
    studies: tuple[str, ...] = ()

    @classmethod
    def of_result(cls, result: Mapping[str, Any]) -> "ImportSummary":
        """Return the summary of a job's result."""
        refusals = tuple(
            Refusal(str(row["source"]), str(row["code"]), str(row["reason"]))
            for row in result.get("rejected", [])
        )
        studies = tuple(str(row["study_id"]) for row in result.get("studies", []))
        return cls(dict(result.get("counts", {})), refusals, studies)

    @property
    def sentence(self) -> str:
        """The counts in one line."""
        files = self.counts.get("files", 0)
        parts = [
            f"{count} {one if count == 1 else many}"
            for name, (one, many) in _COUNT_WORDS.items()
            if (count := self.counts.get(name, 0))
        ]
        found = "1 file" if files == 1 else f"{files} files"
        return f"{found}: {', '.join(parts) or 'nothing to import'}"


_COUNT_WORDS = {
    "imported": ("imported", "imported"),
    "rejected": ("rejected", "rejected"),
    "duplicates": ("duplicate left out", "duplicates left out"),
    "ignored": ("ignored", "ignored"),
}


class ImportSummaryDialog(QDialog):
    """Stands beside the window, for reading; nothing has to be decided in it."""

    def __init__(self, summary: ImportSummary, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Last import")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = QLabel(summary.sentence)
        title.setProperty("role", "number")
        self.tree = _tree(summary.refusals)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(title)
        if summary.refusals:
            column.addWidget(self.tree, 1)
        else:
            column.addWidget(QLabel("Every file was taken or is here already."))
        column.addWidget(buttons)
        self.resize(880, 480 if summary.refusals else 140)


def _tree(refusals: Sequence[Refusal]) -> QTreeWidget:
    """Return the refused files, grouped by reason where many share one."""
    tree = QTreeWidget()
    tree.setHeaderLabels(["Reason and file", "Files"])
    tree.setUniformRowHeights(True)
    tree.setAlternatingRowColors(False)
    tree.header().setStretchLastSection(False)
    tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    grouped: dict[str, list[Refusal]] = {}
    for refusal in refusals:
        grouped.setdefault(refusal.reason, []).append(refusal)
    for reason, members in sorted(grouped.items(), key=lambda item: -len(item[1])):
        group = QTreeWidgetItem([reason, str(len(members))])
        group.setTextAlignment(1, Qt.AlignmentFlag.AlignRight)
        group.setToolTip(0, reason)
        for member in members:
            group.addChild(QTreeWidgetItem([member.source]))
        tree.addTopLevelItem(group)
        group.setExpanded(len(grouped) * len(members) <= 50)
    return tree
