"""The one mutable object of the window: which study, slice and phase, what is drawn on it.

It decides and tells; ``compose`` connects it to widgets, worker and writer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from app.drawings import Drawings, Key, Measured, Vne, lead_kind
from app.undo import DEPTH, ReplaceAnnotation, ReplaceExclusion, same_outlines
from app.words import tr
from vne_core.align.match import SliceMatch
from vne_core.align.roles import Role
from vne_core.align.stack import AlignedSlice
from vne_core.quantify.burden import NotMeasured, PatientBurden
from vne_core.study.annotation import ImageKind, SliceAnnotation
from vne_core.study.exclusion import SliceExclusion
from vne_core.study.model import SliceRef, Study
from vne_core.study.rules import RemoteBlood

BROWSE = "browse"
PART_OF_TOOL = {
    "epi": "epi",
    "endo": "endo",
    "remote": "remote",
    "blood": "blood_pool",
    "septal": "septal",
    "insertion": "rv_insertion",
    "exclude": "exclusions",
    "include": "inclusions",
}
"""Which field of an annotation each tool edits."""


@dataclass(frozen=True, slots=True)
class OpenStudy:
    """A study as read from the workspace: its slices matched, and what was drawn before."""

    study: Study
    matches: tuple[SliceMatch, ...]
    annotations: Mapping[Key, SliceAnnotation] = field(default_factory=dict)
    exclusions: Mapping[str, SliceExclusion] = field(default_factory=dict)
    images: tuple[AlignedSlice, ...] = ()
    """Those that were at hand, so that the study is drawn once, with them."""
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What a reader should know of a slice (a missing phase, a repeat), by slice_id."""


@dataclass(frozen=True, slots=True)
class Display:
    """What is drawn over the images."""

    bands: tuple[bool, bool, bool] = (True, True, True)
    as_outlines: bool = False
    is_hidden: bool = False
    t1_colours: str = "grey"
    vne_overlay: str = ""
    """What is drawn over the VNE in place of the bands: "spread", or a stream's name."""

    def toggled(self, index: int) -> "Display":
        """Return the display with one band shown or hidden."""
        bands = tuple(shown != (at == index) for at, shown in enumerate(self.bands))
        return replace(self, bands=bands)


def place_of(matches: Sequence[SliceMatch], annotation: SliceAnnotation) -> int:
    """Return which slice an annotation belongs to, 0 the most basal."""
    return [match.anchor.slice_id for match in matches].index(annotation.slice_id)


def has_outline(annotation: SliceAnnotation, tool: str) -> bool:
    """Return whether the tool's outline or region is drawn."""
    part = PART_OF_TOOL.get(tool)
    return part is not None and getattr(annotation, part) not in (None, ())


class Session(QObject):
    """Signals tell what changed; properties say what it is now.

    ``image`` is the image whose contours are in hand; it matters where ``drawings`` are apart.
    """

    study_changed = Signal()
    slice_changed = Signal()
    images_changed = Signal()
    vne_changed = Signal()
    annotation_changed = Signal()
    burden_changed = Signal()
    tool_changed = Signal(str)
    display_changed = Signal()
    linked_changed = Signal()
    image_changed = Signal()
    replaced = Signal(object)
    excluded = Signal(object)
    told = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.opened: OpenStudy | None = None
        self.index = 0
        self.image = ImageKind.LGE
        self.tool = BROWSE
        self.display = Display()
        self.drawings = Drawings()
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(DEPTH)

    @property
    def matches(self) -> tuple[SliceMatch, ...]:
        """The slices of the open study, base first."""
        return self.opened.matches if self.opened else ()

    @property
    def match(self) -> SliceMatch | None:
        """The slice shown now."""
        return self.matches[self.index] if self.matches else None

    @property
    def images(self) -> AlignedSlice | None:
        """The images of the slice shown now, None until they are loaded."""
        return self.drawings.images(self.match) if self.match else None

    @property
    def annotation(self) -> SliceAnnotation | None:
        """What is drawn on the image in hand of the slice shown now, as it is during a drag."""
        return self.drawings.shown(self.match, self.image) if self.match else None

    @property
    def burden(self) -> Measured:
        """What the slice shown now measures on its LGE."""
        return self.drawings.burden(self.match) if self.match else NotMeasured("no study is open")

    @property
    def patient(self) -> PatientBurden | NotMeasured:
        """What the open study measures on its LGE."""
        return self.drawings.patient(self.matches)

    @property
    def rule(self) -> RemoteBlood:
        """The threshold levels of the open study."""
        return self.drawings.rule

    def annotation_on(self, kind: ImageKind) -> SliceAnnotation | None:
        """Return what an image of the slice shown now has drawn on it, as it is during a drag."""
        return self.drawings.shown(self.match, kind) if self.match else None

    def open(self, opened: OpenStudy, index: int = 0, *, is_linked: bool = True) -> None:
        """Show a study, at the slice it was left at, its images' contours linked or apart."""
        self.undo_stack.clear()
        self.opened = opened
        self.index = min(max(index, 0), max(0, len(opened.matches) - 1))
        self.drawings = Drawings(opened.annotations, opened.exclusions)
        self.drawings.is_linked = is_linked
        by_anchor = {match.anchor.slice_id: match for match in opened.matches}
        for images in opened.images:
            self.drawings.take_images(by_anchor[images.slice_id], images)
        self.study_changed.emit()
        self.slice_changed.emit()
        self.burden_changed.emit()

    def rematch(self, matches: tuple[SliceMatch, ...]) -> None:
        """Show the same slices with other partners: what is drawn stays, new images are awaited.

        Contours that come to lie on another image are no longer confirmed.
        """
        assert self.opened is not None
        changed = [pair for pair in zip(self.matches, matches, strict=True) if pair[0] != pair[1]]
        self.opened, self.drawings.live = replace(self.opened, matches=matches), None
        for old, new in changed:
            self.drawings.drop_images(new.anchor.slice_id)
            moved = self.drawings.moved(old, new)
            if moved is not None:
                self.replaced.emit(moved)
        self.slice_changed.emit()
        self.burden_changed.emit()

    def close(self) -> None:
        """Show no study."""
        self.undo_stack.clear()
        self.opened, self.index, self.drawings = None, 0, Drawings()
        self.study_changed.emit()

    def take_images(self, images: AlignedSlice) -> None:
        """Keep the images of a slice that were loaded, and measure what is drawn on them."""
        match = next(m for m in self.matches if m.anchor.slice_id == images.slice_id)
        self.drawings.take_images(match, images)
        if match is self.match:
            self.images_changed.emit()
        self.burden_changed.emit()

    def take_vne(self, results: Sequence[Vne]) -> None:
        """Keep what was generated, and what could not be, of slices of the open study."""
        by_anchor = {match.anchor.slice_id: match for match in self.matches}
        for vne in results:
            if vne.slice_id in by_anchor:
                self.drawings.take_vne(by_anchor[vne.slice_id], vne)
        self.vne_changed.emit()
        self.burden_changed.emit()

    def set_vne_levels(self, levels: tuple[float, ...]) -> None:
        """Measure the VNE at levels of its own; none gives it the study's."""
        if levels != self.drawings.vne_levels:
            self.drawings.vne_levels = levels
            for match in self.matches:
                self.drawings.measure(match)
            self.vne_changed.emit()
            self.burden_changed.emit()

    def show_slice(self, index: int) -> None:
        """Show another slice; beyond the first or last nothing happens."""
        if index == self.index or not 0 <= index < len(self.matches):
            return
        self.index = index
        self.drawings.live = None
        self.slice_changed.emit()
        self.burden_changed.emit()

    def choose_image(self, kind: ImageKind) -> None:
        """Take an image's contours in hand."""
        if kind is not self.image:
            self.image = kind
            self.image_changed.emit()

    def link(self, *, is_linked: bool) -> None:
        """Give the images of a slice one set of contours, or each its own; nothing is removed."""
        if is_linked != self.drawings.is_linked:
            self.drawings.is_linked, self.drawings.live = is_linked, None
            for match in self.matches:
                self.drawings.measure(match)
            self.linked_changed.emit()
            self.annotation_changed.emit()
            self.burden_changed.emit()

    def choose_tool(self, tool: str) -> None:
        """Put a tool in the hand."""
        if tool != self.tool:
            self.tool = tool
            self.tool_changed.emit(tool)

    def set_display(self, display: Display) -> None:
        """Draw something else over the images."""
        if display != self.display:
            self.display = display
            self.display_changed.emit()

    def preview(self, annotation: SliceAnnotation) -> None:
        """Follow a drag: everything derived is measured, nothing is stored.

        What is stored already, as when Esc ends the drag, is no preview any more.
        """
        match = self.match
        if match is None or match.anchor.slice_id != annotation.slice_id:
            return
        is_stored = annotation == self.drawings.stored(match, annotation.image_kind)
        self.drawings.live = None if is_stored else annotation
        self.drawings.measure(match)
        self.annotation_changed.emit()
        self.burden_changed.emit()

    def commit(self, before: SliceAnnotation, after: SliceAnnotation) -> None:
        """Make one finished gesture one step of undo; an edit asks to be confirmed again.

        Other levels are no edit of the contours: what is confirmed stays so.
        """
        shape_changed = not same_outlines(replace(before, confirmed=after.confirmed), after)
        after = replace(after, confirmed=after.confirmed and not shape_changed)
        if before != after:
            at = place_of(self.matches, after)
            lge = self.matches[at].partner(Role.LGE)
            putting = partial(self._replace, is_linked=self.drawings.is_linked, lge=lge)
            self.undo_stack.push(
                ReplaceAnnotation(
                    before, after, putting, tr("slice {number}").format(number=at + 1)
                )
            )

    def exclude(self, exclusion: SliceExclusion) -> None:
        """Leave a slice out of something, or take it in again; one step of undo."""
        slice_id = exclusion.slice_id
        before = self.drawings.exclusions.get(slice_id, SliceExclusion(slice_id, frozenset()))
        if exclusion != before:
            at = [match.anchor.slice_id for match in self.matches].index(slice_id)
            place = f"slice {at + 1}"
            self.undo_stack.push(ReplaceExclusion(before, exclusion, self._put_exclusion, place))

    def _put_exclusion(self, exclusion: SliceExclusion) -> None:
        """Let an exclusion hold and go to its slice, so that nothing hidden changes."""
        at = next(i for i, m in enumerate(self.matches) if m.anchor.slice_id == exclusion.slice_id)
        self.show_slice(at)
        self.drawings.exclusions[exclusion.slice_id] = exclusion
        self.burden_changed.emit()
        self.excluded.emit(exclusion)

    def _replace(
        self, annotation: SliceAnnotation, *, is_linked: bool, lge: SliceRef | None
    ) -> None:
        """Put an annotation in place and go to its slice, so that nothing hidden changes.

        Levels are the whole study's and shown on every slice, so they move nobody. Contours drawn
        while linked follow the lead image where the reader has matched another since; on an LGE
        other than ``lge``, that of the gesture, they are not confirmed.
        """
        self.link(is_linked=is_linked)
        match = self.matches[place_of(self.matches, annotation)]
        if is_linked:
            annotation = replace(annotation, image_kind=lead_kind(match))
        if match.partner(Role.LGE) != lge and (is_linked or annotation.image_kind is ImageKind.LGE):
            annotation = replace(annotation, confirmed=False)
        known = self.drawings.stored(match, annotation.image_kind)
        if not same_outlines(known, annotation):
            self.show_slice(self.matches.index(match))
        self.drawings.put(match, annotation)
        self.annotation_changed.emit()
        self.burden_changed.emit()
        self.replaced.emit(annotation)
