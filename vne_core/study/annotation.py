"""What a reader says about one image of one slice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from vne_core.geometry.contour import Contour
from vne_core.geometry.plane import Vector
from vne_core.geometry.roi import Roi
from vne_core.study.rules import RemoteBlood, ThresholdRule


class ImageKind(StrEnum):
    """The image an annotation belongs to; each keeps its own contours."""

    T1 = "T1"
    CINE = "CINE"
    VNE = "VNE"
    LGE = "LGE"


class Origin(StrEnum):
    """Where the contours came from."""

    DRAWN = "drawn"
    PROPOSED = "proposed"
    COPIED = "copied"
    EDITED = "edited"
    IMPORTED = "imported"
    TRUTH = "truth"


@dataclass(frozen=True, slots=True)
class SliceAnnotation:
    """Contours and regions of one image of one slice, in patient millimetres.

    Edits return a new value; ``revision`` counts what the workspace stored (0: not yet).
    """

    slice_id: str
    image_kind: ImageKind
    epi: Contour | None = None
    endo: Contour | None = None
    remote: Roi | None = None
    blood_pool: Roi | None = None
    septal: Roi | None = None
    exclusions: tuple[Contour, ...] = ()
    inclusions: tuple[Contour, ...] = ()
    rv_insertion: Vector | None = None
    rule: ThresholdRule = field(default_factory=RemoteBlood)
    author: str = ""
    revision: int = 0
    origin: Origin = Origin.DRAWN
    confirmed: bool = False

    @property
    def is_empty(self) -> bool:
        """True when nothing has been drawn."""
        borders_and_regions = (self.epi, self.endo, self.remote, self.blood_pool, self.septal)
        marks = (self.exclusions, self.inclusions, self.rv_insertion)
        return not (any(borders_and_regions) or any(marks))


PLACE_FROM = (ImageKind.T1, ImageKind.LGE, ImageKind.CINE, ImageKind.VNE)
"""Whose epicardial contour tells where the ventricle is, the T1 map's first."""


def epi_of(
    annotations: Mapping[tuple[str, ImageKind], SliceAnnotation], slice_id: str
) -> Contour | None:
    """Return the epicardial contour that tells where a slice's ventricle is."""
    drawn = (annotations.get((slice_id, kind)) for kind in PLACE_FROM)
    return next((one.epi for one in drawn if one is not None and one.epi is not None), None)
