"""A virtual patient as dials: anatomy, tissue, fibrosis, scans, and what goes wrong in each."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from vne_core.geometry.plane import SlicePlane, Vector
from vne_core.phantom.anatomy import HeartShape
from vne_core.phantom.artefacts import NONE, Mishaps
from vne_core.phantom.body import Body
from vne_core.phantom.cine import CineDials
from vne_core.phantom.dials import require_within
from vne_core.phantom.fibrosis import FibrosisDials, make_fibrosis
from vne_core.phantom.late_enhancement import LgeDials
from vne_core.phantom.placement import STILL, HeartFrame, heart_frame, vector
from vne_core.phantom.seeds import Piece, stream
from vne_core.phantom.t1_mapping import T1Dials
from vne_core.phantom.thorax import HEART_MM, ChestDials, make_lung_vessels
from vne_core.phantom.tissue import HAEMATOCRIT, Tissue, make_tissues

ROW_DIR: Vector = (0.792071, 0.0, 0.610431)
COL_DIR: Vector = (0.377690, 0.785620, -0.490075)
"""A usual short axis: rows and columns of the images, before a patient's own tilt."""
T1_FIELD_MM = 360.0
CINE_SPACING_MM = 1.40625
LGE_SPACING_MM = 1.40625


@dataclass(frozen=True, slots=True)
class TissueDials:
    """A patient's tissues where they differ between people; ranges are refused."""

    field_t: float = 1.5
    haematocrit: float = HAEMATOCRIT
    relative_t1: Mapping[Tissue, float] = field(default_factory=dict[Tissue, float])

    def __post_init__(self) -> None:
        """Refuse tissue that no patient has."""
        require_within(self, {"field_t": (1.5, 3.0), "haematocrit": (0.25, 0.6)})


@dataclass(frozen=True, slots=True)
class SlicePlan:
    """One short-axis position: where each sequence lies and what goes wrong in it.

    ``w_mm`` is from base to apex; the offsets are those of the cine and LGE planes from the T1
    map's, ``lge_shift_mm`` (LPS) how far the heart lies from its place during LGE.
    """

    name: str
    w_mm: float
    cine_offset_mm: float = 0.0
    lge_offset_mm: float = 0.0
    lge_shift_mm: Vector = STILL
    cine: Mishaps = NONE
    t1: Mishaps = NONE
    lge: Mishaps = NONE

    def __post_init__(self) -> None:
        """Refuse slices outside the ventricle and shifts beyond those of a breath-hold."""
        require_within(
            self,
            {
                "w_mm": (-40, 36),
                "cine_offset_mm": (-4, 4),
                "lge_offset_mm": (-4, 4),
                "lge_shift_mm": (-8, 8),
            },
        )


@dataclass(frozen=True, slots=True)
class Patient:
    """Everything that makes a virtual patient; ``seed`` and ``index`` give its random numbers.

    ``roll_deg`` turns the heart about its long axis, ``tilt_deg`` the short axis in the patient
    (about the image's rows and columns). ``shape_name`` and ``pattern`` say what was drawn.
    Raises DialError outside allowed ranges.
    """

    seed: int
    index: int
    patient_id: str
    name: str
    fibrosis: FibrosisDials
    slices: tuple[SlicePlan, ...]
    heart: HeartShape = field(default_factory=HeartShape)
    chest: ChestDials = field(default_factory=ChestDials)
    tissue: TissueDials = field(default_factory=TissueDials)
    cine: CineDials = field(default_factory=CineDials)
    t1: T1Dials = field(default_factory=T1Dials)
    lge: LgeDials = field(default_factory=LgeDials)
    roll_deg: float = 0.0
    tilt_deg: tuple[float, float] = (0.0, 0.0)
    thickness_mm: float = 8.0
    vendor: str = "siemens"
    shape_name: str = "septal"
    pattern: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an examination that no scanner makes."""
        require_within(
            self, {"roll_deg": (-20, 20), "tilt_deg": (-15, 15), "thickness_mm": (4, 12)}
        )

    def random(self, piece: Piece, *part: int) -> np.random.Generator:
        """Return the random numbers of a piece of this patient."""
        return stream(self.seed, self.index, piece, *part)


def make_body(patient: Patient) -> Body:
    """Return the patient's body; the same dials and seed give the same body."""
    fibrosis = make_fibrosis(patient.heart, patient.fibrosis, patient.random(Piece.FIELDS))
    tissues = make_tissues(
        patient.tissue.field_t,
        myocardium_t1_ms=patient.fibrosis.remote_t1_ms,
        remote_ecv=patient.fibrosis.remote_ecv,
        haematocrit=patient.tissue.haematocrit,
        relative_t1=patient.tissue.relative_t1,
    )
    vessels = make_lung_vessels(patient.random(Piece.BODY))
    return Body(patient.heart, body_frame(patient), fibrosis, tissues, patient.chest, vessels)


def unrelated_body(patient: Patient) -> Body:
    """Return the patient's body with native T1 of the wall drawn anew, knowing nothing of fibrosis.

    It lies around the same remote value and has the variation of its own that native T1 has beside
    what follows extracellular volume; fibrosis and that volume are the patient's. Where native T1
    does not follow fibrosis anyway, this is another body as likely as the patient's own.
    """
    body = make_body(patient)
    dials = replace(patient.fibrosis, t1_per_ecv_ms=0.0)
    anew = make_fibrosis(patient.heart, dials, patient.random(Piece.FIELDS, 1))
    return replace(body, fibrosis=replace(body.fibrosis, t1_ms=anew.t1_ms))


def scan_frame(patient: Patient) -> HeartFrame:
    """Return the frame of the images: the heart's middle and long axis, without the roll."""
    about_rows, about_columns = np.radians(patient.tilt_deg)
    row, col = np.array(ROW_DIR), np.array(COL_DIR)
    normal = np.cross(row, col)
    col = np.cos(about_rows) * col + np.sin(about_rows) * normal
    normal = np.cross(row, col)
    row = np.cos(about_columns) * row - np.sin(about_columns) * normal
    return heart_frame(HEART_MM, vector(row), vector(col))


def body_frame(patient: Patient) -> HeartFrame:
    """Return where the heart lies: the frame of the images, rolled about the long axis."""
    frame = scan_frame(patient)
    turn = np.radians(patient.roll_deg)
    u, v = np.array(frame.u_dir), np.array(frame.v_dir)
    rolled = np.cos(turn) * u + np.sin(turn) * v
    return heart_frame(frame.centre_mm, vector(rolled), vector(np.cos(turn) * v - np.sin(turn) * u))


def t1_plane(patient: Patient, index: int) -> SlicePlane:
    """Return the grid that T1 mapping acquires: 192 columns over 360 mm in an average chest."""
    at = (0.0, 0.0, patient.slices[index].w_mm)
    spacing_mm = round(T1_FIELD_MM * max(patient.chest.width, 0.95) / 192, 4)
    return scan_frame(patient).short_axis(
        at, (96.0, 68.0), spacing_mm, (144, 192), patient.thickness_mm
    )


def cine_plane(patient: Patient, index: int) -> SlicePlane:
    """Return the plane of a short-axis cine."""
    at = (0.0, 0.0, patient.slices[index].w_mm + patient.slices[index].cine_offset_mm)
    return scan_frame(patient).short_axis(
        at, (126.3, 96.6), CINE_SPACING_MM, (208, 256), patient.thickness_mm
    )


def lge_plane(patient: Patient, index: int) -> SlicePlane:
    """Return the plane of a late-enhancement slice."""
    at = (0.0, 0.0, patient.slices[index].w_mm + patient.slices[index].lge_offset_mm)
    return scan_frame(patient).short_axis(
        at, (127.6, 90.8), LGE_SPACING_MM, (192, 256), patient.thickness_mm
    )


def four_chamber_plane(patient: Patient) -> SlicePlane:
    """Return the long-axis plane through both ventricles."""
    return body_frame(patient).long_axis(
        (-8.0, 0.0, -12.0), CINE_SPACING_MM, (208, 256), patient.thickness_mm
    )
