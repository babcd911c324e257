"""From a parsed object to its Header: who, what, and whether the pixels can be there."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from vne_core.dicom.frames import classic_frames, enhanced_frames
from vne_core.dicom.header import Header, SourceFile
from vne_core.dicom.limits import (
    FREE_PIXEL_BYTES,
    MAX_PIXEL_BYTES,
    MAX_PIXEL_RATIO,
    FileRefusedError,
    in_megabytes,
)
from vne_core.dicom.parsing import Parsed
from vne_core.dicom.values import GE_PRIVATE_CREATOR, Values

GAUSS_A_TESLA: Final = 10_000
LEAST_GAUSS: Final = 100
"""A field strength above this is in gauss: no scanner has 100 tesla."""
LEAST_IDENTITY_LETTERS: Final = 3
"""Shorter parts of a name are initials and would tear holes in ordinary words."""
FRAGMENT_HEADER_BYTES: Final = 8
"""What each compressed frame costs at least."""

_MODALITIES: Final = {
    "CT": "a CT image",
    "PT": "a PET image",
    "NM": "a nuclear medicine image",
    "US": "an ultrasound image",
    "XA": "an X-ray angiography image",
    "CR": "an X-ray image",
    "DX": "an X-ray image",
    "SR": "a structured report",
    "PR": "a presentation state",
    "KO": "a key object note",
    "SEG": "a segmentation",
    "RTSTRUCT": "a radiotherapy structure set",
    "DOC": "a document",
    "ECG": "an electrocardiogram",
    "OT": "an object of modality 'other'",
    "SC": "a screen capture",
    "RTDOSE": "a radiotherapy dose",
    "RTPLAN": "a radiotherapy plan",
    "REG": "a registration",
}
_ONLY_MR: Final = "only MR images are imported"
_GREY: Final = ("MONOCHROME1", "MONOCHROME2")
_INDEXED: Final = "PALETTE COLOR"
_BITS: Final = (8, 16, 32)


@dataclass(frozen=True, slots=True)
class PixelLayout:
    """How the stored values of an object are laid out: frames x rows x columns."""

    frames: int
    shape_px: tuple[int, int]
    bits_allocated: int
    bits_stored: int
    is_signed: bool
    photometric: str

    @property
    def size_bytes(self) -> int:
        """How long the decoded pixels are."""
        return self.frames * math.prod(self.shape_px) * self.bits_allocated // 8


def header_of(source: SourceFile, parsed: Parsed) -> Header:
    """Return the header of a parsed object. Raises FileRefusedError with the reason."""
    values = Values(parsed.dataset)
    _require_mr(values)
    layout = layout_of(parsed)
    sop_uid, study_uid, series_uid = _identity(values)
    is_enhanced = values.items("PerFrameFunctionalGroupsSequence") != ()
    frames = (
        enhanced_frames(values, layout.shape_px, layout.frames)
        if is_enhanced
        else classic_frames(values, layout.shape_px)
    )
    if len(frames) != layout.frames:
        raise FileRefusedError(
            "no-geometry", f"has {layout.frames} frames but the position of one only"
        )
    return Header(
        source=source,
        sop_uid=sop_uid,
        sop_class_uid=values.text("SOPClassUID"),
        transfer_syntax_uid=parsed.syntax.uid,
        study_uid=study_uid,
        series_uid=series_uid,
        frame_of_reference_uid=values.text("FrameOfReferenceUID") or None,
        patient_id=values.text("PatientID"),
        study_date=values.text("StudyDate"),
        series_number=values.integer("SeriesNumber"),
        series_description=values.text("SeriesDescription"),
        protocol_name=values.text("ProtocolName"),
        manufacturer=values.text("Manufacturer"),
        sequence_name=values.text("SequenceName") or values.text("PulseSequenceName"),
        scanning_sequence=values.texts("ScanningSequence"),
        sequence_variant=values.texts("SequenceVariant"),
        scan_options=values.texts("ScanOptions"),
        contrast_agent=_contrast_agent(values),
        photometric=layout.photometric,
        bits_allocated=layout.bits_allocated,
        is_signed=layout.is_signed,
        field_strength_t=_field_strength_t(values),
        nominal_interval_ms=_nominal_interval_ms(values, is_enhanced=is_enhanced),
        heart_rate_bpm=values.number("HeartRate") or None,
        cardiac_images=values.integer("CardiacNumberOfImages"),
        acquisition_number=values.integer("AcquisitionNumber"),
        instance_number=values.integer("InstanceNumber"),
        image_comments=values.text("ImageComments"),
        ge_image_kind=_ge_image_kind(values),
        frames=frames,
        identity_words=_identity_words(values),
    )


def layout_of(parsed: Parsed) -> PixelLayout:
    """Return how the pixels are laid out, held against the bytes that are there.

    Raises FileRefusedError for what holds no single stored value a pixel, or too few bytes.
    """
    _require_pixels(parsed)
    layout = _layout(Values(parsed.dataset))
    _require_plausible_size(parsed, layout)
    return layout


def _identity_words(values: Values) -> tuple[str, ...]:
    """Return the parts of the patient's name, and the numbers that stand for the patient."""
    numbers = (values.text("PatientID"), values.text("AccessionNumber"))
    parts = (*re.split(r"[\^=,\s]+", values.text("PatientName")), *numbers)
    return tuple(part for part in parts if len(part) >= LEAST_IDENTITY_LETTERS)


def _require_mr(values: Values) -> None:
    """Refuse by name what is not magnetic resonance."""
    modality = values.text("Modality")
    if modality == "MR":
        return
    if not modality:
        raise FileRefusedError("not-mr", "does not say what it shows", _ONLY_MR)
    what = _MODALITIES.get(modality, f"an object of modality {modality[:16]}")
    raise FileRefusedError("not-mr", what, _ONLY_MR)


def _require_pixels(parsed: Parsed) -> None:
    """Refuse an object without an image, or cut off before it."""
    if not parsed.has_pixels:
        raise FileRefusedError(
            "no-pixels", "ends before any image: cut off, or a record without one"
        )
    if not parsed.is_integer:
        raise FileRefusedError("unsupported", "stores floating-point pixels", "whole numbers")
    if parsed.bytes_left < (parsed.pixel_bytes or 1):
        raise FileRefusedError(
            "truncated",
            f"is cut off: {parsed.bytes_left} bytes of image are there",
            f"the {parsed.pixel_bytes or 'bytes'} that are announced",
            "copy the file again",
        )


def _layout(values: Values) -> PixelLayout:
    """Return the pixel layout. Raises FileRefusedError for what holds no single stored value."""
    rows, cols = values.integer("Rows"), values.integer("Columns")
    frames = values.integer("NumberOfFrames") if values.text("NumberOfFrames") else 1
    bits = values.integer("BitsAllocated")
    if not rows or not cols or not frames or frames < 0 or bits is None:
        raise FileRefusedError("damaged", "does not say how large its image is")
    photometric = values.text("PhotometricInterpretation")
    _refuse_colour(photometric, values.integer("SamplesPerPixel") or 1, bits)
    if bits not in _BITS:
        raise FileRefusedError("unsupported", f"stores {bits} bits a pixel", "8, 16 or 32 bits")
    stored, high_bit = values.integer("BitsStored"), values.integer("HighBit")
    if stored is None:
        raise FileRefusedError("damaged", "does not say how many bits a pixel has")
    if not 0 < stored <= bits or high_bit not in (None, stored - 1):
        raise FileRefusedError(
            "unsupported",
            f"stores {stored} bits up to bit {high_bit} of {bits}",
            "values in the lowest bits",
        )
    representation = values.integer("PixelRepresentation")
    if representation not in (0, 1):
        raise FileRefusedError("damaged", "does not say whether its values are signed")
    return PixelLayout(frames, (rows, cols), bits, stored, representation == 1, photometric)


def _refuse_colour(photometric: str, samples: int, bits: int) -> None:
    """Refuse pictures. A 16-bit index is the measured value itself; its colours are decoration."""
    if photometric in _GREY and samples == 1:
        return
    if photometric == _INDEXED and samples == 1 and bits == 16:
        return
    if not photometric:
        raise FileRefusedError("damaged", "does not say whether it is grey or in colour")
    raise FileRefusedError(
        "colour", f"a colour picture ({photometric[:16]})", "an image of measured values"
    )


def _require_plausible_size(parsed: Parsed, layout: PixelLayout) -> None:
    """Refuse an image whose announced size and bytes do not belong together."""
    size = layout.size_bytes
    rows, cols = layout.shape_px
    what = f"{rows} x {cols} x {layout.frames} pixels of {layout.bits_allocated} bits"
    if size > MAX_PIXEL_BYTES:
        raise FileRefusedError("too-large", what, f"at most {in_megabytes(MAX_PIXEL_BYTES)}")
    if parsed.pixel_bytes is None:
        too_thin = size > FREE_PIXEL_BYTES + MAX_PIXEL_RATIO * parsed.bytes_left
        if too_thin or layout.frames * FRAGMENT_HEADER_BYTES > parsed.bytes_left:
            raise FileRefusedError("inflating", f"{what} from {parsed.bytes_left} bytes")
    elif parsed.pixel_bytes < size:
        raise FileRefusedError(
            "truncated", f"holds {parsed.pixel_bytes} bytes of image", f"{size} for {what}"
        )
    elif parsed.pixel_bytes > size + size % 2:
        raise FileRefusedError(
            "damaged", f"holds {parsed.pixel_bytes} bytes of image", f"exactly {size} for {what}"
        )


def _identity(values: Values) -> tuple[str, str, str]:
    """Return the UIDs of object, study and series."""
    uids = (
        values.text("SOPInstanceUID"),
        values.text("StudyInstanceUID"),
        values.text("SeriesInstanceUID"),
    )
    for uid, name in zip(uids, ("object", "study", "series"), strict=True):
        if not uid:
            raise FileRefusedError("no-identity", f"has no UID of its {name}")
    return uids


def _contrast_agent(values: Values) -> str:
    """Return the contrast agent as the header names it, empty where none was given."""
    agent = values.text("ContrastBolusAgent")
    if agent:
        return agent
    named = values.item("ContrastBolusAgentSequence")
    return named.text("CodeMeaning") if named is not None else ""


def _field_strength_t(values: Values) -> float | None:
    """Return the field in tesla; some scanners write gauss (15000)."""
    field = values.number("MagneticFieldStrength")
    if not field or field < 0:
        return None
    return field / GAUSS_A_TESLA if field >= LEAST_GAUSS else field


def _nominal_interval_ms(values: Values, *, is_enhanced: bool) -> float | None:
    """Return the RR interval; 0, which scanners write for unknown, is none."""
    found = values.number("NominalInterval")
    if not found and is_enhanced:
        found = next(_enhanced_intervals(values), None)
    return found or None


def _ge_image_kind(values: Values) -> int | None:
    """Return GE's magnitude, phase, real, imaginary (0-3), where the block is GE's."""
    if values.text("GEPrivateCreator") != GE_PRIVATE_CREATOR:
        return None
    return values.integer("GEImageKind")


def _enhanced_intervals(values: Values) -> Iterator[float]:
    """Give the RR intervals that the functional groups state."""
    places = (
        *values.items("SharedFunctionalGroupsSequence"),
        *values.items("PerFrameFunctionalGroupsSequence")[:1],
    )
    for place in places:
        cardiac = place.item("CardiacSynchronizationSequence")
        interval = cardiac.number("RRIntervalTimeNominal") if cardiac is not None else None
        if interval:
            yield interval
