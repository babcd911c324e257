"""Typed values of a parsed data set.

pydicom parses; here the few values that are kept are turned from their bytes into Python types.
pydicom's own conversion of the same values takes as long as its parsing of the whole header.
"""

import math
import struct
from collections.abc import Iterator
from typing import Final, cast

from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

_FROM_DICTIONARY: Final = (
    "ImageType",
    "SOPClassUID",
    "SOPInstanceUID",
    "StudyDate",
    "AcquisitionDate",
    "AcquisitionDateTime",
    "AcquisitionTime",
    "Modality",
    "Manufacturer",
    "SeriesDescription",
    "PatientID",
    "PatientName",
    "AccessionNumber",
    "ContrastBolusAgent",
    "ScanningSequence",
    "SequenceVariant",
    "ScanOptions",
    "SequenceName",
    "PulseSequenceName",
    "SliceThickness",
    "EchoTime",
    "InversionTime",
    "NominalInterval",
    "HeartRate",
    "CardiacNumberOfImages",
    "MagneticFieldStrength",
    "ProtocolName",
    "TriggerTime",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "SeriesNumber",
    "AcquisitionNumber",
    "InstanceNumber",
    "ImagePositionPatient",
    "ImageOrientationPatient",
    "FrameOfReferenceUID",
    "ImageComments",
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "NumberOfFrames",
    "Rows",
    "Columns",
    "PixelSpacing",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
    "RescaleIntercept",
    "RescaleSlope",
    "RealWorldValueMappingSequence",
    "RealWorldValueIntercept",
    "RealWorldValueSlope",
    "ContrastBolusAgentSequence",
    "CodeMeaning",
    "SharedFunctionalGroupsSequence",
    "PerFrameFunctionalGroupsSequence",
    "PlanePositionSequence",
    "PlaneOrientationSequence",
    "PixelMeasuresSequence",
    "PixelValueTransformationSequence",
    "MRImageFrameTypeSequence",
    "FrameType",
    "FrameContentSequence",
    "FrameAcquisitionDateTime",
    "FrameComments",
    "CardiacSynchronizationSequence",
    "NominalCardiacTriggerDelayTime",
    "RRIntervalTimeNominal",
    "MRModifierSequence",
    "InversionRecovery",
    "InversionTimes",
    "MREchoSequence",
    "EffectiveEchoTime",
    "UnassignedSharedConvertedAttributesSequence",
    "UnassignedPerFrameConvertedAttributesSequence",
)

GE_PRIVATE_CREATOR: Final = "GEMS_PARM_01"


def _dictionary_tag(keyword: str) -> int:
    """Return the tag of a keyword of the standard's dictionary."""
    tag = tag_for_keyword(keyword)
    if tag is None:
        raise LookupError(f"the DICOM dictionary has no {keyword}")
    return tag


_KNOWN: Final = {
    keyword: (tag, dictionary_VR(tag))
    for keyword in _FROM_DICTIONARY
    for tag in [_dictionary_tag(keyword)]
} | {"GEPrivateCreator": (0x00430010, "LO"), "GEImageKind": (0x0043102F, "SS")}

WANTED_TAGS: Final = [tag for tag, _vr in _KNOWN.values()]
"""Every tag that is read; the rest of a header is skipped unparsed."""
SEQUENCE_TAGS: Final = frozenset(tag for tag, vr in _KNOWN.values() if vr == "SQ")
"""Those of them that hold items and may be long."""

LARGEST_INTEGER: Final = (1 << 31) - 1
"""The largest number an integer string may hold (PS3.5 6.2)."""
_ESCAPE: Final = b"\x1b"
"""Begins text in another character set, whose bytes can all be ASCII (PS3.5 6.1.2.5)."""
_BINARY: Final = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d"}


class Values:
    """The values of one data set or sequence item, by keyword of the DICOM dictionary.

    A value that is absent, empty or not of the asked type is ``""``, ``()`` or None: a reader
    that needs it says so.
    """

    __slots__ = ("_dataset", "_elements")

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._elements = {int(element.tag): element for element in dataset.values()}

    def text(self, keyword: str) -> str:
        """Return the whole text, padding and control characters removed."""
        tag, _ = _KNOWN[keyword]
        element = self._elements.get(tag)
        if element is None:
            return ""
        value = element.value
        if isinstance(value, bytes):
            is_plain = value.isascii() and _ESCAPE not in value
            text = value.decode("ascii") if is_plain else self._decoded(tag)
        else:
            text = _joined(value)
        text = text.rstrip("\0 ").lstrip(" ")
        return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)

    def texts(self, keyword: str) -> tuple[str, ...]:
        """Return the text split at its backslashes."""
        text = self.text(keyword)
        return tuple(part.strip() for part in text.split("\\")) if text else ()

    def numbers(self, keyword: str) -> tuple[float, ...]:
        """Return all numbers; none at all where one of them is not a finite number."""
        tag, dictionary_vr = _KNOWN[keyword]
        element = self._elements.get(tag)
        if element is None or element.value is None:
            return ()
        value = element.value
        try:
            if isinstance(element, RawDataElement) and isinstance(value, bytes):
                found = _raw_numbers(element, value, dictionary_vr)
            else:
                found = _converted_numbers(value)
        except (ValueError, TypeError, struct.error):
            return ()
        return found if all(map(math.isfinite, found)) else ()

    def number(self, keyword: str) -> float | None:
        """Return the first number, None where there is none."""
        found = self.numbers(keyword)
        return found[0] if found else None

    def integer(self, keyword: str) -> int | None:
        """Return the first number where it is a whole one of 32 bits, as DICOM's are."""
        found = self.number(keyword)
        if found is None or not found.is_integer() or abs(found) > LARGEST_INTEGER:
            return None
        return int(found)

    def items(self, keyword: str) -> tuple["Values", ...]:
        """Return the items of a sequence."""
        tag, _ = _KNOWN[keyword]
        if tag not in self._elements:
            return ()
        value = self._dataset[tag].value
        return tuple(Values(item) for item in value if isinstance(item, Dataset)) if value else ()

    def item(self, keyword: str) -> "Values | None":
        """Return the first item of a sequence, None where there is none."""
        found = self.items(keyword)
        return found[0] if found else None

    def _decoded(self, tag: int) -> str:
        """Return text that is not ASCII, by pydicom and the data set's own character set."""
        return _joined(self._dataset[tag].value)


def _joined(value: object) -> str:
    """Return a converted value of one or many parts as one text."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    try:
        parts = iter(cast("Iterator[object]", value))
    except TypeError:
        return str(value)
    return "\\".join(str(part) for part in parts)


def _raw_numbers(element: RawDataElement, value: bytes, dictionary_vr: str) -> tuple[float, ...]:
    """Return the numbers in an element's bytes. Raises ValueError or struct.error."""
    vr = dictionary_vr if element.VR in (None, "UN") else element.VR
    letter = _BINARY.get(vr)
    if letter is None:
        if b"_" in value:
            raise ValueError("Python's digit grouping is no DICOM number")
        parts = value.rstrip(b"\0 ").split(b"\\")
        return tuple(float(part) for part in parts) if parts != [b""] else ()
    order = "<" if element.is_little_endian else ">"
    count = len(value) // struct.calcsize(letter)
    return tuple(float(n) for n in struct.unpack(f"{order}{count}{letter}", value))


def _converted_numbers(value: object) -> tuple[float, ...]:
    """Return the numbers of a value that pydicom has converted. Raises ValueError or TypeError."""
    if isinstance(value, (str, int, float)):
        return (float(value),) if value != "" else ()
    return tuple(float(str(part)) for part in cast("Iterator[object]", value))
