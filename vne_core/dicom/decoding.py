"""Stored values from an object's bytes, each transfer syntax by its one decoder."""

import io
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import UID

from vne_core.dicom.facts import PixelLayout, layout_of
from vne_core.dicom.header import Header
from vne_core.dicom.limits import FileRefusedError
from vne_core.dicom.parsing import Parsed, parse
from vne_core.dicom.sources import open_source

_KEYWORD: Final = "PixelData"


def decode(header: Header) -> NDArray[np.generic]:
    """Return the stored values of an imported object, shape (frames, rows, columns).

    Integers as the header types them; no rescaling, no windowing, no palette. Raises
    FileRefusedError where the file is no longer the one the header was read from, and whatever a
    decoder raises.
    """
    with open_source(header.source) as (opened, size):
        stream = opened if header.source.member is None else _checked(opened)
        parsed = parse(stream, size)
        layout = layout_of(parsed)
        shape = (layout.frames, *layout.shape_px)
        _require_same_object(header, shape)
        pixels = _decoded(parsed, layout, _pixel_bytes(stream, parsed))
    return _in_layout(pixels, layout, shape)


def _checked(member: BinaryIO) -> BinaryIO:
    """Return a whole member of an archive: its checksum is looked at only at its last byte."""
    return io.BytesIO(member.read())


def _require_same_object(header: Header, shape: tuple[int, int, int]) -> None:
    """Refuse a file that has changed since its header was read."""
    expected = (len(header.frames), *header.frames[0].plane.shape_px)
    if shape != expected:
        raise FileRefusedError(
            "changed", f"its image is now {shape}", f"{expected}, as when it was scanned"
        )


def _pixel_bytes(stream: BinaryIO, parsed: Parsed) -> bytes:
    """Return the bytes of the pixel data element, to the end where its length is undefined."""
    end = None if parsed.pixel_bytes is None else parsed.pixel_start + parsed.pixel_bytes
    if parsed.inflated is not None:
        return parsed.inflated[parsed.pixel_start : end]
    stream.seek(parsed.pixel_start)
    return stream.read(parsed.bytes_left if parsed.pixel_bytes is None else parsed.pixel_bytes)


def _decoded(parsed: Parsed, layout: PixelLayout, data: bytes) -> NDArray[np.generic]:
    """Return the decoded pixels, shape (frames, rows, columns) or (rows, columns)."""
    decoder = get_decoder(UID(parsed.syntax.uid))
    options: dict[str, Any] = {
        "allow_excess_frames": False,
        "correct_unused_bits": True,
        "rows": layout.shape_px[0],
        "columns": layout.shape_px[1],
        "number_of_frames": layout.frames,
        "samples_per_pixel": 1,
        "bits_allocated": layout.bits_allocated,
        "bits_stored": layout.bits_stored,
        "photometric_interpretation": layout.photometric,
        "pixel_representation": int(layout.is_signed),
        "pixel_keyword": _KEYWORD,
        "pixel_vr": parsed.pixel_vr,
    }
    pixels, _properties = decoder.as_array(
        data, raw=True, decoding_plugin=parsed.syntax.decoder, **options
    )
    return pixels


def _in_layout(
    pixels: NDArray[np.generic], layout: PixelLayout, shape: tuple[int, int, int]
) -> NDArray[np.generic]:
    """Return decoded pixels as the header describes them, little endian and contiguous."""
    if pixels.size != int(np.prod(shape)):
        raise FileRefusedError("damaged", f"decodes to {pixels.shape}", f"{shape} pixels")
    kind = "i" if layout.is_signed else "u"
    dtype = np.dtype(f"<{kind}{layout.bits_allocated // 8}")
    return np.ascontiguousarray(pixels.reshape(shape), dtype=dtype)
