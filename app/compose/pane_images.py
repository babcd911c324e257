"""What a channel or a native image is as a picture: values, plane, words; no Qt."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.compose.sources import ROLE_OF_CHANNEL, Channel
from app.settings import T1_RANGE_MS
from app.viewer.window_level import percentile_window
from app.words import tr
from vne_core.align.stack import AlignedSlice
from vne_core.geometry.plane import SlicePlane
from vne_core.study.model import SliceRef
from vne_core.vne.image import VneImage

T1_RANGE_KEY = "t1-range"
"""All T1 maps share one range, so that a colour means the same in every patient."""
VNE_LEVELS = (-0.2, 1.4)
"""Remote myocardium (0) is dark and not black; blood (1) is light, fat beside it white."""
_IR_PERCENTILE = 95.0
"""Of the magnitudes of all inversion times: fat may saturate, zero is mid-grey."""
Image = NDArray[np.float32]
Levels = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One image as a pane shows it, not-a-number outside the source's field of view.

    ``kind`` names the kind of image within its study, for the window kept; ``frame_text`` says
    which phase or inversion time is shown; ``own_levels`` finds the
    image's own window, which takes a moment.
    """

    image: Image
    plane: SlicePlane
    slice_id: str
    kind: str
    own_levels: Callable[[], Levels]
    unit: str = ""
    frame_text: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """Which of several images is shown: the cine's phase of ``phases``, and the IR image."""

    phase: int = 0
    phases: int = 1
    ir: int = 0


def on_grid_picture(channel: Channel, images: AlignedSlice, turn: Turn) -> Picture | None:
    """Return the picture of a channel of a slice; None where the slice has none."""
    found = channel_image(channel, images, turn)
    if found is None:
        return None
    levels = partial(_own_levels, channel, images, found)
    text, unit = frame_text(channel, images, turn), "ms" if channel is Channel.T1 else ""
    return Picture(found, images.plane, images.slice_id, channel.value, levels, unit, text)


def channel_image(channel: Channel, images: AlignedSlice, turn: Turn) -> Image | None:
    """Return the values of a channel, of the phase or inversion time that is shown."""
    match channel:
        case Channel.T1:
            found = images.t1_ms
        case Channel.IR:
            found = None if images.ir is None else images.ir[turn.ir % len(images.ir)]
        case Channel.RESIDUAL:
            found = images.fit_residual
        case Channel.CINE:
            return None if images.cine is None else images.cine[turn.phase % len(images.cine)]
        case Channel.LGE:
            found = images.lge
        case Channel.LGE_MAGNITUDE:
            found = images.lge_magnitude
        case Channel.VNE:  # made, not acquired: ``vne_picture``
            return None
    valid = images.valid.get(ROLE_OF_CHANNEL[channel])
    if found is None or valid is None or valid.all():
        return found
    return np.where(valid, found, np.float32(np.nan))


def frame_text(channel: Channel, images: AlignedSlice, turn: Turn) -> str:
    """Return which phase or inversion time is shown: "TI 180 ms · 2 of 7"."""
    if channel is Channel.CINE and images.cine is not None:
        times, at = images.trigger_times_ms, turn.phase % len(images.cine)
        return phase_text(at, len(images.cine), times[at] if at < len(times) else None)
    if channel is Channel.IR and images.ir is not None:
        at, times = turn.ir % len(images.ir), images.inversion_times_ms
        time = f"TI {times[at]:.0f} ms" if at < len(times) else tr("TI unknown")
        place = tr("{number} of {count}").format(number=at + 1, count=len(images.ir))
        return f"{time} · {place}"
    return ""


def phase_text(at: int, phases: int, time_ms: float | None) -> str:
    """Return where in the cycle an image is: "phase 3 of 25 · 79 ms"."""
    time = "" if time_ms is None else f" · {time_ms:.0f} ms"
    place = tr("phase {number} of {count}").format(number=at + 1, count=phases)
    return f"{place}{time}"


def vne_picture(vne: VneImage, plane: SlicePlane) -> Picture:
    """Return a generated image as a pane shows it: remote myocardium dark, blood bright."""
    image = np.where(vne.valid, vne.pixels, np.float32(np.nan))
    return Picture(image, plane, vne.slice_id, Channel.VNE.value, lambda: VNE_LEVELS)


def native_picture(one: SliceRef, values: Image, turn: Turn) -> Picture:
    """Return a slice on its own plane, (frames, rows, columns), at the phase of the cine shown."""
    at = frame_of(len(values), turn)
    frames = one.frames
    text = phase_text(at, len(values), frames[at].trigger_time_ms) if len(values) > 1 else ""
    return Picture(
        values[at],
        one.plane,
        one.slice_id,
        one.kind.value,
        partial(own_levels, values[0]),
        "",
        text,
    )


def frame_of(frames: int, turn: Turn) -> int:
    """Return the frame at the same part of the cycle as the phase shown of another cine."""
    return turn.phase * frames // max(1, turn.phases) % frames


def _own_levels(channel: Channel, images: AlignedSlice, image: Image) -> Levels:
    match channel:
        case Channel.T1:
            return T1_RANGE_MS
        case Channel.IR if images.ir is not None:
            _, strong = percentile_window(np.abs(images.ir), 0, _IR_PERCENTILE).levels
            return (-strong, strong)
        case Channel.RESIDUAL:
            return (0.0, max(percentile_window(image, 0, 99.5).levels[1], 1e-6))
        case _:
            return own_levels(image)


def own_levels(image: Image) -> Levels:
    """Return the window between an image's dark and light percentiles."""
    return percentile_window(image, 1, 99.5).levels
