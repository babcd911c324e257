"""The right side: tools, levels and burden of the slice, its references, the patient."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.actions import key_name
from app.panels.burden_table import BurdenTable
from app.panels.icons import icon
from app.panels.rows import Badge, ToolPanelRows
from app.panels.style import TOOL_COLOURS, begin_role, set_role

WIDTH_PX = 304
_TOOLS = ("epi", "endo", "remote", "blood")


class ToolPanel(QFrame):
    """Values in, ``levels_chosen`` and the actions' own triggers out."""

    levels_chosen = Signal(tuple)

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        begin_role(self, "panel")
        self.setMinimumWidth(WIDTH_PX)
        self._actions = actions
        bands = [actions[f"band-{number}"] for number in (1, 2, 3)]
        scroll = QScrollArea(self)
        viewport = QWidget(scroll)
        scroll.setViewport(viewport)
        body = self._body = QWidget(viewport)
        self.slice_table = BurdenTable(bands, body)
        self.slice_table.levels_chosen.connect(self.levels_chosen)
        self.patient_table = BurdenTable(parent=body)
        self._title = _label(body, "section")
        self._badge = _label(body, "small")
        self._slice_reason = _notice(body)
        self._vne_reason = _label(body, "small", wraps=True)
        self._region_note = _notice(body)
        self._summary = _label(body, "quiet", wraps=True)
        self._patient_reason = _notice(body)
        self._figures = {name: _label(body, "") for name in ("remote", "blood", "myocardium")}
        self._confirm = _button(actions["confirm"], "Confirm slice", "main", body)
        self._fill(QVBoxLayout(body), actions)
        scroll.setWidget(body)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        self.redraw_icons()

    def show_rows(self, rows: ToolPanelRows) -> None:
        """Show a slice and its patient."""
        self._title.setText(rows.slice_title.upper())
        self._badge.setText(rows.badge.value)
        set_role(self._badge, "good" if rows.badge is Badge.CONFIRMED else "small")
        self.slice_table.show_rows(rows.slice_burden)
        self.slice_table.set_editable(rows.can_edit)
        self.patient_table.show_rows(rows.patient_burden)
        set_role(self._slice_reason, "look-again" if rows.is_begun else "quiet")
        _say(self._slice_reason, rows.slice_burden.lge_reason)
        self._vne_reason.setText(rows.slice_burden.vne_reason)
        for name, label in self._figures.items():
            label.setText(getattr(rows.references, name) or "–")  # noqa: RUF001 - as in the table
        _say(self._region_note, rows.references.note)
        self._summary.setText(rows.patient_summary)
        self._summary.setVisible(bool(rows.patient_summary))
        set_role(self._summary, "look-again" if rows.is_partial else "quiet")
        _say(self._patient_reason, rows.patient_burden.lge_reason)

    def texts(self) -> list[str]:
        """Return the sentences shown, for tests and screen readers."""
        labels = (self._title, self._badge, self._slice_reason, self._vne_reason, self._summary)
        return [label.text() for label in (*labels, self._region_note, self._patient_reason)]

    def redraw_icons(self) -> None:
        """Draw the tools' icons again after the theme changed; their colours are the contours'."""
        for name in _TOOLS:
            self._actions[f"tool-{name}"].setIcon(icon(name, TOOL_COLOURS[name]))

    def _fill(self, column: QVBoxLayout, actions: Mapping[str, QAction]) -> None:
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        heading = QHBoxLayout()
        heading.addWidget(self._title, 1)
        heading.addWidget(self._badge)
        column.addLayout(heading)
        column.addLayout(_tool_grid(actions, self._body))
        column.addWidget(self._confirm)
        column.addSpacing(8)
        column.addWidget(_label(self._body, "section", "LESION BURDEN OF THIS SLICE"))
        column.addWidget(self.slice_table)
        column.addWidget(self._slice_reason)
        column.addWidget(self._vne_reason)
        column.addSpacing(8)
        column.addWidget(_label(self._body, "section", "REFERENCES ON LGE"))
        column.addLayout(self._figure_rows())
        column.addWidget(self._region_note)
        column.addSpacing(8)
        column.addWidget(_label(self._body, "section", "LESION BURDEN OF THE PATIENT"))
        column.addWidget(self.patient_table)
        column.addWidget(self._summary)
        column.addWidget(self._patient_reason)
        column.addStretch(1)

    def _figure_rows(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(4)
        names = ("Remote, mean ± SD", "Blood pool, mean ± SD", "Myocardium, mm²")
        for row, (name, label) in enumerate(zip(names, self._figures.values(), strict=True)):
            grid.addWidget(_label(self._body, "quiet", name), row, 0)
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(label, row, 1)
        return grid


def _tool_grid(actions: Mapping[str, QAction], parent: QWidget) -> QGridLayout:
    grid = QGridLayout()
    grid.setSpacing(4)
    for place, name in enumerate(_TOOLS):
        action = actions[f"tool-{name}"]
        action.setIconText(f"{action.text()}  {key_name(action)}")
        button = QToolButton(parent)
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.setMinimumHeight(32)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        begin_role(button, "tool")
        grid.addWidget(button, place // 2, place % 2)
        grid.setColumnStretch(place % 2, 1)
    return grid


def _button(action: QAction, text: str, role: str, parent: QWidget) -> QPushButton:
    """Return a push button that is an action in other words."""
    button = QPushButton(f"{text}  {key_name(action)}", parent)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.clicked.connect(action.trigger)
    action.enabledChanged.connect(button.setEnabled)
    button.setEnabled(action.isEnabled())
    begin_role(button, role)
    return button


def _label(parent: QWidget, role: str, text: str = "", *, wraps: bool = False) -> QLabel:
    label = QLabel(text, parent)
    label.setWordWrap(wraps)
    begin_role(label, role)
    return label


def _notice(parent: QWidget) -> QLabel:
    label = _label(parent, "look-again", wraps=True)
    label.hide()
    return label


def _say(label: QLabel, text: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))
