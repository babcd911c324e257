"""The caps of the import door: what is refused before it can cost time or memory."""

from typing import Final

from vne_core.dicom.header import Rejected, SourceFile
from vne_core.errors import VneError

MAX_FILE_BYTES: Final = 1 << 30
"""The largest file opened; a whole 4-D cine as one object is a few hundred MB."""
MAX_INFLATED_BYTES: Final = 1 << 28
"""The largest data set a deflated file may grow to."""
MAX_PIXEL_BYTES: Final = 1 << 29
"""The largest decoded image, rows x columns x frames x bytes."""
MAX_PIXEL_RATIO: Final = 1000
"""How many bytes of image one compressed byte may claim, beyond the free allowance."""
FREE_PIXEL_BYTES: Final = 1 << 24
"""Decoded size below which the ratio is not asked: an empty frame compresses without limit."""
MAX_SEQUENCE_DEPTH: Final = 64
"""Sequences within sequences; real objects stay below ten."""
MAX_ELEMENTS: Final = 200_000
"""Elements of one data set at its top level; real headers have hundreds."""
MAX_READS: Final = 500_000
"""Reads of one large header, nested elements included: two or three an element."""
MAX_VALUE_BYTES: Final = 1 << 16
"""The longest text or number list among the tags that are read."""
MAX_MEMBER_RATIO: Final = 100
"""How many bytes one byte of an archive may claim, beyond the same free allowance."""
ARCHIVE_WORD: Final = "archive"
"""The rejection of a zip archive where an image was looked for."""
MAX_ARCHIVE_DIRECTORY_BYTES: Final = 1 << 24
"""The largest list of members in a .zip, some hundred thousand names."""


class FileRefusedError(VneError):
    """A file stops at the door.

    Parameters
    ----------
    word
        One word for counting, the ``code`` of the rejection.
    found, needed, action
        As in VneError.
    """

    code = "rejected"

    def __init__(self, word: str, found: str, needed: str = "", action: str = "") -> None:
        super().__init__(found, needed, action)
        self.word = word

    def rejection(self, source: SourceFile) -> Rejected:
        """Return the refusal as a fact about ``source``."""
        return Rejected(source, self.word, str(self))


def in_megabytes(size_bytes: int) -> str:
    """Return a size as a reader says it."""
    return f"{size_bytes} bytes" if size_bytes < 100_000 else f"{size_bytes / 1e6:.1f} MB"
