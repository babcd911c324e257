"""What each series was taken for and why, and the reader's correction of one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QRadioButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.parts import answer_buttons, resize_on_screen, role_label
from app.words import tr
from vne_core.dicom.kinds import Kind

KIND_NAMES: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.T1_MAP: "T1 map",
        Kind.IR_MAGNITUDE: "IR images",
        Kind.IR_PHASE: "IR phase images",
        Kind.FIT_PARAMETER: "map of the T1 fit",
        Kind.CINE_SAX: "cine, short axis",
        Kind.CINE_LAX: "cine, long axis",
        Kind.LGE_PSIR: "LGE, phase-sensitive",
        Kind.LGE_MAGNITUDE: "LGE, magnitude",
        Kind.LGE_LAX: "LGE, long axis",
        Kind.POST_CONTRAST_T1_MAP: "T1 map after contrast",
        Kind.POST_CONTRAST_IR: "IR images after contrast",
        Kind.POST_CONTRAST_CINE: "cine after contrast",
        Kind.TI_SCOUT: "inversion time scout",
        Kind.PERFUSION: "perfusion",
        Kind.LOCALISER: "localiser",
        Kind.VNE: "VNE",
        Kind.OTHER: "other, not read",
    }
)
"""What a reader calls each kind."""
_HEADS = ("No.", "Description", "Images", "Kind", "Why")
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_SIZE_PX = (1120, 720)
_ROW_PX = 24
_WIDTHS_PX = (56, 264, 72, 184)
_BY_RULES = "what the rules say"


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """One series as the study has it; ``rule`` names the rules that decided, ``why`` explains."""

    series_id: str
    number: int | None
    description: str
    images: int
    kind: Kind
    rule: str
    why: str
    is_corrected: bool = False
    notes: tuple[str, ...] = ()
    """What a reader should know of its slices, sentence by sentence."""

    @property
    def title(self) -> str:
        """Number and description, as far as there are any."""
        number = "" if self.number is None else tr("Series {number}").format(number=self.number)
        return " · ".join(part for part in (number, self.description) if part) or tr("Series")


@dataclass(frozen=True, slots=True)
class Correction:
    """A series and its kind as the reader says; None leaves it to the rules again."""

    series_id: str
    title: str
    kind: Kind | None
    as_site_rule: bool


class SeriesDialog(QDialog):
    """The series in a table; below it, the one in hand and what it can be corrected to.

    ``fixed`` is why nothing can be changed; empty where it can.
    """

    def __init__(
        self, lines: Sequence[SeriesLine], fixed: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Series of this study"))
        self._lines = tuple(lines)
        self._fixed = fixed
        self.tree = _tree(self._lines)
        self._title = role_label("", "number")
        self._why = role_label("", "")
        self._rule = role_label("", "small")
        self.notes = role_label("", "look-again")
        self.kinds = QComboBox()
        self.kinds.setAccessibleName(tr("Kind"))
        self.kinds.setMaxVisibleItems(len(Kind) + 1)
        self.for_study = QRadioButton(tr("for this study"))
        self.for_site = QRadioButton(tr("as a rule of this site"))
        self.for_site.setToolTip(tr("Every series of this name and protocol, in later imports too"))
        self.for_study.setChecked(True)
        self._buttons = answer_buttons(self, tr("Correct the kind"), can_change=not fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.tree, 1)
        column.addWidget(self._detail())
        column.addWidget(self._buttons)
        resize_on_screen(self, *_SIZE_PX)
        self.tree.currentItemChanged.connect(self._show_line)
        self.kinds.currentIndexChanged.connect(self._refresh)
        self.for_site.toggled.connect(self._offer_kinds)
        if (first := self.tree.topLevelItem(0)) is not None:
            self.tree.setCurrentItem(first)

    @classmethod
    def ask(
        cls, parent: QWidget, lines: Sequence[SeriesLine], fixed: str = ""
    ) -> Correction | None:
        """Return one correction; None when the reader thinks better of it."""
        dialog = cls(lines, fixed, parent)
        is_taken = dialog.exec() == QDialog.DialogCode.Accepted
        correction = dialog.correction()
        dialog.deleteLater()
        return correction if is_taken else None

    def correction(self) -> Correction | None:
        """Return what the reader says of the series in hand; None where that changes nothing."""
        line = self._line
        if line is None or self._fixed:
            return None
        kind = self._kind
        is_promoted = line.is_corrected and self.for_site.isChecked()
        if kind is line.kind and not is_promoted:
            return None
        return Correction(line.series_id, line.title, kind, self.for_site.isChecked())

    @property
    def _line(self) -> SeriesLine | None:
        current = self.tree.currentItem()
        return self._lines[self.tree.indexOfTopLevelItem(current)] if current else None

    @property
    def _kind(self) -> Kind | None:
        """The kind in the box, which Qt keeps as text; None for what the rules say."""
        name = self.kinds.currentData()
        return Kind(name) if name else None

    def _detail(self) -> QFrame:
        frame = QFrame()
        frame.setProperty("role", "notice")
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(QLabel(tr("Kind")))
        row.addWidget(self.kinds)
        row.addWidget(self.for_study)
        row.addWidget(self.for_site)
        row.addStretch(1)
        for part in (self.kinds, self.for_study, self.for_site):
            part.setEnabled(not self._fixed)
        column = QVBoxLayout(frame)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(4)
        for label in (self._title, self._why, self.notes, self._rule):
            column.addWidget(label)
        column.addSpacing(8)
        column.addLayout(row)
        consequence = tr("The study is then built anew from its original files; contours stay.")
        column.addWidget(
            role_label(self._fixed or consequence, "look-again" if self._fixed else "quiet")
        )
        return frame

    def _show_line(self) -> None:
        line = self._line
        if line is None:
            return
        self._title.setText(line.title)
        name = tr(KIND_NAMES[line.kind])
        self._why.setText(f"{name[:1].upper()}{name[1:]}: {tr(line.why)}")
        self.notes.setText(" ".join(line.notes))
        self.notes.setVisible(bool(line.notes))
        self._rule.setText(tr("Rule: {rule}").format(rule=line.rule))
        self._offer_kinds()

    def _offer_kinds(self) -> None:
        """Offer every kind, and for this study the way back to the rules."""
        line = self._line
        if line is None:
            return
        chosen = self._kind if self.sender() is self.for_site else line.kind
        chosen = chosen or line.kind
        self.kinds.blockSignals(True)
        self.kinds.clear()
        for kind, name in KIND_NAMES.items():
            self.kinds.addItem(tr(name), kind)
        if line.is_corrected and self.for_study.isChecked():
            self.kinds.insertItem(0, tr(_BY_RULES), None)
        self.kinds.setCurrentIndex(max(0, self.kinds.findData(chosen)))
        self.kinds.blockSignals(False)
        self._refresh()

    def _refresh(self) -> None:
        taking = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        if taking is not None:
            taking.setEnabled(self.correction() is not None)


def _tree(lines: Sequence[SeriesLine]) -> QTreeWidget:
    tree = QTreeWidget()
    tree.setAccessibleName(tr("Series"))
    tree.setHeaderLabels([tr(head) for head in _HEADS])
    tree.setRootIsDecorated(False)
    tree.setUniformRowHeights(True)
    tree.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    for at, width in enumerate(_WIDTHS_PX):
        tree.header().resizeSection(at, width)
    for at in (0, 2):
        tree.headerItem().setTextAlignment(at, _RIGHT)
    for line in lines:
        number = "" if line.number is None else str(line.number)
        kind = tr(KIND_NAMES[line.kind])
        why = " ".join(map(tr, (*line.notes, line.why)))
        item = QTreeWidgetItem([number, line.description, str(line.images), kind, why])
        item.setToolTip(4, why)
        for at in (0, 2):
            item.setTextAlignment(at, _RIGHT)
        item.setToolTip(1, line.description)
        item.setSizeHint(0, QSize(0, _ROW_PX))
        tree.addTopLevelItem(item)
    return tree
