"""What each action of the table does."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from app.actions import shortcut_rows
from app.compose.matching import ask_match
from app.compose.reader import Reader
from app.compose.series import ask_series
from app.compose.viewing import viewing_presses, viewing_switches
from app.dialogs import choose
from app.dialogs.about import AboutDialog
from app.dialogs.import_summary import ImportSummaryDialog
from app.dialogs.shortcuts import ShortcutSheet
from app.panels.style import apply_theme
from app.session import BROWSE, PART_OF_TOOL
from app.settings import log_file
from app.viewer.gestures import flaws, nudged
from app.viewer.lookup import Lookup
from app.viewer.tools import Tool
from vne_core.study.annotation import ImageKind

NUDGES_PX = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}
"""One pixel of the image, (x, y), a press."""

Press = Callable[[], object]
Switch = Callable[[bool], object]


def presses(reader: Reader) -> dict[str, Press]:
    """Return what to call for each action that is no switch, by its id."""
    return {
        **_file_presses(reader),
        **_edit_presses(reader),
        **_view_presses(reader),
        **viewing_presses(reader),
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
        words = session.undo_stack.undoText()
        session.undo_stack.undo()
        status.say(f"Undone: {words}.")

    def redo() -> None:
        words = session.undo_stack.redoText()
        session.undo_stack.redo()
        status.say(f"Done again: {words}.")

    return {
        "undo": undo,
        "redo": redo,
        "confirm": session.confirm,
        "delete": session.delete_outline,
        **{f"nudge-{way}": partial(nudge, reader, by_px) for way, by_px in NUDGES_PX.items()},
    }


def play(reader: Reader, is_on: bool) -> None:  # noqa: FBT001 - the switch's state
    """Let the cine play or rest, here and in the studies opened later."""
    reader.settings.set_text("cine", "playing" if is_on else "resting")
    reader.player.set_playing(is_playing=is_on)


def nudge(reader: Reader, by_px: tuple[int, int]) -> None:
    """Move the outline of the tool in hand, unless that would spoil the contours."""
    session = reader.session
    annotation, images = session.annotation, session.images
    if annotation is None or images is None:
        return
    at_mm = images.plane.pixel_to_patient([(0, 0), by_px])
    moved = nudged(annotation, Tool(session.tool), at_mm[1] - at_mm[0])
    spoiled = flaws(moved, images.plane) - flaws(annotation, images.plane)
    if spoiled:
        reader.window.status.say(f"Not moved: {'; '.join(sorted(spoiled))}.")
    else:
        session.commit(annotation, moved)


def _tool_switches(reader: Reader) -> dict[str, Switch]:
    session = reader.session

    def step_back() -> None:
        if not reader.page.panes.step_back():
            session.choose_tool(BROWSE)
        reader.window.set_switches({"tool-browse": session.tool == BROWSE})

    tools: dict[str, Switch] = {
        f"tool-{name}": lambda on, name=name: session.choose_tool(name if on else BROWSE)
        for name in PART_OF_TOOL
    }
    return {"tool-browse": lambda _: step_back(), **tools}


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
        "auto-window": reader.artist.set_auto_windows,
        "t1-colours": lambda: next_colours(reader),
        **enlarge,
    }


def next_colours(reader: Reader) -> None:
    """Show the T1 map through the next table of colours, and remember it."""
    display = reader.session.display
    names = [name.value for name in Lookup]
    chosen = names[(names.index(display.t1_colours) + 1) % len(names)]
    reader.settings.set_text("t1-colours", chosen)
    reader.session.set_display(replace(display, t1_colours=chosen))
    reader.window.status.say(f"T1 colours: {chosen}.")


def _display_switches(reader: Reader) -> dict[str, Switch]:
    session, settings = reader.session, reader.settings

    def dress(is_light: bool) -> None:  # noqa: FBT001 - the switch's state
        settings.theme = "light" if is_light else "dark"
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        apply_theme(app, settings.theme)
        reader.window.redraw_icons()
        reader.page.tools.redraw_icons()

    bands: dict[str, Switch] = {
        f"band-{number}": lambda _, at=number - 1: session.set_display(session.display.toggled(at))
        for number in (1, 2, 3)
    }
    return {
        **bands,
        "outlines": lambda on: session.set_display(replace(session.display, as_outlines=on)),
        "hide": lambda on: session.set_display(replace(session.display, is_hidden=on)),
        "cine": partial(play, reader),
        "light-theme": dress,
    }


def _help_presses(reader: Reader) -> dict[str, Press]:
    window = reader.window

    def show_log() -> None:
        path = log_file()
        if path.exists():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
            window.status.say(f"The log is {path}.")
        else:
            window.status.say("The log is empty: nothing has gone wrong.")

    return {
        "shortcuts": lambda: ShortcutSheet.show_over(window, shortcut_rows()),
        "about": lambda: AboutDialog.show_over(window, software_version()),
        "show-log": show_log,
    }


def show_import(reader: Reader) -> None:
    """Show the last import beside the window."""
    if reader.imports.last is not None:
        ImportSummaryDialog(reader.imports.last, reader.window).show()


def software_version() -> str:
    """Return the installed version."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - 30 ms

    try:
        return version("vne-reader")
    except PackageNotFoundError:
        return "of a checkout"
