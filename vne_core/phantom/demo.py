"""The demo patient: its heart, its lesions, and the planes it is scanned in."""

from dataclasses import dataclass, field

import numpy as np

from vne_core.geometry.plane import SlicePlane, Vector
from vne_core.phantom.anatomy import HeartShape
from vne_core.phantom.dials import require_within
from vne_core.phantom.fibrosis import FibrosisDials, Lesion, make_fibrosis
from vne_core.phantom.placement import HeartFrame, heart_frame
from vne_core.phantom.scene import Body
from vne_core.phantom.sequences import CineDials, LgeDials
from vne_core.phantom.shmolli_scan import ShmolliDials
from vne_core.phantom.thorax import make_lung_vessels

SLICE_NAMES = ("base", "mid", "apex")
ROW_DIR: Vector = (0.792071, 0.0, 0.610431)
COL_DIR: Vector = (0.377690, 0.785620, -0.490075)
HEART_CENTRE_MM: Vector = (46.0, -12.0, 0.0)
"""Between spine and left chest wall, as in the thorax that surrounds it."""

DEMO_LESIONS = (
    Lesion(238.0, 0.6, -20.0, 4.4, 3.0, 22.0, 0.95),
    Lesion(128.0, 0.58, -12.0, 4.2, 3.0, 22.0, 0.9),
    Lesion(186.0, 0.5, -2.0, 7.5, 2.3, 18.0, 0.75),
    Lesion(205.0, 0.45, 22.0, 6.0, 2.2, 10.0, 0.6),
)
"""Both insertion points of the right ventricle and the middle of the septum."""


@dataclass(frozen=True, slots=True)
class DemoDials:
    """Everything that makes the demo patient. Raises DialError outside allowed ranges."""

    heart: HeartShape = field(default_factory=HeartShape)
    fibrosis: FibrosisDials = field(default_factory=lambda: FibrosisDials(DEMO_LESIONS))
    cine: CineDials = field(default_factory=CineDials)
    shmolli: ShmolliDials = field(default_factory=ShmolliDials)
    lge: LgeDials = field(default_factory=LgeDials)
    slice_w_mm: tuple[float, float, float] = (-26.0, -2.0, 20.0)
    thickness_mm: float = 8.0
    lge_plane_offset_mm: float = 1.5
    lge_heart_shift_mm: Vector = (0.6, -0.5, 0.5)
    cine_plane_offset_mm: float = -0.8

    def __post_init__(self) -> None:
        """Refuse slices outside the ventricle and shifts beyond those of a breath-hold."""
        require_within(
            self,
            {
                "slice_w_mm": (-40, 35),
                "thickness_mm": (4, 12),
                "lge_plane_offset_mm": (-4, 4),
                "lge_heart_shift_mm": (-4, 4),
                "cine_plane_offset_mm": (-4, 4),
            },
        )


def make_body(dials: DemoDials, seed: int) -> Body:
    """Return the demo patient's body; the same seed gives the same body."""
    rng = np.random.default_rng([seed, 1])
    fibrosis = make_fibrosis(dials.heart, dials.fibrosis, rng)
    return Body(dials.heart, _frame(), fibrosis, make_lung_vessels(rng))


def t1_plane(dials: DemoDials, index: int) -> SlicePlane:
    """Return the grid that ShMOLLI acquires: 192 columns over 360 mm."""
    at = (0.0, 0.0, dials.slice_w_mm[index])
    return _frame().short_axis(at, (96.0, 68.0), 1.875, (144, 192), dials.thickness_mm)


def cine_plane(dials: DemoDials, index: int) -> SlicePlane:
    """Return the plane of a short-axis cine."""
    at = (0.0, 0.0, dials.slice_w_mm[index] + dials.cine_plane_offset_mm)
    return _frame().short_axis(at, (126.3, 96.6), 1.40625, (208, 256), dials.thickness_mm)


def lge_plane(dials: DemoDials, index: int) -> SlicePlane:
    """Return the plane of a late-enhancement slice."""
    at = (0.0, 0.0, dials.slice_w_mm[index] + dials.lge_plane_offset_mm)
    return _frame().short_axis(at, (127.6, 90.8), 1.40625, (192, 256), dials.thickness_mm)


def four_chamber_plane(dials: DemoDials) -> SlicePlane:
    """Return the long-axis plane through both ventricles."""
    return _frame().long_axis((-8.0, 0.0, -12.0), 1.40625, (208, 256), dials.thickness_mm)


def _frame() -> HeartFrame:
    """Return where the demo patient's heart lies: short axes as in a usual examination."""
    return heart_frame(HEART_CENTRE_MM, ROW_DIR, COL_DIR)
