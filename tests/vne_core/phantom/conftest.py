from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
import pytest

from vne_core.align.resample import resampler
from vne_core.phantom.demo import demo_patient
from vne_core.phantom.patient import make_body
from vne_core.phantom.studies import DICOM_FOLDER, write_demo_patient
from vne_core.phantom.truth import Truth


@dataclass(frozen=True)
class Demo:
    folder: Path
    truth: Truth

    def series(self, number: int) -> list[pydicom.Dataset]:
        (folder,) = (self.folder / DICOM_FOLDER).glob(f"{number:03d}_*")
        return [pydicom.dcmread(path) for path in sorted(folder.iterdir())]

    def objects(self) -> list[pydicom.Dataset]:
        paths = sorted((self.folder / DICOM_FOLDER).rglob("*.dcm"))
        return [pydicom.dcmread(path) for path in paths]

    def lge_on_t1(self) -> dict[str, np.ndarray]:
        images = {}
        for index, item in enumerate(self.truth.slices):
            (psir,) = self.series(31 + 2 * index)
            assert psir.SOPInstanceUID == item.lge_uid
            onto = resampler(item.lge_plane, item.t1_plane)
            images[item.name] = onto.linear(psir.pixel_array[None].astype(np.float32))[0]
        return images


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Demo:
    folder = tmp_path_factory.mktemp("virtual") / "demo"
    return Demo(folder, write_demo_patient(folder))


@pytest.fixture(scope="session")
def body():
    return make_body(demo_patient())
