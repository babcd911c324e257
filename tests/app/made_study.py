"""Studies by construction: a bright blood pool in a dark ring, a quarter of which is lesion."""

from dataclasses import replace

import numpy as np

from app.session import OpenStudy
from vne_core.align.match import match_study
from vne_core.align.roles import Role
from vne_core.align.stack import AlignedSlice
from vne_core.dicom.kinds import Kind
from vne_core.geometry.contour import Contour
from vne_core.geometry.plane import SlicePlane
from vne_core.geometry.roi import Roi
from vne_core.study.annotation import SliceAnnotation
from vne_core.study.model import FrameRef, Series, SliceRef, Study

ROWS = COLS = 96
SPACING_MM = 1.5
SLICE_STEP_MM = 20.0
PHASES = 5
REMOTE, BLOOD, LESION = 100.0, 500.0, 400.0
"""Intensities of the made LGE; the lesion lies above 50 % of the way to blood."""


def plane_at(index: int) -> SlicePlane:
    origin = (0.0, 0.0, index * SLICE_STEP_MM)
    size = (ROWS, COLS)
    return SlicePlane(origin, (1, 0, 0), (0, 1, 0), (SPACING_MM, SPACING_MM), size, 8.0)


def slice_ref(index: int, kind: Kind, name: str, frames: int = 1) -> SliceRef:
    refs = tuple(FrameRef(at, 40.0 * at, None, 100.0, 1.0, 0.0) for at in range(frames))
    rr_ms = 40.0 * frames if frames > 1 else None
    return SliceRef(f"{name}-{index}", f"series-{name}", kind, plane_at(index), "f", rr_ms, refs)


def make_study(slices: int = 3, *, without_lge: tuple[int, ...] = ()) -> Study:
    """Return a study of T1, cine and LGE at the same positions."""
    lge_at = [index for index in range(slices) if index not in without_lge]
    parts = (
        (Kind.T1_MAP, "t1", range(slices), 1),
        (Kind.CINE_SAX, "cine", range(slices), PHASES),
        (Kind.LGE_PSIR, "lge", lge_at, 1),
    )
    series = tuple(
        Series(
            f"series-{name}", number, name, kind, "made",
            tuple(slice_ref(index, kind, name, frames) for index in at),
        )
        for number, (kind, name, at, frames) in enumerate(parts, start=1)
    )  # fmt: skip
    return Study("study-1", "P-2ABCDE", "20210304", "phantom", 1.5, series)


def open_study(**options) -> OpenStudy:
    study = make_study(**options)
    return OpenStudy(study, match_study(study))


def distance_px():
    y, x = np.indices((ROWS, COLS))
    return np.hypot(x - COLS / 2, y - ROWS / 2)


def made_images(match, lesion_share: float = 0.25) -> AlignedSlice:
    """Return a bright blood pool in a dark ring whose first quarter turn is lesion."""
    distance = distance_px()
    y, x = np.indices((ROWS, COLS)) - np.array([ROWS / 2, COLS / 2])[:, None, None]
    turn = (np.arctan2(y, x) / (2 * np.pi)) % 1
    lge = np.where(turn < lesion_share, LESION, REMOTE)
    lge = np.where(distance < 14, BLOOD, lge).astype(np.float32)
    lge[distance > 26] = REMOTE
    t1_ms = np.where(distance < 14, 1500, 950).astype(np.float32)
    cine = np.stack([t1_ms + 10 * phase for phase in range(PHASES)])
    whole = np.ones((ROWS, COLS), bool)
    roles = [Role.T1, Role.CINE] + ([Role.LGE] if match.partner(Role.LGE) else [])
    return AlignedSlice(
        slice_id=match.anchor.slice_id, plane=match.anchor.plane, grid=Role.T1, t1_ms=t1_ms,
        t1_source="scanner map", fit_residual=None, ir=None, inversion_times_ms=(), cine=cine,
        trigger_times_ms=tuple(40.0 * at for at in range(PHASES)), rr_interval_ms=40.0 * PHASES,
        lge=lge if Role.LGE in roles else None, valid=dict.fromkeys(roles, whole),
        lge_magnitude=None, absent={},
    )  # fmt: skip


def circle(plane: SlicePlane, radius_px: float, count: int = 12) -> Contour:
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    middle = np.array([COLS / 2, ROWS / 2])
    points = middle + radius_px * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    return Contour(plane.pixel_to_patient(points))


def region(plane: SlicePlane, x: float, y: float, radius_mm: float = 4.0) -> Roi:
    return Roi(tuple(plane.pixel_to_patient([[x, y]])[0]), radius_mm)


def drawn_on(annotation: SliceAnnotation, plane: SlicePlane) -> SliceAnnotation:
    """Return the ring outlined, the remote region on its left, blood in the middle."""
    return replace(
        annotation,
        epi=circle(plane, 24.0),
        endo=circle(plane, 15.0),
        remote=region(plane, COLS / 2 - 19.5, ROWS / 2 - 4),
        blood_pool=region(plane, COLS / 2, ROWS / 2),
    )
