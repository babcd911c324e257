"""Files that lie beside images by custom and are none: notes, pictures, tables, system files."""

from pathlib import PurePath
from typing import Final

from vne_core.dicom.header import SourceFile

BESIDE_WORD: Final = "beside"
"""The code of such a file: no image is lost with it."""
BESIDE_REASON: Final = "text, a picture, a table or a system file beside the images, not DICOM"
"""One reason for all of them, so that a list tells them in one line with their number."""
_SUFFIXES: Final = frozenset(
    [
        ".txt",
        ".text",
        ".md",
        ".rst",
        ".log",
        ".rtf",
        ".pdf",
        ".htm",
        ".html",
        ".xml",
        ".json",
        ".yaml",
        ".yml",
        ".toml",
        ".ini",
        ".csv",
        ".tsv",
        ".xls",
        ".png",
        ".jpg",
        ".jpeg",
        ".gif",
        ".bmp",
        ".webp",
        ".svg",
        ".ico",
        ".url",
        ".lnk",
    ]
)
_SYSTEM_NAMES: Final = frozenset(
    (".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", ".directory", "autorun.inf")
)
"""What file managers and discs leave in a folder."""
_RESOURCE_FORK: Final = "._"
"""How macOS begins the name of a file's second half."""
_BARE_NAMES: Final = frozenset(
    ("readme", "license", "licence", "copying", "notice", "authors", "changelog", "checksums")
)
"""Texts that go without an ending. Any other name without one may be an image that was lost."""


def lies_beside(source: SourceFile) -> bool:
    """Tell by its name whether a file that is no DICOM was never meant to be."""
    name = PurePath(source.member or source.path).name.lower()
    return (
        PurePath(name).suffix in _SUFFIXES
        or name in _SYSTEM_NAMES | _BARE_NAMES
        or name.startswith(_RESOURCE_FORK)
    )
