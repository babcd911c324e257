"""The virtual scanner's T1 mapping: the inversion-recovery images of a slice and its own map."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike

from vne_core.geometry.plane import FloatArray, SlicePlane, Vector
from vne_core.mapping.fit import T1Fit, fit_look_locker
from vne_core.mapping.shmolli import fit_shmolli
from vne_core.phantom.artefacts import NONE, Mishaps, breathing_shifts, field_map_hz
from vne_core.phantom.bloch import (
    OFF_RESONANCE_NODES_HZ,
    WALL_T1_MS,
    LookLocker,
    SignalTables,
    signal_tables,
)
from vne_core.phantom.body import Body
from vne_core.phantom.dials import require_within
from vne_core.phantom.motion import contraction_at
from vne_core.phantom.reception import (
    ComplexArray,
    Signal,
    Stored,
    background_phase,
    reception,
    smooth_field,
    stored,
    texture_of,
    through_kspace,
)
from vne_core.phantom.scene import Filling, PlaneScene
from vne_core.phantom.tissue import Tissue

Window = tuple[slice, slice]
PREMATURE_CYCLE_SHARE = 0.5
"""Where in the heart cycle an image after a premature beat is acquired."""


@dataclass(frozen=True, slots=True)
class T1Dials:
    """A T1 mapping scan of 192 columns, interpolated twice; signal-to-noise is blood's."""

    scan: LookLocker = field(default_factory=LookLocker)
    blood_snr: float = 60.0
    blood_counts: float = 560.0
    cycle_share: float = 0.7
    shading: float = 0.6
    zero_fill: int = 2
    noise: bool = True

    def __post_init__(self) -> None:
        """Refuse an acquisition that no scanner makes."""
        require_within(
            self,
            {
                "blood_snr": (5, 300),
                "blood_counts": (100, 1000),
                "cycle_share": (0.3, 0.95),
                "shading": (0, 1),
                "zero_fill": (1, 3),
            },
        )


@dataclass(frozen=True, slots=True, eq=False)
class T1Images:
    """One slice as received, (n, rows, columns), its plane, and the scanner's map in ms.

    ``signed`` holds the images with their sign, in counts.
    """

    plane: SlicePlane
    times_ms: FloatArray
    received: ComplexArray
    signed: Signal
    t1_map_ms: Stored

    @property
    def magnitude(self) -> Stored:
        """The stored magnitude images, (n, rows, columns)."""
        return stored(np.abs(self.received))

    @property
    def phase(self) -> Stored:
        """The stored phase images (slope 2, intercept -4096)."""
        return stored((np.angle(self.received) / np.pi + 1) * 2048)


def acquire_t1(
    body: Body,
    plane: SlicePlane,
    dials: T1Dials,
    rng: np.random.Generator,
    *,
    mishaps: Mishaps = NONE,
    window: Window | None = None,
) -> T1Images:
    """Return the images and the scanner's map; ``plane`` is the grid before interpolation.

    ``window`` (rows and columns of the interpolated grid) restricts what is kept and fitted.
    """
    times = dials.scan.inversion_times_ms
    grain = smooth_field(plane.shape_px, 2.5, rng)
    shifts = breathing_shifts(len(times), mishaps, rng)
    premature = rng.random(len(times)) < 0.5 * mishaps.misgating
    seen = reception(plane, body.chest, dials.shading, mishaps.coil_dropout)
    room_mm = float(np.linalg.norm(shifts, axis=1).max())
    shots = _Shots(PlaneScene(body, plane, room_mm), dials, mishaps)
    carrier = (np.exp(1j * background_phase(plane)) * seen.received).astype(np.complex64)
    sd = dials.blood_counts / dials.blood_snr if dials.noise else 0.0
    even = _evened(seen.evened, dials.zero_fill)
    part = window or (slice(None), slice(None))
    received = np.stack(
        [
            through_kspace(
                shots.image(index, shift, grain, premature=bool(premature[index])) * carrier,
                sd,
                rng,
                zero_fill=dials.zero_fill,
            )[part]
            / even[part]
            for index, shift in enumerate(shifts)
        ]
    )
    return _developed(received, cut(finer(plane, dials.zero_fill), part), dials)


class _Shots:
    """The noise-free images of a plane, one an inversion time."""

    def __init__(self, scene: PlaneScene, dials: T1Dials, mishaps: Mishaps) -> None:
        self._scene = scene
        self._dials = dials
        self._tables = signal_tables(scene.body.tissues, dials.scan)
        late = self._tables.by_tissue[0, 4, Tissue.BLOOD]
        self._scale = dials.blood_counts / float(late)
        self._hertz = (
            field_map_hz(scene.plane, scene.body.frame, mishaps)
            if mishaps.off_resonance_hz
            else np.zeros(scene.plane.shape_px, np.float32)
        )
        self._fillings: dict[tuple[float, Vector], tuple[Filling, Signal]] = {}

    def image(
        self,
        index: int,
        shift: Vector,
        grain: Signal,
        *,
        premature: bool,
    ) -> Signal:
        """Return the signed image at an inversion time, the heart displaced by ``shift``."""
        share = PREMATURE_CYCLE_SHARE if premature else self._dials.cycle_share
        key = (float(contraction_at(share)), shift)
        if key not in self._fillings:
            made = self._scene.fill(*key)
            self._fillings[key] = made, texture_of(made.shares, made.shape_px)
        filling, texture = self._fillings[key]
        signal = mixed_signal(filling, self._tables, index, self._hertz)
        return signal * (1 + texture * grain) * np.float32(self._scale)


def mixed_signal(
    filling: Filling, tables: SignalTables, index: int, off_resonance_hz: Signal
) -> Signal:
    """Return the signed signal of each pixel, interpolated between nodes of off-resonance."""
    nodes = OFF_RESONANCE_NODES_HZ
    step = float(nodes[1] - nodes[0])
    image = np.zeros(filling.shape_px, np.float32)
    for node, hertz in enumerate(nodes):
        weight = np.clip(1 - np.abs(off_resonance_hz - hertz) / step, 0, None)
        if weight.any():
            wall = interpolated(filling.t1_ms, WALL_T1_MS, tables.of_wall[node, index])
            image += weight * filling.image(tables.by_tissue[node, index], wall)
    return image


def interpolated(at: ArrayLike, nodes: FloatArray, values: FloatArray) -> FloatArray:
    """Return ``values`` at ``nodes`` linearly interpolated at other places."""
    return np.asarray(np.interp(np.asarray(at, float), nodes, values), float)


def finer(plane: SlicePlane, factor: int) -> SlicePlane:
    """Return the plane of images interpolated by ``factor`` through k-space."""
    rows, cols = plane.shape_px
    down, right = plane.spacing_mm
    spacing_mm, shape_px = (down / factor, right / factor), (rows * factor, cols * factor)
    return replace(plane, spacing_mm=spacing_mm, shape_px=shape_px)


def cut(plane: SlicePlane, window: Window) -> SlicePlane:
    """Return the plane of a window of an image."""
    rows, cols = (
        range(*part.indices(size)) for part, size in zip(window, plane.shape_px, strict=True)
    )
    x, y, z = (float(value) for value in plane.pixel_to_patient([(cols.start, rows.start)])[0])
    return replace(plane, origin_mm=(x, y, z), shape_px=(len(rows), len(cols)))


def _evened(evened: Signal, factor: int) -> Signal:
    """Return the smooth division of a coarse grid on a grid ``factor`` times finer."""
    if factor == 1:
        return evened
    (rows, cols) = evened.shape
    down: FloatArray = np.minimum(np.arange(rows * factor, dtype=float) / factor, rows - 1)
    right: FloatArray = np.minimum(np.arange(cols * factor, dtype=float) / factor, cols - 1)
    row, col = (np.minimum(down.astype(int), rows - 2), np.minimum(right.astype(int), cols - 2))
    up, left = (down - row)[:, None].astype(np.float32), (right - col)[None, :].astype(np.float32)
    tall = (1 - up) * evened[row] + up * evened[row + 1]
    return (1 - left) * tall[:, col] + left * tall[:, col + 1]


def _developed(received: ComplexArray, plane: SlicePlane, dials: T1Dials) -> T1Images:
    """Return the images with the scanner's map made from them."""
    times = dials.scan.inversion_times_ms
    signed = _by_last_phase(received)
    fitted = fitted_map(signed, times, dials.scan)
    t1_map = stored(np.where(fitted.valid, np.nan_to_num(fitted.t1_ms), 0))
    return T1Images(plane, times, received, signed, t1_map)


def fitted_map(signed: Signal, times_ms: FloatArray, scan: LookLocker) -> T1Fit:
    """Return the scanner's own fit of signed images."""
    if scan.scheme == "ShMOLLI 5-1-1":
        return fit_shmolli(signed, times_ms)
    return fit_look_locker(signed, times_ms)


def _by_last_phase(received: ComplexArray) -> Signal:
    """Return signed images: the phase of the fifth, most recovered, image counts as positive."""
    reference = received[4] / np.maximum(np.abs(received[4]), 1e-9)
    return np.abs(received) * np.sign((received * reference.conj()).real)
