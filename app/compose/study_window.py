"""The window a study's images begin with: of one slice, whichever is looked at first."""

from collections.abc import Callable, Sequence

from app.compose.pane_images import Image, Levels, Turn, on_grid_picture, own_levels
from app.compose.sources import ROLE_OF_CHANNEL, Native, OnGrid, Source
from vne_core.align.match import SliceMatch
from vne_core.align.roles import Role
from vne_core.align.stack import AlignedSlice
from vne_core.study.model import SliceRef

_WINDOWED = (Role.CINE, Role.LGE, Role.LGE_MAGNITUDE, Role.IR)
"""The roles whose images have a window of their own in every study; all T1 maps share a range."""


def window_slice(matches: Sequence[SliceMatch], role: Role) -> SliceMatch | None:
    """Return the slice whose image of a role gives the study's window: the middle one with it."""
    there = [match for match in matches if match.partner(role) is not None]
    return there[len(there) // 2] if there else None


def window_slices(matches: Sequence[SliceMatch]) -> list[SliceMatch]:
    """Return the slices that give the windows of all roles, each once."""
    found: list[SliceMatch] = []
    for role in _WINDOWED:
        match = window_slice(matches, role)
        if match is not None and match not in found:
            found.append(match)
    return found


def has_giver(source: Source, matches: Sequence[SliceMatch]) -> bool:
    """Return whether a slice of the study gives the window of a source."""
    if isinstance(source, Native):
        return True
    role = ROLE_OF_CHANNEL.get(source.channel)
    return role is not None and window_slice(matches, role) is not None


def study_levels(
    source: Source,
    matches: Sequence[SliceMatch],
    images_of: Callable[[SliceMatch], AlignedSlice | None],
    natives: Callable[[SliceRef], Image | None],
) -> Levels | None:
    """Return the window of a source in its study, None until the slice that gives it is read.

    ``natives`` gives the images of a slice on its own plane, (frames, rows, columns).
    """
    match source:
        case Native(slices=slices):
            values = natives(slices[len(slices) // 2])
            return None if values is None else own_levels(values[0])
        case OnGrid(channel=channel) if channel in ROLE_OF_CHANNEL:
            giver = window_slice(matches, ROLE_OF_CHANNEL[channel])
            images = None if giver is None else images_of(giver)
            found = None if images is None else on_grid_picture(channel, images, Turn())
            return None if found is None else found.own_levels()
        case _:
            return None
