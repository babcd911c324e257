"""Draws the session on the four panes, only what changed."""

import numpy as np
from numpy.typing import NDArray

from app.compose.match_words import match_lines
from app.panels.bands import visible_bands
from app.session import Session
from app.viewer.content import PaneContent
from app.viewer.four_panes import TITLES, FourPanes
from app.viewer.furniture import CornerLine
from app.viewer.lookup import Lookup, table
from app.viewer.overlay import ByteImage, bands_rgba
from app.viewer.window_level import percentile_window
from vne_core.align.match import SliceMatch
from vne_core.align.roles import Role
from vne_core.align.stack import AlignedSlice
from vne_core.quantify.burden import band_overlay
from vne_core.study.annotation import ImageKind

T1_LEVELS_MS = (300.0, 1800.0)
"""What a T1 map shows first: from fat to blood at 1.5 and 3 T."""
Image = NDArray[np.float32]
Levels = tuple[float, float]
ROLE_OF = {ImageKind.T1: Role.T1, ImageKind.CINE: Role.CINE, ImageKind.LGE: Role.LGE}
_UNITS = {ImageKind.T1: "ms"}
ANOTHER = "Choose another…"
"""What an empty pane offers where the study has candidates."""


class Artist:
    """Knows the panes and the session; the windows that the reader set stay from slice to slice."""

    def __init__(self, session: Session, panes: FourPanes) -> None:
        self._session = session
        self._panes = panes
        self._unseen: set[ImageKind] = set(ImageKind)
        self._t1_levels: Levels = T1_LEVELS_MS
        self._has_looked = False
        self.phase = 0
        self.failures: dict[str, str] = {}
        """Why the images of a slice could not be read, by its anchor's id."""

    def begin_study(self) -> None:
        """Forget the windows, the view and the failures of the last study."""
        self._unseen = set(ImageKind)
        self._has_looked = False
        self.failures = {}

    def draw_images(self) -> None:
        """Draw the slice's images, or say why one is absent."""
        match, images = self._session.match, self._session.images
        if match is None:
            return
        for kind in ImageKind:
            self._draw_pane(kind, match, images)
        if images is not None:
            self._look_at_heart(images)

    def draw_annotation(self) -> None:
        """Draw contours and bands over the images that are there."""
        for kind, pane in self._panes.panes.items():
            if pane.has_image:
                pane.set_annotation(self._session.annotation_on(kind))
        self.draw_bands()

    def draw_bands(self) -> None:
        """Draw the threshold bands on the LGE."""
        images = self._session.images
        if images is not None and images.lge is not None:
            self._panes.pane(ImageKind.LGE).set_overlay(self._bands(images))

    def draw_display(self) -> None:
        """Show or hide what is over the images; colour the T1 map."""
        display = self._session.display
        self._panes.set_overlays_visible(is_visible=not display.is_hidden)
        self.draw_bands()
        self._draw_one(ImageKind.T1)

    def draw_phase(self, phase: int) -> None:
        """Show another phase of the cine."""
        self.phase = phase
        images = self._session.images
        pane = self._panes.pane(ImageKind.CINE)
        if images is not None and images.cine is not None and pane.has_image:
            pane.set_frame(images.cine[phase % len(images.cine)])

    def set_auto_windows(self) -> None:
        """Give every pane the window of its own image again."""
        self._unseen = set(ImageKind)
        for kind in ImageKind:
            self._draw_one(kind)

    def keep_t1_window(self, centre: float, width: float) -> None:
        """Remember the T1 window from study to study."""
        self._t1_levels = (centre - width / 2, centre + width / 2)

    def _look_at_heart(self, images: AlignedSlice) -> None:
        """Turn to the heart once a study; later the view is the reader's."""
        if not self._has_looked:
            self._has_looked = True
            self._panes.show_heart(images.plane)

    def _draw_one(self, kind: ImageKind) -> None:
        if self._session.match is not None:
            self._draw_pane(kind, self._session.match, self._session.images)

    def _draw_pane(self, kind: ImageKind, match: SliceMatch, images: AlignedSlice | None) -> None:
        pane = self._panes.pane(kind)
        image = None if images is None else self._image(kind, images)
        if images is None or image is None:
            failure = self.failures.get(match.anchor.slice_id, "")
            pane.set_placeholder(*_why_empty(kind, match, images, failure))
            return
        levels = self._first_levels(kind, image) if kind in self._unseen else None
        self._unseen.discard(kind)
        is_t1 = kind is ImageKind.T1
        content = PaneContent(
            image,
            images.plane,
            levels,
            lookup=table(Lookup(self._session.display.t1_colours)) if is_t1 else None,
            unit=_UNITS.get(kind, ""),
            corner=self._corner(kind, match, images),
            annotation=self._session.annotation_on(kind),
            bands=self._bands(images) if kind is ImageKind.LGE else None,
        )
        pane.show_content(content)

    def _bands(self, images: AlignedSlice) -> ByteImage | None:
        """Return the colours over the LGE, None where nothing is drawn."""
        annotation, display = self._session.annotation_on(ImageKind.LGE), self._session.display
        if images.lge is None or annotation is None or annotation.is_empty:
            return None
        bands = band_overlay(images.lge, images.plane, annotation, images.valid.get(Role.LGE))
        drawn = visible_bands(bands, display.bands, as_outlines=display.as_outlines)
        return bands_rgba(drawn, is_opaque=display.as_outlines)

    def _image(self, kind: ImageKind, images: AlignedSlice) -> Image | None:
        """Return what a pane shows, not-a-number outside the source's field of view."""
        match kind:
            case ImageKind.T1:
                image = images.t1_ms
            case ImageKind.CINE if images.cine is not None:
                return images.cine[self.phase % len(images.cine)]
            case ImageKind.LGE:
                image = images.lge
            case _:
                return None
        valid = images.valid.get(ROLE_OF[kind])
        if image is None or valid is None or valid.all():
            return image
        return np.where(valid, image, np.float32(np.nan))

    def _first_levels(self, kind: ImageKind, image: Image) -> Levels:
        return self._t1_levels if kind is ImageKind.T1 else percentile_window(image, 1, 99.5).levels

    def _corner(
        self, kind: ImageKind, match: SliceMatch, images: AlignedSlice
    ) -> tuple[CornerLine, ...]:
        series = CornerLine(self._series_line(kind, match, images))
        place = CornerLine(f"slice {self._session.index + 1} of {len(self._session.matches)}")
        candidate = match.candidate(ROLE_OF[kind])
        return series, place, *(match_lines(candidate, match) if candidate else ())

    def _series_line(self, kind: ImageKind, match: SliceMatch, images: AlignedSlice) -> str:
        assert self._session.opened is not None
        source = match.partner(ROLE_OF[kind]) or match.partner(Role.IR)
        if kind is ImageKind.T1 and match.partner(Role.T1) is None:
            return f"T1 {images.t1_source}"
        if source is None:
            return TITLES[kind]
        number = self._session.opened.study.series_of(source).number
        return TITLES[kind] if number is None else f"{TITLES[kind]} · series {number}"


def _why_empty(
    kind: ImageKind, match: SliceMatch, images: AlignedSlice | None, failure: str
) -> tuple[str, str, str]:
    """Return why a pane is empty, what can be done, and the label of a button that does it."""
    if kind is ImageKind.VNE:
        return (
            "No VNE model is installed.",
            "T1 map, cine and LGE can be read, contoured and measured without one.",
            "",
        )
    if failure:
        return "The images could not be read.", failure, ""
    role = ROLE_OF[kind]
    if images is None and match.partner(role) is not None:
        return "Reading the images…", "", ""
    told = images.absent.get(role) if images is not None and images.absent else None
    reason = told or match.why_absent(role) or f"no {TITLES[kind]} here"
    offer = ANOTHER if any(c.role is role for c in match.candidates) else ""
    return reason[:1].upper() + reason[1:] + ".", "", offer
