"""From bytes to a pydicom data set, with every cap checked on the way.

pydicom parses; this module decides what it is given and when it stops.
"""

import io
import struct
import zlib
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, Final

from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.filereader import read_dataset, read_preamble
from pydicom.tag import BaseTag

from vne_core.dicom.limits import (
    ARCHIVE_WORD,
    MAX_ELEMENTS,
    MAX_INFLATED_BYTES,
    MAX_READS,
    MAX_SEQUENCE_DEPTH,
    MAX_VALUE_BYTES,
    FileRefusedError,
    in_megabytes,
)
from vne_core.dicom.nesting import UNDEFINED_LENGTH, refuse_deep_nesting
from vne_core.dicom.syntaxes import DEFLATED, Syntax, syntax_of
from vne_core.dicom.values import SEQUENCE_TAGS, WANTED_TAGS

HEAD_BYTES: Final = 192 << 10
"""What is read in one go: the header of nearly every file; Siemens adds 100 KB of private data."""
_PIXEL_TAGS: Final = frozenset((0x7FE00008, 0x7FE00009, 0x7FE00010))
_INTEGER_PIXELS: Final = 0x7FE00010
_MAY_HOLD_ITEMS: Final = (None, "SQ", "UN")
_SHORTEST_DEEP_NEST: Final = 16 * MAX_SEQUENCE_DEPTH
"""An element shorter than this has no room for more items within items than the cap."""
_META_TAGS: Final = [0x00020002, 0x00020010]
_MEDIA_STORAGE_CLASS: Final = 0x00020002
_TRANSFER_SYNTAX: Final = 0x00020010
_MEDIA_DIRECTORY_CLASS: Final = "1.2.840.10008.1.3.10"
_BARE_STARTS: Final = tuple(
    group.to_bytes(2, order) + element.to_bytes(2, order)
    for group, element in ((2, 0), (8, 0), (8, 5), (8, 8), (8, 0x16))
    for order in ("little", "big")
)
"""The elements that a data set without preamble begins with, in either byte order."""
_ZIP_MAGIC: Final = b"PK\x03\x04"
_CUT_SHORT: Final = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
)
"""What pydicom raises where bytes end in the middle of an element."""
_WANTED: Final = frozenset(WANTED_TAGS)


@dataclass(frozen=True, slots=True)
class Parsed:
    """The wanted elements of an object and where its pixels are.

    ``pixel_start`` counts from the file's first byte, or from that of ``inflated``, the data set
    of a deflated file. ``pixel_bytes`` is the announced length of the pixel data, None for
    encapsulated (compressed) ones; ``bytes_left`` is what there is from the first pixel on.
    """

    dataset: Dataset
    syntax: Syntax
    has_pixels: bool
    is_integer: bool
    pixel_vr: str
    pixel_start: int
    pixel_bytes: int | None
    bytes_left: int
    inflated: bytes | None = None


def parse(stream: BinaryIO, size: int) -> Parsed:
    """Return the wanted part of a DICOM file of ``size`` bytes.

    Raises FileRefusedError for what the caps or the format refuse; pydicom's own errors pass.
    """
    head = io.BytesIO(stream.read(HEAD_BYTES))
    syntax = _read_meta(head)
    if syntax.uid == DEFLATED:
        inflated = _inflate(head, stream)
        reader = _MeteredReader(io.BytesIO(inflated))
        return replace(_parse_dataset(reader, 0, len(inflated), syntax), inflated=inflated)
    start = head.tell()
    if size <= HEAD_BYTES:
        return _parse_dataset(head, start, size, syntax)
    return _parse_head(head, start, size, syntax) or _parse_long(stream, start, size, syntax)


def _read_meta(head: io.BytesIO) -> Syntax:
    """Return the transfer syntax, leaving ``head`` at the start of the data set."""
    magic = head.read(len(_ZIP_MAGIC))
    head.seek(0)
    if magic == _ZIP_MAGIC:
        raise FileRefusedError(
            ARCHIVE_WORD, "a zip archive", "a DICOM file", "unpack it, or name it .zip"
        )
    try:
        read_preamble(head, force=False)
    except InvalidDicomError as error:
        if head.getvalue()[:4] in _BARE_STARTS:
            raise FileRefusedError(
                "no-preamble",
                "a DICOM data set without the file header that says how it is stored",
                "",
                "export it again as a DICOM file",
            ) from error
        raise FileRefusedError("not-dicom", "not a DICOM file") from error
    meta = read_dataset(
        head, False, True, stop_when=_after_meta, specific_tags=list[BaseTag | int](_META_TAGS)
    )
    if _meta_uid(meta, _MEDIA_STORAGE_CLASS) == _MEDIA_DIRECTORY_CLASS:
        raise FileRefusedError("dicomdir", "a DICOMDIR: the files it lists are read instead")
    return syntax_of(_meta_uid(meta, _TRANSFER_SYNTAX))


def _after_meta(tag: BaseTag, _vr: str | None, _length: int) -> bool:
    """Stop at the first element beyond the file meta information."""
    return tag >> 16 != 2


def _meta_uid(meta: Dataset, tag: int) -> str:
    """Return a UID of the file meta information, empty where it has none."""
    if tag not in meta:
        return ""
    value = meta.get_item(tag).value
    return value.decode("ascii", "replace").strip("\0 ") if isinstance(value, bytes) else ""


def _inflate(head: io.BytesIO, stream: BinaryIO) -> bytes:
    """Return the data set of a deflated file (PS3.5 A.5), up to the cap and not beyond."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    packed = head.read() + stream.read()
    try:
        inflated = inflater.decompress(packed, MAX_INFLATED_BYTES)
    except zlib.error as error:
        raise FileRefusedError("damaged", "a deflated file whose stream is damaged") from error
    if inflater.unconsumed_tail:
        raise FileRefusedError(
            "inflating",
            f"{in_megabytes(len(packed))} that inflate beyond {in_megabytes(MAX_INFLATED_BYTES)}",
        )
    if not inflater.eof:
        raise FileRefusedError("truncated", "a deflated file that ends before its stream does")
    return inflated


class _MeteredReader(io.BufferedReader):
    """A reader that counts: a header of a million crumbs is refused, not parsed for minutes."""

    def __init__(self, raw: Any) -> None:
        super().__init__(raw, HEAD_BYTES)
        self._reads_left = MAX_READS

    def read(self, size: int | None = -1, /) -> bytes:
        """Return up to ``size`` bytes. Raises FileRefusedError when read too often."""
        self._reads_left -= 1
        if self._reads_left < 0:
            raise FileRefusedError("too-many", f"a header of more than {MAX_READS} pieces")
        return super().read(size)


class _Watch:
    """pydicom's stop condition: stops at the pixel data, refuses what announces nonsense."""

    __slots__ = (
        "_elements",
        "_size",
        "_stream",
        "may_nest_deeply",
        "pixel_length",
        "pixel_start",
        "pixel_tag",
        "pixel_vr",
    )

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self._size = size
        self._elements = 0
        self.may_nest_deeply = False
        self.pixel_tag = 0
        self.pixel_vr = ""
        self.pixel_length: int | None = None
        self.pixel_start = 0

    def __call__(self, tag: BaseTag, vr: str | None, length: int) -> bool:
        """Tell whether parsing ends before this element."""
        if tag in _PIXEL_TAGS:
            self.pixel_tag = int(tag)
            self.pixel_vr = vr or "OW"
            self.pixel_length = length
            self.pixel_start = self._stream.tell()
            return True
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise FileRefusedError("too-many", f"a header of more than {MAX_ELEMENTS} elements")
        if length >= _SHORTEST_DEEP_NEST:
            self._look_at_long(tag, vr, length)
        return False

    def _look_at_long(self, tag: BaseTag, vr: str | None, length: int) -> None:
        """Refuse a long value that the file does not hold, or that no such tag can have."""
        if vr in _MAY_HOLD_ITEMS:
            self.may_nest_deeply = True
        if length == UNDEFINED_LENGTH:
            return
        left = self._size - self._stream.tell()
        if length > left:
            raise FileRefusedError(
                "truncated", f"announces an element of {length} bytes where {left} are left"
            )
        if length > MAX_VALUE_BYTES and tag in _WANTED and tag not in SEQUENCE_TAGS:
            raise FileRefusedError("damaged", f"holds a {tag} of {in_megabytes(length)}")


def _parse_head(head: io.BytesIO, start: int, size: int, syntax: Syntax) -> Parsed | None:
    """Parse a file by its first bytes; None where the header goes on beyond them."""
    try:
        parsed = _parse_dataset(head, start, size, syntax)
    except _CUT_SHORT:
        return None
    return parsed if parsed.has_pixels else None


def _parse_long(stream: BinaryIO, start: int, size: int, syntax: Syntax) -> Parsed:
    """Parse a file whose header is longer than what was read first."""
    reader = _MeteredReader(stream)
    try:
        return _parse_dataset(reader, start, size, syntax)
    finally:
        reader.detach()


def _parse_dataset(stream: BinaryIO, start: int, size: int, syntax: Syntax) -> Parsed:
    """Parse from the data set's first byte up to the pixel data or the end."""
    stream.seek(start)
    watch = _Watch(stream, size)
    dataset = read_dataset(
        stream,
        syntax.is_implicit,
        syntax.is_little_endian,
        stop_when=watch,
        specific_tags=_wanted_tags(),
    )
    if watch.may_nest_deeply:
        _refuse_deep_nesting(stream, start, watch.pixel_start or size, syntax)
    is_plain = watch.pixel_length != UNDEFINED_LENGTH
    has_pixels = watch.pixel_length is not None
    return Parsed(
        dataset,
        syntax,
        has_pixels=has_pixels,
        is_integer=watch.pixel_tag == _INTEGER_PIXELS,
        pixel_vr=watch.pixel_vr,
        pixel_start=watch.pixel_start,
        pixel_bytes=watch.pixel_length if is_plain else None,
        bytes_left=size - watch.pixel_start if has_pixels else 0,
    )


def _refuse_deep_nesting(stream: BinaryIO, start: int, end: int, syntax: Syntax) -> None:
    """Look at the item tags between the data set's first byte and its pixels."""
    stream.seek(start)
    header = stream.read(min(end - start, MAX_INFLATED_BYTES))
    refuse_deep_nesting(header, is_little_endian=syntax.is_little_endian)


def _wanted_tags() -> list[BaseTag | int]:
    """Return the tags to keep, as pydicom asks for them."""
    return list[BaseTag | int](WANTED_TAGS)
