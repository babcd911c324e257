from dataclasses import replace

import numpy as np
import pytest

from tests.vne_core.evaluate.conftest import even, made_reading, made_slice
from vne_core.evaluate.measure import ECV
from vne_core.evaluate.operating_point import OperatingPoint
from vne_core.evaluate.reading import PatientReading
from vne_core.evaluate.slice_tables import confidence_rows, quality_rows
from vne_core.evaluate.tables import agreement_rows, gain_rows, left_out, presence_row
from vne_core.phantom.truth import LEVELS
from vne_core.quantify.burden import NotMeasured

GOOD, POOR = "good", "poor"
FIGURES = ("R", "R with ECV")
BURDENS = np.linspace(2, 30, 25)


def point(name: str, levels=LEVELS, limit: float = 3.0) -> OperatingPoint:
    return OperatingPoint(name, LEVELS, levels, limit, 40, 10)


@pytest.fixture(scope="module")
def patients(made_patient):
    """One image that measures what LGE does, and one that is off by up to 12 points."""
    rng = np.random.default_rng(1)
    off = rng.uniform(-12, 12, len(BURDENS))
    return [
        made_patient(
            index,
            burden,
            {
                GOOD: made_reading(*[even(burden)] * 3),
                POOR: made_reading(*[even(max(0.0, burden + off[index]))] * 3),
            },
            negative=burden < 8,
        )
        for index, burden in enumerate(BURDENS)
    ]


def test_an_image_like_the_lge_agrees_at_every_threshold(patients):
    rows = agreement_rows(point(GOOD), patients, np.random.default_rng(2))
    assert [(row.thresholds, row.level_name) for row in rows] == [
        (thresholds, level)
        for thresholds in ("equal", "matched")
        for level in ("FWHM", "FWQM", "FWEM")
    ]
    for row in rows:
        assert row.fit.r == row.icc_single.value == row.dice.value == pytest.approx(1)
        assert row.bias.bias == pytest.approx(0)
        assert row.truth_error == pytest.approx(0)
        assert len(row.pairs) == row.dice_patients == len(patients)
        assert row.lge_mean == pytest.approx(row.image_mean)
    assert rows[0].lge_mean == pytest.approx(BURDENS.mean(), abs=0.1)


def test_the_difference_is_image_minus_lge(made_patient):
    low = [
        made_patient(i, burden, {GOOD: made_reading(*[even(burden - 1.5)] * 3)})
        for i, burden in enumerate(BURDENS)
    ]
    row = agreement_rows(point(GOOD), low, np.random.default_rng(0))[0]
    assert row.bias.bias == pytest.approx(-1.5, abs=0.02)
    assert row.icc_mean.label == "ICC(A,2)"


def test_an_image_is_read_at_its_own_matched_levels(made_patient):
    """Lesions of this image reach 0.35 only: nothing at the equal level, all at the matched."""
    dim = [
        made_patient(i, burden, {GOOD: made_reading(*[{0.35: burden, 0.2: 50, 0.1: 70}] * 3)})
        for i, burden in enumerate(BURDENS)
    ]
    rows = agreement_rows(point(GOOD, (0.35, 0.2, 0.1)), dim, np.random.default_rng(0))
    equal, matched = rows[0], rows[3]
    assert (equal.image_level, matched.image_level) == (0.5, 0.35)
    assert equal.image_mean == 0
    assert equal.fit is None
    assert "all equal" in equal.problem
    assert matched.fit.r == pytest.approx(1)


def test_a_better_image_gains_with_its_lower_bound_above_zero(patients):
    rows = gain_rows(point(GOOD), point(POOR), patients, np.random.default_rng(3))
    assert {row.figure for row in rows} == {"R", "Dice"}
    first = [row for row in rows if row.level_name == "FWHM"]
    assert all(row.gain.is_above_zero for row in first)
    reversed_rows = gain_rows(point(POOR), point(GOOD), patients, np.random.default_rng(3))
    assert not any(row.gain.is_above_zero for row in reversed_rows)
    for row, other in zip(rows, reversed_rows, strict=True):
        assert row.gain.value == pytest.approx(-other.gain.value)


def test_a_gain_is_also_told_against_extracellular_volume_where_it_is_known(patients):
    """The same two images, where the other one is what extracellular volume has."""
    known = [replace(one, readings={**one.readings, ECV: one.readings[POOR]}) for one in patients]
    rows = gain_rows(point(GOOD), point(POOR), known, np.random.default_rng(3))
    told = {figure: [row.gain for row in rows if row.figure == figure] for figure in FIGURES}
    assert all(gain.value > 0 for gain in told["R"])
    assert all(gain.value < 0 for gain in told["R with ECV"])
    assert len(told["R with ECV"]) == len(told["R"]) == 2 * len(LEVELS)


def test_an_image_gains_nothing_over_itself(patients):
    for row in gain_rows(point(GOOD), point(GOOD), patients, np.random.default_rng(4)):
        assert (row.gain.value, row.gain.is_above_zero) == (0, False)


def test_lesions_called_present_are_counted_by_the_frozen_limit(made_patient):
    bad = {"cine": (5, 5, 5), "t1": (5, 3, 5), "lge": (5, 5, 5)}

    def one(index, image, *, negative, categories=None):
        reading = made_reading(*[even(image)] * 3)
        return made_patient(
            index, 20 if not negative else 0.5, {GOOD: reading}, negative=negative,
            categories=categories,
        )  # fmt: skip

    cohort = [
        one(0, 1.0, negative=True),
        one(1, 3.5, negative=True),
        one(2, 9.0, negative=True, categories=bad),
        one(3, 9.0, negative=False),
        one(4, 0.0, negative=False),
    ]
    row = presence_row(point(GOOD, limit=3.0), cohort)
    assert (row.false_positives.found, row.false_positives.total) == (1, 2)
    assert (row.all_false_positives.found, row.all_false_positives.total) == (2, 3)
    assert (row.found.found, row.found.total) == (1, 2)
    assert row.false_positives.upper_bound == pytest.approx(1 - 0.05 ** (1 / 2) + 0.1972, abs=0.03)


def test_nobody_to_count_is_no_zero(made_patient):
    cohort = [made_patient(0, 20, {GOOD: made_reading(even(20))}, negative=False)]
    assert presence_row(point(GOOD), cohort).false_positives is None


def test_error_is_told_by_the_quality_of_the_inputs(made_patient):
    """Slices whose T1 map is poor are 15 points off, the others 2."""
    cohort = []
    for index in range(12):
        t1 = (2, 5, 5) if index % 3 == 0 else (5, 5, 5)
        image = [even(10 + (15 if category == 2 else 2)) for category in t1]
        cohort.append(
            made_patient(
                index, 10, {GOOD: made_reading(*image)},
                categories={"cine": (5, 5, 5), "t1": t1, "lge": (4, 4, 4)},
            )
        )  # fmt: skip
    rows = quality_rows(point(GOOD), cohort, np.random.default_rng(0))
    by_inputs = {
        row.category: row
        for row in rows
        if (row.predictor, row.quality_of, row.level_name) == (GOOD, "inputs", "FWHM")
    }
    assert by_inputs[2].error == pytest.approx(15)
    assert by_inputs[5].error == pytest.approx(2)
    assert (by_inputs[2].slices, by_inputs[5].slices) == (4, 32)
    lge = [row for row in rows if row.predictor == "LGE"]
    assert lge
    assert all(row.error == pytest.approx(0) for row in lge)


def test_a_confidence_that_knows_the_error_separates_bad_slices(made_patient):
    rng = np.random.default_rng(5)
    cohort = []
    for index in range(30):
        off = rng.uniform(0, 20, 3)
        image = made_reading(*[even(10 + one) for one in off])
        told = {GOOD: tuple(float(x) for x in 1 - off / 20)}
        cohort.append(made_patient(index, 10, {GOOD: image}, confidence=told))
    rows = confidence_rows(point(GOOD), cohort, np.random.default_rng(0))
    first = rows[0]
    assert (first.score, first.level_name, first.bad_points) == ("confidence", "FWHM", 10)
    assert first.auroc.value == pytest.approx(1, abs=0.01)
    assert first.auroc.positives + first.auroc.negatives == 90
    assert 0.9 < first.interval.low <= 1


def test_an_image_without_confidence_has_no_row(patients):
    assert confidence_rows(point(GOOD), patients, np.random.default_rng(0)) == []


def test_what_could_not_be_measured_is_named(made_patient):
    half = PatientReading((made_slice(even(10)), NotMeasured("has no blood pool")))
    cohort = [made_patient(7, 10, {GOOD: half})]
    assert left_out([GOOD], cohort) == ["patient 7, good: has no blood pool"]
