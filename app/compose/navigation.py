"""Ways through a sitting: one step back, the study before and after, end-diastole."""

from collections.abc import Callable, Sequence
from functools import partial

from app.compose.reader import Reader
from app.session import BROWSE
from app.words import tr

Press = Callable[[], object]


def navigation_presses(reader: Reader) -> dict[str, Press]:
    """Return what the actions of this file do."""
    return {
        "step-back": partial(step_back, reader),
        "study-back": partial(show_study, reader, -1),
        "study-on": partial(show_study, reader, 1),
        "find-study": reader.page.studies.focus_search,
        "end-diastole": partial(show_end_diastole, reader),
    }


def steps_back(reader: Reader) -> tuple[Callable[[], bool], ...]:
    """Return what Esc tries, in this order, until one of them had something to step back from.

    A dialog, the palette or a field being typed in has taken the key before.
    """
    session, panes = reader.session, reader.page.panes

    def leave_tool() -> bool:
        held = session.tool != BROWSE
        session.choose_tool(BROWSE)
        return held

    def show_all_panes() -> bool:
        was_enlarged = panes.enlarged is not None
        panes.enlarge(None)
        return was_enlarged

    return panes.step_back, leave_tool, show_all_panes


def step_back(reader: Reader) -> bool:
    """Take one step back; False when nothing was left to step back from."""
    return any(step() for step in steps_back(reader))


def show_study(reader: Reader, by: int) -> None:
    """Open the study before or after the open one as the browser lists them, or say there is none.

    Where a search leaves the open study out, the first or last that it found.
    """
    opened, study_ids = reader.session.opened, reader.page.studies.listed_studies()
    if opened is None or not study_ids:
        return
    is_listed = opened.study.study_id in study_ids
    outside = -1 if by > 0 else len(study_ids)
    index = by + (study_ids.index(opened.study.study_id) if is_listed else outside)
    if 0 <= index < len(study_ids):
        reader.open_study(study_ids[index])
    else:
        words = tr("This is the last study.") if by > 0 else tr("This is the first study.")
        reader.window.status.say(words)


def show_end_diastole(reader: Reader) -> None:
    """Rest the cine at end-diastole."""
    images = reader.session.images
    if images is None or images.cine is None:
        return
    reader.player.set_playing(is_playing=False)
    phase = end_diastole(images.trigger_times_ms, images.rr_interval_ms)
    reader.player.set_phase(phase)


def end_diastole(trigger_times_ms: Sequence[float], rr_interval_ms: float | None) -> int:
    """Return the phase nearest the R wave, where the ventricle is fullest; the first of equals.

    The R wave that ends the heart cycle counts too where the interval is known.
    """

    def far_ms(phase: int) -> float:
        after = trigger_times_ms[phase]
        return after if rr_interval_ms is None else min(after, abs(rr_interval_ms - after))

    return min(range(len(trigger_times_ms)), key=far_ms, default=0)
