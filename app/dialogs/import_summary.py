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

from app.words import tr
from vne_core.dicom.beside import BESIDE_WORD


@dataclass(frozen=True, slots=True)
class Refusal:
    """One file, or ``files`` of one folder, not imported; what is ignored loses nothing."""

    source: str
    code: str
    reason: str
    files: int = 1

    @property
    def is_ignored(self) -> bool:
        """True where no image can have been lost."""
        return self.code in _IGNORED


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """The result of an import job. The parts of ``counts`` add up to its files.

    ``studies`` are all that files belong to, ``rebuilt`` those of them that were not there whole.
    """

    counts: Mapping[str, int]
    refusals: tuple[Refusal, ...] = ()
    studies: tuple[str, ...] = ()
    rebuilt: tuple[str, ...] = ()

    @classmethod
    def of_result(cls, result: Mapping[str, Any]) -> "ImportSummary":
        """Return the summary of a job's result."""
        refusals = tuple(
            Refusal(
                str(row["source"]), str(row["code"]), str(row["reason"]), int(row.get("files", 1))
            )
            for row in result.get("rejected", [])
        )
        rows = result.get("studies", [])
        studies = tuple(str(row["study_id"]) for row in rows)
        rebuilt = tuple(str(row["study_id"]) for row in rows if row["rebuilt"])
        return cls(dict(result.get("counts", {})), refusals, studies, rebuilt)

    @property
    def lists_losses(self) -> bool:
        """True where a refused file may have been an image, or some were refused and no study came."""
        may_be_images = not all(refusal.is_ignored for refusal in self.refusals)
        return may_be_images or bool(self.refusals and not self.studies)

    @property
    def sentence(self) -> str:
        """The counts in one line."""
        files = self.counts.get("files", 0)
        if not files:
            return tr("There are no files in what was to be imported.")
        parts = [
            f"{count} {tr(one if count == 1 else many)}"
            for name, (one, many) in _COUNT_WORDS.items()
            if (count := self.counts.get(name, 0))
        ]
        found = tr("1 file") if files == 1 else tr("{count} files").format(count=files)
        return f"{found}: {', '.join(parts)}"


_IGNORED = frozenset((BESIDE_WORD, "dicomdir", "not-images"))
"""The codes of what is ignored: beside the images, a list of them, a virtual patient's truth."""
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
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
        self.setWindowTitle(tr("Last import"))
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
        elif summary.counts.get("files"):
            column.addWidget(QLabel(tr("Every file was taken or is here already.")))
        column.addWidget(buttons)
        self.resize(960, 480 if summary.refusals else 140)


def _tree(refusals: Sequence[Refusal]) -> QTreeWidget:
    """Return the files not taken, grouped by reason; what was ignored comes last and folded.

    Where a path is too long its end is seen as well as its beginning; the tip has all of it.
    """
    tree = QTreeWidget()
    tree.setHeaderLabels([tr("Reason and file"), tr("Files")])
    tree.setUniformRowHeights(True)
    tree.setAlternatingRowColors(False)
    tree.header().setStretchLastSection(False)
    tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
    tree.headerItem().setTextAlignment(1, _RIGHT)
    tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    grouped: dict[tuple[bool, str], list[Refusal]] = {}
    for refusal in refusals:
        grouped.setdefault((refusal.is_ignored, refusal.reason), []).append(refusal)
    for (is_ignored, reason), members in sorted(
        grouped.items(), key=lambda item: (item[0][0], -len(item[1]))
    ):
        group = QTreeWidgetItem([tr(reason), str(sum(one.files for one in members))])
        group.setTextAlignment(1, _RIGHT)
        group.setToolTip(0, reason)
        for member in members:
            one = QTreeWidgetItem([member.source])
            one.setToolTip(0, member.source)
            group.addChild(one)
        tree.addTopLevelItem(group)
        group.setExpanded(not is_ignored and len(grouped) * len(members) <= 50)
    return tree
