"""What the reader does with the images themselves: sources, windows, comparison, marks, cine."""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from app.actions import key_name
from app.compose.cine_rest import REST_ROLES, choose_rest, rest, rest_role
from app.compose.on_demand import ask_match
from app.compose.pane_menus import show_menus, usual_pair
from app.compose.preferences import show_colours
from app.compose.reader import Reader
from app.compose.sources import ROLE_OF_CHANNEL, Channel, Native, OnGrid, source_title
from app.compose.vne_words import panel_words
from app.session import BROWSE
from app.viewer.arrangement import Arrangement
from app.viewer.comparison import Pair, Way
from app.viewer.four_panes import TITLES
from app.viewer.lookup import Lookup
from app.viewer.marks import Mark, MarkTool
from app.words import tr
from vne_core.study.annotation import ImageKind

LAYOUTS = {
    "layout-row": Arrangement.ROW,
    "layout-grid": Arrangement.GRID,
    "layout-auto": Arrangement.AUTO,
}
WAYS = {"compare-wipe": Way.WIPE, "compare-flicker": Way.FLICKER}
MARKS = {f"mark-{tool}": tool for tool in MarkTool}
HINTS = {
    MarkTool.CALIPER: "Caliper: drag from edge to edge; right-click an end to remove it.",
    MarkTool.PROBE: "Statistics: drag from the middle outward; right-click the rim to remove it.",
    MarkTool.ARROW: "Arrow: drag from what you mean outward, then type a note.",
}
FEW = 10
"""Smaller values, as of a fit's residual, are told with a decimal."""
_ARRANGEMENT, _RATE, _PING_PONG, _SPEED = "arrangement", "flicker-hz", "ping-pong", "cine-speed"


def viewing_presses(reader: Reader) -> dict[str, Callable[[], object]]:
    """Return what to call for each action on the images that is no switch."""
    return {
        "phase-back": partial(turn_frames, reader, -1),
        "phase-on": partial(turn_frames, reader, 1),
        "compare-flip": partial(flip, reader),
        "mark-clear": partial(clear_marks, reader),
    }


def viewing_switches(reader: Reader) -> dict[str, Callable[[bool], object]]:
    """Return what to call, with whether it is on, for each switch on the images."""
    panes = reader.page.panes

    def arrange(wanted: Arrangement, _is_on: bool) -> None:  # noqa: FBT001 - the switch's state
        panes.enlarge(None)
        panes.set_arrangement(wanted)
        show_switches(reader)

    def compare(way: Way, is_on: bool) -> None:  # noqa: FBT001 - the switch's state
        begin_comparison(reader, usual_pair(panes, way) if is_on else None, wanted=is_on)

    def mark(tool: MarkTool, is_on: bool) -> None:  # noqa: FBT001 - the switch's state
        panes.set_mark_tool(tool if is_on else None)

    def ping_pong(is_on: bool) -> None:  # noqa: FBT001 - the switch's state
        reader.settings.set_text(_PING_PONG, "on" if is_on else "")
        reader.player.set_ping_pong(is_ping_pong=is_on)

    def rest_at(name: str, is_on: bool) -> None:  # noqa: FBT001 - the switch's state
        choose_rest(reader, name, is_on=is_on)
        show_switches(reader)

    return {
        **{name: partial(arrange, wanted) for name, wanted in LAYOUTS.items()},
        **{name: partial(compare, way) for name, way in WAYS.items()},
        **{name: partial(mark, tool) for name, tool in MARKS.items()},
        **{name: partial(rest_at, name) for name in REST_ROLES},
        "ping-pong": ping_pong,
    }


def wire_viewing(reader: Reader) -> None:
    """Connect the panes' menus, windows, marks and comparison, and the cine's ways to play."""
    _wire_panes(reader)
    _wire_menus(reader)
    _wire_marks(reader)
    _wire_cine(reader)
    panes, settings = reader.page.panes, reader.settings
    panes.arrangement_changed.connect(lambda chosen: settings.set_text(_ARRANGEMENT, chosen.value))
    chosen = settings.text(_ARRANGEMENT, Arrangement.AUTO)
    panes.set_arrangement(Arrangement(chosen) if chosen in set(Arrangement) else Arrangement.AUTO)
    rate = settings.text(_RATE, "")
    if rate.isdigit():
        panes.comparison.set_rate(int(rate))
    panes.compared_changed.connect(lambda _: reader.artist.draw_images())
    panes.compared_changed.connect(lambda _: show_switches(reader))
    panes.compared_changed.connect(partial(_say_end, reader))
    show_switches(reader)


def _wire_panes(reader: Reader) -> None:
    artist, session = reader.artist, reader.session
    for kind, pane in reader.page.panes.panes.items():
        pane.window_changed.connect(partial(artist.keep_window, kind))
        pane.hovered.connect(partial(_say_value, reader, kind))
        pane.frames_turned.connect(partial(turn_ir, reader))
        pane.stack_turned.connect(partial(turn_stack, reader, kind))
        pane.marks_changed.connect(partial(keep_marks, reader, kind))
        pane.source_chosen.connect(partial(choose, reader, kind))
        pane.badge_clicked.connect(partial(_ask_match, reader, kind))
    for signal in (session.study_changed, session.slice_changed):
        signal.connect(artist.save_windows)
    reader.window.closing.connect(lambda _: artist.save_windows())


def _wire_menus(reader: Reader) -> None:
    session, panes, artist = reader.session, reader.page.panes, reader.artist
    refresh = partial(show_menus, session, panes, artist)

    def take_native() -> None:
        artist.draw_images()
        refresh()

    reader.natives.on_read = take_native
    for signal in (session.slice_changed, session.images_changed, session.display_changed):
        signal.connect(refresh)
    session.vne_changed.connect(refresh)
    panes.compared_changed.connect(lambda _: refresh())


def _wire_marks(reader: Reader) -> None:
    session, panes = reader.session, reader.page.panes

    def take_tool(tool: MarkTool | None) -> None:
        if tool is not None:
            session.choose_tool(BROWSE)
            reader.window.status.say(tr(HINTS[tool]))
        else:
            for words in HINTS.values():
                reader.window.status.take_back(tr(words))
        show_switches(reader)

    def put_away(name: str) -> None:
        if name != BROWSE:
            panes.set_mark_tool(None)

    panes.mark_tool_changed.connect(take_tool)
    session.tool_changed.connect(put_away)


def _wire_cine(reader: Reader) -> None:
    player, settings, transport = reader.player, reader.settings, reader.page.transport

    def keep_speed(speed: float) -> None:
        settings.set_text(_SPEED, f"{speed:g}")
        transport.show_speed(speed)

    player.set_ping_pong(is_ping_pong=settings.text(_PING_PONG, "") == "on")
    speed = settings.text(_SPEED, "1")
    if speed.replace(".", "", 1).isdigit():
        player.set_speed(float(speed))
    transport.show_speed(player.speed)
    player.speed_changed.connect(keep_speed)
    transport.speed_chosen.connect(player.set_speed)
    player.playing_changed.connect(lambda is_playing: None if is_playing else rest(reader))
    reader.session.slice_changed.connect(partial(rest, reader))
    reader.session.images_changed.connect(partial(rest, reader))


def show_switches(reader: Reader) -> None:
    """Show which ways of viewing are on."""
    panes, role = reader.page.panes, rest_role(reader)
    pair = panes.comparison.pair
    reader.window.set_switches(
        {
            **{name: panes.arrangement is wanted for name, wanted in LAYOUTS.items()},
            **{name: pair is not None and pair.way is way for name, way in WAYS.items()},
            **{name: panes.mark_tool is tool for name, tool in MARKS.items()},
            **{name: role is resting for name, resting in REST_ROLES.items()},
            "ping-pong": reader.player.is_ping_pong,
        }
    )


def choose(reader: Reader, kind: ImageKind, choice: str) -> None:
    """Do what a line of a pane's menu says."""
    panes, (what, _, value) = reader.page.panes, choice.partition(":")
    match what:
        case "source":
            reader.artist.choice.choose(kind, value)
            reader.artist.draw_images()
        case "colours":
            show_colours(reader, Lookup(value))
        case "overlay":
            session = reader.session
            session.set_display(replace(session.display, vne_overlay=value))
        case "rate":
            reader.settings.set_text(_RATE, value)
            panes.comparison.set_rate(int(value))
        case "end":
            panes.compare(None)
        case _:
            begin_comparison(reader, Pair(kind, ImageKind(value), Way(what)), wanted=True)
    show_menus(reader.session, panes, reader.artist)


def begin_comparison(reader: Reader, pair: Pair | None, *, wanted: bool) -> None:
    """Compare two images, or end it; say so where there are no two."""
    panes, say = reader.page.panes, reader.window.status.say
    panes.compare(pair)
    if pair is not None:
        first, second = (_title(reader, kind) for kind in (pair.first, pair.second))
        words = tr("Comparing {first} and {second}: {how}Esc ends it.")
        how = _way_words(reader, pair.way)
        say(words.format(first=first, second=second, how=how))
    elif wanted:
        say(tr("There are no two images of this slice to compare."), is_warning=True)
        show_switches(reader)


def _say_end(reader: Reader, pair: Pair | None) -> None:
    """Put another line in the place of how a comparison is used, once it is over."""
    if pair is None:
        reader.window.status.say(tr("Comparison ended."))


def _way_words(reader: Reader, way: Way) -> str:
    """Return what the hand can do in a comparison."""
    if way is Way.WIPE:
        return tr("drag the line, ")
    key = key_name(reader.window.actions_by_id["compare-flip"])
    return tr("{key} shows the other, ").format(key=key) if key else ""


def flip(reader: Reader) -> None:
    """Show the other image of a flicker; begin one where nothing is compared."""
    panes = reader.page.panes
    if panes.comparison.pair is None:
        begin_comparison(reader, usual_pair(panes, Way.FLICKER), wanted=True)
    else:
        panes.comparison.flip()


def turn_frames(reader: Reader, by: int) -> None:
    """Turn through what the active pane plays: its IR images, else the cine."""
    panes = reader.page.panes
    if panes.active is ImageKind.T1 and panes.pane(ImageKind.T1).has_own_frames:
        turn_ir(reader, by)
    else:
        reader.player.step(by)


def turn_ir(reader: Reader, by: int) -> None:
    """Show the image of the next inversion time, as far as there are any."""
    images = reader.session.images
    if images is not None and images.ir is not None:
        choice = reader.artist.choice
        choice.ir_index = min(max(choice.ir_index + by, 0), len(images.ir) - 1)
        reader.artist.draw_one(ImageKind.T1)


def turn_stack(reader: Reader, kind: ImageKind, by: int) -> None:
    """Show the next image of a pane's own stack."""
    source, match = reader.artist.source(kind), reader.session.match
    if isinstance(source, Native) and match is not None:
        reader.artist.choice.turn(source, match, by)
        reader.artist.draw_images()


def keep_marks(reader: Reader, kind: ImageKind, marks: tuple[Mark, ...], done: str) -> None:
    """Keep the marks of the slice that a pane shows, for this sitting, and draw them everywhere."""
    reader.artist.marks[reader.artist.slice_on(kind)] = marks
    reader.artist.draw_images()
    reader.window.status.say(tr("Mark {done}; kept until the window is closed.").format(done=done))


def clear_marks(reader: Reader) -> None:
    """Remove every mark of the image in the active pane."""
    removed = reader.artist.marks.pop(reader.artist.slice_on(reader.page.panes.active), ())
    reader.artist.draw_images()
    words = tr("No marks on this image.")
    if removed:
        words = tr("{count} marks removed.").format(count=len(removed))
    reader.window.status.say(words)


def _say_value(
    reader: Reader, kind: ImageKind, x_px: float, y_px: float, value: float | None
) -> None:
    """Say what is under the pointer of a pane, with its unit."""
    source = reader.artist.source(kind)
    if value is None or math.isnan(value) or source is None:
        reader.window.status.show_value("")
        return
    is_map = isinstance(source, OnGrid) and source.channel is Channel.T1
    unit = " ms" if is_map else ""
    is_vne = isinstance(source, OnGrid) and source.channel is Channel.VNE
    digits = 2 if is_vne else 0 if is_map or abs(value) >= FEW else 1
    place = tr("x {x}, y {y}").format(x=f"{x_px:.0f}", y=f"{y_px:.0f}")
    words = f"{_title(reader, kind)}  {value:.{digits}f}{unit}   {place}"
    reader.window.status.show_value(words)


def _title(reader: Reader, kind: ImageKind) -> str:
    source = reader.artist.source(kind)
    return tr(TITLES[kind]) if source is None else source_title(kind, source)


def _ask_match(reader: Reader, kind: ImageKind) -> None:
    source, match = reader.artist.source(kind), reader.session.match
    if isinstance(source, OnGrid) and source.channel is Channel.VNE and match is not None:
        reader.window.status.say(panel_words(reader.session.drawings.vne(match)))
        return
    channel = source.channel if isinstance(source, OnGrid) else None
    role = ROLE_OF_CHANNEL.get(channel) if channel is not None else None
    ask_match(reader, role)
