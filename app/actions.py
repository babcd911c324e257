"""Every action as a row of one table: menus, toolbar, tooltips, key sheet and palette follow it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from app.words import tr


class Fact(StrEnum):
    """What must be true of the window for an action to make sense.

    In the order in which the first missing one is told.
    """

    STUDY = "a study is open"
    IDLE = "no other job is running"
    MODEL = "a VNE model is installed"
    LAST_IMPORT = "files were imported in this sitting"
    WRITABLE = "the workspace can be written"
    CINE = "the slice has a cine"
    T1 = "the slice has a T1 map"
    UNCONFIRMED = "the slice has contours that are not confirmed"
    OUTLINE = "the tool in hand has an outline"
    CAN_UNDO = "there is something to undo"
    CAN_REDO = "there is something to redo"


@dataclass(frozen=True, slots=True)
class Row:
    """One action: its menu and words, its keys, what it needs, and how it looks.

    ``also`` are other words a reader may look for it by. The keys of a row with ``keeps_keys``
    are no reader's to change.
    """

    id: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    needs: frozenset[Fact] = frozenset()
    icon: str = ""
    is_switch: bool = False
    on_toolbar: bool = False
    starts_group: bool = False
    also: str = ""
    keeps_keys: bool = False


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
        on_toolbar=True, starts_group=True, also="table spreadsheet excel results"),
    Row("save-picture", "File", "Save picture…", ("Ctrl+Shift+S",), _STUDY, "picture",
        also="image png screenshot export figure"),
    Row("close-study", "File", "Close study", ("Ctrl+W",), _STUDY),
    Row("quit", "File", "Quit", ("Ctrl+Q",), starts_group=True, also="exit leave"),
    Row("undo", "Edit", "Undo", ("Ctrl+Z",), _needs(Fact.CAN_UNDO), "undo",
        on_toolbar=True, starts_group=True),
    Row("redo", "Edit", "Redo", ("Ctrl+Shift+Z",), _needs(Fact.CAN_REDO), "redo",
        on_toolbar=True, also="again repeat"),
    Row("step-back", "Edit", "Step back", ("Esc",), _STUDY, also="cancel escape leave the tool",
        keeps_keys=True),
    Row("copy-picture", "Edit", "Copy picture of the pane", ("Ctrl+C",), _STUDY, "copy",
        starts_group=True, also="image clipboard screenshot"),
    Row("copy-all", "Edit", "Copy picture of all panes", ("Ctrl+Alt+C",), _STUDY,
        also="image clipboard screenshot"),
    Row("confirm", "Edit", "Confirm the contours of this slice", ("Enter", "Return"),
        _EDIT | {Fact.UNCONFIRMED}, "confirm", starts_group=True),
    Row("delete", "Edit", "Delete the outline in hand", ("Del",), _EDIT | {Fact.OUTLINE}, "delete"),
    Row("nudge-up", "Edit", "Nudge the outline up", ("Alt+Up",), _EDIT | {Fact.OUTLINE},
        starts_group=True),
    Row("nudge-down", "Edit", "Nudge the outline down", ("Alt+Down",), _EDIT | {Fact.OUTLINE}),
    Row("nudge-left", "Edit", "Nudge the outline left", ("Alt+Left",), _EDIT | {Fact.OUTLINE}),
    Row("nudge-right", "Edit", "Nudge the outline right", ("Alt+Right",), _EDIT | {Fact.OUTLINE}),
    Row("preferences", "Edit", "Preferences…", ("Ctrl+,",), icon="preferences",
        starts_group=True, also="settings options theme colours keys size"),
    Row("slice-up", "View", "Slice towards the base", ("Up",), _STUDY),
    Row("slice-down", "View", "Slice towards the apex", ("Down",), _STUDY),
    Row("study-back", "View", "Previous study", ("PgUp",), _STUDY),
    Row("study-on", "View", "Next study", ("PgDown",), _STUDY),
    Row("find-study", "View", "Find a study", ("Ctrl+F",), _STUDY,
        also="search filter browser list pseudonym"),
    Row("zoom-in", "View", "Zoom in", ("Ctrl+=", "Ctrl++"), _STUDY, starts_group=True,
        also="magnify enlarge larger closer"),
    Row("zoom-out", "View", "Zoom out", ("Ctrl+-",), _STUDY, also="smaller farther"),
    Row("fit", "View", "Fit the whole image", ("Ctrl+0",), _STUDY,
        also="zoom to fit all reset view full"),
    Row("zoom-heart", "View", "Zoom to the heart", (), _STUDY, also="first view reset centre"),
    Row("auto-window", "View", "Automatic window and level", ("A",), _STUDY, "window",
        on_toolbar=True, starts_group=True, also="contrast brightness"),
    Row("t1-colours", "View", "T1 colours: next map", ("L",), _STUDY | {Fact.T1}, "colours",
        on_toolbar=True, also="map lipari rainbow grey"),
    Row("band-1", "View", "Show band 1 (FWHM)", ("1",), _STUDY, is_switch=True, starts_group=True),
    Row("band-2", "View", "Show band 2 (FWQM)", ("2",), _STUDY, is_switch=True),
    Row("band-3", "View", "Show band 3 (FWEM)", ("3",), _STUDY, is_switch=True),
    Row("outlines", "View", "Bands as outlines", ("0",), _STUDY, "outlines", is_switch=True,
        on_toolbar=True),
    Row("hide", "View", "Hide contours and bands", ("H",), _STUDY, "hide", is_switch=True,
        on_toolbar=True),
    Row("side-studies", "View", "Study list", ("Ctrl+L",), _STUDY, is_switch=True,
        starts_group=True, also="browser side left fold sidebar"),
    Row("side-tools", "View", "Tool panel", ("Ctrl+R",), _STUDY, is_switch=True,
        also="measure history side right fold sidebar"),
    Row("light-theme", "View", "Light colours", (), is_switch=True, also="theme dark bright"),
    Row("pane-1", "Panes", "Enlarge the T1 map", ("F1",), _STUDY),
    Row("pane-2", "Panes", "Enlarge the cine", ("F2",), _STUDY),
    Row("pane-3", "Panes", "Enlarge the VNE", ("F3",), _STUDY),
    Row("pane-4", "Panes", "Enlarge the LGE", ("F4",), _STUDY),
    Row("layout-row", "Panes", "Panes in a row", ("Ctrl+1",), _STUDY, is_switch=True,
        starts_group=True),
    Row("layout-grid", "Panes", "Panes in a square", ("Ctrl+2",), _STUDY, is_switch=True),
    Row("layout-auto", "Panes", "Panes as they fit", ("Ctrl+3",), _STUDY, is_switch=True),
    Row("compare-wipe", "Panes", "Wipe one image over another", ("F5",), _STUDY, is_switch=True,
        starts_group=True),
    Row("compare-flicker", "Panes", "Flicker between two images", ("F6",), _STUDY, is_switch=True),
    Row("compare-flip", "Panes", "Flicker: the other image", ("V",), _STUDY),
    Row("cine", "Cine", "Play the cine", ("C",), _CINE, "play", is_switch=True),
    Row("slower", "Cine", "Play slower", ("[", ","), _CINE),
    Row("faster", "Cine", "Play faster", ("]", "."), _CINE),
    Row("ping-pong", "Cine", "Play to and fro", ("Shift+C",), _CINE, is_switch=True),
    Row("phase-back", "Cine", "Phase back", ("Left",), _CINE, starts_group=True),
    Row("phase-on", "Cine", "Phase on", ("Right",), _CINE),
    Row("end-diastole", "Cine", "End-diastole", ("D",), _CINE, starts_group=True,
        also="phase relaxed first"),
    Row("rest-t1", "Cine", "Rest at the T1 map's phase", ("Shift+D",), _CINE, is_switch=True),
    Row("rest-lge", "Cine", "Rest at the LGE's phase", (), _CINE, is_switch=True),
    Row("tool-browse", "Tools", "Browse", (), _STUDY, "browse", is_switch=True),
    Row("tool-epi", "Tools", "Epicardium", ("E",), _EDIT, "epi", is_switch=True),
    Row("tool-endo", "Tools", "Endocardium", ("N",), _EDIT, "endo", is_switch=True),
    Row("tool-remote", "Tools", "Remote region", ("R",), _EDIT, "remote", is_switch=True),
    Row("tool-blood", "Tools", "Blood pool", ("B",), _EDIT, "blood", is_switch=True),
    Row("tool-septal", "Tools", "Septal region", ("G",), _EDIT, "septal", is_switch=True,
        starts_group=True),
    Row("tool-insertion", "Tools", "RV insertion", ("J",), _EDIT, "insertion", is_switch=True,
        also="anterior point landmark hinge"),
    Row("tool-exclude", "Tools", "Exclude a region", ("X",), _EDIT, "exclude", is_switch=True),
    Row("tool-include", "Tools", "Include a no-reflow region", ("M",), _EDIT, "include",
        is_switch=True),
    Row("smooth", "Tools", "Smooth the outline", ("O",), _EDIT | {Fact.OUTLINE}, "smooth",
        starts_group=True),
    Row("copy-above", "Tools", "Copy from the slice above", ("Ctrl+D",), _EDIT, "above"),
    Row("copy-below", "Tools", "Copy from the slice below", ("Ctrl+U",), _EDIT, "below"),
    Row("copy-to-pane", "Tools", "Copy to the other images", ("Ctrl+Shift+V",), _EDIT, "to-pane"),
    Row("linked", "Tools", "One set of contours for all images", (), _STUDY, is_switch=True,
        starts_group=True),
    Row("exclude-slice", "Tools", "Exclude this slice…", ("Ctrl+Shift+X",), _EDIT),
    Row("generate-vne", "Tools", "Generate VNE", ("F7",), _needs(Fact.STUDY, Fact.MODEL, Fact.IDLE),
        "generate", on_toolbar=True, starts_group=True, also="virtual native enhancement model AI"),
    Row("match-slice", "Tools", "Match of this slice…", ("Ctrl+M",), _STUDY, starts_group=True),
    Row("series-kinds", "Tools", "Series of this study…", (), _STUDY),
    Row("mark-caliper", "Marks", "Caliper", ("T",), _STUDY, is_switch=True),
    Row("mark-probe", "Marks", "Statistics in a circle", ("Q",), _STUDY, is_switch=True),
    Row("mark-arrow", "Marks", "Arrow with a note", ("W",), _STUDY, is_switch=True),
    Row("mark-clear", "Marks", "Remove the marks of this image", ("Shift+T",), _STUDY,
        starts_group=True),
    Row("help", "Help", "Help", ("Ctrl+F1",), icon="help", also="manual guide how"),
    Row("shortcuts", "Help", "Keys and mouse", ("?",), icon="keys", also="shortcuts keyboard"),
    Row("palette", "Help", "Find an action…", ("Ctrl+K",), icon="find",
        on_toolbar=True, starts_group=True, also="command palette search"),
    Row("show-log", "Help", "Show log", starts_group=True, also="errors"),
    Row("problem-report", "Help", "Save problem report…", also="bug error log support"),
    Row("about", "Help", "About VNE Reader", starts_group=True, also="version licence"),
)  # fmt: skip
"""In the order of the menus. "&" and tooltips are made from these words, ``tr`` at each use."""

ROWS: Mapping[str, Row] = {row.id: row for row in TABLE}
_LACKS = "lacks"
_REPEATING = ("slice-", "phase-", "study-", "nudge-", "zoom-", "undo", "redo")
Keys = tuple[str, ...]


def make_actions(
    parent: QWidget, rows: Iterable[Row] = TABLE, own: Mapping[str, Keys] | None = None
) -> dict[str, QAction]:
    """Return a QAction for each row by its id, added to ``parent`` so that the keys are heard.

    ``own`` are the keys that a reader chose in place of the table's.
    """
    actions: dict[str, QAction] = {}
    for row in rows:
        action = QAction(tr(row.text), parent)
        action.setCheckable(row.is_switch)
        action.setAutoRepeat(row.id.startswith(_REPEATING))
        action.setIconVisibleInMenu(False)
        parent.addAction(action)
        actions[row.id] = action
    set_keys(actions, own or {})
    return actions


def set_keys(actions: Mapping[str, QAction], own: Mapping[str, Keys]) -> None:
    """Give every action the keys a reader chose, else the table's; menus and tooltips follow."""
    for name, action in actions.items():
        keys = [QKeySequence(key) for key in own.get(name, ROWS[name].keys)]
        if action.shortcuts() != keys:
            action.setShortcuts(keys)
        _tip(name, action)


def fill_menus(bar: QMenuBar, actions: Mapping[str, QAction]) -> None:
    """Put every action in the menu its row names."""
    menus: dict[str, QMenu] = {}
    for row in TABLE:
        menu = menus.get(row.menu) or menus.setdefault(row.menu, bar.addMenu(f"&{tr(row.menu)}"))
        if row.starts_group:
            menu.addSeparator()
        menu.addAction(actions[row.id])


def draw_icons(actions: Mapping[str, QAction], icon: Callable[[str], QIcon]) -> None:
    """Give each action the icon its row names, in the colours of the theme in use."""
    for row in TABLE:
        if row.icon:
            actions[row.id].setIcon(icon(row.icon))


def enable(actions: Mapping[str, QAction], facts: frozenset[Fact]) -> None:
    """Enable exactly the actions whose needs are met; the others say what they lack."""
    for row in TABLE:
        lacking = next((fact for fact in Fact if fact in row.needs - facts), None)
        action = actions[row.id]
        action.setEnabled(lacking is None)
        if action.property(_LACKS) != (lacking and lacking.value):
            action.setProperty(_LACKS, lacking and lacking.value)
            _tip(row.id, action)


def why_disabled(action: QAction) -> str:
    """Return what must be true before the action can be used; empty when it can."""
    lacking = action.property(_LACKS)
    return tr("only when {fact}").format(fact=tr(lacking)) if lacking else ""


def why_nothing_happens(actions: Mapping[str, QAction], pressed: QKeySequence) -> str:
    """Return which action a key is of that cannot be used, and what it lacks; else nothing.

    Esc (a key that stays) steps back from whatever there is, so it needs no excuse.
    """
    for name, action in actions.items():
        why = why_disabled(action)
        if why and not ROWS[name].keeps_keys and pressed in action.shortcuts():
            return tr("{action}: {needs}.").format(action=plain_text(ROWS[name]), needs=why)
    return ""


def key_name(action: QAction) -> str:
    """Return an action's first key as keyboards have it."""
    return on_keyboards(action.shortcut().toString())


def key_names(action: QAction) -> str:
    """Return all keys of an action, joined by "or"."""
    names = dict.fromkeys(on_keyboards(key.toString()) for key in action.shortcuts())
    return tr(" or ").join(names)


def shortcut_rows(actions: Mapping[str, QAction]) -> list[tuple[str, str, str]]:
    """Return (menu, text, keys) of every action that has keys, in the order of the table."""
    return [
        (tr(row.menu), plain_text(row), key_names(actions[row.id]))
        for row in TABLE
        if actions[row.id].shortcuts()
    ]


def plain_text(row: Row) -> str:
    """Return a row's words without the dots that promise a question."""
    return tr(row.text).rstrip("…")


def on_keyboards(key: str) -> str:
    """Return a key's name as it is printed on keyboards."""
    return {"Return": "Enter", "PgDown": "PgDn"}.get(key, key)


def _tip(name: str, action: QAction) -> None:
    key, why = key_name(action), why_disabled(action)
    words = plain_text(ROWS[name]) + (f" ({key})" if key else "")
    action.setToolTip(f"{words}\n{why}" if why else words)
