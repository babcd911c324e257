"""A cohort's figures beside what is published of real patients."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from vne_core.phantom.config import CohortConfig
from vne_core.phantom.figures import PatientFigures
from vne_core.phantom.tissue import NORMAL_T1_MS, Tissue, make_tissues
from vne_core.phantom.truth import LEVELS
from vne_core.study.rules import LEVEL_NAMES

PAPER_BURDEN = {0.5: 9.8, 0.25: 26.1, 0.125: 44.4}
"""Mean LGE burden in percent by level, Zhang et al. 2021, 121 patients."""
BURDEN_POINTS = 2.0
NEGATIVE_RANGE = (35.0, 45.0)
"""Percent of patients with hypertrophic cardiomyopathy without late enhancement."""
EJECTION_RANGE = (60.0, 75.0)
LESION_RANGE_MS = {1.5: (50.0, 150.0), 3.0: (70.0, 180.0)}
"""Native T1 of lesions above remote myocardium by field strength in tesla."""
FAT_RANGE_MS = {1.5: (250.0, 350.0), 3.0: (280.0, 400.0)}
T1_SHARE = 0.04
"""How far the mean T1 of a tissue may lie from the published one."""
CORRELATION_POINTS = 0.08


SAMPLING_ERRORS = 2.5
"""Standard errors that a figure of a draw may stray from its cohort's: 99 % of draws do not."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of a cohort; ``low`` and ``high`` are NaN where nothing is published.

    ``standard_error`` is that of the mean over patients.
    """

    name: str
    value: float
    standard_error: float
    low: float
    high: float
    source: str

    @property
    def has_bar(self) -> bool:
        """Whether something is expected of the figure."""
        return not np.isnan(self.low)

    def is_met(self, standard_errors: float = 0.0) -> bool:
        """Return whether the figure lies in its range, widened by so many standard errors."""
        if not self.has_bar:
            return True
        room = standard_errors * self.standard_error
        return self.low - room <= self.value <= self.high + room


def cohort_rows(config: CohortConfig, found: Sequence[PatientFigures]) -> list[Row]:
    """Return the figures of a cohort, patient by patient or pooled, with what is expected."""
    return [
        *_burden_rows(config, found),
        *_anatomy_rows(config, found),
        *_t1_rows(config, found),
        *_quality_rows(found),
    ]


def table_text(rows: Sequence[Row]) -> str:
    """Return rows as a table to print: figure, value, expected range, source."""
    lines = [f"{'figure':46} {'value':>8} {'+- SE':>7}  {'expected':>16}  source"]
    for row in rows:
        expected = f"{row.low:.2f} to {row.high:.2f}" if row.has_bar else ""
        mark = _mark(row)
        lines.append(
            f"{row.name:46} {row.value:8.2f} {row.standard_error:7.2f}  {expected:>16}  "
            f"{row.source}{mark}"
        )
    return "\n".join(lines)


def _mark(row: Row) -> str:
    """Return what is said of a figure outside its range: a small draw strays by its own error."""
    if row.is_met():
        return ""
    return "  within the draw's error" if row.is_met(SAMPLING_ERRORS) else "  OUTSIDE"


def is_hypertrophic(config: CohortConfig) -> bool:
    """Return whether the cohort is meant to be the paper's: lesions, usual image quality."""
    return config.name.startswith("hcm")


def _burden_rows(config: CohortConfig, found: Sequence[PatientFigures]) -> list[Row]:
    """Return the burdens: acquired, noise-free, of patients without lesions."""
    negative = [one for one in found if one.is_negative]
    rows: list[Row] = []
    for level in LEVELS:
        name = LEVEL_NAMES.get(level, f"{level:g}")
        middle = PAPER_BURDEN[level]
        bar = (middle - BURDEN_POINTS, middle + BURDEN_POINTS) if is_hypertrophic(config) else None
        rows += [
            _mean(f"LGE burden {name}, %", [p.burden[level] for p in found], bar, "Zhang 2021"),
            _mean(f"  noise-free {name}, %", [p.true_burden[level] for p in found]),
            _mean(
                f"  due to noise and artefacts {name}, points",
                [p.burden[level] - p.true_burden[level] for p in found],
            ),
            _mean(f"  patients without lesions {name}, %", [p.burden[level] for p in negative]),
        ]
    return rows


def _anatomy_rows(config: CohortConfig, found: Sequence[PatientFigures]) -> list[Row]:
    """Return lesion-free patients, ejection fraction, wall thickness."""
    hcm = is_hypertrophic(config)
    wall = config.anatomy.thickest_mm
    thickened = [p.thickest_mm for p in found if p.shape_name != "normal"]
    return [
        _mean(
            "patients without lesions, %",
            [100.0 * p.is_negative for p in found],
            NEGATIVE_RANGE if hcm else None,
            "HCM cohorts",
        ),
        _mean(
            "ejection fraction, %",
            [100 * p.ejection_fraction for p in found],
            EJECTION_RANGE if hcm else None,
            "HCM cohorts",
        ),
        _mean(
            "thickest wall where thickened, mm",
            thickened,
            (wall.low, wall.high) if thickened else None,
            "HCM cohorts",
        ),
    ]


def _t1_rows(config: CohortConfig, found: Sequence[PatientFigures]) -> list[Row]:
    """Return T1 of the tissues off the acquired maps, and its correlation over segments."""
    field_t = config.scanner.field_t
    tissues = make_tissues(field_t)
    remote = NORMAL_T1_MS[field_t, config.scanner.scheme] + config.tissue.remote_rise_ms
    rise = config.tissue.lesion_t1_rise_ms > 0

    def around(middle: float) -> tuple[float, float]:
        return middle * (1 - T1_SHARE), middle * (1 + T1_SHARE)

    return [
        _mean("T1 remote, ms", _t1(found, "remote"), around(remote), "published + HCM rise"),
        _mean(
            "T1 lesion above remote, ms",
            [p.t1_ms["lesion"] - p.t1_ms["remote"] for p in found if "lesion" in p.t1_ms],
            LESION_RANGE_MS[field_t] if rise and is_hypertrophic(config) else None,
            "published",
        ),
        _mean(
            "T1 blood, ms",
            _t1(found, "blood"),
            around(float(tissues.t1_ms[Tissue.BLOOD])),
            "published",
        ),
        _mean("T1 fat, ms", _t1(found, "fat"), FAT_RANGE_MS[field_t], "published"),
        _mean(
            "T1 liver, ms",
            _t1(found, "liver"),
            around(float(tissues.t1_ms[Tissue.LIVER])),
            "published",
        ),
        *_correlation_rows(config, found),
    ]


def _correlation_rows(config: CohortConfig, found: Sequence[PatientFigures]) -> list[Row]:
    """Return how native T1 follows extracellular volume over segments and patients."""
    aimed = config.tissue.t1_ecv_correlation
    bar = (aimed - CORRELATION_POINTS, aimed + CORRELATION_POINTS)
    segments = [[(s.ecv, s.t1_ms, s.map_t1_ms) for s in p.segments] for p in found]

    def correlation(column: int) -> Callable[[list[list[tuple[float, ...]]]], float]:
        def of(drawn: list[list[tuple[float, ...]]]) -> float:
            pooled = np.array([part for one in drawn for part in one])
            return float(np.corrcoef(pooled[:, 0], pooled[:, column])[0, 1])

        return of

    def ecv_sd(drawn: list[list[tuple[float, ...]]]) -> float:
        return float(np.std([part[0] for one in drawn for part in one]))

    return [
        _pooled("r(T1, ECV) over segments", segments, correlation(1), bar, "dial"),
        _pooled("r(T1 map, ECV) over segments", segments, correlation(2), None, ""),
        _pooled("SD of ECV over segments", segments, ecv_sd, None, "sets segment_ecv_sd"),
    ]


def _quality_rows(found: Sequence[PatientFigures]) -> list[Row]:
    """Return the share of images of good or excellent quality, and of uninterpretable ones."""
    rows: list[Row] = []
    for image in ("cine", "t1", "lge"):
        categories = [category for p in found for category in p.categories[image]]
        for name, wanted in (("good or excellent", (4, 5)), ("uninterpretable", (1,))):
            share = [100.0 * (category in wanted) for category in categories]
            rows.append(_mean(f"{image} images {name}, %", share))
    return rows


def _t1(found: Sequence[PatientFigures], tissue: str) -> list[float]:
    return [p.t1_ms[tissue] for p in found if tissue in p.t1_ms]


def _mean(
    name: str,
    values: Sequence[float],
    bar: tuple[float, float] | None = None,
    source: str = "",
) -> Row:
    """Return the mean of a figure over patients; NaN where there are none."""
    if not values:
        return Row(name, nan, nan, nan, nan, "")
    error = float(np.std(values) / np.sqrt(len(values)))
    low, high = bar or (nan, nan)
    return Row(name, float(np.mean(values)), error, low, high, source if bar else "")


def _pooled(
    name: str,
    segments: list[list[tuple[float, ...]]],
    figure: Callable[[list[list[tuple[float, ...]]]], float],
    bar: tuple[float, float] | None,
    source: str,
) -> Row:
    """Return a figure pooled over segments; its error is a jackknife over patients."""
    low, high = bar or (nan, nan)
    value = figure(segments)
    count = len(segments)
    if count < 3:
        return Row(name, value, nan, low, high, source)
    left_out = [figure(segments[:i] + segments[i + 1 :]) for i in range(count)]
    error = float(np.sqrt(count - 1) * np.std(left_out))
    return Row(name, value, error, low, high, source)
