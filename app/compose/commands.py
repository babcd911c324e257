"""What each action of the table does."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from app import edits
from app.compose.navigation import navigation_presses
from app.compose.on_demand import (
    ask_exclusion,
    ask_match,
    ask_preferences,
    ask_series,
    find_action,
    picture_presses,
    save_report,
    show_about,
    show_help,
    show_import,
    show_keys,
)
from app.compose.preferences import preferences_now, show_colours, take_preferences
from app.compose.reader import Reader
from app.compose.viewing import viewing_presses, viewing_switches
from app.dialogs import choose
from app.session import BROWSE, PART_OF_TOOL, Session
from app.settings import log_file
from app.viewer.edit_view import EditView
from app.viewer.lookup import Lookup
from app.viewer.pointer import ZOOM_PER_NOTCH
from app.viewer.tools import Tool
from app.words import tr
from vne_core.geometry.plane import SlicePlane
from vne_core.study.annotation import ImageKind

NUDGES_PX = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}
"""One pixel of the image, (x, y), a press."""

FOLDED = "folded"
"""What is remembered of a side of the reading page that is not shown."""

Press = Callable[[], object]
Switch = Callable[[bool], object]


def presses(reader: Reader) -> dict[str, Press]:
    """Return what to call for each action that is no switch, by its id."""
    return {
        **_file_presses(reader),
        **_edit_presses(reader),
        **_view_presses(reader),
        **viewing_presses(reader),
        **navigation_presses(reader),
        **picture_presses(reader),
        "preferences": partial(ask_preferences, reader),
        "generate-vne": reader.vne.generate,
        "match-slice": partial(ask_match, reader),
        "series-kinds": partial(ask_series, reader),
        **_help_presses(reader),
    }


def switches(reader: Reader) -> dict[str, Switch]:
    """Return what to call, with whether it is on, for each switch by its id."""
    return {**_tool_switches(reader), **_display_switches(reader), **viewing_switches(reader)}


def _file_presses(reader: Reader) -> dict[str, Press]:
    window, settings = reader.window, reader.settings

    def start() -> str:
        return settings.text("last-folder", "")

    def open_folder() -> None:
        if (path := choose.ask_folder(window, start())) is not None:
            reader.open_paths([path])

    def open_archive() -> None:
        if (path := choose.ask_archive(window, start())) is not None:
            reader.open_paths([path])

    return {
        "open-folder": open_folder,
        "open-archive": open_archive,
        "open-demo": lambda: reader.imports.import_demo(with_truth=False),
        "import-summary": lambda: show_import(reader),
        "export-csv": reader.export_csv,
        "close-study": reader.close_study,
        "quit": window.close,
    }


def _edit_presses(reader: Reader) -> dict[str, Press]:
    session, status = reader.session, reader.window.status

    def undo() -> None:
        show_overlays(session)
        words = session.undo_stack.undoText()
        session.undo_stack.undo()
        status.say(tr("Undone: {words}.").format(words=words))

    def redo() -> None:
        show_overlays(session)
        words = session.undo_stack.redoText()
        session.undo_stack.redo()
        status.say(tr("Done again: {words}.").format(words=words))

    def nudge(by_px: tuple[int, int]) -> None:
        view_in_hand(reader).nudge_shape(by_px)

    return {
        "undo": undo,
        "redo": redo,
        "smooth": lambda: view_in_hand(reader).smooth_shape(),
        "copy-above": partial(edits.copy_from, session, -1),
        "copy-below": partial(edits.copy_from, session, 1),
        "copy-to-pane": partial(edits.copy_to_others, session),
        "exclude-slice": partial(ask_exclusion, reader),
        "confirm": partial(edits.confirm, session),
        "delete": lambda: view_in_hand(reader).delete_shape(),
        **{f"nudge-{way}": partial(nudge, by_px) for way, by_px in NUDGES_PX.items()},
    }


def view_in_hand(reader: Reader) -> EditView:
    """Return the view that keys edit in: that of the active pane, else of the first with an image."""
    panes = reader.page.panes
    active = panes.pane(panes.active)
    shown = [pane for pane in panes.panes.values() if pane.has_image]
    return (active if active.has_image or not shown else shown[0]).view


def show_overlays(session: Session) -> None:
    """Bring hidden contours back, so that undo changes nothing the reader cannot see."""
    session.set_display(replace(session.display, is_hidden=False))


def play(reader: Reader, is_on: bool) -> None:  # noqa: FBT001 - the switch's state
    """Let the cine play or rest, here and in the studies opened later."""
    reader.settings.set_text("cine", "playing" if is_on else "resting")
    reader.player.set_playing(is_playing=is_on)


def _tool_switches(reader: Reader) -> dict[str, Switch]:
    """Return the tools: a key pressed again keeps its tool, Esc goes back to browsing."""
    session = reader.session

    def browse() -> None:
        session.choose_tool(BROWSE)
        reader.window.set_switches({"tool-browse": True})

    def take(name: str) -> None:
        session.choose_tool(name)
        reader.window.set_switches({f"tool-{name}": True})
        reader.window.status.say(Tool(name).hint)

    tools: dict[str, Switch] = {
        f"tool-{name}": lambda _, name=name: take(name) for name in PART_OF_TOOL
    }
    return {"tool-browse": lambda _: browse(), **tools}


def _view_presses(reader: Reader) -> dict[str, Press]:
    session, player, panes = reader.session, reader.player, reader.page.panes
    enlarge: dict[str, Press] = {
        f"pane-{number}": lambda kind=kind: panes.toggle_enlarged(kind)
        for number, kind in enumerate(ImageKind, start=1)
    }
    return {
        "slice-up": lambda: session.show_slice(session.index - 1),
        "slice-down": lambda: session.show_slice(session.index + 1),
        "slower": lambda: player.change_speed(-1),
        "faster": lambda: player.change_speed(1),
        "zoom-in": lambda: panes.zoom(ZOOM_PER_NOTCH),
        "zoom-out": lambda: panes.zoom(1 / ZOOM_PER_NOTCH),
        "fit": lambda: show_view(reader, panes.show_whole),
        "zoom-heart": lambda: show_view(reader, panes.show_heart),
        "auto-window": reader.artist.set_auto_windows,
        "t1-colours": lambda: next_colours(reader),
        **enlarge,
    }


def show_view(reader: Reader, show: Callable[[SlicePlane], None]) -> None:
    """Turn all panes to the image in hand: that of the active pane, else of the first with one."""
    plane = view_in_hand(reader).plane
    if plane is not None:
        show(plane)


def link_contours(reader: Reader, is_on: bool) -> None:  # noqa: FBT001 - the switch's state
    """Give the images of a slice one set of contours, or each its own."""
    session = reader.session
    session.link(is_linked=is_on)
    words = tr("The images of a slice each have their own contours.")
    if is_on:
        words = tr("The images of a slice share one set of contours.")
    session.told.emit(words)


def next_colours(reader: Reader) -> None:
    """Show the T1 map through the next table of colours, and remember it."""
    lookups = list(Lookup)
    at = lookups.index(Lookup(reader.session.display.t1_colours))
    chosen = lookups[(at + 1) % len(lookups)]
    show_colours(reader, chosen)
    reader.window.status.say(tr("T1 colours: {colours}.").format(colours=tr(chosen.label)))


def _display_switches(reader: Reader) -> dict[str, Switch]:
    session = reader.session

    def lighten(is_light: bool) -> None:  # noqa: FBT001 - the switch's state
        theme = "light" if is_light else "dark"
        take_preferences(reader, replace(preferences_now(reader), theme=theme))

    bands: dict[str, Switch] = {
        f"band-{number}": lambda _, at=number - 1: session.set_display(session.display.toggled(at))
        for number in (1, 2, 3)
    }
    return {
        **bands,
        "outlines": lambda on: session.set_display(replace(session.display, as_outlines=on)),
        "hide": lambda on: session.set_display(replace(session.display, is_hidden=on)),
        "cine": partial(play, reader),
        "linked": partial(link_contours, reader),
        "light-theme": lighten,
        **{side: partial(show_side, reader, side) for side in reader.page.sides},
    }


def show_side(reader: Reader, side: str, is_on: bool) -> None:  # noqa: FBT001 - the switch's state
    """Show a side of the reading page or fold it away, and remember it."""
    reader.page.fold(side, is_folded=not is_on)
    reader.settings.set_text(side, "" if is_on else FOLDED)


def _help_presses(reader: Reader) -> dict[str, Press]:
    window = reader.window

    def show_log() -> None:
        path = log_file()
        if path.exists():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
            window.status.say(tr("The log is {path}.").format(path=path))
        else:
            window.status.say(tr("The log is empty: nothing has gone wrong."))

    return {
        "help": partial(show_help, reader),
        "shortcuts": partial(show_keys, reader),
        "palette": partial(find_action, reader),
        "problem-report": partial(save_report, reader),
        "about": partial(show_about, reader),
        "show-log": show_log,
    }
