"""Patients drawn from the dials of a cohort; the same seed and number give the same patient."""

import math
from dataclasses import dataclass, replace

import numpy as np

from vne_core.geometry.plane import Vector
from vne_core.phantom.anatomy import HeartShape
from vne_core.phantom.artefacts import BREATHING_DIR, Mishaps
from vne_core.phantom.bloch import LookLocker
from vne_core.phantom.cine import CineDials
from vne_core.phantom.config import ArtefactRates, CohortConfig, Rate, ShapeMix, TissueMix
from vne_core.phantom.fibrosis import FibrosisDials, Lesion
from vne_core.phantom.late_enhancement import LgeDials
from vne_core.phantom.lesions import draw_lesions
from vne_core.phantom.patient import Patient, SlicePlan, TissueDials
from vne_core.phantom.seeds import Piece, stream
from vne_core.phantom.t1_mapping import T1Dials
from vne_core.phantom.thorax import ChestDials
from vne_core.phantom.tissue import CINE_FLIP_DEG, NORMAL_T1_MS, Tissue

SLICE_LEVELS_MM = (("base", -26.0), ("mid", -3.0), ("apex", 19.0))
WIDEST_HEART_MM = 86.0
"""From the middle of the left ventricle to the far wall of the right one, at most."""
LESION_ECV_RISE = 0.24
"""How far extracellular volume rises in the middle of a usual focus; the cohort's dial
``lesion_t1_rise_ms`` is the rise of native T1 there."""
CONTROL_VARIATION_MS = 24.0
"""Regional variation of native T1 where it does not follow fibrosis at all."""
LEAST_VARIATION_MS = 4.0
REGION_MM = 18.0
"""Distance over which native T1 varies on its own."""
SEGMENT_SHARE = 0.76
"""Standard deviation of that variation's mean over an AHA segment, relative to a point's."""
RELATIVE_T1_SD = {
    Tissue.FAT: 0.06,
    Tissue.MUSCLE: 0.03,
    Tissue.MARROW: 0.10,
    Tissue.LIVER: 0.08,
    Tissue.SPLEEN: 0.05,
    Tissue.STOMACH: 0.20,
    Tissue.BLOOD: 0.035,
}
"""Standard deviation of T1 between people, relative."""


def draw_patient(config: CohortConfig, seed: int, index: int) -> Patient:
    """Return patient number ``index`` of a cohort."""
    heart, shape_name = _draw_heart(config, stream(seed, index, Piece.ANATOMY))
    pattern, lesions = draw_lesions(config.fibrosis, heart, seed, index)
    person = _draw_person(config, stream(seed, index, Piece.TISSUE))
    plan = stream(seed, index, Piece.PLAN)
    cine, t1, lge = _draw_scans(config, person.blood_post_t1_ms, plan)
    return Patient(
        seed=seed,
        index=index,
        patient_id=f"VIRTUAL-{config.name.upper()}-{seed}-{index:04d}",
        name=f"Virtual^Patient {index}",
        heart=heart,
        chest=_draw_chest(config, stream(seed, index, Piece.BODY, 1)),
        tissue=TissueDials(config.scanner.field_t, person.haematocrit, person.relative_t1),
        fibrosis=_fibrosis_dials(config, person, lesions),
        cine=cine,
        t1=t1,
        lge=lge,
        slices=_draw_slices(config.artefacts, seed, index),
        roll_deg=float(np.clip(plan.normal(13, 5), 0, 20)),
        tilt_deg=(
            float(np.clip(plan.normal(0, 4), -9, 9)),
            float(np.clip(plan.normal(0, 4), -9, 9)),
        ),
        thickness_mm=config.acquisition.thickness_mm,
        vendor=config.scanner.vendor,
        shape_name=shape_name,
        pattern=pattern,
    )


def t1_dials(tissue: TissueMix) -> tuple[float, float]:
    """Return how native T1 rises with extracellular volume (ms a unit) and varies regionally (ms).

    With a rise of slope k and a variation s independent of extracellular volume E, the
    correlation over segments is r = k sd(E) / sqrt(k^2 sd(E)^2 + s^2); s^2 is shared between
    patients (``t1_between_ms``) and regions.
    """
    r = tissue.t1_ecv_correlation
    slope = tissue.lesion_t1_rise_ms / LESION_ECV_RISE
    if not (r and slope):
        return 0.0, CONTROL_VARIATION_MS
    whole = slope * tissue.segment_ecv_sd * math.sqrt(1 / r**2 - 1)
    regional = math.sqrt(max(whole**2 - tissue.t1_between_ms**2, LEAST_VARIATION_MS**2))
    return slope, min(regional / SEGMENT_SHARE, 120.0)


@dataclass(frozen=True, slots=True)
class _Person:
    """What a patient's tissues are like; ``unevenness`` multiplies that of the cohort's wall."""

    remote_ecv: float
    haematocrit: float
    blood_post_t1_ms: float
    remote_t1_ms: float
    unevenness: float
    relative_t1: dict[Tissue, float]


def _draw_person(config: CohortConfig, rng: np.random.Generator) -> _Person:
    """Return a patient's tissues."""
    return _Person(
        remote_ecv=config.tissue.remote_ecv.draw(rng),
        haematocrit=config.tissue.haematocrit.draw(rng),
        blood_post_t1_ms=config.tissue.blood_post_t1_ms.draw(rng),
        remote_t1_ms=_remote_t1(config, rng),
        unevenness=float(np.exp(config.fibrosis.diffuse_spread * rng.standard_normal())),
        relative_t1={
            tissue: float(1 + sd * np.clip(rng.standard_normal(), -2, 2))
            for tissue, sd in RELATIVE_T1_SD.items()
        },
    )


def _fibrosis_dials(
    config: CohortConfig, person: _Person, lesions: tuple[Lesion, ...]
) -> FibrosisDials:
    """Return the fibrosis of a patient with these lesions."""
    slope, variation = t1_dials(config.tissue)
    return FibrosisDials(
        lesions,
        remote_ecv=person.remote_ecv,
        diffuse_sd=min(config.fibrosis.diffuse_sd * person.unevenness, 0.08),
        patchiness=config.fibrosis.patchiness,
        remote_t1_ms=person.remote_t1_ms,
        t1_per_ecv_ms=slope,
        t1_variation_ms=variation,
        t1_mm=REGION_MM,
    )


def _draw_scans(
    config: CohortConfig, blood_post_t1_ms: float, rng: np.random.Generator
) -> tuple[CineDials, T1Dials, LgeDials]:
    """Return how a patient is scanned with each sequence, at one heart rate."""
    rr_ms = float(round(config.anatomy.rr_ms.draw(rng)))
    flip, noise = CINE_FLIP_DEG[config.scanner.field_t], config.acquisition.noise
    cine_snr, t1_snr, lge_snr = (
        spread.draw(rng)
        for spread in (
            config.acquisition.cine_snr,
            config.acquisition.t1_snr,
            config.acquisition.lge_snr,
        )
    )
    return (
        CineDials(blood_snr=cine_snr, flip_deg=flip, noise=noise),
        T1Dials(LookLocker(config.scanner.scheme, rr_ms), blood_snr=t1_snr, noise=noise),
        LgeDials(blood_post_t1_ms, rr_ms, blood_snr=lge_snr, noise=noise),
    )


def _remote_t1(config: CohortConfig, rng: np.random.Generator) -> float:
    """Return native T1 of a patient's remote myocardium."""
    normal = NORMAL_T1_MS[config.scanner.field_t, config.scanner.scheme]
    between = config.tissue.t1_between_ms * float(np.clip(rng.standard_normal(), -2.5, 2.5))
    return normal + config.tissue.remote_rise_ms + between


def _draw_heart(config: CohortConfig, rng: np.random.Generator) -> tuple[HeartShape, str]:
    """Return a heart and the name of its shape; every shape takes the same random numbers."""
    dials = config.anatomy
    name = _shape_name(dials.shapes, rng.random())
    thick, thin = dials.thickest_mm.draw(rng), dials.normal_wall_mm.draw(rng)
    cavity, ejection = dials.cavity_radius_mm.draw(rng), dials.ejection_fraction.draw(rng)
    a, b, c = (float(value) for value in rng.uniform(-1, 1, 3))
    septum, lateral, around, level, reach = {
        "septal": (thick, thin + 0.12 * (thick - thin), 2.6 + 0.9 * a, -14.0, 120.0 + 70 * b),
        "concentric": (min(thick, 22.0), min(thick, 22.0) - 1.5 - b, 0.8, -14.0, 200.0),
        "apical": (thick, thin, 0.4 + 0.3 * a, 30.0 + 4 * b, 19.0 + 4 * c),
        "mid_cavity": (thick, thin, 0.8 + 0.5 * a, 2.0 + 5 * b, 18.0 + 4 * c),
        "normal": (thin + 1.0, thin, 1.5, -14.0, 200.0),
    }[name]
    shape = HeartShape(
        septum_mm=septum,
        lateral_mm=max(lateral, 5.5),
        cavity_radius_mm=cavity - (1.5 if name in ("concentric", "mid_cavity") else 0.0),
        septum_deg=float(np.clip(186 + 9 * rng.standard_normal(), 155, 209)),
        anterior_insertion_deg=float(np.clip(244 + 5 * rng.standard_normal(), 226, 262)),
        inferior_insertion_deg=float(np.clip(122 + 5 * rng.standard_normal(), 104, 138)),
        rv_width_mm=_rv_width(39 + 3.5 * rng.standard_normal(), cavity + septum),
        ejection_fraction=ejection,
        longitudinal_strain=float(np.clip(0.13 + 0.02 * rng.standard_normal(), 0.07, 0.19)),
        twist_deg=float(np.clip(9 + 3 * rng.standard_normal(), 2, 17)),
        papillary_radius_mm=float(np.clip(4.3 + 0.6 * rng.standard_normal(), 2.8, 6.2)),
        irregularity_mm=float(rng.uniform(0.4, 1.4)),
        irregular_phase_deg=float(rng.uniform(0, 360)),
        thick_concentration=around,
        thick_w_mm=level,
        thick_reach_mm=reach,
        fat_scale=float(np.exp(0.35 * np.clip(rng.standard_normal(), -2, 2))),
        trabecula_scale=float(np.exp(0.25 * np.clip(rng.standard_normal(), -2, 2))),
        papillary_turn_deg=float(np.clip(9 * rng.standard_normal(), -24, 24)),
    )
    return shape, name


def _rv_width(drawn_mm: float, to_septum_mm: float) -> float:
    """Return the right ventricle's width; beyond a thick septum it has less room in the chest."""
    room_mm = (WIDEST_HEART_MM - to_septum_mm) / 1.15
    return float(np.clip(drawn_mm, 16, min(44, max(room_mm, 16))))


def _shape_name(mix: ShapeMix, share: float) -> str:
    """Return the shape that a number from 0 to 1 falls on."""
    names = ("septal", "concentric", "apical", "mid_cavity", "normal")
    shares = np.array([getattr(mix, name) for name in names])
    place = int(np.searchsorted(np.cumsum(shares) / shares.sum(), share, side="right"))
    return names[min(place, len(names) - 1)]


def _draw_chest(config: CohortConfig, rng: np.random.Generator) -> ChestDials:
    """Return a patient's chest."""
    size = config.anatomy.chest_size.draw(rng)
    return ChestDials(
        width=float(np.clip(size + 0.02 * rng.standard_normal(), 0.86, 1.19)),
        depth=float(np.clip(1.03 * size + 0.03 * rng.standard_normal(), 0.97, 1.28)),
        fat_mm=config.anatomy.chest_fat_mm.draw(rng),
        diaphragm_mm=float(np.clip(-6 + 6 * rng.standard_normal(), -22, 8)),
        unevenness=float(rng.uniform(0, 360)),
    )


def _draw_slices(rates: ArtefactRates, seed: int, index: int) -> tuple[SlicePlan, ...]:
    """Return the three positions of an examination and what goes wrong at each."""
    rng = stream(seed, index, Piece.ARTEFACTS)
    off_resonance_hz = rates.off_resonance_hz.draw(rng)
    ti_missed = _severity(rates.ti_error_ms, rng) * (1 if rng.random() < 0.5 else -1)
    plans: list[SlicePlan] = []
    for place, (name, level_mm) in enumerate(SLICE_LEVELS_MM):
        own = stream(seed, index, Piece.ARTEFACTS, 1 + place)
        apart = rates.slice_shift.draw(own)
        share = own.random()
        sign = 1 if own.random() < 0.5 else -1
        plans.append(
            SlicePlan(
                name,
                level_mm + float(own.uniform(-2.5, 2.5)),
                cine_offset_mm=float(np.clip(0.8 * own.standard_normal(), -3, 3)),
                lge_offset_mm=sign * apart * share,
                lge_shift_mm=_breath_hold(sign * apart * (1 - share), own),
                cine=replace(
                    _draw_mishaps(rates, rates.cine_ghosting, own),
                    breathing_mm=0.0,
                    off_resonance_hz=off_resonance_hz,
                ),
                t1=replace(
                    _draw_mishaps(rates, rates.ghosting, own),
                    ghosting=0.0,
                    off_resonance_hz=off_resonance_hz,
                ),
                lge=replace(
                    _draw_mishaps(rates, rates.ghosting, own),
                    breathing_mm=0.0,
                    ti_error_ms=ti_missed,
                ),
            )
        )
    return tuple(plans)


def _breath_hold(along_mm: float, rng: np.random.Generator) -> Vector:
    """Return how far the heart lies from its place in another breath-hold."""
    offset = along_mm * BREATHING_DIR + np.clip(0.5 * rng.standard_normal(3), -1, 1)
    x, y, z = (round(float(value), 4) for value in offset)
    return x, y, z


def _draw_mishaps(rates: ArtefactRates, ghosting: Rate, rng: np.random.Generator) -> Mishaps:
    """Return what goes wrong with one image; draws are made whatever the rates."""
    return Mishaps(
        ghosting=_severity(ghosting, rng),
        breathing_mm=_severity(rates.breathing_mm, rng),
        misgating=_severity(rates.misgating, rng),
        coil_dropout=_severity(rates.coil_dropout, rng),
    )


def _severity(rate: Rate, rng: np.random.Generator) -> float:
    """Return how badly something went wrong, 0 where it did not."""
    happens, how_badly = rng.random(2)
    return float(rate.worst * (0.25 + 0.75 * how_badly)) if happens < rate.rate else 0.0
