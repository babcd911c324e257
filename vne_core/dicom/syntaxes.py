"""The transfer syntaxes that are read, and the one decoder of each."""

from dataclasses import dataclass
from typing import Final

from pydicom.uid import UID

from vne_core.dicom.limits import FileRefusedError

DEFLATED: Final = "1.2.840.10008.1.2.1.99"


@dataclass(frozen=True, slots=True)
class Syntax:
    """How the bytes of an object are laid out.

    ``decoder`` is the pydicom decoding plugin of its compressed pixels, empty where the pixels
    are plain. One decoder a syntax: which library made a pixel is never a matter of chance.
    """

    uid: str
    is_implicit: bool = False
    is_little_endian: bool = True
    decoder: str = ""


_GDCM: Final = "gdcm"
_OPENJPEG: Final = "pylibjpeg"
_RLE: Final = "pylibjpeg"
_JPEG_LS: Final = "pyjpegls"

_SYNTAXES: Final = {
    syntax.uid: syntax
    for syntax in (
        Syntax("1.2.840.10008.1.2", is_implicit=True),
        Syntax("1.2.840.10008.1.2.1"),
        Syntax(DEFLATED),
        Syntax("1.2.840.10008.1.2.2", is_little_endian=False),
        Syntax("1.2.840.10008.1.2.5", decoder=_RLE),
        Syntax("1.2.840.10008.1.2.4.50", decoder=_GDCM),
        Syntax("1.2.840.10008.1.2.4.57", decoder=_GDCM),
        Syntax("1.2.840.10008.1.2.4.70", decoder=_GDCM),
        Syntax("1.2.840.10008.1.2.4.80", decoder=_JPEG_LS),
        Syntax("1.2.840.10008.1.2.4.81", decoder=_JPEG_LS),
        Syntax("1.2.840.10008.1.2.4.90", decoder=_OPENJPEG),
        Syntax("1.2.840.10008.1.2.4.91", decoder=_OPENJPEG),
        Syntax("1.2.840.10008.1.2.4.201", decoder=_OPENJPEG),
        Syntax("1.2.840.10008.1.2.4.202", decoder=_OPENJPEG),
        Syntax("1.2.840.10008.1.2.4.203", decoder=_OPENJPEG),
    )
}


def syntax_of(uid: str) -> Syntax:
    """Return the transfer syntax of that UID. Raises FileRefusedError for one that is not read."""
    if not uid:
        raise FileRefusedError("damaged", "names no transfer syntax")
    syntax = _SYNTAXES.get(uid)
    if syntax is None:
        name = UID(uid).name
        raise FileRefusedError(
            "unsupported",
            f"stored as {name}",
            "an image in a syntax that is read",
            "export it uncompressed or as JPEG 2000 lossless",
        )
    return syntax
