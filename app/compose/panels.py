"""The connections of the panels: study browser, slice strip, tools, history, jobs."""

from functools import partial

from PySide6.QtCore import QTimer

from app import edits
from app.actions import key_name
from app.compose.browser import Browser
from app.compose.derived_rows import Derived
from app.compose.jobs import JobHistory
from app.compose.reader import Reader
from app.compose.rows_of import slice_rows, study_rows
from app.compose.tool_rows import figures_line, tool_rows
from app.panels.study_search import Order

DERIVED_MS = 40
"""Bull's-eye and T1 follow a drag this often: the hand itself never waits for them."""
_FOLDED = "folded-sections"
_ORDER = "study-order"


def wire_panels(reader: Reader) -> None:
    """Connect the panels and show the state as it is."""
    _browser(reader)
    _strip(reader)
    _tools(reader)
    _derived(reader)
    _jobs(reader)
    reader.page.history.set_stack(reader.session.undo_stack)
    reader.window.welcome.study_chosen.connect(reader.open_study)
    reader.window.welcome.show_recent(reader.settings.recent())
    reader.page.restore_layout(reader.settings.layout("reading-page"))


def _browser(reader: Reader) -> None:
    session, studies = reader.session, reader.page.studies
    browser = Browser(reader.library, reader.background, reader)

    def show() -> None:
        rows = study_rows(reader.studies, session, reader.pictures, browser.rows_of)
        studies.show_rows(rows, session.index)

    def take_study() -> None:
        if session.opened is not None:
            browser.forget(session.opened.study.study_id)
        browser.take_matches(session.matches)

    session.study_changed.connect(take_study)
    for signal in (session.study_changed, session.slice_changed, session.replaced):
        signal.connect(show)
    session.excluded.connect(show)
    reader.listed.connect(lambda: browser.keep_only([one.study_id for one in reader.studies]))
    reader.listed.connect(show)
    browser.listed.connect(show)
    browser.pictured.connect(studies.show_pictures)
    browser.refused.connect(reader.refuse)
    _choices(reader)
    studies.slices_wanted.connect(browser.list_slices)
    studies.pictures_wanted.connect(browser.fetch_pictures)
    order = studies.order.findData(reader.settings.text(_ORDER, Order.DATE))
    studies.order.setCurrentIndex(max(0, order))
    studies.order_chosen.connect(lambda order: reader.settings.set_text(_ORDER, order))


def _choices(reader: Reader) -> None:
    """Let a row chosen in the browser be shown."""
    session, studies = reader.session, reader.page.studies

    def is_open(study_id: str) -> bool:
        """Return whether a study is open and to stay so; opened once more it loses its history."""
        if session.opened is None or reader.background.awaits("study"):
            return False
        return session.opened.study.study_id == study_id

    def choose_study(study_id: str) -> None:
        if not is_open(study_id):
            reader.open_study(study_id)

    def choose(study_id: str, place: int) -> None:
        if is_open(study_id):
            session.show_slice(place)
        else:
            reader.open_study(study_id, place)

    studies.study_chosen.connect(choose_study)
    studies.slice_chosen.connect(choose)


def _strip(reader: Reader) -> None:
    session, strip = reader.session, reader.page.strip

    def show() -> None:
        strip.show_rows(slice_rows(session, reader.pictures), session.index)

    for signal in (session.study_changed, session.slice_changed, session.replaced, reader.listed):
        signal.connect(show)
    session.excluded.connect(show)
    strip.slice_chosen.connect(session.show_slice)


def _tools(reader: Reader) -> None:
    session, tools = reader.session, reader.page.tools

    def show() -> None:
        tools.show_rows(tool_rows(session, can_edit=reader.saver.can_save))
        reader.window.status.show_figures(figures_line(session))

    for signal in (session.burden_changed, session.image_changed):
        signal.connect(show)
    tools.levels_previewed.connect(partial(edits.preview_levels, session))
    tools.levels_chosen.connect(partial(edits.set_levels, session))
    tools.slice_chosen.connect(session.show_slice)
    folded = set(filter(None, reader.settings.text(_FOLDED, "").split("|")))
    for title in folded & tools.sections.keys():
        tools.sections[title].set_open(False)

    def remember() -> None:
        closed = [title for title, one in tools.sections.items() if not one.is_open]
        reader.settings.set_text(_FOLDED, "|".join(closed))

    tools.section_toggled.connect(remember)


def _derived(reader: Reader) -> None:
    """Let bull's-eye and T1 follow what is drawn, at most once in a while."""
    session, tools, actions = reader.session, reader.page.tools, reader.window.actions_by_id
    derived = Derived(session, lambda name: key_name(actions[name]))
    due = QTimer(reader)
    due.setSingleShot(True)
    due.setInterval(DERIVED_MS)
    due.timeout.connect(lambda: tools.show_derived(derived.rows()))

    def ask() -> None:
        if not due.isActive():
            due.start()

    for signal in (session.burden_changed, session.annotation_changed, session.slice_changed):
        signal.connect(ask)
    for name in ("tool-insertion", "tool-septal"):
        actions[name].changed.connect(ask)  # their keys are told
    reader.window.closing.connect(due.stop)


def _jobs(reader: Reader) -> None:
    strip, imports, status = reader.window.jobs, reader.imports, reader.window.status
    history = JobHistory(reader)

    def show() -> None:
        strip.show_jobs(history.rows)
        status.show_jobs(history.summary)

    vne = reader.vne
    vne.began.connect(history.begin)
    vne.progressed.connect(history.show_progress)
    vne.ended.connect(lambda ending: history.end(ending, ""))
    imports.began.connect(history.begin)
    imports.jobs.progressed.connect(history.show_progress)
    imports.jobs.warned.connect(history.warn)
    imports.jobs.ended.connect(lambda ending: history.end(ending, imports.jobs.log))
    strip.cancel_requested.connect(history.stopping)
    history.changed.connect(show)
    status.jobs_clicked.connect(strip.toggle_panel)
