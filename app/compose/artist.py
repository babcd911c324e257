"""Draws the session on the four panes, only what changed."""

from dataclasses import dataclass

from app.compose.corner_words import badge_of, corner_lines, left_out_lines, tip_of
from app.compose.natives import Natives
from app.compose.pane_choice import PaneChoice
from app.compose.pane_images import (
    T1_RANGE_KEY,
    Levels,
    Picture,
    Turn,
    channel_image,
    frame_of,
    frame_text,
    native_picture,
    on_grid_picture,
    phase_text,
    vne_picture,
)
from app.compose.sources import ROLE_OF_CHANNEL, Channel, Native, OnGrid, Source
from app.compose.study_window import has_giver, study_levels
from app.compose.vne_drawing import over_lge, over_vne, vne_shown
from app.compose.vne_words import (
    GENERATE,
    GENERATING,
    WITHOUT_MODEL,
    sentence_of,
    trust_badge,
    trust_tip,
    vne_corner,
)
from app.compose.windows import Windows
from app.drawings import NOT_LOOKED, Vne
from app.session import Session
from app.settings import T1_RANGE_MS
from app.viewer.content import PaneContent, ReferenceLine
from app.viewer.field_of_view import as_vector
from app.viewer.four_panes import TITLES, FourPanes
from app.viewer.lookup import Lookup, table
from app.viewer.marks import Mark
from app.viewer.window_level import Window
from app.words import tr
from vne_core.align.match import LEAST_COSINE, SliceMatch
from vne_core.align.roles import Role
from vne_core.align.stack import AlignedSlice
from vne_core.geometry.cut import cut_line
from vne_core.geometry.plane import SlicePlane, cosine_between
from vne_core.study.annotation import ImageKind, SliceAnnotation
from vne_core.study.model import SliceRef
from vne_core.vne.image import VneImage

ROLE_OF = {ImageKind.T1: Role.T1, ImageKind.CINE: Role.CINE, ImageKind.LGE: Role.LGE}
ANOTHER = "Choose another…"
"""What an empty pane offers where the study has candidates."""


NOT_RECOGNISED = "Not recognised? See Tools, Series of this study."


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a pane is empty, what can be done, and the label of a button that does it."""

    reason: str
    advice: str = ""
    offer: str = ""


class Artist:
    """Knows the panes and the session; the windows that the reader set stay from slice to slice."""

    def __init__(
        self, session: Session, panes: FourPanes, windows: Windows, natives: Natives
    ) -> None:
        self._session = session
        self._panes = panes
        self._windows = windows
        self._natives = natives
        self._window_keys: dict[ImageKind, str] = {}
        self.provisional: set[ImageKind] = set()
        """Panes whose window is their image's own until the study's can be found."""
        self._has_looked = False
        self.choice = PaneChoice()
        self.marks: dict[str, tuple[Mark, ...]] = {}
        """What was put on each image in this sitting, by the slice it belongs to."""
        self.phase = 0
        self.can_generate = self.is_generating = False
        """Whether there is a model to generate with, and whether it does so now."""
        self.failures: dict[str, str] = {}
        """Why the images of a slice could not be read, by its anchor's id."""

    def begin_study(self) -> None:
        """Forget the view, the native images and the failures of the last study."""
        self._window_keys = {}
        self.provisional.clear()
        self._has_looked = False
        self.failures = {}
        self._natives.forget()
        self.choice.begin_study()

    def draw_images(self) -> None:
        """Draw the slice's images, or say why one is absent."""
        match, images = self._session.match, self._session.images
        if match is None:
            return
        for kind in ImageKind:
            self._draw_pane(kind, match, images)
        if images is not None:
            self._look_at_heart(images)

    def draw_one(self, kind: ImageKind) -> None:
        """Draw one pane again."""
        if self._session.match is not None:
            self._draw_pane(kind, self._session.match, self._session.images)

    def draw_annotation(self) -> None:
        """Draw contours and bands over the images that are there."""
        for kind, pane in self._panes.panes.items():
            if pane.has_image:
                pane.set_annotation(self._annotation_on(kind))
        self.draw_bands()

    def draw_bands(self) -> None:
        """Draw the threshold bands on LGE and VNE, or what else lies over the VNE."""
        images, source = self._session.images, self.source(ImageKind.LGE)
        if images is not None and _carries_bands(source):
            self._panes.pane(ImageKind.LGE).set_overlay(over_lge(self._session, images))
        pane, vne = (
            self._panes.pane(ImageKind.VNE),
            vne_shown(self._session, self.source(ImageKind.VNE)),
        )
        if isinstance(vne, VneImage) and pane.has_image:
            pane.set_overlay(over_vne(self._session, vne))

    def draw_display(self) -> None:
        """Show or hide what is over the images; colour the T1 map."""
        display = self._session.display
        self._panes.set_overlays_visible(is_visible=not display.is_hidden)
        self.draw_bands()
        self.draw_one(ImageKind.T1)
        self.draw_one(ImageKind.VNE)

    def draw_phase(self, phase: int) -> None:
        """Show another phase of the cine."""
        self.phase = phase
        pane, images = self._panes.pane(ImageKind.CINE), self._session.images
        if images is None or not pane.has_image:
            return
        source = self.source(ImageKind.CINE)
        if isinstance(source, Native):
            self._draw_native_phase(source)
            return
        image = channel_image(Channel.CINE, images, self._turn(images))
        if image is not None:
            pane.set_frame(image, frame_text(Channel.CINE, images, self._turn(images)))

    def source(self, kind: ImageKind) -> Source | None:
        """Return what a pane shows now; on the grid while it is compared."""
        opened, match = self._session.opened, self._session.match
        if opened is None or match is None:
            return None
        pair = self._panes.comparison.pair
        is_compared = pair is not None and kind in {pair.first, pair.second}
        images = self._session.images
        return self.choice.source(kind, opened.study, match, images, on_grid=is_compared)

    def slice_on(self, kind: ImageKind) -> str:
        """Return the id of the slice whose image a pane shows: the anchor's on the grid."""
        source, match = self.source(kind), self._session.match
        if match is None:
            return ""
        native = self._native_slice(source)
        return match.anchor.slice_id if native is None else native.slice_id

    def set_auto_windows(self) -> None:
        """Give every pane the window that its study began with."""
        for key in self._window_keys.values():
            self._windows.forget(key)
        self._window_keys = {}
        for kind in ImageKind:
            self.draw_one(kind)

    def keep_window(self, kind: ImageKind, centre: float, width: float) -> None:
        """Remember the window of what a pane shows."""
        self.provisional.discard(kind)
        if key := self._window_keys.get(kind):
            self._windows.keep(key, Window(centre, width))

    def save_windows(self) -> None:
        """Write the windows that changed."""
        self._windows.save()

    @property
    def t1_range_ms(self) -> Levels:
        """The range that all T1 maps are shown in."""
        kept = self._windows.get(T1_RANGE_KEY)
        return T1_RANGE_MS if kept is None else kept.levels

    def set_t1_range(self, range_ms: Levels) -> None:
        """Show all T1 maps in another range, and remember it."""
        self._windows.keep(T1_RANGE_KEY, Window.of_levels(*range_ms))
        self._window_keys.pop(ImageKind.T1, None)
        self.draw_one(ImageKind.T1)

    def _look_at_heart(self, images: AlignedSlice) -> None:
        """Turn to the heart once a study; later the view is the reader's."""
        if not self._has_looked:
            self._has_looked = True
            self._panes.show_heart(images.plane)

    def _draw_pane(self, kind: ImageKind, match: SliceMatch, images: AlignedSlice | None) -> None:
        pane, source = self._panes.pane(kind), self.source(kind)
        assert source is not None
        native = self._native_slice(source)
        found = self._picture(kind, source, native, match, images)
        shown = native or _partner(source, match)
        badge = badge_of(shown, match) if isinstance(found, Picture) else None
        vne = vne_shown(self._session, source)
        if isinstance(vne, VneImage):
            pane.header.show_badge(trust_badge(vne), trust_tip(vne))
        else:
            pane.header.show_badge(badge, tip_of(shown, match))
        pane.has_own_frames = source == OnGrid(Channel.IR, source.name)
        pane.has_own_stack = isinstance(source, Native) and len(source.slices) > 1
        if isinstance(found, Missing):
            pane.set_placeholder(tr(found.reason), tr(found.advice), tr(found.offer))
            return
        is_t1 = isinstance(source, OnGrid) and source.channel is Channel.T1
        assert self._session.opened is not None
        words = corner_lines(kind, source, shown, self._session, images)
        bands = None
        if images is not None and _carries_bands(source):
            bands = over_lge(self._session, images)
        if isinstance(vne, VneImage):
            words = vne_corner(vne, words[1].text, self._session.display.vne_overlay)
            words += left_out_lines(self._session)
            bands = over_vne(self._session, vne)
        content = PaneContent(
            found.image,
            found.plane,
            self._levels(kind, source, found),
            lookup=table(Lookup(self._session.display.t1_colours)) if is_t1 else None,
            unit=found.unit,
            has_range_bar=is_t1,
            corner=words,
            frame_text=found.frame_text,
            annotation=self._annotation_on(kind),
            is_editable=native is None,
            bands=bands,
            marks=self.marks.get(found.slice_id, ()),
            lines=self._lines_on(found.plane),
        )
        pane.show_content(content)

    def _picture(
        self,
        kind: ImageKind,
        source: Source,
        native: SliceRef | None,
        match: SliceMatch,
        images: AlignedSlice | None,
    ) -> Picture | Missing:
        if native is not None:
            values = self._natives.find(native)
            if values is not None:
                return native_picture(native, values, self._turn(images))
            failure = self._natives.failures.get(native.slice_id, "")
            return Missing("The images could not be read.", failure) if failure else READING
        assert isinstance(source, OnGrid)
        if (vne := vne_shown(self._session, source)) is not None:
            can, does = self.can_generate, self.is_generating
            return _vne_picture(vne, match, can_generate=can, is_generating=does)
        turn = self._turn(images)
        picture = None if images is None else on_grid_picture(source.channel, images, turn)
        if picture is not None:
            return picture
        return _why_empty(kind, match, images, self.failures.get(match.anchor.slice_id, ""))

    def _levels(self, kind: ImageKind, source: Source, picture: Picture) -> Levels | None:
        """Return the window to show, None where the pane has it already."""
        assert self._session.opened is not None
        key = f"{self._session.opened.study.study_id}/{picture.kind}"
        if picture.kind == Channel.T1:
            key = T1_RANGE_KEY
        if self._window_keys.get(kind) == key and kind not in self.provisional:
            return None
        self._window_keys[kind] = key
        self.provisional.discard(kind)
        kept = self._windows.get(key)
        if kept is not None:
            return kept.levels
        if key == T1_RANGE_KEY:
            return picture.own_levels()
        matches, images_of = self._session.matches, self._session.drawings.images
        levels = study_levels(source, matches, images_of, self._natives.find)
        if levels is None and has_giver(source, matches) and not self.failures:
            self.provisional.add(kind)
        return picture.own_levels() if levels is None else levels

    def _turn(self, images: AlignedSlice | None) -> Turn:
        phases = 1 if images is None or images.cine is None else len(images.cine)
        return Turn(self.phase, phases, self.choice.ir_index)

    def _native_slice(self, source: Source | None) -> SliceRef | None:
        match = self._session.match
        if match is None or not isinstance(source, Native):
            return None
        return source.slices[self.choice.place(source, match)]

    def _draw_native_phase(self, source: Native) -> None:
        one = self._native_slice(source)
        values = None if one is None else self._natives.find(one)
        if one is None or values is None:
            return
        at = frame_of(len(values), self._turn(self._session.images))
        text = phase_text(at, len(values), one.frames[at].trigger_time_ms)
        self._panes.pane(ImageKind.CINE).set_frame(values[at], text if len(values) > 1 else "")

    def _annotation_on(self, kind: ImageKind) -> SliceAnnotation | None:
        """Return what is drawn on the slice that a pane's image belongs to."""
        native = self._native_slice(self.source(kind))
        if native is None:
            return self._session.annotation_on(kind)
        for match in self._session.matches:
            if any(partner.slice_id == native.slice_id for _, partner in match.partners):
                return self._session.drawings.shown(match, kind)
        return None

    def _lines_on(self, plane: SlicePlane) -> tuple[ReferenceLine, ...]:
        """Return where the slices cut a long-axis image, and where one shown cuts a slice."""
        assert self._session.match is not None
        if self._panes.comparison.pair is not None:
            return ()
        anchor = self._session.match.anchor
        if cosine_between(plane, anchor.plane) > LEAST_COSINE:
            others = [self._native_slice(self.source(kind)) for kind in ImageKind]
            planes = [(one.plane, True) for one in others if one is not None]
        else:
            planes = [(m.anchor.plane, m.anchor is anchor) for m in self._session.matches]
        lines = []
        for other, is_shown in planes:
            ends = cut_line(plane, other)
            if ends is not None and cosine_between(plane, other) <= LEAST_COSINE:
                lines.append(ReferenceLine(as_vector(ends[0]), as_vector(ends[1]), is_shown))
        return tuple(lines)


READING = Missing("Reading the images…")


def _vne_picture(
    vne: Vne, match: SliceMatch, *, can_generate: bool, is_generating: bool
) -> Picture | Missing:
    """Return the VNE, or why there is none and what can be done."""
    if isinstance(vne, VneImage):
        return vne_picture(vne, match.anchor.plane)
    if vne.reason == NOT_LOOKED:
        return Missing(sentence_of(vne))
    if vne.action and is_generating:
        return Missing(GENERATING)
    if vne.action:
        return Missing(sentence_of(vne), "", GENERATE if can_generate else "")
    return Missing(sentence_of(vne), "" if can_generate else WITHOUT_MODEL)


def _carries_bands(source: Source | None) -> bool:
    """Return whether an image is the one that the thresholds are measured on."""
    return isinstance(source, OnGrid) and source.channel is Channel.LGE


def _partner(source: Source, match: SliceMatch) -> SliceRef | None:
    """Return the slice that a channel comes from."""
    if not isinstance(source, OnGrid) or source.channel is Channel.VNE:
        return None
    return match.partner(ROLE_OF_CHANNEL[source.channel])


def _why_empty(
    kind: ImageKind, match: SliceMatch, images: AlignedSlice | None, failure: str
) -> Missing:
    if failure:
        return Missing("The images could not be read.", failure)
    role = ROLE_OF[kind]
    if images is None and match.partner(role) is not None:
        return READING
    told = images.absent.get(role) if images is not None and images.absent else None
    reason = told or match.why_absent(role) or f"no {TITLES[kind]} here"
    offer = ANOTHER if any(c.role is role for c in match.candidates) else ""
    advice = "" if offer else NOT_RECOGNISED
    return Missing(reason[:1].upper() + reason[1:] + ".", advice, offer)
