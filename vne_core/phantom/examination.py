"""One slice of a virtual patient scanned with every sequence, in memory."""

from dataclasses import dataclass

import numpy as np

from vne_core.geometry.plane import SlicePlane
from vne_core.phantom.body import Body
from vne_core.phantom.cine import acquire_cine
from vne_core.phantom.late_enhancement import LgeImages, acquire_lge
from vne_core.phantom.motion import contraction_at
from vne_core.phantom.patient import Patient, cine_plane, lge_plane, t1_plane
from vne_core.phantom.reception import Stored
from vne_core.phantom.seeds import Piece
from vne_core.phantom.slice_truth import ScannedSlice, slice_truth
from vne_core.phantom.t1_mapping import T1Images, Window, acquire_t1
from vne_core.phantom.truth import SliceTruth


@dataclass(frozen=True, slots=True, eq=False)
class SliceScan:
    """The native T1 mapping and the late enhancement of a slice, and what is true of it."""

    t1: T1Images
    lge: LgeImages
    lge_plane: SlicePlane
    truth: SliceTruth


def cine_contractions(phases: int) -> list[float]:
    """Return how contracted the heart is in each phase of a cine."""
    return [float(value) for value in contraction_at(np.arange(phases) / phases)]


def scan_cine(body: Body, patient: Patient, index: int) -> tuple[Stored, SlicePlane]:
    """Return the short-axis cine (phases, rows, columns) of a slice, and its plane."""
    plane = cine_plane(patient, index)
    frames = acquire_cine(
        body,
        plane,
        cine_contractions(patient.cine.phases),
        patient.cine,
        patient.random(Piece.CINE, index),
        mishaps=patient.slices[index].cine,
    )
    return frames, plane


def scan_slice(
    body: Body,
    patient: Patient,
    index: int,
    uids: tuple[str, str] = ("", ""),
    window: Window | None = None,
) -> SliceScan:
    """Return T1 mapping and late enhancement of a slice with its truth.

    ``uids`` are those of the T1 map and the LGE image; ``window`` restricts the T1 grid, on which
    truth lies.
    """
    t1 = scan_t1(body, patient, index, window)
    lge, plane = scan_lge(body, patient, index)
    name = patient.slices[index].name
    scanned = ScannedSlice(name, t1.plane, plane, *uids, lge.true_signal)
    return SliceScan(t1, lge, plane, slice_truth(body, patient, index, scanned))


def scan_t1(body: Body, patient: Patient, index: int, window: Window | None = None) -> T1Images:
    """Return T1 mapping of a slice; ``window`` restricts its grid."""
    return acquire_t1(
        body,
        t1_plane(patient, index),
        patient.t1,
        patient.random(Piece.T1, index),
        mishaps=patient.slices[index].t1,
        window=window,
    )


def scan_lge(
    body: Body, patient: Patient, index: int, *, again: bool = False
) -> tuple[LgeImages, SlicePlane]:
    """Return the late enhancement of a slice, or a second scan of it with noise of its own."""
    plan = patient.slices[index]
    plane = lge_plane(patient, index)
    rng = patient.random(Piece.RESCAN if again else Piece.LGE, index)
    return acquire_lge(body, plane, patient.lge, plan.lge_shift_mm, rng, mishaps=plan.lge), plane
