"""Which series the virtual study has, in what order and when; contrast before the last ones."""

from vne_core.phantom.conventions import Convention, ImageType, Window, convention
from vne_core.phantom.headers import (
    STUDY_START_S,
    SeriesHeader,
    StudyIdentity,
    Tags,
    cine_tags,
    lge_tags,
    t1_tags,
)
from vne_core.phantom.patient import Patient
from vne_core.phantom.tissue import Tissues

FIRST_CINE, FIRST_T1, FIRST_LGE = 6, 12, 30
"""Series numbers; a slice takes one, three and two of them."""
CINE_AFTER_S, T1_AFTER_S, LGE_AFTER_S = 190.0, 480.0, 26 * 60.0
"""Start of each sequence after that of the study; contrast is given in between."""


def study_identity(patient: Patient) -> StudyIdentity:
    """Return who the written study says it is of."""
    made = patient_convention(patient)
    return StudyIdentity(
        patient.patient_id, patient.name, patient.seed, made.manufacturer, patient.tissue.field_t
    )


def patient_convention(patient: Patient) -> Convention:
    """Return the conventions that the patient's study follows."""
    return convention(patient.vendor, patient.t1.scan.scheme)


def cine_series(patient: Patient, order: int, rr_ms: int) -> SeriesHeader:
    """Return the header of the cine acquired as number ``order``; number 0 is the long axis."""
    made = patient_convention(patient)
    return SeriesHeader(
        FIRST_CINE + order,
        made.cine_name if order else made.long_axis_name,
        made.cine_type,
        STUDY_START_S + CINE_AFTER_S + 25.0 * order,
        {
            **cine_tags(rr_ms, patient.cine.phases, patient.cine.flip_deg),
            "SequenceName": made.cine_sequence,
            **_window(made.cine_window),
        },
    )


def t1_series(patient: Patient, index: int) -> tuple[SeriesHeader, SeriesHeader, SeriesHeader]:
    """Return magnitude, phase and map of a slice; a ShMOLLI map calls itself a phase image."""
    made, place = patient_convention(patient), patient.slices[index].name
    number, start_s = FIRST_T1 + 3 * index, STUDY_START_S + T1_AFTER_S + 30.0 * index
    scan = patient.t1.scan
    trigger_ms = round(patient.t1.cycle_share * scan.rr_ms, 1)
    shared = {**t1_tags(scan.flip_deg, trigger_ms), "SequenceName": made.raw_sequence}
    raw: Tags = {**shared, "RepetitionTime": 379.4, "EchoTime": 1.07}
    name = made.raw_name.format(place=place)
    phase = {**raw, **_scale(made.phase_scale)}
    t1_map = {**shared, **_window(made.map_window), "InversionTime": None}
    return (
        SeriesHeader(number, name, made.raw_type, start_s, raw),
        SeriesHeader(number + 1, name, made.phase_type, start_s, phase),
        SeriesHeader(
            number + 2, made.map_name.format(place=place), made.map_type, start_s + 12.0, t1_map
        ),
    )


def lge_series(patient: Patient, tissues: Tissues, index: int) -> tuple[SeriesHeader, SeriesHeader]:
    """Return magnitude and phase-sensitive series of a slice, twelve minutes after contrast."""
    made, dials = patient_convention(patient), patient.lge
    start_s = STUDY_START_S + LGE_AFTER_S + 25.0 * index
    ti_ms = dials.inversion_time_ms(tissues, patient.slices[index].lge)
    shared = {
        **lge_tags(ti_ms, round(dials.cycle_share * dials.rr_ms, 1), dials.rr_ms),
        "SequenceName": made.lge_sequence,
    }
    comment: Tags = {"ImageComments": made.psir_comment} if made.psir_comment else {}

    def header(order: int, name: str, kind: ImageType, window: Window, own: Tags) -> SeriesHeader:
        number = FIRST_LGE + 2 * index + order
        return SeriesHeader(number, name, kind, start_s, {**shared, **_window(window), **own})

    return (
        header(0, made.lge_magnitude_name, made.lge_magnitude_type, made.lge_magnitude_window, {}),
        header(
            1,
            made.psir_name,
            made.psir_type,
            made.psir_window,
            {**comment, **_scale(made.psir_scale)},
        ),
    )


def _window(window: Window) -> Tags:
    return {"WindowCenter": window[0], "WindowWidth": window[1]}


def _scale(scale: tuple[float, float]) -> Tags:
    return {"RescaleSlope": scale[0], "RescaleIntercept": scale[1], "RescaleType": "US"}
