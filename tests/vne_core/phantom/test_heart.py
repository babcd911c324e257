import numpy as np
import pytest

from vne_core.geometry.contour import area_mm2, contains, outline_mm
from vne_core.phantom.anatomy import ANGLES, LONG_AXIS_MM, HeartShape
from vne_core.phantom.cohort import draw_patient
from vne_core.phantom.config_file import load_config
from vne_core.phantom.demo import demo_patient
from vne_core.phantom.fibrosis import FIELD_W_MM
from vne_core.phantom.motion import (
    cavity_volume_ml,
    contraction_at,
    heart_state,
    outline_at,
    radius_at,
)
from vne_core.phantom.outlines import long_axis_position, outlines
from vne_core.phantom.patient import lge_plane, make_body, t1_plane
from vne_core.phantom.placement import STILL
from vne_core.phantom.scene import PlaneScene, map_wall
from vne_core.phantom.thorax import (
    HEART_MM,
    ChestDials,
    LungVessels,
    label_thorax,
    make_lung_vessels,
)
from vne_core.phantom.tissue import MYOCARDIUM_T1_MS, Tissue

BELOW_MITRAL_MM = -20.0
"""Rows well below the mitral plane at every phase."""


def wall_volume(state, above_mm=BELOW_MITRAL_MM) -> float:
    """Wall of the material that lay below ``above_mm`` at end-diastole, cubic mm."""
    rows = state.material_w_mm >= above_mm
    areas = np.pi * np.mean(state.epi_mm[rows] ** 2 - state.endo_mm[rows] ** 2, axis=1)
    edge = np.interp(above_mm, state.material_w_mm, LONG_AXIS_MM)
    return float(areas.sum()) + areas[0] * (LONG_AXIS_MM[rows][0] - 0.5 - edge)


@pytest.mark.parametrize("fraction", [0.5, 0.6, 0.7])
def test_a_healthy_heart_ejects_the_fraction_it_was_asked_for(fraction):
    shape = HeartShape(ejection_fraction=fraction)
    full, left = (cavity_volume_ml(heart_state(shape, c)) for c in (0.0, 1.0))
    assert 1 - left / full == pytest.approx(fraction, abs=0.02)


def test_the_wall_keeps_its_volume_while_it_thickens():
    rest, squeezed = (heart_state(HeartShape(), c) for c in (0.0, 1.0))
    assert wall_volume(squeezed) == pytest.approx(wall_volume(rest), rel=0.02)
    thickness = [np.mean(s.epi_mm[60] - s.endo_mm[60]) for s in (rest, squeezed)]
    assert thickness[1] > 1.3 * thickness[0]


def test_the_septum_and_the_lateral_wall_are_as_thick_as_their_dials():
    state = heart_state(HeartShape(septum_mm=22.0, lateral_mm=9.0, irregularity_mm=0.0), 0.0)
    wall = [
        float((radius_at(state.epi_mm, -14.0, [a]) - radius_at(state.endo_mm, -14.0, [a]))[0])
        for a in (186.0, 6.0)
    ]
    assert wall == pytest.approx([22.0, 9.0], abs=0.2)


def test_the_right_ventricle_lies_between_its_insertion_points():
    state = heart_state(HeartShape(), 0.0)
    gap = state.rv_mm[40] - state.epi_mm[40]
    degrees = np.arange(ANGLES) * 360 / ANGLES
    between = (degrees > 122) & (degrees < 244)
    assert gap[~between].max() < 0.1
    assert gap[(degrees > 150) & (degrees < 225)].min() > 10


def test_the_wall_closes_less_where_it_is_fibrotic(body):
    shape = body.shape
    healthy = heart_state(shape, 1.0)
    scarred = body.heart(1.0)
    row = int(np.searchsorted(LONG_AXIS_MM, -4.0))
    septal, lateral = 186 * 2, 10 * 2
    assert scarred.endo_mm[row, septal] > healthy.endo_mm[row, septal] + 0.5
    assert scarred.endo_mm[row, lateral] == pytest.approx(healthy.endo_mm[row, lateral], abs=0.1)


def test_the_cycle_starts_full_and_is_emptiest_at_a_third():
    shares = np.linspace(0, 1, 200, endpoint=False)
    contraction = contraction_at(shares)
    assert contraction[0] == pytest.approx(0, abs=1e-9)
    assert shares[np.argmax(contraction)] == pytest.approx(0.35, abs=0.02)
    assert (contraction >= -1e-9).all()
    assert (contraction <= 1 + 1e-9).all()


def test_true_contours_follow_the_walls_to_a_tenth_of_a_millimetre(body):
    plane = t1_plane(demo_patient(), 1)
    state = body.heart(0.1)
    found = outlines(state, body.frame, plane, STILL)
    w_mm = long_axis_position(body.frame, plane, STILL)
    for contour, surface in ((found.epi, state.epi_mm), (found.endo, state.endo_mm)):
        dense = body.frame.to_patient(outline_at(surface, w_mm, np.arange(0, 360, 0.5)))
        curve = outline_mm(contour, 256)
        gaps = np.linalg.norm(dense[:, None] - curve[None], axis=-1).min(axis=1)
        assert gaps.max() < 0.15


def test_reference_regions_lie_in_remote_wall_and_in_blood(body):
    """Regions are checked against the tissue itself, sampled on a fine grid."""
    patient = demo_patient()
    for index in range(3):
        plane, shift = lge_plane(patient, index), patient.slices[index].lge_shift_mm
        found = outlines(body.heart(0.12), body.frame, plane, shift)
        assert contains(found.epi, found.endo, plane)
        filling = PlaneScene(body, plane).fill(0.12, shift)
        for roi, tissue in (
            (found.remote, Tissue.LV_MYOCARDIUM),
            (found.blood_pool, Tissue.BLOOD),
        ):
            x, y = plane.patient_to_pixel([roi.centre_mm])[0]
            rows, cols = np.indices(plane.shape_px)
            inside = np.hypot(cols - x, rows - y) < roi.radius_mm / plane.spacing_mm[0] - 0.7
            share = filling.shares[:, tissue].reshape(plane.shape_px)[inside]
            assert share.min() > 0.99


def test_every_pixel_is_full(body):
    filling = PlaneScene(body, lge_plane(demo_patient(), 1)).fill(0.1, STILL)
    assert np.allclose(filling.shares.sum(axis=1), 1)


def test_the_painted_wall_covers_the_area_between_the_contours(body):
    plane = lge_plane(demo_patient(), 1)
    filling = PlaneScene(body, plane).fill(0.1, STILL)
    painted = filling.shares[:, Tissue.LV_MYOCARDIUM].sum() * plane.pixel_area_mm2
    found = outlines(body.heart(0.1), body.frame, plane, STILL)
    between = area_mm2(found.epi, plane) - area_mm2(found.endo, plane)
    assert painted == pytest.approx(between, rel=0.015)


def test_one_field_raises_extracellular_volume_and_native_t1(body):
    wall = map_wall(body, lge_plane(demo_patient(), 1), 0.1, STILL)
    inside = np.isfinite(wall.ecv)
    dense, remote = wall.share[inside] > 0.6, wall.share[inside] < 0.01
    ecv, t1_ms = wall.ecv[inside], wall.t1_ms[inside]
    assert ecv[remote].mean() == pytest.approx(0.27, abs=0.005)
    assert ecv[dense].mean() > 0.45
    assert t1_ms[remote].mean() == pytest.approx(MYOCARDIUM_T1_MS, abs=10)
    assert 50 < t1_ms[dense].mean() - t1_ms[remote].mean() < 180
    assert np.corrcoef(ecv, t1_ms)[0, 1] < 0.97


def test_the_lateral_wall_is_free_of_lesions(body):
    degrees = np.arange(body.fibrosis.share.shape[1])
    lateral = (degrees < 45) | (degrees > 315)
    scanned = (FIELD_W_MM > -36) & (FIELD_W_MM < 30)
    assert body.fibrosis.share[scanned][:, lateral].max() < 0.02


@pytest.mark.parametrize("contraction", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("index", [0, 1, 2])
def test_the_part_of_a_slice_that_moves_holds_the_whole_heart(contraction, index):
    patient = draw_patient(load_config(), 7, 3)
    body, plane = make_body(patient), lge_plane(patient, index)
    shift = (0.5, 2.5, -9.0)
    close = PlaneScene(body, plane, float(np.linalg.norm(shift))).fill(contraction, shift)
    wide = PlaneScene(body, plane, 60.0).fill(contraction, shift)
    np.testing.assert_array_equal(close.shares, wide.shares)
    np.testing.assert_array_equal(close.wall, wide.wall)
    assert close.shares.sum(axis=1) == pytest.approx(1)


@pytest.mark.parametrize("chest", [ChestDials(), ChestDials(width=1.18, depth=0.96)])
def test_lung_vessels_are_whole_spheres_in_a_chest_of_any_size(chest):
    patient = demo_patient()
    plane = lge_plane(patient, 1)
    x, y = np.meshgrid(np.arange(plane.shape_px[1]), np.arange(plane.shape_px[0]))
    flat = plane.pixel_to_patient(np.stack([x.ravel(), y.ravel()], axis=1)).T
    points = flat.reshape(3, 1, *plane.shape_px).astype(np.float32)
    scale = np.array([chest.width, chest.depth, 1.0])[:, None]
    average = (flat - np.array(HEART_MM)[:, None]) / scale + np.array(HEART_MM)[:, None]
    vessels = make_lung_vessels(np.random.default_rng(4))
    nearest = outside_vessels(average.T, vessels)
    without = label_thorax(points, LungVessels(np.zeros((0, 3)), np.zeros(0)), chest).ravel()
    painted = label_thorax(points, vessels, chest).ravel() == Tissue.BLOOD
    lung = (without == Tissue.LUNG) & (np.abs(nearest) > 1e-3)
    assert painted[lung].sum() > 30
    np.testing.assert_array_equal(painted[lung], nearest[lung] < 0)


def outside_vessels(places_mm, vessels) -> np.ndarray:
    """How far places lie outside the nearest vessel, mm; negative inside one."""
    outside = [
        np.linalg.norm(places_mm - centre, axis=1) - radius
        for centre, radius in zip(vessels.centres_mm, vessels.radii_mm, strict=True)
    ]
    return np.min(outside, axis=0)
