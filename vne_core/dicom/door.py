"""The import door: a file is imported, or rejected with a reason a reader understands.

This is the one place that catches every error of the libraries behind it: whatever a damaged
file makes them raise is a fact about that file. Compressed pixels are decoded in a worker
process only (``vne_core.dicom.pixels``), because some decoders end the process instead.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydicom.config import disable_value_validation

from vne_core.dicom.beside import BESIDE_REASON, BESIDE_WORD, lies_beside
from vne_core.dicom.decoding import decode
from vne_core.dicom.facts import header_of
from vne_core.dicom.header import Header, Imported, Rejected, SourceFile
from vne_core.dicom.limits import ARCHIVE_WORD, MAX_SEQUENCE_DEPTH, FileRefusedError
from vne_core.dicom.parsing import parse
from vne_core.dicom.sources import explain_archive, member_names, open_source, unreadable
from vne_core.files import sha256_bytes

Result = TypeVar("Result")

LONGEST_MESSAGE: Final = 120
"""How much of a library's own message a reason repeats."""
READ_BYTES: Final = 1 << 20
"""How much of a file is read at a time where only its digest is wanted."""
_WITHOUT_AN_IMAGE: Final = frozenset(("not-dicom", "empty"))
"""Refusals of files in which no image was begun."""
_PREAMBLE: Final = "Unable to decode as exceptions were raised by all available plugins: "


def open_header(source: SourceFile) -> Imported | Rejected:
    """Return the header of a DICOM MR image, or why it is refused. Never raises."""
    return _at_the_door(source, lambda: Imported(_read_header(source)))


def open_pixels(header: Header) -> NDArray[np.generic] | Rejected:
    """Return the stored values, shape (frames, rows, columns), or why they are refused.

    Call it in a worker process: a decoder may end the process it runs in.
    """
    return _at_the_door(header.source, lambda: decode(header), part="image")


def digest_pixels(header: Header) -> str | Rejected:
    """Return the SHA-256 of the stored values and their shape, or why they are refused.

    Call it in a worker process: a decoder may end the process it runs in.
    """
    pixels = open_pixels(header)
    if isinstance(pixels, Rejected):
        return pixels
    layout = f"{pixels.dtype.str} {pixels.shape} ".encode()
    return sha256_bytes(layout + pixels.tobytes())


def digest_content(source: SourceFile) -> str | Rejected:
    """Return the SHA-256 of a file's bytes, or why they cannot be read. Never raises."""
    return _at_the_door(source, lambda: _sha256_of(source), part="content")


def open_archive(source: SourceFile) -> tuple[SourceFile, ...] | Rejected:
    """Return the files of a .zip, or why it is refused. Never raises."""
    return _at_the_door(
        source, lambda: tuple(SourceFile(source.path, name) for name in member_names(source.path))
    )


def _at_the_door(
    source: SourceFile, entry: Callable[[], Result], part: str = "header"
) -> Result | Rejected:
    """Return what ``entry`` gives, or its refusal or failure as a rejection."""
    try:
        with disable_value_validation():
            return entry()
    except FileRefusedError as refusal:
        return refusal.rejection(source)
    except RecursionError:
        return Rejected(source, "too-deep", f"sequences nested more than {MAX_SEQUENCE_DEPTH} deep")
    except OSError as error:
        return unreadable(error).rejection(source)
    except MemoryError:
        return Rejected(source, "too-large", "needs more memory than an import may use")
    except Exception as error:  # noqa: BLE001 - what a file makes a library raise is its fact
        return Rejected(source, "damaged", f"its {part} is damaged ({_in_words(error)})")


def _read_header(source: SourceFile) -> Header:
    """Return the header. Raises FileRefusedError, and whatever pydicom raises."""
    try:
        with open_source(source) as (stream, size):
            parsed = parse(stream, size)
    except FileRefusedError as refusal:
        if refusal.word == ARCHIVE_WORD:
            explain_archive(source)
        if refusal.word in _WITHOUT_AN_IMAGE and lies_beside(source):
            raise FileRefusedError(BESIDE_WORD, BESIDE_REASON) from refusal
        raise
    return header_of(source, parsed)


def _sha256_of(source: SourceFile) -> str:
    """Return the SHA-256 of a file's bytes, read piece by piece."""
    digest = hashlib.sha256()
    with open_source(source) as (stream, _size):
        while chunk := stream.read(READ_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _in_words(error: Exception) -> str:
    """Return a library's message as one short line, without its preamble."""
    message = re.sub(r"\s+", " ", str(error)).strip().removeprefix(_PREAMBLE).rstrip(".")
    return (message[:LONGEST_MESSAGE] if message.isprintable() else "") or type(error).__name__
