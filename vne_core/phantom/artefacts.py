"""What goes wrong while an image is acquired: one dial a cause, 0 where nothing does.

The dial is the true severity: an image acquired with a dial at its rest carries none of that
artefact. Everything acts before or in k-space, where it acts on a scanner.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vne_core.geometry.plane import FloatArray, SlicePlane, Vector
from vne_core.phantom.dials import require_within
from vne_core.phantom.placement import HeartFrame, vector

GHOST_MM = 2.4
"""Movement of the body along the phase-encoding rows at a ghosting of 1."""
LINES_A_SEGMENT = 17
"""Phase-encoding lines acquired in one heartbeat of a segmented sequence."""
FIELD_SPOT_MM = 34.0
"""Width of the disturbed field where heart, lung and great veins meet."""
BREATHING_DIR = np.array([0.05, 0.25, -0.967])
"""Where breathing moves the heart, LPS: mostly toward the feet."""


@dataclass(frozen=True, slots=True)
class Mishaps:
    """Severities for one image of one slice. Raises DialError outside their ranges.

    Attributes
    ----------
    ghosting
        0 to 1, movement during a segmented acquisition.
    breathing_mm
        Standard deviation of the heart's position between the images of a T1 mapping scan.
    misgating
        0 to 1, share of the acquisition taken in another phase of the heart cycle.
    off_resonance_hz
        Largest deviation of the field at the inferolateral wall.
    coil_dropout
        0 to 1, loss of the coil element nearest to the heart.
    ti_error_ms
        How far the inversion time of a late-enhancement image misses the null.
    """

    ghosting: float = 0.0
    breathing_mm: float = 0.0
    misgating: float = 0.0
    off_resonance_hz: float = 0.0
    coil_dropout: float = 0.0
    ti_error_ms: float = 0.0

    def __post_init__(self) -> None:
        """Refuse severities beyond which there is no image."""
        require_within(
            self,
            {
                "ghosting": (0, 1),
                "breathing_mm": (0, 10),
                "misgating": (0, 1),
                "off_resonance_hz": (0, 160),
                "coil_dropout": (0, 1),
                "ti_error_ms": (-120, 120),
            },
        )


NONE = Mishaps()
"""Nothing goes wrong."""


def breathing_shifts(count: int, mishaps: Mishaps, rng: np.random.Generator) -> list[Vector]:
    """Return the displacement (LPS, mm) of the heart in each of ``count`` shots, the first at 0.

    The breath-hold drifts, and lets go a little toward its end.
    """
    steps = rng.standard_normal(count)
    drift = np.cumsum(np.r_[0.0, steps[1:]]) / np.sqrt(max(count - 1, 1))
    along = mishaps.breathing_mm * drift[:, None] * BREATHING_DIR
    return [vector(place) for place in along.round(4)]


def misgated_lines(rows: int, mishaps: Mishaps, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return which phase-encoding lines were acquired in another phase of the heart cycle.

    Whole segments go wrong, because a heartbeat does.
    """
    segments = -(-rows // LINES_A_SEGMENT)
    wrong = rng.random(segments) < 0.6 * mishaps.misgating
    return np.tile(wrong, LINES_A_SEGMENT)[:rows]


def line_shifts_px(
    rows: int, spacing_mm: float, mishaps: Mishaps, rng: np.random.Generator
) -> FloatArray:
    """Return how far the body lies from its place, in pixels, while each line is acquired."""
    period = rng.uniform(9, 23)
    phase = rng.uniform(0, 2 * np.pi)
    beat = np.sin(2 * np.pi * np.arange(rows) / period + phase) + 0.4 * rng.standard_normal(rows)
    return mishaps.ghosting * GHOST_MM / spacing_mm * beat


def field_map_hz(plane: SlicePlane, frame: HeartFrame, mishaps: Mishaps) -> NDArray[np.float32]:
    """Return the deviation of the field, (rows, columns), largest at the inferolateral wall.

    The sign is left out: a balanced sequence does not tell it.
    """
    spot = frame.to_patient([[34.0, 26.0, 0.0]])[0]
    x0, y0 = plane.patient_to_pixel([spot])[0]
    rows, cols = plane.shape_px
    x = (np.arange(cols) - x0) * plane.spacing_mm[1] / FIELD_SPOT_MM
    y = (np.arange(rows) - y0) * plane.spacing_mm[0] / FIELD_SPOT_MM
    spread = np.exp(-np.square(y)[:, None] / 2) * np.exp(-np.square(x)[None, :] / 2)
    slope = 0.12 * np.abs(x / 2)[None, :]
    return np.minimum(mishaps.off_resonance_hz * (spread + slope), 160.0).astype(np.float32)
