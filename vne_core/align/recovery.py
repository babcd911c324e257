"""The inversion recovery of one slice on its own grid: signed images, T1 fit, what went wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vne_core.errors import VneError
from vne_core.geometry.plane import SlicePlane
from vne_core.study.model import SliceRef

if TYPE_CHECKING:
    from vne_core.mapping.fit import T1Fit

SAME_INVERSION_MS = 1.0
"""A phase image belongs to the magnitude image whose inversion time is this near."""

Images = NDArray[np.float32]
Load = Callable[[SliceRef], NDArray[Any]]


class StackError(VneError):
    """Pixels that do not fit the slice they are said to belong to."""

    code = "stack"


@dataclass(frozen=True, slots=True, eq=False)
class Recovery:
    """Inversion recovery images by rising time, on the grid of their own ``plane``.

    ``signed`` is (n, rows, columns); the sign is that of the phase images, else of the fit
    (``fitted_signs``), and all positive where there is no fit. ``note`` says what could not be
    done.
    """

    plane: SlicePlane
    times_ms: tuple[float, ...]
    signed: Images
    fit: "T1Fit | None"
    note: str = ""


def real_values(one: SliceRef, load: Load) -> Images:
    """Return a slice's images (frames, rows, columns) with slope and intercept applied.

    Raises StackError when ``load`` gives another shape than the slice has.
    """
    stored = np.asarray(load(one))
    shape = (len(one.frames), *one.plane.shape_px)
    if stored.shape != shape:
        raise StackError(
            f"the pixels of a {one.kind} slice have shape {stored.shape}",
            f"{shape}",
            "import the study again",
        )
    slopes = np.array([frame.slope for frame in one.frames], dtype=np.float32)
    intercepts = np.array([frame.intercept for frame in one.frames], dtype=np.float32)
    return stored.astype(np.float32) * slopes[:, None, None] + intercepts[:, None, None]


def recover(magnitude: SliceRef, phase: SliceRef | None, load: Load) -> Recovery:
    """Return the inversion recovery of a slice, fitted and signed as far as its headers allow."""
    images = real_values(magnitude, load)
    times = [frame.inversion_time_ms for frame in magnitude.frames]
    known = [time for time in times if time]
    if len(known) < len(times):
        note = f"{len(times) - len(known)} of {len(times)} IR images have no inversion time: no fit"
        return Recovery(magnitude.plane, (), images, None, note)
    phases, note = _phases_beside(magnitude, phase, load)
    try:
        return _fitted(magnitude.plane, images, phases, known, note)
    except VneError as error:
        if phases is None:
            return _sorted(Recovery(magnitude.plane, tuple(known), images, None, str(error)))
        note = f"phase images not used: {error}"
    try:
        return _fitted(magnitude.plane, images, None, known, note)
    except VneError as error:
        return _sorted(Recovery(magnitude.plane, tuple(known), images, None, str(error)))


def _fitted(
    plane: SlicePlane, images: Images, phases: Images | None, times_ms: list[float], note: str
) -> Recovery:
    # The window reads slices that were aligned before, and needs no fit for that.
    from vne_core.mapping.choose import fit_t1, fitted_signs  # noqa: PLC0415
    from vne_core.mapping.polarity import signed_from_phase  # noqa: PLC0415

    fit = fit_t1(images, phases, times_ms)
    if phases is None:
        signed = images * fitted_signs(fit, times_ms)
    else:
        signed = signed_from_phase(images, phases, times_ms)
    return _sorted(Recovery(plane, tuple(times_ms), signed.astype(np.float32), fit, note))


def _phases_beside(
    magnitude: SliceRef, phase: SliceRef | None, load: Load
) -> tuple[Images | None, str]:
    """Return the phase images in the order of the magnitude images, or why they are not used."""
    if phase is None:
        return None, ""
    from vne_core.dicom.series import same_plane  # noqa: PLC0415 - as the fit

    if not same_plane(magnitude.plane, phase.plane):
        return None, "phase images not used: they lie on another grid than the magnitude"
    times = np.array([frame.inversion_time_ms or np.inf for frame in phase.frames])
    wanted = [frame.inversion_time_ms or 0.0 for frame in magnitude.frames]
    order = [int(np.abs(times - time).argmin()) for time in wanted]
    apart = max(abs(float(times[i]) - time) for i, time in zip(order, wanted, strict=True))
    if apart > SAME_INVERSION_MS or len(set(order)) < len(order):
        return None, "phase images not used: their inversion times are not those of the magnitude"
    return real_values(phase, load)[order], ""


def _sorted(recovery: Recovery) -> Recovery:
    order: list[int] = np.argsort(recovery.times_ms, kind="stable").tolist()
    times = tuple(recovery.times_ms[i] for i in order)
    return Recovery(recovery.plane, times, recovery.signed[order], recovery.fit, recovery.note)
