"""Every connection between the parts, one function a neighbourhood."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer

from app.actions import enable
from app.compose.artist import ROLE_OF
from app.compose.commands import FOLDED, presses, switches
from app.compose.facts import facts_of
from app.compose.library import News
from app.compose.match_words import match_summary
from app.compose.on_demand import ask_match, ask_series, show_import
from app.compose.panels import wire_panels
from app.compose.preferences import begin_preferences, draw_play
from app.compose.reader import LIST_REFUSALS, READ_AGAIN, SHOW_SERIES, Reader
from app.compose.viewing import wire_viewing
from app.compose.vne_wiring import wire_vne
from app.memory import give_back
from app.panels.style import current_theme
from app.session import BROWSE, PART_OF_TOOL, Session
from app.viewer.tools import Tool
from app.words import tr
from vne_core.geometry.long_axis import short_axis_direction
from vne_core.jobs.events import Progress
from vne_core.quantify.placement import doubt_insertion
from vne_core.study.annotation import ImageKind, SliceAnnotation

if TYPE_CHECKING:
    from app.dialogs.import_summary import ImportSummary
    from app.dialogs.series_kinds import Correction

PEEK_MS = 350
"""A key held longer than this is a look, not a switch."""


def wire(reader: Reader) -> None:
    """Connect everything and show the state as it is."""
    _actions(reader)
    _jobs(reader)
    wire_panels(reader)
    _images(reader)
    _panes(reader)
    _cine(reader)
    _saving(reader)
    _news(reader)
    _peek(reader)
    wire_viewing(reader)
    wire_vne(reader)
    begin_preferences(reader)
    reader.window.closing.connect(reader.end)
    reader.window.paths_dropped.connect(reader.open_paths)


def _actions(reader: Reader) -> None:
    pressed, switched = presses(reader), switches(reader)
    reader.window.pressed.connect(lambda name: pressed[name]())
    reader.window.switched.connect(lambda name, on: switched[name](on))
    session = reader.session
    folded = {side: reader.settings.text(side, "") == FOLDED for side in reader.page.sides}
    for side, is_folded in folded.items():
        reader.page.fold(side, is_folded=is_folded)
    reader.window.set_switches({side: not is_folded for side, is_folded in folded.items()})

    def refresh() -> None:
        facts = facts_of(
            session,
            is_idle=not reader.imports.is_running and not reader.vne.is_running,
            can_write=reader.saver.can_save,
            has_imported=reader.imports.last is not None,
            has_model=reader.vne.model.is_usable,
        )
        enable(reader.window.actions_by_id, facts)
        reader.window.welcome.set_ready(not reader.imports.is_running)

    def show_switches() -> None:
        reader.window.set_switches(_switch_states(session))
        refresh()

    for signal in (session.slice_changed, session.images_changed, session.image_changed):
        signal.connect(refresh)
    for signal in (session.undo_stack.indexChanged, reader.listed):
        signal.connect(refresh)
    imports = reader.imports
    for signal in (imports.began, imports.arrived, imports.stopped, imports.corrected):
        signal.connect(refresh)
    for signal in (reader.vne.model_changed, reader.vne.began, reader.vne.ended):
        signal.connect(refresh)
    session.tool_changed.connect(show_switches)
    session.linked_changed.connect(show_switches)
    session.study_changed.connect(show_switches)
    session.display_changed.connect(show_switches)
    session.told.connect(reader.window.status.say)
    show_switches()


def _switch_states(session: Session) -> dict[str, bool]:
    """Return which switches of tools and display are on, by the action's id."""
    display = session.display
    tools = {f"tool-{name}": session.tool == name for name in (BROWSE, *PART_OF_TOOL)}
    bands = {f"band-{at + 1}": shown for at, shown in enumerate(display.bands)}
    others = {
        "outlines": display.as_outlines,
        "hide": display.is_hidden,
        "light-theme": current_theme().name == "light",
        "linked": session.drawings.is_linked,
    }
    return {**tools, **bands, **others}


def _jobs(reader: Reader) -> None:
    strip, imports = reader.window.jobs, reader.imports

    def show(progress: Progress) -> None:
        strip.show_progress(progress.done, progress.total, progress.text)

    def finish(summary: "ImportSummary") -> None:
        strip.end()
        reader.take_import(summary)
        if not summary.studies and summary.lists_losses and reader.session.opened is None:
            show_import(reader)  # a reader of a study is not disturbed: the status bar offers it

    def finish_correction(correction: "Correction", words: str) -> None:
        strip.end()
        reader.take_correction(correction, words)

    def stop(reason: str) -> None:
        strip.end()
        reader.window.status.say(reason, is_warning=True)

    offers = {LIST_REFUSALS: show_import, SHOW_SERIES: ask_series, READ_AGAIN: _read_again}
    offers = {tr(words): answer for words, answer in offers.items()}
    reader.window.status.offer_accepted.connect(lambda offer: offers[offer](reader))
    imports.began.connect(strip.begin)
    imports.jobs.progressed.connect(show)
    imports.jobs.warned.connect(reader.window.status.say)
    imports.arrived.connect(finish)
    imports.stopped.connect(stop)
    imports.corrected.connect(finish_correction)
    strip.cancel_requested.connect(imports.jobs.cancel)


def _images(reader: Reader) -> None:
    session, artist = reader.session, reader.artist

    def show_match() -> None:
        reader.window.status.show_match(match_summary(session.match))

    def settle_windows() -> None:
        for kind in sorted(artist.provisional):
            artist.draw_one(kind)

    session.study_changed.connect(show_match)
    session.slice_changed.connect(artist.draw_images)
    session.slice_changed.connect(show_match)
    reader.window.status.match_clicked.connect(partial(ask_match, reader))
    session.images_changed.connect(artist.draw_images)
    session.excluded.connect(artist.draw_images)
    reader.ready.connect(settle_windows)
    reader.ready.connect(give_back)
    session.annotation_changed.connect(artist.draw_annotation)
    session.display_changed.connect(artist.draw_display)
    session.tool_changed.connect(lambda name: reader.page.panes.set_tool(Tool(name)))
    session.tool_changed.connect(lambda _: _take_hints_back(reader))


def _take_hints_back(reader: Reader) -> None:
    """Say no longer how a tool is used that is put away."""
    for tool in Tool:
        if tool != reader.session.tool:
            reader.window.status.take_back(tool.hint)


def _panes(reader: Reader) -> None:
    session = reader.session
    for kind, pane in reader.page.panes.panes.items():
        pane.edited.connect(session.preview)
        pane.edit_committed.connect(session.commit)
        pane.edit_committed.connect(partial(_doubt, reader))
        pane.refused.connect(reader.window.status.say)
        pane.wheel_slices.connect(lambda by: session.show_slice(session.index + by))
        pane.wheel_phases.connect(reader.player.step)
        if kind is not ImageKind.VNE:
            pane.offer_accepted.connect(partial(ask_match, reader, ROLE_OF.get(kind)))
    reader.page.panes.active_changed.connect(session.choose_image)
    session.choose_image(reader.page.panes.active)


def _doubt(reader: Reader, before: SliceAnnotation, after: SliceAnnotation) -> None:
    """Say where an RV insertion just placed cannot be the anterior one; it stays as it is."""
    session = reader.session
    if session.match is None or after.rv_insertion == before.rv_insertion:
        return
    apexward = short_axis_direction([match.anchor.plane for match in session.matches])
    doubt = doubt_insertion(after, session.match.anchor.plane, apexward)
    if doubt:
        words = f"Slice {session.index + 1}: {doubt}."
        reader.window.status.say(words, is_warning=True)


def _cine(reader: Reader) -> None:
    session, player, transport = reader.session, reader.player, reader.page.transport

    def take_cine() -> None:
        images = session.images
        if images is None or images.cine is None:
            transport.set_cine((), None)
            player.set_cine(1, None)
            return
        transport.set_cine(tuple(images.trigger_times_ms), images.rr_interval_ms)
        player.set_cine(len(images.cine), images.rr_interval_ms)

    def show_playing(is_playing: bool) -> None:  # noqa: FBT001 - a signal's value
        reader.window.set_switches({"cine": is_playing})
        draw_play(reader)

    session.images_changed.connect(take_cine)
    session.slice_changed.connect(take_cine)
    player.phase_changed.connect(reader.artist.draw_phase)
    player.phase_changed.connect(transport.show_phase)
    player.playing_changed.connect(show_playing)
    transport.phase_chosen.connect(player.set_phase)


def _saving(reader: Reader) -> None:
    status, session = reader.window.status, reader.session

    def remember_link() -> None:
        if session.opened is not None:
            study_id = session.opened.study.study_id
            reader.settings.set_linked(study_id, is_linked=session.drawings.is_linked)

    session.linked_changed.connect(remember_link)
    reader.session.replaced.connect(reader.saver.save)
    reader.session.excluded.connect(reader.saver.save)
    reader.saver.told.connect(lambda words, is_safe: status.show_saved(words, is_safe=is_safe))


def _news(reader: Reader) -> None:
    status = reader.window.status

    def show(news: News) -> None:
        known = {study.study_id for study in reader.studies}
        names = [study.pseudonym for study in news.studies if study.study_id not in known]
        if news.studies != reader.studies:
            reader.take_list(news.studies)
        opened = reader.session.opened
        if opened is not None and news.opened not in (None, opened.study):
            words = tr("{study} was changed by another program.")
            words = words.format(study=opened.study.pseudonym)
            status.say(words, is_warning=True, offer=tr(READ_AGAIN))
        elif names:
            status.say(tr("New in the workspace: {names}.").format(names=", ".join(names)))

    reader.watch.found.connect(show)
    reader.watch.lost.connect(reader.refuse)


def _read_again(reader: Reader) -> None:
    if reader.session.opened is not None:
        reader.open_study(reader.session.opened.study.study_id)


def _peek(reader: Reader) -> None:
    """Let the key of "hide", held, be a look at the bare images, and pressed shortly a switch."""
    hide = reader.window.actions_by_id["hide"]
    pressed_at = QElapsedTimer()

    def press(name: str) -> None:
        if name == "hide":
            pressed_at.start()

    def release(key: int) -> None:
        keys = [one[0].key() for one in hide.shortcuts()]  # pyright: ignore[reportIndexIssue]
        if key in keys and pressed_at.isValid() and pressed_at.elapsed() > PEEK_MS:
            pressed_at.invalidate()
            hide.trigger()

    reader.window.switched.connect(press)
    reader.window.key_released.connect(release)
