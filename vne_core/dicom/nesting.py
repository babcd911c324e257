"""How deeply sequences nest in a header, seen from its item tags alone."""

import re
from typing import Final

from vne_core.dicom.limits import MAX_SEQUENCE_DEPTH, FileRefusedError

_ITEM: Final = (b"\xfe\xff\x00\xe0", b"\xff\xfe\xe0\x00")
"""(FFFE,E000) in little and big endian."""
_MARKS: Final = (
    re.compile(rb"\xfe\xff[\x00\x0d]\xe0(....)", re.DOTALL),
    re.compile(rb"\xff\xfe\xe0[\x00\x0d](....)", re.DOTALL),
)
"""Item and item delimiter, with the length that follows."""
UNDEFINED_LENGTH: Final = 0xFFFFFFFF
"""What stands for the length of a value that ends with a delimiter (PS3.5 7.5)."""
_OPEN_END: Final = 1 << 62


def refuse_deep_nesting(header: bytes, *, is_little_endian: bool) -> None:
    """Raise FileRefusedError where items lie within items beyond the cap.

    Each level of nesting needs an item, so a header of few items needs no further look.
    """
    order = 0 if is_little_endian else 1
    if header.count(_ITEM[order]) <= MAX_SEQUENCE_DEPTH:
        return
    depth = nesting_depth(header, is_little_endian=is_little_endian)
    if depth > MAX_SEQUENCE_DEPTH:
        raise FileRefusedError(
            "too-deep",
            f"sequences nested more than {MAX_SEQUENCE_DEPTH} deep",
            f"at most {MAX_SEQUENCE_DEPTH}",
        )


def nesting_depth(header: bytes, *, is_little_endian: bool) -> int:
    """Return how many items at most lie within one another, counted no further than the cap."""
    byte_order = "little" if is_little_endian else "big"
    ends: list[int] = []
    deepest = 0
    for mark in _MARKS[0 if is_little_endian else 1].finditer(header):
        while ends and ends[-1] <= mark.start():
            ends.pop()
        if 0x0D in mark[0][:4]:
            _close_open_item(ends)
            continue
        length = int.from_bytes(mark[1], byte_order)
        ends.append(_OPEN_END if length == UNDEFINED_LENGTH else mark.end() + length)
        deepest = max(deepest, len(ends))
        if deepest > MAX_SEQUENCE_DEPTH:
            break
    return deepest


def _close_open_item(ends: list[int]) -> None:
    """Drop the innermost item that waits for its delimiter, and what lies within it."""
    while ends and ends.pop() != _OPEN_END:
        pass
