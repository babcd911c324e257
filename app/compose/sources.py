"""What each pane can show of a slice: channels on its grid, and images on their own planes."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.viewer.four_panes import TITLES
from app.words import tr
from vne_core.align.match import SliceMatch
from vne_core.align.roles import Role
from vne_core.align.stack import AlignedSlice
from vne_core.dicom.kinds import Kind
from vne_core.study.annotation import ImageKind
from vne_core.study.model import SliceRef, Study
from vne_core.study.order import base_to_apex


class Channel(StrEnum):
    """The images that lie on the grid of a slice."""

    T1 = "t1"
    IR = "ir"
    RESIDUAL = "residual"
    CINE = "cine"
    VNE = "vne"
    LGE = "lge"
    LGE_MAGNITUDE = "lge-magnitude"


ROLE_OF_CHANNEL = {
    Channel.T1: Role.T1,
    Channel.IR: Role.IR,
    Channel.RESIDUAL: Role.IR,
    Channel.CINE: Role.CINE,
    Channel.LGE: Role.LGE,
    Channel.LGE_MAGNITUDE: Role.LGE_MAGNITUDE,
}
"""Whose partner a channel comes from; the VNE comes from none."""
OWN_CHANNEL = {
    ImageKind.T1: Channel.T1,
    ImageKind.CINE: Channel.CINE,
    ImageKind.VNE: Channel.VNE,
    ImageKind.LGE: Channel.LGE,
}
"""What a pane is for, and shows until the reader chooses something else."""


@dataclass(frozen=True, slots=True)
class OnGrid:
    """A channel on the grid of the slice."""

    channel: Channel
    name: str

    @property
    def id(self) -> str:
        """What the choice is remembered by."""
        return self.channel.value


@dataclass(frozen=True, slots=True)
class Native:
    """Images as they were acquired, each on its own plane; several are turned through."""

    id: str
    name: str
    slices: tuple[SliceRef, ...]

    def nearest(self, match: SliceMatch) -> int:
        """Return the image to begin with: a partner of the slice, else the nearest in height."""
        partners = {partner.slice_id for _, partner in match.partners}
        for at, one in enumerate(self.slices):
            if one.slice_id in partners:
                return at
        heights = [
            abs(float(match.anchor.plane.height_mm(s.plane.centre_mm[None])[0]))
            for s in self.slices
        ]
        return heights.index(min(heights))


Source = OnGrid | Native


def pane_title(kind: ImageKind, source: Source) -> str:
    """Return what the pane is called now: an LGE in the place of the VNE is no VNE."""
    if isinstance(source, OnGrid) and source.channel is Channel.LGE_MAGNITUDE:
        return tr(TITLES[ImageKind.LGE])
    return tr(TITLES[kind])


def source_title(kind: ImageKind, source: Source) -> str:
    """Return what is shown, in full: "LGE PSIR", "T1 map", "IR images"."""
    if isinstance(source, Native) or source.channel in {Channel.IR, Channel.RESIDUAL}:
        return tr(source.name)
    title = pane_title(kind, source)
    is_lge = source.channel in {Channel.LGE, Channel.LGE_MAGNITUDE}
    return f"{title} {tr(source.name)}" if is_lge else title


def channels_of(
    kind: ImageKind, match: SliceMatch, images: AlignedSlice | None
) -> tuple[OnGrid, ...]:
    """Return the channels a pane can show, its own first whether the slice has it or not."""
    own = OnGrid(OWN_CHANNEL[kind], _own_name(kind, match))
    return own, *_others_on_grid(kind, images)


def natives_of(kind: ImageKind, study: Study) -> tuple[Native, ...]:
    """Return the images of a study that a pane can show on their own planes."""
    return tuple(_natives(kind, study))


def _own_name(kind: ImageKind, match: SliceMatch) -> str:
    match kind:
        case ImageKind.T1:
            return "T1 map"
        case ImageKind.CINE:
            return "Cine"
        case ImageKind.VNE:
            return "VNE"
        case ImageKind.LGE:
            partner = match.partner(Role.LGE)
            is_magnitude = partner is not None and partner.kind is Kind.LGE_MAGNITUDE
            return "magnitude" if is_magnitude else "PSIR"


def _others_on_grid(kind: ImageKind, images: AlignedSlice | None) -> Iterator[OnGrid]:
    if images is None:
        return
    if kind is ImageKind.T1 and images.ir is not None:
        yield OnGrid(Channel.IR, "IR images")
    if kind is ImageKind.T1 and images.fit_residual is not None:
        yield OnGrid(Channel.RESIDUAL, "Fit residual")
    has_both = images.lge is not None and images.lge_magnitude is not None
    if kind is ImageKind.VNE and images.lge_magnitude is not None:
        yield OnGrid(Channel.LGE_MAGNITUDE, "magnitude")
    if kind is ImageKind.LGE and has_both:
        yield OnGrid(Channel.LGE_MAGNITUDE, "magnitude")


_STACKS: dict[ImageKind, tuple[tuple[Kind, str], ...]] = {
    ImageKind.CINE: ((Kind.CINE_SAX, "Short-axis stack"),),
    ImageKind.LGE: (
        (Kind.LGE_PSIR, "PSIR stack"),
        (Kind.LGE_MAGNITUDE, "Magnitude stack"),
    ),
}
_LONG_AXES = {ImageKind.CINE: Kind.CINE_LAX, ImageKind.LGE: Kind.LGE_LAX}


def _natives(kind: ImageKind, study: Study) -> Iterator[Native]:
    for stacked, name in _STACKS.get(kind, ()):
        if slices := study.slices_of(stacked):
            yield Native(f"native:{stacked}", name, base_to_apex(slices))
    long_axis = _LONG_AXES.get(kind)
    for series in study.series:
        if series.kind is long_axis:
            number = "" if series.number is None else f" {series.number}"
            yield Native(
                f"series:{series.series_id}",
                tr("Long axis{number}").format(number=number),
                series.slices,
            )
