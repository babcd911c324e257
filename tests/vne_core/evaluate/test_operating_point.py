import numpy as np
import pytest

from tests.vne_core.evaluate.conftest import made_reading
from vne_core.evaluate.measure import LGE
from vne_core.evaluate.operating_point import (
    OperatingPoint,
    OperatingPointError,
    freeze,
    load_points,
    points_json,
)
from vne_core.evaluate.reading import PatientReading, SliceReading
from vne_core.phantom.truth import LEVELS

NAME = "dim"


def ramp(scale: float, offset: float = 0.0) -> PatientReading:
    """A wall whose enhancement rises evenly from ``offset`` to ``scale``."""
    enhancement = np.linspace(offset, scale, 4001).astype(np.float32)
    return PatientReading(
        (
            SliceReading(
                np.arange(4001, dtype=np.int32), np.ones(4001, np.float32), enhancement, 1.0
            ),
        )
    )


@pytest.fixture
def patients(made_patient):
    """An image 0.7 times as bright as the LGE, so that its own levels are .35, .175, .0875."""
    made = []
    for index, scale in enumerate((0.9, 1.0, 1.2, 1.4)):
        one = made_patient(index, 10, {NAME: ramp(0.7 * scale)})
        made.append(type(one)(
            one.index, one.is_negative, one.categories,
            {**one.readings, LGE: ramp(scale)}, {}, {},
        ))  # fmt: skip
    return made


def test_matched_levels_measure_on_average_what_lge_does(patients):
    point = freeze(NAME, patients)
    assert point.matched_levels == pytest.approx((0.35, 0.175, 0.0875), abs=5e-4)
    for level, own in zip(LEVELS, point.matched_levels, strict=True):
        lge = np.mean([one.readings[LGE].burden_percent(level) for one in patients])
        image = np.mean([one.readings[NAME].burden_percent(own) for one in patients])
        assert image == pytest.approx(lge, abs=0.05)
    assert list(point.matched_levels) == sorted(point.matched_levels, reverse=True)


def test_the_limit_is_the_highest_burden_of_good_patients_without_lesion(made_patient, patients):
    def without(index, percent, categories=None):
        image = made_reading({0.999: percent})
        return made_patient(index, 10, {NAME: image}, negative=True, categories=categories)

    poor = {"cine": (5, 5, 5), "t1": (2, 5, 5), "lge": (5, 5, 5)}
    point = freeze(NAME, [*patients, without(8, 3.2), without(9, 2.0), without(10, 7.0, poor)])
    assert point.present_percent == pytest.approx(3.2)
    assert (point.patients, point.negatives) == (7, 2)


def test_the_limit_is_at_least_one_percent(patients):
    assert freeze(NAME, patients).present_percent == 1.0


def test_levels_that_do_not_nest_are_refused(made_patient):
    flat = made_reading({0.9: 100})
    with pytest.raises(OperatingPointError, match="thresholds that nest"):
        freeze(NAME, [made_patient(0, 10, {NAME: flat}), made_patient(1, 12, {NAME: flat})])


def test_points_are_stored_and_read_back(tmp_path):
    point = OperatingPoint(NAME, LEVELS, (0.35, 0.2, 0.1), 1.5, 120, 19)
    (tmp_path / "points.json").write_text(points_json({NAME: point}))
    assert load_points(tmp_path / "points.json") == {NAME: point}
    assert load_points(tmp_path / "none.json") == {}
    (tmp_path / "points.json").write_text('{"dim": {"matched_levels": [1]}}')
    with pytest.raises(OperatingPointError, match="cannot be read"):
        load_points(tmp_path / "points.json")
