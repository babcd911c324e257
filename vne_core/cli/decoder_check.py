"""Whether each decoder really decodes, by a tiny image of each kind taken through the import door."""

import base64
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from vne_core.dicom.header import Rejected
from vne_core.dicom.pixels import PixelDecoder
from vne_core.dicom.scan import scan
from vne_core.dicom.write import derived_uid, write_mr
from vne_core.geometry.plane import SlicePlane

SIZE_PX = 32
_PLANE = SlicePlane(
    (0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (1.0, 1.0), (SIZE_PX, SIZE_PX), 8.0
)
_ENCODERS = {RLELossless: "pydicom", JPEGLSLossless: "pyjpegls", JPEG2000Lossless: "pylibjpeg"}
_JPEG_LOSSLESS = base64.b64decode(
    "/9j/wwALEAAgACABAREA/8QAFwABAQEBAAAAAAAAAAAAAAAAAAkIEP/aAAgBAQABAADgFSwFSwFSwABUsBUsBUsAAVLA"
    "VLAVLAAFSwFSwFSwABUsBUsBUsAAVLAVLAVLAAFSwFSwFSwABUsBUsBUsBq0BUsBUsBUsAAVLAVLAVLAAFSwFSwFSwAB"
    "UsBUsBUsAAVLAVLAVLAAFSwFSwFSwABUsBUsBUsAAVLAVLAVLAatAVLAVLAVLAAFSwFSwFSwABUsBUsBUsAAVLAVLAVL"
    "AAFSwFSwFSwABUsBUsBUsAAVLAVLAVLAAFSwFSwFSwGrQFSwFSwFSwABUsBUsBUsAAVLAVLAVLAAFSwFSwFSwABUsBUs"
    "BUsAAVLAVLAVLAAFSwFSwFSwABUsBUsBUsB//9kA"
)
"""``pattern`` as JPEG lossless, first-order prediction: the one codec nothing here can write."""


@dataclass(frozen=True, slots=True)
class DecoderReport:
    """One way of storing pixels; ``problem`` is empty when it decodes bit by bit."""

    name: str
    problem: str


def check_decoders() -> tuple[DecoderReport, ...]:
    """Write the pattern once for each syntax, import it in worker processes, and compare."""
    with tempfile.TemporaryDirectory(prefix="vne-doctor-") as name, PixelDecoder(1) as decoder:
        names = dict(_write_samples(Path(name)))
        found = scan([Path(name)], workers=1)
        problems = {refusal.source.path.name: refusal.reason for refusal in found.rejected}
        for header, pixels in decoder.decode_many(found.imported):
            problems[header.source.path.name] = _problem(pixels)
    lost = "was not read"
    return tuple(DecoderReport(text, problems.get(file, lost)) for file, text in names.items())


def pattern() -> NDArray[np.uint16]:
    """Return the sample: steps of eight pixels, (rows, columns)."""
    rows, columns = np.mgrid[:SIZE_PX, :SIZE_PX]
    return (columns // 8 * 331 + rows // 8 * 173).astype(np.uint16)


def _problem(pixels: "NDArray[np.generic] | Rejected") -> str:
    if isinstance(pixels, Rejected):
        return pixels.reason
    return "" if np.array_equal(pixels[0], pattern()) else "decodes to other pixels"


def _write_samples(folder: Path) -> Iterator[tuple[str, str]]:
    """Write a file a syntax; yield its name and the syntax's."""
    names = ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID")
    tags = {name: derived_uid("doctor", name) for name in names}
    words = {"ImageType": ("ORIGINAL", "PRIMARY", "M"), "ScanningSequence": "GR"}
    plain = folder / "plain.dcm"
    write_mr(plain, pattern(), _PLANE, {**tags, **words, "SequenceVariant": "NONE"})
    yield plain.name, "uncompressed"
    for uid, encoder in _ENCODERS.items():
        sample = _read(plain)
        sample.compress(uid, encoding_plugin=encoder, generate_instance_uid=False)
        yield _save(sample, folder / f"{uid}.dcm")
    sample = _read(plain)
    sample.PixelData = encapsulate([_JPEG_LOSSLESS])
    sample["PixelData"].is_undefined_length = True
    sample.file_meta.TransferSyntaxUID = JPEGLosslessSV1
    yield _save(sample, folder / f"{JPEGLosslessSV1}.dcm")


def _read(path: Path) -> Dataset:
    return pydicom.dcmread(path)  # pyright: ignore[reportUnknownMemberType] - a bare PathLike


def _save(sample: Dataset, path: Path) -> tuple[str, str]:
    sample.save_as(path, enforce_file_format=True)
    return path.name, sample.file_meta.TransferSyntaxUID.name
