"""Header values of the virtual study, in the conventions of its vendor.

Every object says that its patient is virtual: in the patient's name and comments, the
institution, the station and the study's description.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from vne_core.dicom.write import derived_uid

Tags = dict[str, object]

STUDY_DATE = "20210614"
STUDY_START_S = 10 * 3600.0
CONTRAST_S = STUDY_START_S + 14 * 60.0
PROTON_MHZ_A_TESLA = 42.577
SOFTWARE = "vne-reader virtual scanner"


@dataclass(frozen=True, slots=True)
class StudyIdentity:
    """Who the virtual patient is, the seed that its UIDs are made from, and the scanner."""

    patient_id: str
    patient_name: str
    seed: int
    manufacturer: str = "SIEMENS"
    field_t: float = 1.5

    def uid(self, *parts: object) -> str:
        """Return the UID of a part of this study, always the same."""
        return derived_uid("virtual patient", self.patient_id, self.seed, *parts)

    def image_uid(self, series_number: int, instance: int) -> str:
        """Return the SOP instance UID of an image."""
        return self.uid("image", series_number, instance)


@dataclass(frozen=True, slots=True)
class SeriesHeader:
    """What all images of a series share. ``start_s`` is seconds since midnight."""

    number: int
    description: str
    image_type: tuple[str, ...]
    start_s: float
    tags: Mapping[str, object]


def image_tags(
    study: StudyIdentity, series: SeriesHeader, instance: int, after_start_s: float
) -> Tags:
    """Return the attributes that any image of the study carries."""
    acquired = clock(series.start_s + after_start_s)
    return {
        **_patient_tags(study),
        "StudyInstanceUID": study.uid("study"),
        "SeriesInstanceUID": study.uid("series", series.number),
        "SOPInstanceUID": study.image_uid(series.number, instance),
        "FrameOfReferenceUID": study.uid("frame of reference"),
        "SeriesNumber": series.number,
        "SeriesDescription": series.description,
        "ProtocolName": series.description,
        "SeriesDate": STUDY_DATE,
        "SeriesTime": clock(series.start_s),
        "AcquisitionDate": STUDY_DATE,
        "AcquisitionTime": acquired,
        "ContentDate": STUDY_DATE,
        "ContentTime": acquired,
        "AcquisitionNumber": 1,
        "InstanceNumber": instance,
        "ImageType": list(series.image_type),
        **series.tags,
    }


def clock(seconds: float) -> str:
    """Return seconds since midnight as a DICOM time, HHMMSS.FFFFFF."""
    whole = int(seconds)
    micro = round((seconds - whole) * 1e6)
    return f"{whole // 3600:02d}{whole // 60 % 60:02d}{whole % 60:02d}.{micro:06d}"


def cine_tags(rr_ms: int, phases: int, flip_deg: float) -> Tags:
    """Return what a retrospectively gated balanced cine shares."""
    return {
        "ScanningSequence": "GR",
        "SequenceVariant": ["SK", "SS"],
        "ScanOptions": ["CG", "PER"],
        "RepetitionTime": round(rr_ms / phases, 2),
        "EchoTime": 1.32,
        "EchoTrainLength": 1,
        "FlipAngle": flip_deg,
        "NominalInterval": rr_ms,
        "CardiacNumberOfImages": phases,
        "BeatRejectionFlag": "N",
        "ImageComments": f"RR {rr_ms} +/- 14; 8 heartbeats",
    }


def t1_tags(flip_deg: float, trigger_ms: float) -> Tags:
    """Return what the raw images and the map of a T1 mapping slice share; no nominal interval."""
    return {
        "ScanningSequence": ["GR", "IR"],
        "SequenceVariant": ["SK", "SS", "MP"],
        "ScanOptions": ["IR", "PFP", "CT", "CG"],
        "EchoTrainLength": 1,
        "FlipAngle": flip_deg,
        "TriggerTime": trigger_ms,
        "NominalInterval": 0,
        "CardiacNumberOfImages": 1,
    }


def lge_tags(ti_ms: float, trigger_ms: float, rr_ms: float) -> Tags:
    """Return what phase-sensitive and magnitude images after contrast share."""
    return {
        "ScanningSequence": ["GR", "IR"],
        "SequenceVariant": ["SK", "SP", "MP"],
        "ScanOptions": ["IR", "CG", "PFP"],
        "RepetitionTime": 700.0,
        "EchoTime": 3.17,
        "EchoTrainLength": 1,
        "FlipAngle": 25,
        "InversionTime": ti_ms,
        "TriggerTime": trigger_ms,
        "NominalInterval": round(rr_ms),
        "CardiacNumberOfImages": 1,
        "ContrastBolusAgent": "simulated gadolinium",
        "ContrastBolusStartTime": clock(CONTRAST_S),
    }


def _patient_tags(study: StudyIdentity) -> Tags:
    """Return patient, study and equipment, each saying that nobody was scanned."""
    return {
        "PatientName": study.patient_name,
        "PatientID": study.patient_id,
        "PatientBirthDate": "19640101",
        "PatientSex": "O",
        "PatientAge": "057Y",
        "PatientComments": "Virtual patient: simulated images, nobody was scanned",
        "StudyDate": STUDY_DATE,
        "StudyTime": clock(STUDY_START_S),
        "StudyID": "1",
        "AccessionNumber": "",
        "StudyDescription": "Virtual patient^cardiac MR",
        "InstitutionName": "Virtual cohort",
        "StationName": "VIRTUAL",
        "Manufacturer": study.manufacturer,
        "ManufacturerModelName": "Virtual patient simulator",
        "SoftwareVersions": SOFTWARE,
        "MagneticFieldStrength": study.field_t,
        "ImagingFrequency": round(PROTON_MHZ_A_TESLA * study.field_t, 2),
        "ImagedNucleus": "1H",
        "BodyPartExamined": "HEART",
        "BurnedInAnnotation": "NO",
    }
