"""What each series was taken for: shown with the rule's words, and corrected by a job."""

from functools import partial
from types import MappingProxyType

from app.compose.reader import Reader
from app.dialogs.series_kinds import SeriesDialog, SeriesLine
from vne_core.dicom.classify import CORRECTED
from vne_core.dicom.kind_rules import Rules
from vne_core.dicom.rule_file import load_rules
from vne_core.study.model import Series, Study
from vne_core.workspace.sources import site_rules_path
from vne_core.workspace.store import Workspace
from vne_core.workspace.studies import Notes

READ_ONLY = "The workspace is read-only here: kinds can be looked at, not corrected."
_NO_RULE = "no rule fits it"


def ask_series(reader: Reader) -> None:
    """Ask about the kinds of the study's series and start the job that corrects one."""
    study = reader.shown_study
    if study is None:
        return

    def ask(known: tuple[Rules, Notes]) -> None:
        fixed = "" if reader.saver.can_save else READ_ONLY
        correction = SeriesDialog.ask(reader.window, series_lines(study, *known), fixed)
        if correction is not None:
            reader.imports.correct_kind(correction)

    def read(workspace: Workspace) -> tuple[Rules, Notes]:
        return load_rules(site_rules_path()), workspace.studies.notes(study.study_id)

    reading = partial(reader.library.ask, read)
    reader.background.ask("kinds", reading, ask, reader.refuse)


def series_lines(
    study: Study, rules: Rules, notes: Notes = MappingProxyType({})
) -> tuple[SeriesLine, ...]:
    """Return every series with what it was taken for, why, and its notes, in the study's order."""
    return tuple(
        SeriesLine(
            series_id=series.series_id,
            number=series.number,
            description=series.description,
            images=sum(len(one.frames) for one in series.slices),
            kind=series.kind,
            rule=series.rule,
            why=_why(series, rules),
            is_corrected=series.rule == CORRECTED,
            notes=tuple(
                f"Position {position}: {note}."
                for position, one in enumerate(series.slices, start=1)
                for note in notes.get(one.slice_id, ())
            ),
        )
        for series in study.series
    )


def _why(series: Series, rules: Rules) -> str:
    """Return the sentences of the rules that decided, in their order."""
    if series.rule == CORRECTED:
        return "Corrected by a reader."
    told = [rules.why(rule_id) for rule_id in series.rule.split(" + ")]
    return " ".join(why for why in told if why) or _NO_RULE
