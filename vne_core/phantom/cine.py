"""The virtual scanner's balanced steady-state cine."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vne_core.geometry.plane import SlicePlane
from vne_core.phantom.artefacts import (
    NONE,
    Mishaps,
    field_map_hz,
    line_shifts_px,
    misgated_lines,
)
from vne_core.phantom.body import Body
from vne_core.phantom.dials import require_within
from vne_core.phantom.physics import balanced_profile
from vne_core.phantom.placement import STILL
from vne_core.phantom.reception import (
    FLOW_TEXTURE,
    Lines,
    Signal,
    Stored,
    reception,
    smooth_field,
    stored,
    texture_of,
    through_kspace,
)
from vne_core.phantom.scene import Filling, PlaneScene
from vne_core.phantom.tissue import LESION_CINE_RATIO, Tissue, Tissues

NODES = 12
"""Steps of contraction that a cine is made from: the wall moves a pixel between two of them, and a
frame between them is their mixture, as a frame of finite duration is."""
DENSE_ECV = 0.6
"""Extracellular volume at which the cine signal is that of dense scar."""
MISGATED_PHASES = 5
"""How many frames away a line acquired in the wrong heartbeat was taken."""


@dataclass(frozen=True, slots=True)
class CineDials:
    """A retrospectively gated balanced cine; signal-to-noise is blood's. Ranges are refused."""

    phases: int = 25
    blood_snr: float = 70.0
    blood_counts: float = 640.0
    shading: float = 0.8
    flip_deg: float = 60.0
    pulse_interval_ms: float = 2.9
    noise: bool = True

    def __post_init__(self) -> None:
        """Refuse a cine that no scanner makes."""
        require_within(
            self,
            {
                "phases": (10, 60),
                "blood_snr": (5, 200),
                "blood_counts": (100, 1500),
                "shading": (0, 1),
                "flip_deg": (20, 90),
                "pulse_interval_ms": (2, 6),
            },
        )


def acquire_cine(
    body: Body,
    plane: SlicePlane,
    contractions: Sequence[float],
    dials: CineDials,
    rng: np.random.Generator,
    *,
    mishaps: Mishaps = NONE,
) -> Stored:
    """Return the cine frames, (phases, rows, columns), of the heart at each contraction.

    Fat is out of phase with water, so a pixel that holds both is dark.
    """
    grain = [smooth_field(plane.shape_px, 3.0, rng) for _ in range(2)]
    lines = _lines(plane, mishaps, rng)
    series = _Series(PlaneScene(body, plane, room_mm=0.0), dials, mishaps)
    seen = reception(plane, body.chest, dials.shading, mishaps.coil_dropout)
    sd = dials.blood_counts / dials.blood_snr if dials.noise else 0.0
    frames = np.empty((len(contractions), *plane.shape_px), np.uint16)
    ideal = [
        series.frame(contraction, grain[0] + 0.35 * np.cos(turn) * grain[1]) * seen.received
        for contraction, turn in zip(
            contractions, np.arange(len(contractions)) * 2 * np.pi / len(contractions), strict=True
        )
    ]
    for index, image in enumerate(ideal):
        other = ideal[(index + MISGATED_PHASES) % len(ideal)]
        made = through_kspace(image, sd, rng, lines=lines, other=other)
        frames[index] = stored(np.abs(made) / seen.evened)
    return frames


class _Series:
    """The noise-free signal of a plane at any contraction, from images at ``NODES`` of them."""

    def __init__(self, scene: PlaneScene, dials: CineDials, mishaps: Mishaps) -> None:
        self._scene = scene
        self._tissues = scene.body.tissues
        self._scale = dials.blood_counts / float(self._tissues.cine[Tissue.BLOOD])
        self._profiles = _profiles(scene, dials, mishaps)
        self._at_node: dict[int, tuple[Signal, Signal]] = {}

    def frame(self, contraction: float, pattern: Signal) -> Signal:
        """Return the signal at a contraction, uneven by ``pattern``."""
        low = min(int(contraction * NODES), NODES - 1)
        share = np.float32(contraction * NODES - low)
        image, texture = (
            (1 - share) * first + share * second
            for first, second in zip(self._node(low), self._node(low + 1), strict=True)
        )
        return image * (1 + texture * pattern)

    def _node(self, node: int) -> tuple[Signal, Signal]:
        """Return the image and its texture at a node, made when first asked for."""
        if node not in self._at_node:
            filling = self._scene.fill(node / NODES, STILL)
            wall = _myocardium(filling, self._tissues)
            image = np.zeros(filling.shape_px, np.float32)
            for tissues, profile in self._profiles:
                table = np.where(tissues, self._tissues.cine, 0.0)
                table[Tissue.FAT] *= -1
                own = wall if tissues[Tissue.LV_MYOCARDIUM] else np.zeros_like(wall)
                image += filling.image(table * self._scale, own * self._scale) * profile
            self._at_node[node] = (
                image,
                texture_of(filling.shares, filling.shape_px, FLOW_TEXTURE),
            )
        return self._at_node[node]


def _profiles(
    scene: PlaneScene, dials: CineDials, mishaps: Mishaps
) -> list[tuple[NDArray[np.bool_], Signal | float]]:
    """Return groups of tissues and how off-resonance changes the signal of each, relative."""
    kinds = np.arange(len(Tissue))
    if not mishaps.off_resonance_hz:
        return [(kinds >= 0, 1.0)]
    hertz = field_map_hz(scene.plane, scene.body.frame, mishaps)
    tissues = scene.body.tissues
    groups = ((kinds == Tissue.BLOOD, Tissue.BLOOD), (kinds != Tissue.BLOOD, Tissue.LV_MYOCARDIUM))
    return [
        (
            group,
            balanced_profile(
                tissues.t1_ms[like],
                tissues.t2_ms[like],
                dials.flip_deg,
                dials.pulse_interval_ms,
                hertz,
            ).astype(np.float32),
        )
        for group, like in groups
    ]


def _lines(plane: SlicePlane, mishaps: Mishaps, rng: np.random.Generator) -> Lines:
    """Return what the lines of all frames met; the draws are made whatever the severities."""
    rows = plane.shape_px[0]
    other = misgated_lines(rows, mishaps, rng)
    shifts = line_shifts_px(rows, plane.spacing_mm[0], mishaps, rng)
    return Lines(other if other.any() else None, shifts if mishaps.ghosting else None)


def _myocardium(filling: Filling, tissues: Tissues) -> NDArray[np.float32]:
    """Return the cine signal of each pixel's myocardium: scar is a trace darker."""
    remote = tissues.remote_ecv
    share = np.clip((filling.ecv - remote) / (DENSE_ECV - remote), 0, 1)
    cine = float(tissues.cine[Tissue.LV_MYOCARDIUM])
    return (cine * (1 - share * (1 - LESION_CINE_RATIO))).astype(np.float32)
