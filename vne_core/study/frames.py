"""The images of one series at one position, put in order: phases, inversion times, repeats."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from vne_core.dicom.kinds import Kind
from vne_core.dicom.series import Image

CINE_KINDS = frozenset({Kind.CINE_SAX, Kind.CINE_LAX, Kind.POST_CONTRAST_CINE})
IR_KINDS = frozenset({Kind.IR_MAGNITUDE, Kind.IR_PHASE, Kind.POST_CONTRAST_IR})
SINGLE_KINDS = frozenset(
    {
        Kind.T1_MAP,
        Kind.POST_CONTRAST_T1_MAP,
        Kind.LGE_PSIR,
        Kind.LGE_MAGNITUDE,
        Kind.LGE_LAX,
        Kind.VNE,
    }
)
"""Kinds of which every image is a slice of its own: a second one at a position is a repeat."""

SHORTEST_RR_MS, LONGEST_RR_MS = 250.0, 3000.0
"""RR intervals outside 20-240 beats a minute are not believed."""
MISSING_PHASE_STEPS = 1.5
"""A trigger step this many times the median step hides a phase."""
FEWEST_REPEATED_TIMES = 3
"""Fewer inversion times than this, each there several times, are not repeats of a scan."""

_RR_COMMENT = re.compile(r"\bRR\s*(\d+(?:\.\d+)?)\b")


@dataclass(frozen=True, slots=True)
class Dropped:
    """An image that is in no slice, and why; ``code`` is one word for counting."""

    image: Image
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Arranged:
    """The images of one slice in array order, and what a reader should know of them."""

    images: tuple[Image, ...]
    notes: tuple[str, ...] = ()


def arrange(images: Sequence[Image], kind: Kind) -> tuple[list[Arranged], list[Dropped]]:
    """Return the slices that the images of one position make, and the images left out.

    Cine frames are sorted by trigger time, inversion recovery as acquired, the rest as numbered.
    Each image of a single-image kind is its own slice; a cine or inversion recovery scanned
    several times over is as many slices.
    """
    images, dropped = _without_colour(images)
    if not images:
        return [], dropped
    if kind in CINE_KINDS:
        slices, twice = _arrange_cine(images)
        return slices, dropped + twice
    if kind in IR_KINDS:
        return _arrange_ir(images), dropped
    if kind in SINGLE_KINDS:
        return [Arranged((image,)) for image in images], dropped
    return [Arranged(tuple(images))], dropped


def rr_interval_ms(images: Sequence[Image], kind: Kind) -> float | None:
    """Return the RR interval of a slice, or None where the headers do not tell.

    Nominal interval, else for cine the median trigger step times the number of phases, else the
    heart rate, else a Siemens comment ("RR 860 +/- 25").
    """
    header = images[0].header
    rate = header.heart_rate_bpm
    candidates = (
        header.nominal_interval_ms,
        _rr_from_triggers(images) if kind in CINE_KINDS else None,
        60_000 / rate if rate else None,
        _rr_from_comment(images[0].frame.comments or header.image_comments),
    )
    believed = (c for c in candidates if c and SHORTEST_RR_MS <= c <= LONGEST_RR_MS)
    return next(believed, None)


def _without_colour(images: Sequence[Image]) -> tuple[list[Image], list[Dropped]]:
    """Leave out colour pictures, and palette copies of a position that has grey images too."""
    has_grey = any(image.header.photometric.startswith("MONOCHROME") for image in images)
    kept: list[Image] = []
    dropped: list[Dropped] = []
    for image in images:
        photometric = image.header.photometric
        if photometric.startswith(("RGB", "YBR")):
            dropped.append(Dropped(image, "colour", "its pixels are colours, not measurements"))
        elif has_grey and photometric == "PALETTE COLOR":
            reason = "a colour copy of a grey image at the same position, which is used"
            dropped.append(Dropped(image, "colour-copy", reason))
        else:
            kept.append(image)
    return kept, dropped


def _arrange_cine(images: Sequence[Image]) -> tuple[list[Arranged], list[Dropped]]:
    if problem := _untold_order(images):
        return [Arranged(tuple(images), (f"{problem}: placed as numbered",))], []
    repeats = _repeats(images, _trigger_ms)
    first, *others = (sorted(repeat, key=_trigger_ms) for repeat in repeats)
    if all(len(other) == len(first) for other in others):
        return [Arranged(tuple(r), _phase_notes(r)) for r in (first, *others)], []
    dropped = [
        Dropped(
            image, "duplicate-phase", f"the phase at {_trigger_ms(image):.1f} ms is there twice"
        )
        for other in others
        for image in other
    ]
    note = f"{len(dropped)} phases are there more than once: the first of each is used"
    return [Arranged(tuple(first), (*_phase_notes(first), note))], dropped


def _untold_order(images: Sequence[Image]) -> str:
    """Return why the trigger times do not tell the order of the phases; empty where they do."""
    times = [image.frame.trigger_time_ms for image in images]
    untimed = times.count(None)
    if untimed:
        return f"{untimed} of {len(times)} images have no trigger time"
    if len(times) > 1 and len(set(times)) == 1:
        return f"all {len(times)} images have the trigger time {times[0]:.1f} ms"
    return ""


def _arrange_ir(images: Sequence[Image]) -> list[Arranged]:
    repeats = _repeats(images, lambda image: image.frame.inversion_time_ms or 0.0)
    sizes = {len(repeat) for repeat in repeats}
    if len(repeats) > 1 and len(sizes) == 1 and sizes.pop() >= FEWEST_REPEATED_TIMES:
        note = f"scanned {len(repeats)} times at this position: each is a slice of its own"
        return [Arranged(_as_acquired(repeat), (note,)) for repeat in repeats]
    return [Arranged(_as_acquired(images))]


def _repeats(images: Iterable[Image], time_ms: Callable[[Image], float]) -> list[list[Image]]:
    """Return the first image of every time, then the second of every time, and so on."""
    met: dict[float, int] = {}
    repeats: list[list[Image]] = []
    for image in images:
        time = round(time_ms(image), 1)
        turn = met.get(time, 0)
        met[time] = turn + 1
        if turn == len(repeats):
            repeats.append([])
        repeats[turn].append(image)
    return repeats


def _as_acquired(images: Sequence[Image]) -> tuple[Image, ...]:
    """Return the images by acquisition time where all have one, then by the scanner's numbers."""
    timed = all(image.frame.acquisition_time_s is not None for image in images)

    def order(image: Image) -> tuple[float, int, tuple[int, str, int]]:
        time = image.frame.acquisition_time_s if timed else None
        return (time or 0.0, image.header.acquisition_number or 0, image.rank)

    return tuple(sorted(images, key=order))


def _phase_notes(images: Sequence[Image]) -> tuple[str, ...]:
    """Return what is odd about the phases of one cine slice, sorted by trigger time."""
    notes: list[str] = []
    times = [_trigger_ms(image) for image in images]
    steps = np.diff(times)
    for start, end, step in zip(times, times[1:], steps, strict=False):
        if step > MISSING_PHASE_STEPS * float(np.median(steps)):
            notes.append(f"a phase is missing between {start:.1f} and {end:.1f} ms")
    expected = images[0].header.cardiac_images or 0
    if expected > 1 and expected != len(images):
        notes.append(f"{len(images)} phases, the header says {expected}")
    return tuple(notes)


def _rr_from_triggers(images: Sequence[Image]) -> float | None:
    times = sorted(i.frame.trigger_time_ms for i in images if i.frame.trigger_time_ms is not None)
    if len(times) < 2:
        return None
    return float(np.median(np.diff(times))) * len(times)


def _rr_from_comment(comment: str) -> float | None:
    found = _RR_COMMENT.search(comment)
    return float(found.group(1)) if found else None


def _trigger_ms(image: Image) -> float:
    return image.frame.trigger_time_ms or 0.0
