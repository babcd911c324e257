"""Every action as a row of one table; one loop makes QActions, menus and the shortcut sheet."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget


class Fact(StrEnum):
    """What must be true of the window for an action to make sense."""

    IDLE = "no import is running"
    LAST_IMPORT = "files were imported in this sitting"
    STUDY = "a study is open"
    WRITABLE = "the workspace can be written"
    CINE = "the slice has a cine"
    T1 = "the slice has a T1 map"
    UNCONFIRMED = "the slice has contours that are not confirmed"
    OUTLINE = "the tool in hand has an outline"
    CAN_UNDO = "there is something to undo"
    CAN_REDO = "there is something to redo"


@dataclass(frozen=True, slots=True)
class Row:
    """One action: its menu and words, its keys, what it needs, and how it looks."""

    id: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    needs: frozenset[Fact] = frozenset()
    icon: str = ""
    is_switch: bool = False
    on_toolbar: bool = False
    starts_group: bool = False


def _needs(*facts: Fact) -> frozenset[Fact]:
    return frozenset(facts)


_STUDY = _needs(Fact.STUDY)
_EDIT = _needs(Fact.STUDY, Fact.WRITABLE)
_CINE = _needs(Fact.STUDY, Fact.CINE)

TABLE: tuple[Row, ...] = (
    Row("open-folder", "File", "Open folder…", ("Ctrl+O",), _needs(Fact.IDLE), "folder"),
    Row("open-archive", "File", "Open .zip file…", ("Ctrl+Shift+O",), _needs(Fact.IDLE), "archive"),
    Row("open-demo", "File", "Open demo study", (), _needs(Fact.IDLE), "heart"),
    Row("import-summary", "File", "Last import…", (), _needs(Fact.LAST_IMPORT)),
    Row("export-csv", "File", "Export burden as CSV…", ("Ctrl+E",), _STUDY, "export",
        on_toolbar=True, starts_group=True),
    Row("close-study", "File", "Close study", ("Ctrl+W",), _STUDY),
    Row("quit", "File", "Quit", ("Ctrl+Q",), starts_group=True),
    Row("undo", "Edit", "Undo", ("Ctrl+Z",), _needs(Fact.CAN_UNDO), "undo",
        on_toolbar=True, starts_group=True),
    Row("redo", "Edit", "Redo", ("Ctrl+Shift+Z",), _needs(Fact.CAN_REDO), "redo",
        on_toolbar=True),
    Row("confirm", "Edit", "Confirm the contours of this slice", ("Return", "Enter"),
        _EDIT | {Fact.UNCONFIRMED}, "confirm", starts_group=True),
    Row("delete", "Edit", "Delete the outline in hand", ("Del",), _EDIT | {Fact.OUTLINE}, "delete"),
    Row("nudge-up", "Edit", "Nudge the outline up", ("Alt+Up",), _EDIT | {Fact.OUTLINE},
        starts_group=True),
    Row("nudge-down", "Edit", "Nudge the outline down", ("Alt+Down",), _EDIT | {Fact.OUTLINE}),
    Row("nudge-left", "Edit", "Nudge the outline left", ("Alt+Left",), _EDIT | {Fact.OUTLINE}),
    Row("nudge-right", "Edit", "Nudge the outline right", ("Alt+Right",), _EDIT | {Fact.OUTLINE}),
    Row("slice-up", "View", "Slice towards the base", ("Up",), _STUDY),
    Row("slice-down", "View", "Slice towards the apex", ("Down",), _STUDY),
    Row("phase-back", "View", "Phase back", ("Left",), _CINE, starts_group=True),
    Row("phase-on", "View", "Phase on", ("Right",), _CINE),
    Row("cine", "View", "Play the cine", ("C",), _CINE, "play", is_switch=True),
    Row("slower", "View", "Play slower", ("[", ","), _CINE),
    Row("faster", "View", "Play faster", ("]", "."), _CINE),
    Row("ping-pong", "View", "Play to and fro", ("Shift+C",), _CINE, is_switch=True),
    Row("end-diastole", "View", "Show end-diastole", ("D",), _CINE),
    Row("rest-t1", "View", "Rest at the T1 map's phase", ("Shift+D",), _CINE, is_switch=True),
    Row("rest-lge", "View", "Rest at the LGE's phase", (), _CINE, is_switch=True),
    Row("auto-window", "View", "Automatic window and level", ("A",), _STUDY, "window",
        on_toolbar=True, starts_group=True),
    Row("t1-colours", "View", "T1 colours: next map", ("L",), _STUDY | {Fact.T1}, "colours",
        on_toolbar=True),
    Row("band-1", "View", "Show band 1 (FWHM)", ("1",), _STUDY, is_switch=True, starts_group=True),
    Row("band-2", "View", "Show band 2 (FWQM)", ("2",), _STUDY, is_switch=True),
    Row("band-3", "View", "Show band 3 (FWEM)", ("3",), _STUDY, is_switch=True),
    Row("outlines", "View", "Bands as outlines", ("0",), _STUDY, "outlines", is_switch=True,
        on_toolbar=True),
    Row("hide", "View", "Hide contours and bands", ("H",), _STUDY, "hide", is_switch=True,
        on_toolbar=True),
    Row("layout-row", "View", "Panes in a row", ("Ctrl+1",), _STUDY, is_switch=True,
        starts_group=True),
    Row("layout-grid", "View", "Panes in a square", ("Ctrl+2",), _STUDY, is_switch=True),
    Row("layout-auto", "View", "Panes as they fit", ("Ctrl+3",), _STUDY, is_switch=True),
    Row("compare-wipe", "View", "Wipe one image over another", ("F5",), _STUDY, is_switch=True),
    Row("compare-flicker", "View", "Flicker between two images", ("F6",), _STUDY, is_switch=True),
    Row("compare-flip", "View", "Flicker: the other image", ("V",), _STUDY),
    Row("pane-1", "View", "Enlarge the T1 map", ("F1",), _STUDY, starts_group=True),
    Row("pane-2", "View", "Enlarge the cine", ("F2",), _STUDY),
    Row("pane-3", "View", "Enlarge the VNE", ("F3",), _STUDY),
    Row("pane-4", "View", "Enlarge the LGE", ("F4",), _STUDY),
    Row("light-theme", "View", "Light colours", (), is_switch=True, starts_group=True),
    Row("tool-browse", "Tools", "Browse", ("Esc",), _STUDY, "browse", is_switch=True),
    Row("tool-epi", "Tools", "Epicardium", ("E",), _EDIT, "epi", is_switch=True),
    Row("tool-endo", "Tools", "Endocardium", ("N",), _EDIT, "endo", is_switch=True),
    Row("tool-remote", "Tools", "Remote region", ("R",), _EDIT, "remote", is_switch=True),
    Row("tool-blood", "Tools", "Blood pool", ("B",), _EDIT, "blood", is_switch=True),
    Row("mark-caliper", "Tools", "Caliper", ("T",), _STUDY, is_switch=True, starts_group=True),
    Row("mark-probe", "Tools", "Statistics in a circle", ("Q",), _STUDY, is_switch=True),
    Row("mark-arrow", "Tools", "Arrow with a note", ("W",), _STUDY, is_switch=True),
    Row("mark-clear", "Tools", "Remove the marks of this image", ("Shift+T",), _STUDY),
    Row("match-slice", "Tools", "Match of this slice…", ("Ctrl+M",), _STUDY, starts_group=True),
    Row("series-kinds", "Tools", "Series of this study…", (), _STUDY),
    Row("shortcuts", "Help", "Keys and mouse", ("?",), icon="help"),
    Row("show-log", "Help", "Show log"),
    Row("about", "Help", "About VNE Reader", starts_group=True),
)  # fmt: skip
"""In the order of the menus; "&" and tooltips are made from these words."""


def make_actions(parent: QWidget, rows: Iterable[Row] = TABLE) -> dict[str, QAction]:
    """Return a QAction for each row by its id, added to ``parent`` so that the keys are heard."""
    actions: dict[str, QAction] = {}
    for row in rows:
        action = QAction(row.text, parent)
        action.setShortcuts([QKeySequence(key) for key in row.keys])
        action.setCheckable(row.is_switch)
        action.setToolTip(f"{row.text.rstrip('…')} ({row.keys[0]})" if row.keys else row.text)
        action.setAutoRepeat(row.id.startswith(("slice-", "phase-", "nudge-", "undo", "redo")))
        action.setIconVisibleInMenu(False)
        parent.addAction(action)
        actions[row.id] = action
    return actions


def fill_menus(bar: QMenuBar, actions: Mapping[str, QAction]) -> None:
    """Put every action in the menu its row names."""
    menus: dict[str, QMenu] = {}
    for row in TABLE:
        menu = menus.get(row.menu) or menus.setdefault(row.menu, bar.addMenu(f"&{row.menu}"))
        if row.starts_group:
            menu.addSeparator()
        menu.addAction(actions[row.id])


def draw_icons(actions: Mapping[str, QAction], icon: Callable[[str], QIcon]) -> None:
    """Give each action the icon its row names, in the colours of the theme in use."""
    for row in TABLE:
        if row.icon:
            actions[row.id].setIcon(icon(row.icon))


def enable(actions: Mapping[str, QAction], facts: frozenset[Fact]) -> None:
    """Enable exactly the actions whose needs are met."""
    for row in TABLE:
        actions[row.id].setEnabled(row.needs <= facts)


def key_name(action: QAction) -> str:
    """Return an action's first key as keyboards have it."""
    return _on_keyboards(action.shortcut().toString())


def shortcut_rows() -> list[tuple[str, str, str]]:
    """Return (menu, text, keys) of every action that has keys, in the order of the table."""
    return [
        (row.menu, row.text.rstrip("…"), " or ".join(dict.fromkeys(map(_on_keyboards, row.keys))))
        for row in TABLE
        if row.keys
    ]


def _on_keyboards(key: str) -> str:
    return "Enter" if key == "Return" else key
