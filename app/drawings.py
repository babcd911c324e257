"""What is drawn on the images of one study, as it is during a drag, and what it measures."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from vne_core.align.match import SliceMatch
from vne_core.align.roles import Role
from vne_core.align.stack import AlignedSlice
from vne_core.geometry.contour import Contour
from vne_core.quantify.burden import (
    LesionBurden,
    NotMeasured,
    PatientBurden,
    measure_slice,
    patient_burden,
    why_left_out,
)
from vne_core.study.annotation import ImageKind, SliceAnnotation, epi_of
from vne_core.study.exclusion import SliceExclusion
from vne_core.study.rules import RemoteBlood
from vne_core.vne.image import NotGenerated, VneImage

Key = tuple[str, ImageKind]
Measured = LesionBurden | NotMeasured
Vne = VneImage | NotGenerated
WAITING = "its images are still being read"
NOT_LOOKED = "its VNE is being looked for"
MEASURED_KINDS = (ImageKind.VNE, ImageKind.LGE)
"""The images whose lesion burden is measured, as the burden table has them."""
_LEADING = (ImageKind.LGE, ImageKind.T1, ImageKind.CINE, ImageKind.VNE)
"""Which image carries a slice's contours, as ``lead_kind`` decides; a VNE never does."""


def lead_kind(match: SliceMatch) -> ImageKind:
    """Return the image that carries a slice's contours: LGE, else T1, else cine."""
    if match.partner(Role.LGE) is not None:
        return ImageKind.LGE
    if match.partner(Role.T1) is not None or match.partner(Role.IR) is not None:
        return ImageKind.T1
    return ImageKind.CINE


class Drawings:
    """The annotations of a study by slice and image.

    While ``is_linked`` every image of a slice shows, and is measured with, the contours of its
    lead image, so that a slice is outlined once. Apart, each image has its own: contours of VNE
    and LGE that know nothing of each other, as an agreement study needs them. The threshold
    levels are the whole study's, unless the VNE has the ones matched to its model. ``exclusions``
    are the slices left out of something, by their anchor's id. ``live`` is the annotation in the
    hand during a drag and ``live_rule`` the levels during one; they are measured, not kept.
    """

    def __init__(
        self,
        stored: Mapping[Key, SliceAnnotation] | None = None,
        exclusions: Mapping[str, SliceExclusion] | None = None,
    ) -> None:
        self.is_linked = True
        self.live: SliceAnnotation | None = None
        self.live_rule: RemoteBlood | None = None
        self._stored = dict(stored or {})
        self._rule = _rule_of(self._stored)
        self.exclusions = dict(exclusions or {})
        self._images: dict[str, AlignedSlice] = {}
        self._burdens: dict[Key, Measured] = {}
        self._vne: dict[str, Vne] = {}
        self.vne_levels: tuple[float, ...] = ()
        """The thresholds that the VNE alone is measured at; empty where it has the study's."""

    @property
    def rule(self) -> RemoteBlood:
        """The threshold levels of the study, as they are during a drag."""
        return self.live_rule or self._rule

    @property
    def vne_rule(self) -> RemoteBlood:
        """The threshold levels of the VNE: its model's own, or the study's."""
        return RemoteBlood(self.vne_levels) if self.vne_levels else self.rule

    def vne(self, match: SliceMatch) -> Vne:
        """Return the VNE of a slice, or why there is none."""
        slice_id = match.anchor.slice_id
        return self._vne.get(slice_id) or NotGenerated(slice_id, NOT_LOOKED)

    def take_vne(self, match: SliceMatch, vne: Vne) -> None:
        """Keep the VNE of a slice, and measure what is drawn on it."""
        self._vne[match.anchor.slice_id] = vne
        self.measure(match)

    def images(self, match: SliceMatch) -> AlignedSlice | None:
        """Return the images of a slice, None until they were read."""
        return self._images.get(match.anchor.slice_id)

    def stored(self, match: SliceMatch, kind: ImageKind | None = None) -> SliceAnnotation:
        """Return what an image shows and a gesture on it changes, without the drag in progress.

        An empty annotation where nothing is drawn; ``kind`` None is the slice's lead image.
        """
        own = lead_kind(match) if self.is_linked or kind is None else kind
        key = (match.anchor.slice_id, own)
        return replace(self._stored.get(key) or SliceAnnotation(*key), rule=self._rule)

    def shown(self, match: SliceMatch, kind: ImageKind | None = None) -> SliceAnnotation:
        """Return what an image shows now, as it is during a drag."""
        stored, live = self.stored(match, kind), self.live
        shown = live if live is not None and _key(live) == _key(stored) else stored
        return shown if shown.rule == self.rule else replace(shown, rule=self.rule)

    def place(self, match: SliceMatch) -> Contour | None:
        """Return the contour that a VNE is made around, linked or not: as ``vne generate`` does."""
        return epi_of(self._stored, match.anchor.slice_id)

    def drawn(self, matches: Iterable[SliceMatch]) -> tuple[SliceAnnotation, ...]:
        """Return what is kept of the images whose contours can be seen now."""
        kinds = (None,) if self.is_linked else tuple(ImageKind)
        stored = (self.stored(match, kind) for match in matches for kind in kinds)
        return tuple(annotation for annotation in stored if _key(annotation) in self._stored)

    def left_out(self, match: SliceMatch) -> NotMeasured | None:
        """Return why a reader leaves a slice out of the burden, None where not."""
        return why_left_out(self.exclusions.get(match.anchor.slice_id))

    def burden(self, match: SliceMatch, kind: ImageKind = ImageKind.LGE) -> Measured:
        """Return what a slice measures on its LGE or VNE, or why nothing."""
        left_out = self.left_out(match)
        if left_out is not None:
            return left_out
        if kind is ImageKind.VNE:
            vne = self.vne(match)
            if isinstance(vne, NotGenerated):
                return NotMeasured(vne.reason)
            return self._burdens.get((match.anchor.slice_id, kind), NotMeasured(WAITING))
        if match.partner(Role.LGE) is None:
            return NotMeasured(match.why_absent(Role.LGE))
        return self._burdens.get((match.anchor.slice_id, kind), NotMeasured(WAITING))

    def patient(
        self, matches: Iterable[SliceMatch], kind: ImageKind = ImageKind.LGE
    ) -> PatientBurden | NotMeasured:
        """Return what the slices of a study measure together."""
        return patient_burden([self.burden(match, kind) for match in matches])

    def put(self, match: SliceMatch, annotation: SliceAnnotation) -> None:
        """Keep an annotation of a slice; the drag that made it is over."""
        self.live = self.live_rule = None
        self._stored[_key(annotation)] = annotation
        self._rule = annotation.rule
        self.measure(match)

    def take_images(self, match: SliceMatch, images: AlignedSlice) -> None:
        """Keep the images of a slice, and measure what is drawn on them."""
        self._images[images.slice_id] = images
        self.measure(match)

    def drop_images(self, slice_id: str) -> None:
        """Forget the images of a slice and what they measured."""
        self._images.pop(slice_id, None)
        self._vne.pop(slice_id, None)
        for kind in MEASURED_KINDS:
            self._burdens.pop((slice_id, kind), None)

    def moved(self, old: SliceMatch, new: SliceMatch) -> SliceAnnotation | None:
        """Let a slice's contours follow its lead image to another; return what is to be saved.

        None where the image is the same or nothing is drawn. Contours that come to lie on another
        image are no longer confirmed.
        """
        drawn = self.stored(old)
        if old.partner(Role.LGE) == new.partner(Role.LGE) or drawn.is_empty:
            return None
        moved = replace(drawn, image_kind=lead_kind(new), confirmed=False)
        self._stored[_key(moved)] = moved
        return moved

    def measure(self, match: SliceMatch) -> None:
        """Measure a slice with what is shown on it now."""
        images, vne = self.images(match), self.vne(match)
        slice_id = match.anchor.slice_id
        if images is not None and images.lge is not None:
            annotation = self.shown(match, ImageKind.LGE)
            self._burdens[slice_id, ImageKind.LGE] = measure_slice(
                images.lge, images.plane, annotation, images.valid.get(Role.LGE)
            )
        if isinstance(vne, VneImage):
            self._burdens[slice_id, ImageKind.VNE] = measure_slice(
                vne.pixels, match.anchor.plane, self.shown_on_vne(match), vne.valid
            )

    def shown_on_vne(self, match: SliceMatch) -> SliceAnnotation:
        """Return what a slice's VNE shows now, with the levels that it is measured at."""
        shown = self.shown(match, ImageKind.VNE)
        return shown if shown.rule == self.vne_rule else replace(shown, rule=self.vne_rule)


def _rule_of(stored: Mapping[Key, SliceAnnotation]) -> RemoteBlood:
    """Return the levels of a study: those of its lead images.

    Contours drawn apart keep the levels they had while others were set with the images linked.
    """
    leading = sorted(stored.values(), key=lambda drawn: _LEADING.index(drawn.image_kind))
    return next((drawn.rule for drawn in leading), RemoteBlood())


def _key(annotation: SliceAnnotation) -> Key:
    return annotation.slice_id, annotation.image_kind
