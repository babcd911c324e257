"""How vendors name and mark the series of an examination; what a written study follows."""

from dataclasses import dataclass, replace
from math import pi

from vne_core.phantom.bloch import SchemeName

ImageType = tuple[str, ...]
Window = tuple[float, float]
"""Window centre and width, in stored values."""


@dataclass(frozen=True, slots=True)
class Convention:
    """Names, image types, sequence names and windows of one vendor's protocol.

    ``{place}`` in a name is base, mid or apex. The phase images and the phase-sensitive image
    have (slope, intercept) of their own.
    """

    manufacturer: str
    cine_name: str
    long_axis_name: str
    raw_name: str
    map_name: str
    lge_magnitude_name: str
    psir_name: str
    cine_type: ImageType
    raw_type: ImageType
    phase_type: ImageType
    map_type: ImageType
    lge_magnitude_type: ImageType
    psir_type: ImageType
    cine_sequence: str
    raw_sequence: str
    lge_sequence: str
    phase_scale: tuple[float, float]
    psir_scale: tuple[float, float]
    cine_window: Window
    map_window: Window
    lge_magnitude_window: Window
    psir_window: Window
    psir_comment: str = ""


_SIEMENS = Convention(
    manufacturer="SIEMENS",
    cine_name="cine_trufi_retro",
    long_axis_name="cine_trufi_retro 4CH",
    raw_name="ShMOLLI_192i_SAX_{place}",
    map_name="ShMOLLI_192i_SAX_{place}_T1MAP",
    lge_magnitude_name="MDE FLASH PSIR_MAG",
    psir_name="MDE FLASH PSIR_PSIR",
    cine_type=("ORIGINAL", "PRIMARY", "M", "RETRO", "NORM", "DIS2D"),
    raw_type=("ORIGINAL", "PRIMARY", "M", "DIS2D"),
    phase_type=("ORIGINAL", "PRIMARY", "P", "DIS2D"),
    map_type=("ORIGINAL", "PRIMARY", "P", "DIS2D"),
    lge_magnitude_type=("ORIGINAL", "PRIMARY", "M", "ND"),
    psir_type=("ORIGINAL", "PRIMARY", "R", "ND"),
    cine_sequence="*tfi2d1_12",
    raw_sequence="tfi2d1_84",
    lge_sequence="*fl2d1_25",
    phase_scale=(2.0, -4096.0),
    psir_scale=(1.0, 0.0),
    cine_window=(360, 780),
    map_window=(1000, 2000),
    lge_magnitude_window=(240, 560),
    psir_window=(2260, 800),
    psir_comment="PS recon image",
)
_SIEMENS_MOLLI = replace(
    _SIEMENS,
    raw_name="T1Map_LongT1_{place}",
    map_name="T1Map_LongT1_{place}_MOCO_T1",
    lge_magnitude_name="LGE_PSIR_SAX_MAG",
    psir_name="LGE_PSIR_SAX_PSIR",
    raw_type=("ORIGINAL", "PRIMARY", "M", "ND", "NORM"),
    phase_type=("ORIGINAL", "PRIMARY", "P", "ND"),
    map_type=("DERIVED", "PRIMARY", "T1_MAP", "MYOMAPS_T1", "ND"),
    lge_magnitude_type=("ORIGINAL", "PRIMARY", "M", "ND", "NORM"),
    psir_type=("ORIGINAL", "PRIMARY", "R", "ND", "NORM"),
    cine_sequence="*tfi2d1_14",
    raw_sequence="*tfi2d1_80",
    lge_sequence="*fl2d1_21",
    cine_window=(410, 860),
    map_window=(1300, 1300),
    lge_magnitude_window=(260, 600),
    psir_window=(2300, 900),
)
_PHILIPS = Convention(
    manufacturer="Philips Medical Systems",
    cine_name="sBTFE_BH SAX",
    long_axis_name="sBTFE_BH 4CH",
    raw_name="MOLLI_native_{place}",
    map_name="T1 map MOLLI_native_{place}",
    lge_magnitude_name="PSIR_TFE_BH MAG",
    psir_name="PSIR_TFE_BH",
    cine_type=("ORIGINAL", "PRIMARY", "M_FFE", "M", "FFE"),
    raw_type=("ORIGINAL", "PRIMARY", "M_IR", "M", "IR"),
    phase_type=("ORIGINAL", "PRIMARY", "PHASE MAP", "P", "IR"),
    map_type=("DERIVED", "PRIMARY", "T1 MAP", "T1", "UNSPECIFIED"),
    lge_magnitude_type=("ORIGINAL", "PRIMARY", "M_IR", "M", "IR"),
    psir_type=("ORIGINAL", "PRIMARY", "CR_IR", "R", "IR"),
    cine_sequence="B-FFE",
    raw_sequence="B-TFE",
    lge_sequence="TFE",
    phase_scale=(2 * pi / 4096, -pi),
    psir_scale=(1.0, -2048.0),
    cine_window=(450, 900),
    map_window=(1000, 1600),
    lge_magnitude_window=(300, 700),
    psir_window=(200, 900),
)


def convention(vendor: str, scheme: SchemeName) -> Convention:
    """Return the convention of a vendor ("siemens" or "philips") for a T1 mapping scheme."""
    if vendor == "philips":
        return _PHILIPS
    return _SIEMENS if scheme == "ShMOLLI 5-1-1" else _SIEMENS_MOLLI
