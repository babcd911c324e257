"""The virtual scanner's ShMOLLI: seven images of a slice and the map it makes of them."""

from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from vne_core.geometry.plane import FloatArray, SlicePlane
from vne_core.mapping.fit import fit_look_locker
from vne_core.mapping.shmolli import fit_shmolli
from vne_core.phantom.dials import require_within
from vne_core.phantom.motion import contraction_at
from vne_core.phantom.physics import (
    FACTS,
    MYOCARDIUM_T2_MS,
    Shmolli,
    Tissue,
    shmolli_signal,
)
from vne_core.phantom.placement import STILL
from vne_core.phantom.reception import (
    ComplexArray,
    Stored,
    background_phase,
    complex_noise,
    shading,
    smooth_field,
    stored,
    textured,
    zero_filled,
)
from vne_core.phantom.scene import Body, fill

_T1_GRID_MS: FloatArray = np.geomspace(120.0, 4500.0, 160)


@dataclass(frozen=True, slots=True)
class ShmolliDials:
    """A ShMOLLI acquisition of 192 columns, interpolated twice; signal-to-noise is blood's."""

    scan: Shmolli = field(default_factory=Shmolli)
    blood_snr: float = 60.0
    blood_counts: float = 560.0
    cycle_share: float = 0.7
    shading: float = 0.25
    zero_fill: int = 2

    def __post_init__(self) -> None:
        """Refuse an acquisition that no scanner makes."""
        require_within(
            self,
            {
                "blood_snr": (5, 300),
                "blood_counts": (100, 1000),
                "cycle_share": (0.3, 0.95),
                "shading": (0, 0.6),
                "zero_fill": (1, 3),
            },
        )


@dataclass(frozen=True, slots=True, eq=False)
class ShmolliImages:
    """Stored values of one slice: magnitude and phase (7, rows, columns), map in ms, the plane."""

    plane: SlicePlane
    times_ms: FloatArray
    magnitude: Stored
    phase: Stored
    t1_map_ms: Stored


def acquire_shmolli(
    body: Body,
    plane: SlicePlane,
    dials: ShmolliDials,
    rng: np.random.Generator,
    *,
    noise: bool = True,
) -> ShmolliImages:
    """Return the seven images and the scanner's map; ``plane`` is the grid before interpolation."""
    contraction = float(contraction_at(dials.cycle_share))
    filling = fill(body, plane, contraction, STILL)
    by_tissue, by_t1 = _shmolli_tables(dials.scan)
    blood = by_tissue[Tissue.BLOOD].max()
    scale = dials.blood_counts / blood
    grain = smooth_field(plane.shape_px, 2.5, rng)
    images = np.empty((7, *plane.shape_px))
    for index in range(7):
        wall = np.asarray(np.interp(filling.t1_ms, by_t1[0], by_t1[1 + index]), float)
        images[index] = textured(filling.image(by_tissue[:, index], wall), filling.shares, grain)
    images *= scale * shading(plane, dials.shading)
    received = images * np.exp(1j * background_phase(plane))
    if noise:
        received += complex_noise(received.shape, dials.blood_counts / dials.blood_snr, rng)
    return _stored_shmolli(zero_filled(received, dials.zero_fill), plane, dials)


def _stored_shmolli(
    received: ComplexArray, plane: SlicePlane, dials: ShmolliDials
) -> ShmolliImages:
    """Return stored magnitude, phase (slope 2, intercept -4096) and the map made from them."""
    magnitude = stored(np.abs(received))
    phase = stored((np.angle(received) / np.pi + 1) * 2048)
    times = dials.scan.inversion_times_ms
    signed = _by_last_phase(received)
    fitted = fit_shmolli(signed.astype(np.float32), times)
    t1_map = stored(np.where(fitted.valid, np.nan_to_num(fitted.t1_ms), 0))
    return ShmolliImages(_finer(plane, dials.zero_fill), times, magnitude, phase, t1_map)


def _by_last_phase(received: ComplexArray) -> FloatArray:
    """Return signed images: the phase of the fifth, most recovered, image counts as positive."""
    reference = received[4] / np.maximum(np.abs(received[4]), 1e-9)
    return np.abs(received) * np.sign((received * reference.conj()).real)


def _finer(plane: SlicePlane, factor: int) -> SlicePlane:
    """Return the plane of images interpolated by ``factor`` through k-space."""
    rows, cols = plane.shape_px
    down, right = plane.spacing_mm
    spacing_mm, shape_px = (down / factor, right / factor), (rows * factor, cols * factor)
    return replace(plane, spacing_mm=spacing_mm, shape_px=shape_px)


@lru_cache(maxsize=8)
def _shmolli_tables(scan: Shmolli) -> tuple[FloatArray, FloatArray]:
    """Return signals a tissue, (tissues, 7), and of myocardium over T1, (1 + 7, grid).

    Published T1 values are what the sequence reads, so the simulation starts from the true T1
    that reads so. The second table's first row is the apparent T1.
    """
    by_tissue = np.stack(
        [
            facts.density * _signals_of_apparent(np.array([facts.t1_ms]), facts.t2_ms, scan)[0]
            for facts in (FACTS[tissue] for tissue in Tissue)
        ]
    )
    by_tissue[Tissue.FAT] *= -1
    apparent = np.linspace(700.0, 1700.0, 101)
    of_wall = _signals_of_apparent(apparent, MYOCARDIUM_T2_MS, scan)
    return by_tissue, np.vstack([apparent, of_wall.T])


def _signals_of_apparent(apparent_ms: FloatArray, t2_ms: float, scan: Shmolli) -> FloatArray:
    """Return the seven signals, (n, 7), of tissue that a five-image fit reads as given."""
    signals = shmolli_signal(_T1_GRID_MS, t2_ms, scan)
    five = signals[:, :5].T[:, :, None]
    read = fit_look_locker(five, scan.inversion_times_ms[:5]).t1_ms[:, 0]
    known = np.isfinite(read) & (np.maximum.accumulate(np.nan_to_num(read)) == read)
    true_ms = np.interp(apparent_ms, read[known], _T1_GRID_MS[known])
    return shmolli_signal(true_ms, t2_ms, scan)
