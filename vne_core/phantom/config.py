"""The dials of a cohort: what its TOML file says, section by section."""

from dataclasses import dataclass

from vne_core.phantom.bloch import SCHEMES, SchemeName
from vne_core.phantom.dials import DialError, Spread, require_within

VENDORS = ("siemens", "philips")
"""Whose header conventions the DICOM files follow."""
FIELDS_T = (1.5, 3.0)


@dataclass(frozen=True, slots=True)
class ScannerDials:
    """Field strength, T1 mapping scheme, header style."""

    field_t: float
    scheme: SchemeName
    vendor: str

    def __post_init__(self) -> None:
        """Refuse a scanner that is not simulated."""
        for name, found, allowed in (
            ("field_t", self.field_t, FIELDS_T),
            ("scheme", self.scheme, tuple(SCHEMES)),
            ("vendor", self.vendor, VENDORS),
        ):
            if found not in allowed:
                raise DialError(f"ScannerDials.{name} is {found!r}", " or ".join(map(str, allowed)))


@dataclass(frozen=True, slots=True)
class ShapeMix:
    """Share of patients with each shape of the wall; the shares need not sum to 1."""

    septal: float
    concentric: float
    apical: float
    mid_cavity: float
    normal: float

    def __post_init__(self) -> None:
        """Refuse shares that leave no shape."""
        names = ("septal", "concentric", "apical", "mid_cavity", "normal")
        require_within(self, dict.fromkeys(names, (0.0, 1.0)))
        if sum(getattr(self, name) for name in names) <= 0:
            raise DialError("ShapeMix has no shape", "a share above 0 for one of them")


@dataclass(frozen=True, slots=True)
class AnatomyDials:
    """Hearts and chests: thicknesses in mm at end-diastole, ejection fraction from 0 to 1."""

    shapes: ShapeMix
    thickest_mm: Spread
    normal_wall_mm: Spread
    cavity_radius_mm: Spread
    ejection_fraction: Spread
    rr_ms: Spread
    chest_fat_mm: Spread
    chest_size: Spread

    def __post_init__(self) -> None:
        """Refuse people that are not simulated."""
        require_within(
            self,
            {
                "thickest_mm": (7, 33),
                "normal_wall_mm": (6, 13),
                "cavity_radius_mm": (14, 33),
                "ejection_fraction": (0.2, 0.8),
                "rr_ms": (550, 1450),
                "chest_fat_mm": (3, 40),
                "chest_size": (0.85, 1.2),
            },
        )


@dataclass(frozen=True, slots=True)
class LesionMix:
    """Fibrosis: who has focal lesions, of which kinds, how large, and what lies between them.

    ``negative_share`` of the patients have none. Of the others ``insertion``, ``mid_wall``,
    ``confluent`` and ``transmural`` are the shares with that kind (they can meet). ``extent``
    multiplies all sizes, ``strength`` is the fibrotic share at a focus's middle. ``diffuse_ecv``
    is what lies between the foci above the remote region (mean of a log-normal), ``diffuse_sd``
    its unevenness.
    """

    negative_share: float
    insertion: float
    mid_wall: float
    confluent: float
    transmural: float
    extent: float
    strength: Spread
    patchiness: float
    diffuse_sd: float
    diffuse_spread: float

    def __post_init__(self) -> None:
        """Refuse shares beyond 0 and 1 and sizes beyond the heart's."""
        require_within(
            self,
            {
                "negative_share": (0, 1),
                "insertion": (0, 1),
                "mid_wall": (0, 1),
                "confluent": (0, 1),
                "transmural": (0, 1),
                "extent": (0.3, 3),
                "strength": (0, 1),
                "patchiness": (0, 1),
                "diffuse_sd": (0, 0.06),
                "diffuse_spread": (0, 1),
            },
        )


@dataclass(frozen=True, slots=True)
class TissueMix:
    """Blood and myocardium.

    ``t1_ecv_correlation`` is that of native T1 with extracellular volume pooled over AHA segments
    and patients, lesions included; with ``lesion_t1_rise_ms`` (how far native T1 of a lesion's
    middle lies above remote myocardium) it fixes how steeply T1 rises and how much it varies on
    its own. ``segment_ecv_sd`` is the cohort's standard deviation of extracellular volume over
    segments, which `make calibrate` prints.
    """

    remote_ecv: Spread
    haematocrit: Spread
    blood_post_t1_ms: Spread
    remote_rise_ms: float
    t1_between_ms: float
    t1_ecv_correlation: float
    lesion_t1_rise_ms: float
    segment_ecv_sd: float

    def __post_init__(self) -> None:
        """Refuse tissue that no patient has."""
        require_within(
            self,
            {
                "remote_ecv": (0.2, 0.35),
                "haematocrit": (0.25, 0.6),
                "blood_post_t1_ms": (200, 650),
                "remote_rise_ms": (-20, 120),
                "t1_between_ms": (0, 80),
                "t1_ecv_correlation": (0, 0.95),
                "lesion_t1_rise_ms": (0, 200),
                "segment_ecv_sd": (0.005, 0.2),
            },
        )


@dataclass(frozen=True, slots=True)
class AcquisitionDials:
    """Signal to noise of blood by sequence, slice thickness, positions; ``noise`` false is silent."""

    noise: bool
    cine_snr: Spread
    t1_snr: Spread
    lge_snr: Spread
    thickness_mm: float

    def __post_init__(self) -> None:
        """Refuse images without signal."""
        require_within(
            self,
            {
                "cine_snr": (5, 200),
                "t1_snr": (5, 300),
                "lge_snr": (5, 200),
                "thickness_mm": (4, 12),
            },
        )


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something goes wrong with an image, and how badly at most."""

    rate: float
    worst: float

    def __post_init__(self) -> None:
        """Refuse what is no share; the sections say how bad the worst may be."""
        require_within(self, {"rate": (0, 1)})


@dataclass(frozen=True, slots=True)
class ArtefactRates:
    """What goes wrong, by cause; units as in ``Mishaps``. Each image is drawn on its own.

    ``ghosting`` is that of LGE, the last breath-holds of a tiring examination; the cine has
    ``cine_ghosting``. ``slice_shift`` is the distance of the LGE plane and heart from the T1 map's, in mm.
    ``off_resonance_hz`` is there in every patient.
    """

    ghosting: Rate
    cine_ghosting: Rate
    breathing_mm: Rate
    misgating: Rate
    off_resonance_hz: Spread
    coil_dropout: Rate
    ti_error_ms: Rate
    slice_shift: Spread

    def __post_init__(self) -> None:
        """Refuse severities beyond which there is no image."""
        worst = {
            "ghosting": 1.0,
            "cine_ghosting": 1.0,
            "breathing_mm": 8.0,
            "misgating": 1.0,
            "coil_dropout": 1.0,
            "ti_error_ms": 100.0,
        }
        for name, limit in worst.items():
            found: Rate = getattr(self, name)
            if not 0 <= found.worst <= limit:
                raise DialError(f"ArtefactRates.{name}.worst is {found.worst:g}", f"0 to {limit:g}")
        require_within(self, {"off_resonance_hz": (0, 160), "slice_shift": (0, 4)})


@dataclass(frozen=True, slots=True)
class CohortConfig:
    """A cohort. ``patients`` and ``seed`` are what is made when the command line names none."""

    name: str
    about: str
    patients: int
    seed: int
    scanner: ScannerDials
    anatomy: AnatomyDials
    fibrosis: LesionMix
    tissue: TissueMix
    acquisition: AcquisitionDials
    artefacts: ArtefactRates

    def __post_init__(self) -> None:
        """Refuse an empty cohort."""
        require_within(self, {"patients": (1, 1_000_000), "seed": (0, 2**32 - 1)})
