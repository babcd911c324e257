"""The one mutable object of the window: which study, slice and phase, what is drawn on it.

It decides and tells; ``compose`` connects it to widgets, worker and writer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from app.undo import DEPTH, ReplaceAnnotation, same_outlines
from vne_core.align.match import SliceMatch
from vne_core.align.roles import Role
from vne_core.align.stack import AlignedSlice
from vne_core.quantify.burden import (
    LesionBurden,
    NotMeasured,
    PatientBurden,
    measure_slice,
    patient_burden,
)
from vne_core.study.annotation import ImageKind, SliceAnnotation
from vne_core.study.model import Study
from vne_core.study.rules import RemoteBlood, RuleError

Key = tuple[str, ImageKind]
Measured = LesionBurden | NotMeasured
BROWSE = "browse"
WAITING = "its images are still being read"
PART_OF_TOOL = {"epi": "epi", "endo": "endo", "remote": "remote", "blood": "blood_pool"}
"""Which field of an annotation each tool edits."""


@dataclass(frozen=True, slots=True)
class OpenStudy:
    """A study as read from the workspace: its slices matched, and what was drawn before."""

    study: Study
    matches: tuple[SliceMatch, ...]
    annotations: Mapping[Key, SliceAnnotation] = field(default_factory=dict)
    images: tuple[AlignedSlice, ...] = ()
    """Those that were at hand, so that the study is drawn once, with them."""


@dataclass(frozen=True, slots=True)
class Display:
    """What is drawn over the images."""

    bands: tuple[bool, bool, bool] = (True, True, True)
    as_outlines: bool = False
    is_hidden: bool = False
    t1_colours: str = "grey"

    def toggled(self, index: int) -> "Display":
        """Return the display with one band shown or hidden."""
        bands = tuple(shown != (at == index) for at, shown in enumerate(self.bands))
        return replace(self, bands=bands)


def image_kind(match: SliceMatch) -> ImageKind:
    """Return the image of a slice that carries its contours: LGE, else T1, else cine."""
    if match.partner(Role.LGE) is not None:
        return ImageKind.LGE
    if match.partner(Role.T1) is not None or match.partner(Role.IR) is not None:
        return ImageKind.T1
    return ImageKind.CINE


def key_of(match: SliceMatch) -> Key:
    """Return where a slice's annotation is kept."""
    return match.anchor.slice_id, image_kind(match)


def place_of(matches: Sequence[SliceMatch], annotation: SliceAnnotation) -> int:
    """Return which slice an annotation belongs to, 0 the most basal."""
    return [match.anchor.slice_id for match in matches].index(annotation.slice_id)


def has_outline(annotation: SliceAnnotation, tool: str) -> bool:
    """Return whether the tool's outline or region is drawn."""
    part = PART_OF_TOOL.get(tool)
    return part is not None and getattr(annotation, part) is not None


class Session(QObject):
    """Signals tell what changed; properties say what it is now."""

    study_changed = Signal()
    slice_changed = Signal()
    images_changed = Signal()
    annotation_changed = Signal()
    burden_changed = Signal()
    tool_changed = Signal(str)
    display_changed = Signal()
    replaced = Signal(object)
    told = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.opened: OpenStudy | None = None
        self.index = 0
        self.tool = BROWSE
        self.display = Display()
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(DEPTH)
        self._annotations: dict[Key, SliceAnnotation] = {}
        self._live: SliceAnnotation | None = None
        self._images: dict[str, AlignedSlice] = {}
        self._burdens: dict[str, Measured] = {}

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
        return self.images_of(self.match) if self.match else None

    @property
    def annotation(self) -> SliceAnnotation | None:
        """What is drawn on the slice shown now, as it is during a drag."""
        return self._live or (self.stored(self.match) if self.match else None)

    @property
    def burden(self) -> Measured:
        """What the slice shown now measures on its LGE."""
        return self.burden_of(self.match) if self.match else NotMeasured("no study is open")

    @property
    def patient(self) -> PatientBurden | NotMeasured:
        """What the open study measures on its LGE."""
        return patient_burden([self.burden_of(match) for match in self.matches])

    @property
    def rule(self) -> RemoteBlood:
        """The threshold levels of the open study."""
        drawn = next(iter(self._annotations.values()), None)
        return drawn.rule if drawn else RemoteBlood()

    def stored(self, match: SliceMatch) -> SliceAnnotation:
        """Return what is drawn on a slice, an empty annotation where nothing is."""
        slice_id, kind = key_of(match)
        known = self._annotations.get((slice_id, kind))
        return known or SliceAnnotation(slice_id, kind, rule=self.rule)

    def images_of(self, match: SliceMatch) -> AlignedSlice | None:
        """Return the images of a slice, None until they are loaded."""
        return self._images.get(match.anchor.slice_id)

    def burden_of(self, match: SliceMatch) -> Measured:
        """Return what a slice measures on its LGE, or why nothing."""
        if match.partner(Role.LGE) is None:
            return NotMeasured(match.why_absent(Role.LGE))
        return self._burdens.get(match.anchor.slice_id, NotMeasured(WAITING))

    def open(self, opened: OpenStudy, index: int = 0) -> None:
        """Show a study, at the slice it was left at."""
        self.undo_stack.clear()
        self.opened = opened
        self.index = min(max(index, 0), max(0, len(opened.matches) - 1))
        self._annotations = dict(opened.annotations)
        self._live = None
        self._images, self._burdens = {images.slice_id: images for images in opened.images}, {}
        for match in opened.matches:
            self._measure(match)
        self.study_changed.emit()
        self.slice_changed.emit()
        self.burden_changed.emit()

    def rematch(self, matches: tuple[SliceMatch, ...]) -> None:
        """Show the same slices with other partners: what is drawn stays, new images are awaited.

        Contours that come to lie on another image are no longer confirmed.
        """
        assert self.opened is not None
        changed = [pair for pair in zip(self.matches, matches, strict=True) if pair[0] != pair[1]]
        self.opened, self._live = replace(self.opened, matches=matches), None
        for old, new in changed:
            drawn = self.stored(old)
            self._images.pop(drawn.slice_id, None)
            self._burdens.pop(drawn.slice_id, None)
            is_other_image = old.partner(Role.LGE) != new.partner(Role.LGE)
            if is_other_image and not drawn.is_empty:
                moved = replace(drawn, image_kind=image_kind(new), confirmed=False)
                self._annotations[key_of(new)] = moved
                self.replaced.emit(moved)
        self.slice_changed.emit()
        self.burden_changed.emit()

    def close(self) -> None:
        """Show no study."""
        self.undo_stack.clear()
        self.opened, self.index, self._live = None, 0, None
        self._annotations, self._images, self._burdens = {}, {}, {}
        self.study_changed.emit()

    def take_images(self, images: AlignedSlice) -> None:
        """Keep the images of a slice that were loaded, and measure what is drawn on them."""
        self._images[images.slice_id] = images
        self._measure(next(m for m in self.matches if m.anchor.slice_id == images.slice_id))
        if self.match and self.match.anchor.slice_id == images.slice_id:
            self.images_changed.emit()
        self.burden_changed.emit()

    def show_slice(self, index: int) -> None:
        """Show another slice; beyond the first or last nothing happens."""
        if index == self.index or not 0 <= index < len(self.matches):
            return
        self.index = index
        self._live = None
        self.slice_changed.emit()
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
        if self.match is None or key_of(self.match)[0] != annotation.slice_id:
            return
        self._live = None if annotation == self.stored(self.match) else annotation
        self._measure(self.match)
        self.annotation_changed.emit()
        self.burden_changed.emit()

    def commit(self, before: SliceAnnotation, after: SliceAnnotation) -> None:
        """Make one finished gesture one step of undo; an edit asks to be confirmed again."""
        shape_changed = replace(before, confirmed=False) != replace(after, confirmed=False)
        after = replace(after, confirmed=after.confirmed and not shape_changed)
        if before != after:
            place = f"slice {place_of(self.matches, after) + 1}"
            self.undo_stack.push(ReplaceAnnotation(before, after, self._replace, place))

    def confirm(self) -> None:
        """Mark the slice's contours as the reader's own decision."""
        annotation = self.annotation
        if annotation is None or annotation.is_empty:
            return
        if annotation.confirmed:
            self.told.emit(f"Slice {self.index + 1} is confirmed already.")
            return
        self.commit(annotation, replace(annotation, confirmed=True))
        self.told.emit(f"Slice {self.index + 1} confirmed.")

    def delete_outline(self) -> None:
        """Remove the outline of the tool in hand."""
        annotation = self.annotation
        if annotation is not None and has_outline(annotation, self.tool):
            self.commit(annotation, replace(annotation, **{PART_OF_TOOL[self.tool]: None}))

    def set_levels(self, levels: tuple[float, ...]) -> None:
        """Measure the study at other threshold levels, one step of undo for all its slices.

        Levels that cannot nest are refused with a line.
        """
        if self.match is None:
            return
        try:
            rule = RemoteBlood(levels)
        except RuleError as refusal:
            self.told.emit(str(refusal))
            self.burden_changed.emit()
            return
        drawn = [match for match in self.matches if key_of(match) in self._annotations]
        changed = [self.stored(match) for match in drawn or [self.match]]
        words = ", ".join(f"{100 * level:g}" for level in levels)
        self.undo_stack.beginMacro(f"Levels {words} %, all slices\nchange the threshold levels")
        for annotation in changed:
            self.commit(annotation, replace(annotation, rule=rule))
        self.undo_stack.endMacro()

    def _replace(self, annotation: SliceAnnotation) -> None:
        """Put an annotation in place and go to its slice, so that nothing hidden changes.

        Levels are the whole study's and shown on every slice, so they move nobody.
        """
        match = self.matches[place_of(self.matches, annotation)]
        annotation = replace(annotation, image_kind=image_kind(match))
        if not same_outlines(self.stored(match), annotation):
            self.show_slice(self.matches.index(match))
        self._live = None
        self._annotations[key_of(match)] = annotation
        self._measure(match)
        self.annotation_changed.emit()
        self.burden_changed.emit()
        self.replaced.emit(annotation)

    def _measure(self, match: SliceMatch) -> None:
        images = self._images.get(match.anchor.slice_id)
        if images is None or images.lge is None:
            return
        is_shown = match is self.match and self._live is not None
        annotation = self._live if is_shown else self.stored(match)
        assert annotation is not None
        self._burdens[match.anchor.slice_id] = measure_slice(
            images.lge, images.plane, annotation, images.valid.get(Role.LGE)
        )
