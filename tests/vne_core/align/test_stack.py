from math import cos, radians, sin

import numpy as np
import pytest

from vne_core.align.match import match_study
from vne_core.align.recovery import StackError
from vne_core.align.roles import Role
from vne_core.align.stack import SCANNER_MAP, align_slice, cine_at_phases
from vne_core.dicom.door import open_header
from vne_core.dicom.header import Imported, SourceFile
from vne_core.dicom.kinds import Kind
from vne_core.dicom.rule_file import load_rules
from vne_core.geometry.plane import SlicePlane
from vne_core.study.build import build_studies
from vne_core.study.model import FrameRef, Series, SliceRef, Study

SHAPE = (40, 50)
MOLLI_TI = (100.0, 180.0, 1100.0, 1180.0, 2100.0, 2180.0, 3100.0, 4100.0)


def level(height_mm=0.0, angle_deg=0.0, spacing_mm=1.0, shape_px=SHAPE, shift_mm=(0.0, 0.0)):
    """A plane centred above the origin, tilted about its row direction."""
    row = np.array([1.0, 0.0, 0.0])
    col = np.array([0.0, cos(radians(angle_deg)), sin(radians(angle_deg))])
    half = (np.array(shape_px)[::-1] - 1) / 2 * spacing_mm
    centre = np.array([shift_mm[0], shift_mm[1], height_mm])
    origin = centre - half[0] * row - half[1] * col
    return SlicePlane(tuple(origin), tuple(row), tuple(col), (spacing_mm,) * 2, shape_px, 8.0)


def one(kind, plane, times=(None,), *, slope=1.0, intercept=0.0, rr_ms=None) -> SliceRef:
    is_cine = kind in (Kind.CINE_SAX, Kind.CINE_LAX)
    frames = tuple(
        FrameRef(i, t if is_cine else None, None if is_cine else t, None, slope, intercept)
        for i, t in enumerate(times)
    )
    return SliceRef(str(kind), f"of {kind}", kind, plane, "f", rr_ms, frames)


def study(*slices: SliceRef) -> Study:
    series = tuple(Series(s.series_id, n, "", s.kind, "r", (s,)) for n, s in enumerate(slices))
    return Study("study", "P-1", "", "", 1.5, series)


def aligned(stored: dict[SliceRef, np.ndarray], overrides=None):
    (match,) = match_study(study(*stored), overrides)
    pixels = {s.slice_id: array for s, array in stored.items()}
    return align_slice(match, lambda s: pixels[s.slice_id])


def ramp(plane: SlicePlane) -> np.ndarray:
    """An image whose value is 2 x + 3 y of the patient, which linear interpolation keeps."""
    rows, cols = np.indices(plane.shape_px)
    points = plane.pixel_to_patient(np.stack([cols.ravel(), rows.ravel()], axis=-1))
    return (2 * points[:, 0] + 3 * points[:, 1]).reshape(1, *plane.shape_px)


def recovery(t1_ms: float, times) -> np.ndarray:
    """A Look-Locker recovery with B/A = 2, so that T1 = T1*: (n, rows, columns), signed."""
    curve = 1000 * (1 - 2 * np.exp(-np.array(times) / t1_ms))
    return np.broadcast_to(curve[:, None, None], (len(times), *SHAPE)).copy()


def test_images_of_another_grid_are_placed_by_position_and_orientation():
    lge = one(Kind.LGE_PSIR, level(2.0, 10.0, 1.3, (60, 64), (1.0, -2.0)))
    t1 = one(Kind.T1_MAP, level())
    found = aligned({t1: np.full((1, *SHAPE), 1000), lge: ramp(lge.plane)})
    assert found.grid is Role.T1
    assert found.lge.shape == SHAPE
    truth = ramp(t1.plane)[0]
    valid = found.valid[Role.LGE]
    assert valid.mean() > 0.9
    assert np.abs(found.lge - truth)[valid].max() < 1e-3


def test_slope_and_intercept_of_each_slice_are_applied():
    t1 = one(Kind.T1_MAP, level(), slope=0.5, intercept=10.0)
    found = aligned({t1: np.full((1, *SHAPE), 2000, dtype=np.uint16)})
    assert found.t1_ms.dtype == np.float32
    assert np.unique(found.t1_ms).tolist() == [1010.0]
    assert found.t1_source == SCANNER_MAP


def test_outside_the_field_of_view_is_invalid():
    t1 = one(Kind.T1_MAP, level())
    lge = one(Kind.LGE_PSIR, level(shift_mm=(25.0, 0.0)))
    found = aligned({t1: np.ones((1, *SHAPE)), lge: np.ones((1, *SHAPE))})
    assert not found.valid[Role.LGE][:, :20].any()
    assert found.valid[Role.LGE][:, 30:].all()
    assert found.valid[Role.T1].all()


def test_a_t1_map_is_fitted_where_the_study_has_only_raw_images():
    ir = one(Kind.IR_MAGNITUDE, level(), MOLLI_TI)
    found = aligned({ir: np.abs(recovery(1150.0, MOLLI_TI)).round()})
    assert found.grid is Role.IR
    assert found.t1_source.startswith("MOLLI")
    assert np.abs(found.t1_ms[found.valid[Role.T1]] - 1150).max() < 5
    assert found.valid[Role.T1].all()
    assert Role.T1 not in found.absent


def test_inversion_recovery_comes_signed_and_by_rising_time():
    order = [3, 0, 6, 1, 7, 2, 5, 4]
    times = [MOLLI_TI[i] for i in order]
    ir = one(Kind.IR_MAGNITUDE, level(), times)
    found = aligned({ir: np.abs(recovery(1150.0, times))})
    assert found.inversion_times_ms == MOLLI_TI
    truth = recovery(1150.0, MOLLI_TI)
    assert np.abs(found.ir - truth).max() < 1


def test_the_sign_is_read_from_phase_images_in_whatever_order_they_come():
    signed = recovery(900.0, MOLLI_TI)
    background = np.random.default_rng(4).uniform(-3, 3, SHAPE)
    turned = np.angle(signed * np.exp(1j * background))
    stored_phase = np.round((turned / np.pi + 1) * 2047.5)[::-1]
    magnitude = one(Kind.IR_MAGNITUDE, level(), MOLLI_TI)
    phase = one(Kind.IR_PHASE, level(), MOLLI_TI[::-1], slope=2.0, intercept=-4096.0)
    found = aligned({magnitude: np.abs(signed), phase: stored_phase})
    assert np.abs(found.ir - signed).max() < 1
    assert found.absent.keys() == {Role.CINE, Role.LGE, Role.LGE_MAGNITUDE}


def test_phase_images_of_other_times_are_not_used_and_the_slice_says_so():
    magnitude = one(Kind.IR_MAGNITUDE, level(), MOLLI_TI)
    phase = one(Kind.IR_PHASE, level(), tuple(t + 20 for t in MOLLI_TI))
    stored = np.abs(recovery(1150.0, MOLLI_TI))
    found = aligned({magnitude: stored, phase: np.zeros_like(stored)})
    assert found.absent[Role.IR].startswith("phase images not used")
    assert np.abs(found.t1_ms - 1150).max() < 5


def test_a_scanner_map_is_kept_and_the_fit_gives_its_residual():
    t1, ir = one(Kind.T1_MAP, level()), one(Kind.IR_MAGNITUDE, level(), MOLLI_TI)
    noise = np.random.default_rng(1).normal(0, 20, (8, *SHAPE))
    stored = np.abs(recovery(1150.0, MOLLI_TI) + noise)
    found = aligned({t1: np.full((1, *SHAPE), 1234), ir: stored})
    assert np.unique(found.t1_ms).tolist() == [1234.0]
    assert found.t1_source == SCANNER_MAP
    assert 5 < np.median(found.fit_residual) < 30


def test_inversion_recovery_without_times_is_shown_and_says_why_there_is_no_fit():
    ir = one(Kind.IR_MAGNITUDE, level(), (None,) * 8)
    found = aligned({ir: np.ones((8, *SHAPE))})
    assert found.t1_ms is None
    assert found.ir.shape == (8, *SHAPE)
    assert found.absent[Role.IR] == "8 of 8 IR images have no inversion time: no fit"


def test_two_inversion_times_are_too_few_for_a_map_and_the_slice_says_so():
    ir = one(Kind.IR_MAGNITUDE, level(), (100.0, 200.0))
    found = aligned({ir: np.ones((2, *SHAPE))})
    assert found.t1_ms is None
    assert "2 different inversion times" in found.absent[Role.IR]
    assert found.inversion_times_ms == (100.0, 200.0)


def test_the_cine_keeps_its_own_phases_and_its_heart_rate():
    times = tuple(30.0 * i for i in range(17))
    cine = one(Kind.CINE_SAX, level(1.0), times, rr_ms=520.0)
    stored = np.arange(17)[:, None, None] * np.ones((17, *SHAPE))
    found = aligned({one(Kind.T1_MAP, level()): np.ones((1, *SHAPE)), cine: stored})
    assert found.cine.shape == (17, *SHAPE)
    assert found.cine[:, 20, 20].tolist() == list(range(17))
    assert (found.trigger_times_ms, found.rr_interval_ms) == (times, 520.0)


def test_cine_phases_without_trigger_times_are_spread_over_the_heart_beat():
    cine = one(Kind.CINE_SAX, level(), (None,) * 4, rr_ms=800.0)
    assert aligned({cine: np.ones((4, *SHAPE))}).trigger_times_ms == (0.0, 200.0, 400.0, 600.0)


def test_cine_phases_whose_trigger_times_do_not_rise_are_spread_over_the_heart_beat():
    cine = one(Kind.CINE_SAX, level(), (10.0,) * 4, rr_ms=800.0)
    assert aligned({cine: np.ones((4, *SHAPE))}).trigger_times_ms == (0.0, 200.0, 400.0, 600.0)


def test_a_missing_role_says_why():
    t1, lge = one(Kind.T1_MAP, level()), one(Kind.LGE_PSIR, level(6.1))
    found = aligned({t1: np.ones((1, *SHAPE)), lge: np.ones((1, *SHAPE))})
    assert found.lge is None
    assert found.absent[Role.LGE] == "no LGE within 4 mm: nearest 6.1 mm"


def test_a_slice_matched_by_hand_at_a_right_angle_has_no_valid_pixel_and_says_so():
    t1, lax = one(Kind.T1_MAP, level()), one(Kind.CINE_LAX, level(0, 90), (0.0, 40.0))
    found = aligned(
        {t1: np.ones((1, *SHAPE)), lax: np.ones((2, *SHAPE))},
        {(t1.slice_id, Role.CINE): lax.slice_id},
    )
    assert not found.valid[Role.CINE].any()
    assert found.absent[Role.CINE] == "no pixel of the cine lies on this slice"


def test_pixels_of_another_shape_than_the_slice_are_refused():
    with pytest.raises(StackError, match=r"shape \(1, 7, 7\)"):
        aligned({one(Kind.T1_MAP, level()): np.ones((1, 7, 7))})


def test_phases_over_the_cycle_follow_a_periodic_signal():
    rr, times = 900.0, np.sort(np.random.default_rng(2).uniform(0, 900, 60))
    images = np.sin(2 * np.pi * times / rr)[:, None, None] * np.ones((60, 3, 3))
    found = cine_at_phases(images, times, rr, 25)
    truth = np.sin(2 * np.pi * np.arange(25) / 25)
    assert np.abs(found[:, 0, 0] - truth).max() < 0.05


def test_phases_at_their_own_times_are_unchanged():
    images = np.random.default_rng(3).normal(size=(25, 4, 5)).astype(np.float32)
    found = cine_at_phases(images, [33.2 * i for i in range(25)], 830.0, 25)
    assert np.abs(found - images).max() < 1e-5


def test_between_the_last_phase_and_the_r_wave_lies_a_mixture_of_last_and_first():
    images = np.array([0.0, 1.0, 2.0, 4.0]).reshape(4, 1, 1)
    found = cine_at_phases(images, [0.0, 200.0, 400.0, 600.0], 800.0, 8)
    assert found[:, 0, 0].tolist() == [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 2.0]


def test_phases_that_start_after_the_r_wave_wrap_around_to_it():
    images = np.array([2.0, 4.0]).reshape(2, 1, 1)
    found = cine_at_phases(images, [100.0, 500.0], 800.0, 8)
    assert found[:, 0, 0].tolist() == [2.5, 2.0, 2.5, 3.0, 3.5, 4.0, 3.5, 3.0]


def test_a_phase_after_the_next_r_wave_belongs_to_the_start_of_the_cycle():
    images = np.array([10.0, 20.0, 30.0, 40.0, 8.0]).reshape(5, 1, 1)
    found = cine_at_phases(images, [100.0, 300.0, 500.0, 700.0, 900.0], 850.0, 17)[:, 0, 0]
    assert found[:3].tolist() == [16.0, 8.0, 10.0]
    assert found[6] == 20.0
    assert (found >= 8.0).all()
    assert (found <= 40.0).all()


@pytest.mark.parametrize("rr_ms", [None, 0.0, 500.0])
def test_an_rr_interval_that_ends_before_the_last_phase_is_one_step_beyond_it(rr_ms):
    images = np.arange(4.0).reshape(4, 1, 1)
    found = cine_at_phases(images, [0.0, 200.0, 400.0, 600.0], rr_ms, 4)
    assert found[:, 0, 0].tolist() == [0.0, 1.0, 2.0, 3.0]


def test_a_single_phase_stands_still():
    assert cine_at_phases(np.ones((1, 2, 2)), [0.0], 800.0, 25).shape == (25, 2, 2)


@pytest.mark.parametrize("times", [[0.0, 0.0], [10.0, 5.0], [0.0], []])
def test_times_that_do_not_rise_or_do_not_fit_are_refused(times):
    with pytest.raises(StackError, match="trigger times"):
        cine_at_phases(np.ones((2, 2, 2)), times, 800.0)


@pytest.mark.realdata
def test_the_real_shmolli_fits_to_its_scanner_map(realdata, pseudonyms):
    import pydicom  # noqa: PLC0415 - only where the files are

    files = sorted((realdata / "shmolli_phantom").rglob("*.*"))
    results = [open_header(SourceFile(path)) for path in files]
    headers = [r.header for r in results if isinstance(r, Imported)]
    (built,) = build_studies(headers, load_rules(), pseudonyms)
    (match,) = match_study(built.study)

    def load(s: SliceRef) -> np.ndarray:
        rows = built.sources[s.slice_id]
        return np.stack([pydicom.dcmread(h.source.path).pixel_array for h, _ in rows])

    found = align_slice(match, load)
    assert found.t1_source == SCANNER_MAP
    assert found.inversion_times_ms == (100, 180, 260, 1100, 2100, 3100, 4100)
    long = (found.t1_ms > 900) & (found.t1_ms < 1400) & (found.ir[-1] > 200)
    assert (found.ir[0][long] < 0).mean() > 0.99
    assert (found.ir[-1][long] > 0).mean() > 0.99
