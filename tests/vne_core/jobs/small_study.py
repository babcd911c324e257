"""A small DICOM study, quickly written, quickly imported."""

from pathlib import Path

import numpy as np

from vne_core.dicom.write import derived_uid, write_mr
from vne_core.geometry.plane import SlicePlane

SHAPE = (24, 20)
INVERSION_TIMES_MS = (100.0, 1100.0, 2100.0, 3100.0, 4100.0, 180.0, 260.0)
TRIGGER_TIMES_MS = tuple(80.0 * phase for phase in range(12))
IDENTITY = {
    "PatientName": "Secretissima^Anna",
    "PatientID": "ID-4711-XYZ",
    "PatientBirthDate": "19630417",
    "AccessionNumber": "ACC998877",
    "StudyDate": "20240229",
    "Manufacturer": "SIEMENS",
    "SequenceVariant": "SK",
}


class SmallStudy:
    """Writes the DICOM files of one examination: two slices of T1 map, IR, cine and PSIR."""

    def __init__(self, folder: Path, **identity) -> None:
        self.folder = folder
        self.identity = {**IDENTITY, **identity}
        self.rng = np.random.default_rng(5)

    def write(self) -> Path:
        for position in (0, 1):
            self.t1_map(position)
            for index, time_ms in enumerate(INVERSION_TIMES_MS):
                self.ir(position, index, time_ms)
            for index, time_ms in enumerate(TRIGGER_TIMES_MS):
                self.cine(position, index, time_ms)
            self.lge(position)
        return self.folder

    def t1_map(self, position: int, **options) -> Path:
        tags = {"SeriesDescription": "ShMOLLI_192i_SAX_T1MAP", "ImageType": _type("P", "DIS2D")}
        return self.image(10, position, 0, tags, **options)

    def ir(self, position: int, index: int, time_ms: float, **options) -> Path:
        tags = {
            "SeriesDescription": "ShMOLLI_192i_SAX",
            "ImageType": _type("M", "DIS2D"),
            "InversionTime": time_ms,
            "ScanningSequence": ("GR", "IR"),
        }
        return self.image(11, position, index, tags, **options)

    def cine(self, position: int, index: int, time_ms: float, **options) -> Path:
        tags = {
            "SeriesDescription": "cine_trufi_retro",
            "ImageType": _type("M", "RETRO"),
            "TriggerTime": time_ms,
            "NominalInterval": 1000,
            "CardiacNumberOfImages": len(TRIGGER_TIMES_MS),
        }
        return self.image(20, position, index, tags, **options)

    def lge(self, position: int, **options) -> Path:
        tags = {
            "SeriesDescription": "MDE FLASH PSIR_PSIR",
            "ImageType": _type("R", "ND"),
            "InversionTime": 400,
            "ScanningSequence": ("GR", "IR"),
        }
        return self.image(30, position, 0, tags, **options)

    def image(
        self, series: int, position: int, index: int, tags: dict, *, name=None, pixels=None
    ) -> Path:
        """Write one image; its UIDs follow from its place, whatever its file is called."""
        name = name or f"{series}_{position}_{index}"
        who = self.identity["PatientID"]
        words = {"ScanningSequence": "GR", **self.identity, **tags}
        uids = {
            "SOPInstanceUID": derived_uid(who, f"{series}_{position}_{index}"),
            "StudyInstanceUID": derived_uid(who),
            "SeriesInstanceUID": derived_uid(who, series),
            "FrameOfReferenceUID": derived_uid(who, "frame"),
        }
        if pixels is None:
            pixels = self.rng.integers(0, 4096, SHAPE, dtype=np.uint16)
        path = self.folder / name
        numbers = {"SeriesNumber": series, "InstanceNumber": 10 * position + index + 1}
        write_mr(path, pixels, plane_at(position), {**words, **uids, **numbers})
        return path


def _type(*last: str) -> tuple[str, ...]:
    return ("ORIGINAL", "PRIMARY", *last)


def plane_at(position: int) -> SlicePlane:
    origin = (-20.0, -20.0, -10.0 * position)
    return SlicePlane(origin, (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (1.5, 1.5), SHAPE, 8.0)
