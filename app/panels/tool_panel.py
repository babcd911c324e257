"""The right side: tools, levels and burdens, bull's-eye, T1 and references."""

from collections.abc import Callable, Mapping, Sequence

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
    QVBoxLayout,
    QWidget,
)

from app.actions import key_name
from app.panels.action_button import ActionButton
from app.panels.band_choice import BandChoice
from app.panels.bulls_eye import BullsEye
from app.panels.burden_table import BurdenTable
from app.panels.icons import icon
from app.panels.rows import Badge, DerivedRows, ToolPanelRows
from app.panels.section import Section
from app.panels.style import BAND_COLOURS, tool_colour
from app.panels.t1_table import T1Table
from app.panels.thresholds import Thresholds
from app.roles import begin_role, set_role
from app.words import tr

WIDTH_PX = 316
_TOOLS = {
    "epi": "Epicardium",
    "endo": "Endocardium",
    "remote": "Remote region",
    "blood": "Blood pool",
    "septal": "Septal region",
    "insertion": "RV insertion",
    "exclude": "Exclusion",
    "include": "Inclusion",
}
"""The tools in short words, as buttons have room for them."""


class ToolPanel(QFrame):
    """Values in; chosen levels, previewed levels and a segment's slice out.

    The actions' own triggers do the rest. ``section_toggled`` carries a section's title and
    whether it is unfolded now.
    """

    levels_chosen = Signal(tuple)
    levels_previewed = Signal(tuple)
    slice_chosen = Signal(int)
    section_toggled = Signal(str, bool)

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        begin_role(self, "panel")
        self.setMinimumWidth(WIDTH_PX)
        self._actions = actions
        bands = [actions[f"band-{number}"] for number in (1, 2, 3)]
        scroll = _scrolling(self)
        body = self._body = QWidget(scroll.viewport())
        self.slice_table = BurdenTable(bands, body)
        self.thresholds = Thresholds(body)
        self.patient_table = BurdenTable(parent=body)
        self.bulls_eye = BullsEye(body)
        self.segment_bands = BandChoice(body)
        self.t1_table = T1Table(body)
        self._title = _label(body, "section")
        self._badge = _label(body, "small")
        self._slice_reason = _notice(body)
        self._vne_reason = _label(body, "small", wraps=True)
        self._summary = _label(body, "quiet", wraps=True)
        self._patient_reason = _notice(body)
        self._segment_notice = _notice(body)
        self._region_note = _notice(body)
        self._figures = {name: _label(body, "") for name in ("remote", "blood", "myocardium")}
        self._confirm = _button(actions["confirm"], "Confirm slice", "main", body)
        self.sections: dict[str, Section] = {}
        self._fill(QVBoxLayout(body), actions)
        scroll.setWidget(body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        self._connect()
        self.redraw_icons()

    def show_rows(self, rows: ToolPanelRows) -> None:
        """Show a slice and its patient."""
        self._title.setText(rows.slice_title.upper())
        self._badge.setText(tr(rows.badge.value))
        set_role(self._badge, "small-good" if rows.badge is Badge.CONFIRMED else "small")
        self.slice_table.show_rows(rows.slice_burden)
        self.slice_table.set_editable(rows.can_edit)
        levels = [level.fraction for level in rows.slice_burden.levels]
        if len(levels) == len(BAND_COLOURS):
            self.thresholds.show_levels(levels, rows.preset)
            self.segment_bands.show_names([level.name for level in rows.slice_burden.levels])
        self.thresholds.set_editable(rows.can_edit)
        self.patient_table.show_rows(rows.patient_burden)
        set_role(self._slice_reason, "look-again" if rows.is_begun else "quiet")
        _say(self._slice_reason, rows.slice_burden.lge_reason)
        self._vne_reason.setText(rows.slice_burden.vne_reason)
        set_role(self._vne_reason, "look-again" if rows.slice_burden.is_vne_doubtful else "small")
        for name, label in self._figures.items():
            label.setText(getattr(rows.references, name) or "–")  # noqa: RUF001 - as in the table
        _say(self._region_note, rows.references.note)
        self._summary.setText(rows.patient_summary)
        self._summary.setVisible(bool(rows.patient_summary))
        set_role(self._summary, "look-again" if rows.is_partial else "quiet")
        _say(self._patient_reason, rows.patient_burden.lge_reason)

    def show_derived(self, rows: DerivedRows) -> None:
        """Show the segments and the T1 of the slice."""
        self.bulls_eye.show_rows(rows)
        self.t1_table.show_rows(rows.t1)
        _say(self._segment_notice, rows.notice)
        is_begun = any(row.percents for row in rows.segments)
        set_role(self._segment_notice, "look-again" if is_begun else "quiet")

    def texts(self) -> list[str]:
        """Return the sentences shown, for tests and screen readers."""
        labels = (self._title, self._badge, self._slice_reason, self._vne_reason, self._summary)
        last = (self._region_note, self._patient_reason, self._segment_notice)
        return [label.text() for label in (*labels, *last)]

    def redraw_icons(self) -> None:
        """Draw the tools' icons again after the theme changed; their colours are the contours'."""
        for name in _TOOLS:
            self._actions[f"tool-{name}"].setIcon(icon(name, tool_colour(name)))

    def _fill(self, column: QVBoxLayout, actions: Mapping[str, QAction]) -> None:
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        heading = QHBoxLayout()
        heading.addWidget(self._title, 1)
        heading.addWidget(self._badge)
        column.addLayout(heading)
        column.addLayout(_tool_grid(actions, self._body))
        column.addWidget(self._confirm)
        for title, parts in (
            (
                "Lesion burden of this slice",
                (
                    self.slice_table,
                    self._region_note,
                    self.thresholds,
                    self._slice_reason,
                    self._vne_reason,
                ),
            ),
            (
                "Lesion burden of the patient",
                (self.patient_table, self._summary, self._patient_reason),
            ),
            (
                "AHA segments on LGE, burden %",
                (self.segment_bands, self.bulls_eye, self._segment_notice),
            ),
            ("T1 of this slice, ms", (self.t1_table,)),
            ("References on LGE", (self._figure_rows(),)),
        ):
            column.addWidget(self._section(title, parts))
        column.addStretch(1)

    def _section(self, title: str, parts: Sequence[QWidget]) -> Section:
        content = QVBoxLayout()
        content.setSpacing(8)
        for part in parts:
            content.addWidget(part)
        section = Section(title, content, self._body)
        section.toggled.connect(lambda is_open: self.section_toggled.emit(title, is_open))
        self.sections[title] = section
        return section

    def _connect(self) -> None:
        self.slice_table.levels_chosen.connect(self.levels_chosen)
        self.thresholds.levels_chosen.connect(self.levels_chosen)
        self.thresholds.levels_previewed.connect(self.levels_previewed)
        self.thresholds.custom_wanted.connect(self.slice_table.focus_levels)
        self.segment_bands.chosen.connect(self.bulls_eye.show_band)
        self.bulls_eye.slice_chosen.connect(self.slice_chosen)

    def _figure_rows(self) -> QWidget:
        rows = QWidget(self._body)
        grid = QGridLayout(rows)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        names = ("Remote, mean ± SD", "Blood pool, mean ± SD", "Myocardium, mm²")
        for row, (name, label) in enumerate(zip(names, self._figures.values(), strict=True)):
            grid.addWidget(_label(rows, "quiet", tr(name)), row, 0)
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(label, row, 1)
        return rows


def _tool_grid(actions: Mapping[str, QAction], parent: QWidget) -> QGridLayout:
    grid = QGridLayout()
    grid.setSpacing(4)
    for place, (name, words) in enumerate(_TOOLS.items()):
        action = actions[f"tool-{name}"]
        _keep_caption(action, tr(words), action.setIconText)
        button = ActionButton(action, parent)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.setMinimumHeight(32)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        begin_role(button, "tool")
        grid.addWidget(button, place // 2, place % 2)
        grid.setColumnStretch(place % 2, 1)
    return grid


def _scrolling(parent: QWidget) -> QScrollArea:
    """Return the scroll area, with a viewport of ours: Qt's own costs the start milliseconds."""
    scroll = QScrollArea(parent)
    scroll.setViewport(QWidget(scroll))
    scroll.setWidgetResizable(True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return scroll


def _button(action: QAction, text: str, role: str, parent: QWidget) -> QPushButton:
    """Return a push button that is an action in other words."""
    button = QPushButton(parent)
    _keep_caption(action, tr(text), button.setText)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(action.trigger)
    action.enabledChanged.connect(button.setEnabled)
    button.setEnabled(action.isEnabled())
    begin_role(button, role)
    return button


def _keep_caption(action: QAction, words: str, show: Callable[[str], None]) -> None:
    """Show an action's words and key, also once it has another key."""

    def caption() -> None:
        show(f"{words}  {key_name(action)}".rstrip())

    action.changed.connect(caption)
    caption()


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
