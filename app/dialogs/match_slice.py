"""Which images belong to a slice: what the rule found, and what the reader wants instead."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QListWidget,
    QRadioButton,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.parts import answer_buttons, resize_on_screen, role_label
from app.words import tr
from vne_core.align.roles import Role

_HEADS = ("Series", "Distance mm", "Angle °", "Largest gap mm", "Now at", "What the rule says")
_SERIES, _SAYS = 0, len(_HEADS) - 1
_NUMBERS = range(1, 4)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_SIZE_PX = (1240, 520)
_ROLES_PX = 176
_SERIES_PX = 232


@dataclass(frozen=True, slots=True)
class ByRule:
    """Whatever the matching rule finds."""


@dataclass(frozen=True, slots=True)
class ByReader:
    """A slice the reader chose; None where the reader wants none."""

    slice_id: str | None


Choice = ByRule | ByReader


@dataclass(frozen=True, slots=True)
class Option:
    """One slice that could fill a role, with what the rule says of it.

    ``against_rule`` is why the rule forbids it; empty where it is allowed. Distances are infinite
    for planes that have none; such a slice cannot be chosen.
    """

    slice_id: str
    series: str
    distance_mm: float
    angle_deg: float
    largest_gap_mm: float
    used_by: str
    says: str
    against_rule: str = ""


@dataclass(frozen=True, slots=True)
class RoleQuestion:
    """One role: what the rule finds, in a sentence and in short, every candidate, what holds now."""

    role: Role
    name: str
    by_rule: str
    found: str
    options: tuple[Option, ...]
    choice: Choice = ByRule()
    can_be_none: bool = True


@dataclass(frozen=True, slots=True)
class MatchQuestion:
    """A slice with its roles. ``fixed`` is why nothing can be changed; empty where it can."""

    title: str
    anchor: str
    rule: str
    roles: tuple[RoleQuestion, ...]
    shown: Role | None = None
    fixed: str = ""


class MatchDialog(QDialog):
    """The roles at the left, the candidates of one of them at the right."""

    def __init__(self, question: MatchQuestion, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Match of this slice"))
        self._question = question
        self.roles = QListWidget(self)
        self.roles.setAccessibleName(tr("What belongs to the slice"))
        self.roles.setFixedWidth(_ROLES_PX)
        stack = QStackedWidget(self)
        is_fixed = bool(question.fixed)
        self.pages = tuple(RolePage(role, stack, is_fixed=is_fixed) for role in question.roles)
        for page in self.pages:
            self.roles.addItem("")
            stack.addWidget(page)
            page.changed.connect(self._name_roles)
        self.roles.currentRowChanged.connect(stack.setCurrentIndex)
        self._buttons = answer_buttons(self, tr("Match"), can_change=not question.fixed)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addWidget(self.roles)
        middle.addWidget(stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(role_label(f"{question.title} · {question.anchor}", "number", self))
        column.addWidget(role_label(question.rule, "quiet", self))
        column.addSpacing(8)
        column.addLayout(middle, 1)
        if question.fixed:
            column.addWidget(role_label(question.fixed, "look-again", self))
        column.addWidget(self._buttons)
        resize_on_screen(self, *_SIZE_PX)
        self._name_roles()
        rows: dict[Role | None, int] = {r.role: row for row, r in enumerate(question.roles)}
        self.roles.setCurrentRow(rows.get(question.shown, 0))

    @classmethod
    def ask(cls, parent: QWidget, question: MatchQuestion) -> Mapping[Role, Choice] | None:
        """Return the roles that the reader changed; None when the reader thinks better of it."""
        dialog = cls(question, parent)
        is_taken = dialog.exec() == QDialog.DialogCode.Accepted
        changes = dialog.changes()
        dialog.deleteLater()
        return changes if is_taken else None

    def changes(self) -> dict[Role, Choice]:
        """Return the choices that differ from what holds now."""
        pairs = zip(self._question.roles, self.pages, strict=True)
        return {
            role.role: page.choice for role, page in pairs if page.choice != _known_choice(role)
        }

    def _name_roles(self) -> None:
        for row, page in enumerate(self.pages):
            self.roles.item(row).setText(f"{_capital(page.name)}\n{page.summary}")
        taking = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        if taking is not None:
            taking.setEnabled(bool(self.changes()))


class RolePage(QWidget):
    """Every candidate of one role, one of them chosen; made when it is first looked at.

    ``tree`` is there from then on.
    """

    changed = Signal()

    tree: QTreeWidget

    def __init__(self, question: RoleQuestion, parent: QWidget, *, is_fixed: bool) -> None:
        super().__init__(parent)
        self._question = question
        self._is_fixed = is_fixed
        self.choice = _known_choice(question)
        self.name = question.name
        self._group = QButtonGroup(self)
        self._choices: list[Choice] = []
        self._warning = role_label("", "quiet", self)

    @property
    def summary(self) -> str:
        """What is chosen now, in a few words."""
        match self.choice:
            case ByRule():
                return tr("by the rule: {found}").format(found=self._question.found)
            case ByReader(None):
                return tr("by the reader: none")
            case ByReader(slice_id):
                option = _option(self._question, slice_id)
                return tr("by the reader: {distance} mm").format(
                    distance=f"{option.distance_mm:.1f}"
                )

    @property
    def warning(self) -> str:
        """What follows from the choice."""
        return _consequence(self._question, self.choice)[0]

    def showEvent(self, event: QShowEvent) -> None:
        """Make the page the first time."""
        if not self._choices:
            self._make()
            self._fill()
            self._group.button(self._choices.index(self.choice)).setChecked(True)
            self._group.idToggled.connect(self._tell)
        super().showEvent(event)

    def choose(self, choice: Choice) -> None:
        """Choose as a click does."""
        self._group.button(self._choices.index(choice)).click()

    def _make(self) -> None:
        self.tree = _tree(self.name, self)
        self._warning.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self._warning.setAlignment(Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.tree, 1)
        column.addWidget(self._warning)
        self._warn()

    def _fill(self) -> None:
        self._add(ByRule(), tr("By the rule"), says=self._question.by_rule)
        for option in self._question.options:
            values = (option.distance_mm, option.angle_deg, option.largest_gap_mm)
            numbers = [f"{value:.1f}" if math.isfinite(value) else "" for value in values]
            row = (*numbers, option.used_by)
            is_possible = math.isfinite(option.distance_mm)
            choice = ByReader(option.slice_id)
            self._add(choice, option.series, row, says=option.says, is_possible=is_possible)
        if self._question.can_be_none:
            says = tr("the slice is read without {name}").format(name=self.name)
            self._add(ByReader(None), tr("None"), says=says)

    def _add(
        self,
        choice: Choice,
        text: str,
        row: Sequence[str] = ("", "", "", ""),
        *,
        says: str,
        is_possible: bool = True,
    ) -> None:
        item = QTreeWidgetItem(["", *row, says])
        for at in _NUMBERS:
            item.setTextAlignment(at, _RIGHT)
        item.setToolTip(_SAYS, says)
        self.tree.addTopLevelItem(item)
        button = QRadioButton(text)
        button.setToolTip(text)
        button.setEnabled(is_possible and not self._is_fixed)
        self._group.addButton(button, len(self._choices))
        self._choices.append(choice)
        self.tree.setItemWidget(item, _SERIES, button)

    def _tell(self, at: int, is_on: bool) -> None:  # noqa: FBT001 - a signal's value
        if is_on:
            self.choice = self._choices[at]
            self._warn()
            self.changed.emit()

    def _warn(self) -> None:
        text, role = _consequence(self._question, self.choice)
        self._warning.setProperty("role", role)
        self._warning.style().polish(self._warning)
        self._warning.setText(text)


def _consequence(question: RoleQuestion, choice: Choice) -> tuple[str, str]:
    """Return what a choice means and the role of the label that says it."""
    match choice:
        case ByRule():
            return "", "quiet"
        case ByReader(None):
            words = tr("Kept as refused by the reader: the slice has no {name}.")
            return words.format(name=question.name), "look-again"
        case ByReader(slice_id):
            reason = _option(question, slice_id).against_rule
    if reason:
        words = tr("▲ Against the rule: {reason}. Kept and shown as matched by the reader.")
        return words.format(reason=reason), "stop"
    return tr("Kept and shown as matched by the reader."), "quiet"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _option(question: RoleQuestion, slice_id: str | None) -> Option:
    return next(option for option in question.options if option.slice_id == slice_id)


def _known_choice(question: RoleQuestion) -> Choice:
    """Return what holds now; a chosen slice that is gone leaves it to the rule."""
    known = {ByReader(option.slice_id) for option in question.options} | {ByReader(None)}
    return question.choice if question.choice in known else ByRule()


def _tree(name: str, parent: QWidget) -> QTreeWidget:
    tree = QTreeWidget(parent)
    tree.setAccessibleName(tr("Candidates for {name}").format(name=name))
    tree.setHeaderLabels([tr(head) for head in _HEADS])
    tree.setRootIsDecorated(False)
    tree.setUniformRowHeights(True)
    tree.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
    tree.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    tree.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    tree.header().setSectionResizeMode(_SERIES, QHeaderView.ResizeMode.Interactive)
    tree.header().resizeSection(_SERIES, _SERIES_PX)
    for at in _NUMBERS:
        tree.headerItem().setTextAlignment(at, _RIGHT)
    return tree
