"""What each series was taken for: shown with the rule's words, and corrected by a job."""

from functools import partial

from app.compose.reader import Reader
from app.dialogs.series_kinds import SeriesDialog, SeriesLine
from vne_core.dicom.classify import CORRECTED
from vne_core.dicom.kind_rules import Rules
from vne_core.dicom.rule_file import load_rules
from vne_core.study.model import Series, Study
from vne_core.workspace.sources import site_rules_path

READ_ONLY = "The workspace is read-only here: kinds can be looked at, not corrected."
_NO_RULE = "no rule fits it"


def ask_series(reader: Reader) -> None:
    """Ask about the kinds of the study's series and start the job that corrects one."""
    study = reader.shown_study
    if study is None:
        return

    def ask(rules: Rules) -> None:
        fixed = "" if reader.saver.can_save else READ_ONLY
        correction = SeriesDialog.ask(reader.window, series_lines(study, rules), fixed)
        if correction is not None:
            reader.imports.correct_kind(correction)

    reading = partial(load_rules, site_rules_path())
    reader.background.ask("kinds", reading, ask, reader.refuse)


def series_lines(study: Study, rules: Rules) -> tuple[SeriesLine, ...]:
    """Return every series with what it was taken for and why, in the study's order."""
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
        )
        for series in study.series
    )


def _why(series: Series, rules: Rules) -> str:
    """Return the sentences of the rules that decided, in their order."""
    if series.rule == CORRECTED:
        return "Corrected by a reader."
    told = [rules.why(rule_id) for rule_id in series.rule.split(" + ")]
    return " ".join(why for why in told if why) or _NO_RULE
