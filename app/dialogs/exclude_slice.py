"""Asking what a slice is left out of, and why."""

from dataclasses import replace

from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.parts import answer_buttons, role_label
from app.words import tr
from vne_core.study.exclusion import ExclusionReason, Scope, SliceExclusion, Stage

WIDTH_PX = 440
_LABEL_PX = 5
"""How far a form's label stands below the top of its field: the first box stands level with it."""
EXCLUDE, TAKE_IN = "Exclude", "Take in again"
NEEDED = "What the reason is, in your own words"
_STAGES = {
    Stage.MANUAL: "Found while reading",
    Stage.CONSENSUS: "Retrospective consensus of two readers (name the other in the note)",
}
_ADVICE = (
    "The slice stays in the study and keeps its contours. It can be taken in again here, "
    "by leaving every box empty, or by undo."
)


class ExcludeSliceDialog(QDialog):
    """Scopes as boxes, reasons as a list, the reader's own words; the answer is one value."""

    def __init__(self, title: str, current: SliceExclusion, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Exclude {title}").format(title=title))
        self.setMinimumWidth(WIDTH_PX)
        self._current = current
        self._scopes = {scope: QCheckBox(tr(scope.value.capitalize())) for scope in Scope}
        self._reasons = {reason: QRadioButton(tr(_capital(reason))) for reason in ExclusionReason}
        self._stages = {stage: QRadioButton(tr(words)) for stage, words in _STAGES.items()}
        self._note = QLineEdit(current.note)
        self._note.setAccessibleName(tr("Note"))
        self._buttons = answer_buttons(self, tr(EXCLUDE), can_change=True)
        self._lay_out()
        self._fill(current)
        for box in (*self._scopes.values(), *self._reasons.values()):
            box.toggled.connect(self._enable)
        self._note.textChanged.connect(self._enable)
        self._enable()

    @classmethod
    def ask(
        cls, parent: QWidget, title: str, current: SliceExclusion | None, slice_id: str
    ) -> SliceExclusion | None:
        """Return what the slice is left out of from now on; None when nothing is to change."""
        shown = current or SliceExclusion(slice_id, frozenset({Scope.QUANTIFICATION}))
        dialog = cls(title, shown, parent)
        is_taken = dialog.exec() == QDialog.DialogCode.Accepted
        answer = dialog.answer()
        dialog.deleteLater()
        before = replace(current or SliceExclusion(slice_id, frozenset()), author="")
        return answer if is_taken and answer != before else None

    def answer(self) -> SliceExclusion:
        """Return what the boxes say now."""
        return replace(
            self._current,
            scopes=frozenset(scope for scope, box in self._scopes.items() if box.isChecked()),
            reason=next(r for r, button in self._reasons.items() if button.isChecked()),
            stage=next(s for s, button in self._stages.items() if button.isChecked()),
            note=self._note.text().strip(),
            author="",
        )

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(4)
        form.addRow(tr("Leave out of"), _column(list(self._scopes.values())))
        form.addRow(tr("Because of"), self._grouped(list(self._reasons.values())))
        form.addRow(tr("Stage"), self._grouped(list(self._stages.values())))
        form.addRow(tr("Note"), self._note)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(role_label(tr(_ADVICE), "quiet"))
        column.addWidget(self._buttons)

    def _grouped(self, buttons: list[QRadioButton]) -> QWidget:
        group = QButtonGroup(self)
        for button in buttons:
            group.addButton(button)
        return _column(buttons)

    def _fill(self, current: SliceExclusion) -> None:
        for scope, box in self._scopes.items():
            box.setChecked(current.covers(scope))
        self._reasons[current.reason].setChecked(True)
        self._stages.get(current.stage, self._stages[Stage.MANUAL]).setChecked(True)

    def _enable(self) -> None:
        """Ask for reasons only where the slice is left out; another reason needs its words."""
        is_excluded = any(box.isChecked() for box in self._scopes.values())
        is_other = self._reasons[ExclusionReason.OTHER].isChecked()
        words = self._note.text().strip()
        self._note.setPlaceholderText(tr(NEEDED) if is_other else tr("Your own words, optional"))
        taking = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        taking.setText(tr(EXCLUDE) if is_excluded else tr(TAKE_IN))
        taking.setEnabled(bool(words) or not (is_excluded and is_other))
        for button in (*self._reasons.values(), *self._stages.values(), self._note):
            button.setEnabled(is_excluded)


def _column(buttons: list[QCheckBox] | list[QRadioButton]) -> QWidget:
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, _LABEL_PX, 0, 8)
    column.setSpacing(4)
    for button in buttons:
        column.addWidget(button)
    return whole


def _capital(reason: ExclusionReason) -> str:
    return reason.value[:1].upper() + reason.value[1:]
