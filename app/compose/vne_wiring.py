"""The connections of the VNE: looked for, generated, shown, and who else follows it."""

from app.compose.reader import Reader
from app.panels.thresholds import EQUAL_LEVELS
from app.words import tr
from vne_core.jobs.events import Progress
from vne_core.study.annotation import ImageKind

MATCHED, EQUAL = "matched", "equal"
BADGE_NAME = "Confidence of the VNE"
_LEVELS = "vne-levels"
"""Whether the reader measures the VNE at its model's own levels, from sitting to sitting."""


def wire_vne(reader: Reader) -> None:
    """Connect generating with the study, the panes, the job strip and the levels."""
    _wire_images(reader)
    _wire_job(reader)
    _wire_levels(reader)


def _wire_images(reader: Reader) -> None:
    session, vne, artist = reader.session, reader.vne, reader.artist

    def take_model() -> None:
        artist.can_generate = vne.model.is_usable
        use_levels(reader)
        reader.page.tools.thresholds.show_model(vne.model.model_id, vne.model.matched_levels)

    reader.page.panes.pane(ImageKind.VNE).header.badge.setAccessibleName(tr(BADGE_NAME))
    vne.model_changed.connect(take_model)
    reader.ready.connect(vne.look)
    reader.watch.found.connect(lambda _: vne.look())
    session.vne_changed.connect(lambda: artist.draw_one(ImageKind.VNE))
    session.vne_changed.connect(reader.listed)
    vne.told.connect(
        lambda words, is_warning: reader.window.status.say(words, is_warning=is_warning)
    )
    reader.page.panes.pane(ImageKind.VNE).offer_accepted.connect(vne.generate)


def _wire_job(reader: Reader) -> None:
    vne, strip = reader.vne, reader.window.jobs

    def show(progress: Progress) -> None:
        strip.show_progress(progress.done, progress.total, progress.text)

    def show_running() -> None:
        reader.artist.is_generating = vne.is_running
        reader.artist.draw_one(ImageKind.VNE)

    vne.began.connect(show_running)
    vne.ended.connect(show_running)
    vne.began.connect(strip.begin)
    vne.progressed.connect(show)
    vne.ended.connect(lambda _: strip.end())
    strip.cancel_requested.connect(vne.cancel)


def _wire_levels(reader: Reader) -> None:
    session, thresholds = reader.session, reader.page.tools.thresholds

    def choose_model() -> None:
        reader.settings.set_text(_LEVELS, MATCHED)
        reader.page.tools.levels_chosen.emit(EQUAL_LEVELS)
        use_levels(reader)

    def choose_others() -> None:
        reader.settings.set_text(_LEVELS, EQUAL)
        use_levels(reader)

    thresholds.model_chosen.connect(choose_model)
    thresholds.levels_chosen.connect(choose_others)
    thresholds.custom_wanted.connect(choose_others)
    reader.page.tools.slice_table.levels_chosen.connect(choose_others)
    session.study_changed.connect(lambda: use_levels(reader))


def use_levels(reader: Reader) -> None:
    """Measure the VNE at its model's own levels where the reader wants that."""
    is_matched = reader.settings.text(_LEVELS, EQUAL) == MATCHED
    reader.session.set_vne_levels(reader.vne.model.matched_levels if is_matched else ())
