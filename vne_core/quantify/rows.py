"""Burdens as a tidy table: one row per study, slice or patient, image, grid, rule and level."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from vne_core.errors import VneError
from vne_core.files import atomic_write, sha256_bytes
from vne_core.quantify import placement, thresholds
from vne_core.quantify.burden import (
    LesionBurden,
    NotMeasured,
    PatientBurden,
    patient_burden,
)
from vne_core.study.annotation import ImageKind, SliceAnnotation
from vne_core.study.rules import LEVEL_NAMES

SCHEMA = "vne-reader/burden/1"
PATIENT = "patient"
"""What stands in the slice column of a patient's row."""
RULE_REMOTE_BLOOD = "remote-blood pool"
"""Not plain "FWHM", which in other software halves the lesion's own maximum."""
MIXED = "mixed"
"""Contour origin, or grid, of a patient whose slices differ."""
MEASURED, PARTIAL, NOT_MEASURED = "measured", "partial", "not measured"
"""What stands in the status column; partial is a patient of whom some slices are missing."""
DECIMALS = 6
"""Digits kept after the point: enough for images scaled to 0-1 as for scanner intensities."""
PLAIN_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
"""Text that is a number and nothing else, which a spreadsheet shows as it is."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""First characters that make a spreadsheet run a cell."""


class RowsError(VneError):
    """A table that cannot be written where it was asked for."""

    code = "rows"


@dataclass(frozen=True, slots=True)
class MadeImage:
    """What is known of a generated image: probabilities 0 to 1, None where not calibrated.

    ``confidence`` is that of an FWHM burden within ten points of the truth, ``enhancement`` that
    the slice enhances. ``flags`` are codes of what was unusual about the inputs, ``caution`` what a
    reader must know in words: low confidence.
    """

    model_id: str
    confidence: float | None = None
    enhancement: float | None = None
    flags: tuple[str, ...] = ()
    caution: str = ""


@dataclass(frozen=True, slots=True)
class MeasuredSlice:
    """One slice of one image: its label, what the reader drew, and what it measures.

    ``grid`` names the image whose pixels were measured where it is another than the study's: a
    slice without T1 map lies on its IR images. ``made`` is what is known of a generated image.
    """

    label: str
    annotation: SliceAnnotation
    result: LesionBurden | NotMeasured
    grid: str = ""
    made: MadeImage | None = None


@dataclass(frozen=True, slots=True)
class BurdenRow:
    """One row of the table; None is an empty cell.

    ``level`` is the fraction from remote myocardium (0) to blood pool (1); means are in the
    image's own intensities; ``status`` is MEASURED, PARTIAL or NOT_MEASURED. ``reason`` says why a
    number is missing or partial, and of one that is there what to look at again. ``contours_of``
    is the image whose contours were used: another's make VNE and LGE agree more than they do. The
    last four are a generated image's; a patient's are the least confidence, the greatest
    probability of enhancement and every flag of its slices.
    """

    study: str
    slice: str
    image: str
    grid: str
    rule: str = RULE_REMOTE_BLOOD
    level: float | None = None
    burden_percent: float | None = None
    lesion_mm2: float | None = None
    myocardium_mm2: float | None = None
    remote_mean: float | None = None
    blood_mean: float | None = None
    contour_origin: str = ""
    confirmed: bool = False
    status: str = MEASURED
    reason: str = ""
    contours_of: str = ""
    model_id: str = ""
    confidence: float | None = None
    enhancement_probability: float | None = None
    flags: str = ""


COLUMNS = tuple(field.name for field in fields(BurdenRow))


def study_rows(
    study: str, image: ImageKind, grid: str, slices: Sequence[MeasuredSlice]
) -> tuple[BurdenRow, ...]:
    """Return a row for each slice and level, then the patient's, of one image of one study.

    ``study`` is the pseudonym; ``grid`` names the image whose pixels were measured, such as T1, for
    slices that do not name their own.
    """
    head = BurdenRow(study=study, slice="", image=image.value, grid=grid)
    rows = [row for item in slices for row in _slice_rows(head, item)]
    return (*rows, *_patient_rows(head, slices))


def slice_notes(slices: Sequence[MeasuredSlice]) -> tuple[str, ...]:
    """Return what to look at again in the measured slices: "slice 2: 34 % of the remote ..."."""
    return tuple(
        f"slice {item.label}: {note}"
        for item in slices
        if isinstance(item.result, LesionBurden)
        for note in _notes_of(item, item.result)
    )


def write_csv(path: Path, rows: Sequence[BurdenRow], provenance: Mapping[str, Any]) -> None:
    """Write the table as UTF-8 CSV, and what made it as JSON of the same name beside it.

    Both appear whole or not at all; the JSON carries the hash of its CSV. ``provenance`` adds to
    it (models, workspace, matched thresholds). Text that a spreadsheet would run as a formula is
    preceded by an apostrophe; plain numbers are left as they are. Raises RowsError for a table
    named .json.
    """
    if provenance_path(path) == path:
        raise RowsError(f"a table named {path.name}", "another ending, such as .csv")
    data = csv_text(rows).encode()
    facts = {**_formulas(), **provenance, "rows": len(rows), "csv_sha256": sha256_bytes(data)}
    atomic_write(path, data)
    atomic_write(provenance_path(path), json.dumps(facts, indent=2, ensure_ascii=False) + "\n")


def provenance_path(path: Path) -> Path:
    """Return where the JSON beside a CSV lies."""
    return path.with_suffix(".json")


def csv_text(rows: Sequence[BurdenRow]) -> str:
    """Return the table as CSV with its header; numbers to six decimals, RFC 4180."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    writer.writerows([_cell(getattr(row, name)) for name in COLUMNS] for row in rows)
    return stream.getvalue()


def neutralised(text: str) -> str:
    """Return text that a spreadsheet shows instead of running.

    Cells that start with = + - @, their full-width forms, a tab or a carriage return get an
    apostrophe in front, unless they are plain numbers.
    """
    first = unicodedata.normalize("NFKC", text[:1])
    if not first.startswith(FORMULA_STARTS) or PLAIN_NUMBER.fullmatch(text):
        return text
    return f"'{text}"


def _cell(value: str | float | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return neutralised(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return repr(round(float(value), DECIMALS))


def _slice_rows(head: BurdenRow, item: MeasuredSlice) -> list[BurdenRow]:
    row = replace(
        head,
        slice=item.label,
        grid=item.grid or head.grid,
        contour_origin="" if item.annotation.is_empty else item.annotation.origin.value,
        confirmed=item.annotation.confirmed,
        contours_of="" if item.annotation.is_empty else item.annotation.image_kind.value,
    )
    row = _with_made(row, [item.made] if item.made else [])
    match item.result:
        case LesionBurden() as result:
            means = replace(row, remote_mean=result.remote_mean, blood_mean=result.blood_mean)
            return _level_rows(replace(means, reason=_joined(_notes_of(item, result))), result)
        case NotMeasured(reason):
            row = replace(row, status=NOT_MEASURED, reason=reason)
            return [replace(row, level=fraction) for fraction in item.annotation.rule.levels]


def _patient_rows(head: BurdenRow, slices: Sequence[MeasuredSlice]) -> list[BurdenRow]:
    drawn = [item.annotation for item in slices if isinstance(item.result, LesionBurden)]
    origins = {annotation.origin.value for annotation in drawn}
    grids = {item.grid or head.grid for item in slices}
    row = replace(
        head,
        slice=PATIENT,
        grid=MIXED if len(grids) > 1 else next(iter(grids), head.grid),
        contour_origin=_one_or_mixed(origins),
        confirmed=bool(drawn) and all(annotation.confirmed for annotation in drawn),
        contours_of=_one_or_mixed({annotation.image_kind.value for annotation in drawn}),
    )
    row = _with_made(row, [item.made for item in slices if item.made])
    match patient_burden([item.result for item in slices]):
        case PatientBurden(is_complete=True) as burden:
            return _level_rows(replace(row, reason=_joined(slice_notes(slices))), burden)
        case PatientBurden() as burden:
            reason = _joined((burden.summary, *slice_notes(slices)))
            return _level_rows(replace(row, status=PARTIAL, reason=reason), burden)
        case NotMeasured(reason):
            return [replace(row, status=NOT_MEASURED, reason=reason)]


def _with_made(row: BurdenRow, made: Sequence[MadeImage]) -> BurdenRow:
    """Return the row with what is known of the generated images it stands for."""
    confidences = [one.confidence for one in made if one.confidence is not None]
    enhancements = [one.enhancement for one in made if one.enhancement is not None]
    return replace(
        row,
        model_id=_one_or_mixed({one.model_id for one in made}),
        confidence=min(confidences, default=None),
        enhancement_probability=max(enhancements, default=None),
        flags=" ".join(dict.fromkeys(flag for one in made for flag in one.flags)),
    )


def _notes_of(item: MeasuredSlice, result: LesionBurden) -> tuple[object, ...]:
    """Return what to look at again in a measured slice, low confidence first."""
    caution = item.made.caution if item.made else ""
    return (caution, *result.notes) if caution else result.notes


def _one_or_mixed(names: set[str]) -> str:
    return MIXED if len(names) > 1 else "".join(names)


def _joined(notes: Sequence[object]) -> str:
    return "; ".join(map(str, notes))


def _level_rows(row: BurdenRow, burden: LesionBurden | PatientBurden) -> list[BurdenRow]:
    return [
        replace(
            row,
            level=level.fraction,
            burden_percent=level.burden_percent,
            lesion_mm2=level.lesion_mm2,
            myocardium_mm2=burden.myocardium_mm2,
        )
        for level in burden.levels
    ]


def _formulas() -> dict[str, Any]:
    """Return the formulas, units and versions behind every row."""
    return {
        "schema": SCHEMA,
        "software": {"name": "vne-reader", "version": _software_version()},
        "rule": {
            "name": RULE_REMOTE_BLOOD,
            "version": 1,
            "threshold": thresholds.FORMULA,
            "burden_percent": "100 * sum(lesion_mm2) / sum(myocardium_mm2) over measured slices",
            "source": "Zhang et al., Circulation 2021, virtual native enhancement",
            "level_names": {str(level): name for level, name in LEVEL_NAMES.items()},
        },
        "coverage": "4 x 4 points a pixel, even-odd; lesion pixels are weighted by coverage",
        "reason": "why a number is missing or partial; of a measured one, what to look at again",
        "regions": "a note where more than "
        f"{100 * placement.LARGEST_OUTSIDE_RATIO:g} % of a reference region lies outside its tissue",
        "units": {
            "level": "fraction from remote mean (0) to blood mean (1)",
            "burden_percent": "% of myocardium",
            "lesion_mm2": "mm2",
            "myocardium_mm2": "mm2",
            "remote_mean": "the image's intensity",
            "blood_mean": "the image's intensity; a VNE's is remote 0, blood pool 1",
            "confidence": "probability of an FWHM burden within 10 points of the truth",
            "enhancement_probability": "probability that the slice enhances",
        },
        "flags": "what was unusual about the images that a VNE was made from",
        "contours_of": "the image whose contours were used",
        "models": [],
        "notice": "research use only, not a medical device",
    }


def _software_version() -> str:
    try:
        return version("vne-reader")
    except PackageNotFoundError:
        return "unknown (run from a checkout that is not installed)"
