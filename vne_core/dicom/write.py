"""Classic MR objects written whole: one image a file, every attribute the standard asks for."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, MRImageStorage
from pydicom.valuerep import DSfloat

from vne_core.errors import VneError
from vne_core.geometry.plane import SlicePlane

IMPLEMENTATION_CLASS_UID = "2.25.319116273180764526011245983461724816241"
IMPLEMENTATION_VERSION = "VNE-READER-1"
NEEDED = (
    "SOPInstanceUID",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "FrameOfReferenceUID",
    "ImageType",
    "ScanningSequence",
    "SequenceVariant",
)
"""Attributes without a sensible value of our own."""
EMPTY_UNLESS_GIVEN = (
    "StudyDate",
    "StudyTime",
    "AccessionNumber",
    "Manufacturer",
    "ReferringPhysicianName",
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "ScanOptions",
    "RepetitionTime",
    "EchoTime",
    "EchoTrainLength",
    "StudyID",
    "SeriesNumber",
    "InstanceNumber",
    "PositionReferenceIndicator",
    "SliceThickness",
)
"""Type 2 attributes of MR Image Storage (PS3.3 A.4): present, possibly without a value."""


class WriteError(VneError):
    """An object that could not be written as a valid MR image."""

    code = "write"


def derived_uid(*parts: object) -> str:
    """Return a UID under 2.25 that is always the same for the same parts.

    The first 128 bits of the SHA-256 of the parts, as a decimal number (PS3.5 B.2).
    """
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode()).digest()
    return f"2.25.{int.from_bytes(digest[:16], 'big')}"


def write_mr(
    path: Path,
    pixels: NDArray[np.integer[Any]],
    plane: SlicePlane,
    tags: Mapping[str, object],
    bits_stored: int = 16,
) -> None:
    """Write one uncompressed MR Image Storage object.

    Parameters
    ----------
    pixels
        Stored values, (rows, columns) of ``plane``; unsigned or signed 16-bit.
    tags
        Values by DICOM keyword; at least those of ``NEEDED``. Sequences of values make
        multi-valued attributes.
    bits_stored
        Bits that carry a value; 12 for Siemens images.

    Raises WriteError for a missing or unknown keyword, or pixels that do not fit.
    """
    _refuse_tags(tags)
    _refuse_pixels(pixels, plane, bits_stored)
    dataset = Dataset()
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID = MRImageStorage
    dataset.Modality = "MR"
    dataset.MRAcquisitionType = "2D"
    dataset.PatientPosition = "HFS"
    for keyword in EMPTY_UNLESS_GIVEN:
        setattr(dataset, keyword, None)
    for keyword, value in tags.items():
        setattr(dataset, keyword, _value(keyword, value))
    _add_plane(dataset, plane)
    _add_pixels(dataset, pixels, bits_stored)
    dataset.file_meta = _file_meta(dataset)
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)


def _refuse_tags(tags: Mapping[str, object]) -> None:
    """Raise WriteError for keywords that are missing or not in the dictionary."""
    missing = [keyword for keyword in NEEDED if not tags.get(keyword)]
    if missing:
        raise WriteError(f"no {', '.join(missing)}", "a value for each")
    unknown = [keyword for keyword in tags if tag_for_keyword(keyword) is None]
    if unknown:
        raise WriteError(f"tags named {', '.join(unknown)}", "keywords of the DICOM dictionary")


def _refuse_pixels(pixels: NDArray[np.integer[Any]], plane: SlicePlane, bits_stored: int) -> None:
    """Raise WriteError for pixels of another shape, type or range than the header will say."""
    if pixels.shape != plane.shape_px:
        raise WriteError(f"pixels of shape {pixels.shape}", f"the plane's {plane.shape_px}")
    if pixels.dtype.name not in ("uint16", "int16") or not 1 <= bits_stored <= 16:
        raise WriteError(f"{pixels.dtype} pixels in {bits_stored} bits", "16-bit integers")
    low, high = _value_range(pixels.dtype, bits_stored)
    if pixels.min() < low or pixels.max() > high:
        raise WriteError(
            f"values from {pixels.min()} to {pixels.max()}", f"{low} to {high} ({bits_stored} bits)"
        )


def _value_range(dtype: np.dtype[Any], bits_stored: int) -> tuple[int, int]:
    """Return the lowest and highest value of ``bits_stored`` bits."""
    if dtype == np.int16:
        return -(2 ** (bits_stored - 1)), 2 ** (bits_stored - 1) - 1
    return 0, 2**bits_stored - 1


def _value(keyword: str, value: object) -> object:
    """Return a value as its attribute holds it: decimal strings cut to their 16 characters."""
    if isinstance(value, (list, tuple)):
        items = cast("Sequence[object]", value)
        return [_value(keyword, item) for item in items]
    if dictionary_VR(keyword) == "DS" and isinstance(value, (int, float)):
        return DSfloat(float(value), auto_format=True)
    return value


def _add_plane(dataset: Dataset, plane: SlicePlane) -> None:
    """Set the attributes of PS3.3 C.7.6.2 (image plane)."""
    dataset.ImagePositionPatient = _value("ImagePositionPatient", plane.origin_mm)
    dataset.ImageOrientationPatient = _value(
        "ImageOrientationPatient", (*plane.row_dir, *plane.col_dir)
    )
    dataset.PixelSpacing = _value("PixelSpacing", plane.spacing_mm)
    if plane.thickness_mm is not None:
        dataset.SliceThickness = _value("SliceThickness", plane.thickness_mm)
    location = float(plane.height_mm([(0.0, 0.0, 0.0)])[0])
    dataset.SliceLocation = _value("SliceLocation", round(-location, 4))


def _add_pixels(dataset: Dataset, pixels: NDArray[np.integer[Any]], bits_stored: int) -> None:
    """Set the attributes of PS3.3 C.7.6.3 (image pixel), grey and uncompressed."""
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.BitsAllocated = 16
    dataset.BitsStored = bits_stored
    dataset.HighBit = bits_stored - 1
    dataset.PixelRepresentation = int(pixels.dtype == np.int16)
    little_endian = pixels.astype(pixels.dtype.newbyteorder("<"))
    dataset.PixelData = little_endian.tobytes()
    dataset["PixelData"].VR = "OW"


def _file_meta(dataset: Dataset) -> FileMetaDataset:
    """Return the file's meta information, the same whichever library version writes it."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = UID(IMPLEMENTATION_CLASS_UID)
    meta.ImplementationVersionName = IMPLEMENTATION_VERSION
    return meta
