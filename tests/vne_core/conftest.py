"""Headers as scanners write them, made without files: a study is a list of scans.

And what several rooms need of the system: child processes that find the code, disks of their own.
"""

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from vne_core.dicom.deidentify import Pseudonymiser
from vne_core.dicom.header import FrameHeader, Header, SourceFile
from vne_core.geometry.plane import SlicePlane

MR_IMAGE = "1.2.840.10008.5.1.4.1.1.4"
ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1"
MAGNITUDE = ("ORIGINAL", "PRIMARY", "M", "ND")
SHORT_AXIS = ((0.792067, 0.0, 0.610434), (0.377686, 0.785613, -0.490067))
"""Row and column directions of a person's short axis; its normal points apex to base."""
FOUR_CHAMBER = ((0.9954, 0.0, 0.0958042), (0.0787602, -0.569348, -0.818315))


def unit(vector) -> np.ndarray:
    return np.asarray(vector) / np.linalg.norm(vector)


def plane_at(
    apexward_mm: float = 0.0,
    directions=SHORT_AXIS,
    shape_px=(192, 192),
    spacing_mm=(1.5, 1.5),
    shift_mm=(0.0, 0.0, 0.0),
) -> SlicePlane:
    """A plane whose centre lies ``apexward_mm`` along the heart's axis from a point in the base."""
    row = unit(directions[0])
    col = unit(np.asarray(directions[1]) - (np.asarray(directions[1]) @ row) * row)
    axis = -np.cross(unit(SHORT_AXIS[0]), unit(SHORT_AXIS[1]))
    centre = np.array([-20.0, -30.0, 10.0]) + apexward_mm * axis + np.asarray(shift_mm)
    half = (np.array(shape_px)[::-1] - 1) / 2 * np.array(spacing_mm)[::-1]
    origin = centre - half[0] * row - half[1] * col
    return SlicePlane(tuple(origin), tuple(row), tuple(col), spacing_mm, shape_px, 8.0)


class Scanner:
    """Makes the headers of one examination, series after series."""

    def __init__(self, **study) -> None:
        self.study = {"patient_id": "HCM 7", "study_uid": "1.2.3", **study}
        self._uids = count(1)
        self._series = count(1)

    def series(
        self,
        description: str,
        *,
        image_type: Sequence[str] = MAGNITUDE,
        planes: Sequence[SlicePlane] | None = None,
        inversion_times: Sequence[float | None] = (None,),
        trigger_times: Sequence[float | None] = (None,),
        at_s: float | None = None,
        every_s: float = 0.0,
        comments: Sequence[str] = ("",),
        number: int | None = None,
        **header,
    ) -> list[Header]:
        """One object for each plane and time, numbered and timed as the scanner goes."""
        number = next(self._series) if number is None else number
        images = max(len(inversion_times), len(trigger_times), len(comments))
        made = []
        for plane in planes or (plane_at(),):
            for index in range(images):
                turn = len(made)
                frame = FrameHeader(
                    number=1,
                    plane=plane,
                    image_type=tuple(image_type),
                    trigger_time_ms=trigger_times[index % len(trigger_times)],
                    inversion_time_ms=inversion_times[index % len(inversion_times)],
                    echo_time_ms=1.1,
                    acquisition_time_s=None if at_s is None else at_s + turn * every_s,
                    slope=1.0,
                    intercept=0.0,
                    comments=comments[index % len(comments)],
                )
                made.append(self.header(description, number, turn + 1, (frame,), **header))
        return made

    def header(self, description, series_number, instance, frames, **header) -> Header:
        """One object of a series."""
        uid = f"1.2.3.{next(self._uids)}"
        fields = {
            "source": SourceFile(Path(f"/scans/{uid}.dcm")),
            "sop_uid": uid,
            "sop_class_uid": MR_IMAGE,
            "transfer_syntax_uid": "1.2.840.10008.1.2.1",
            "series_uid": f"1.2.3.0.{series_number}",
            "frame_of_reference_uid": "1.2.3.99",
            "study_date": "20210301",
            "series_number": series_number,
            "series_description": description,
            "protocol_name": description,
            "manufacturer": "SIEMENS",
            "sequence_name": "",
            "scanning_sequence": ("GR",),
            "sequence_variant": (),
            "scan_options": (),
            "contrast_agent": "",
            "photometric": "MONOCHROME2",
            "bits_allocated": 16,
            "is_signed": False,
            "field_strength_t": 1.5,
            "nominal_interval_ms": None,
            "heart_rate_bpm": None,
            "cardiac_images": None,
            "acquisition_number": 1,
            "instance_number": instance,
            "image_comments": "",
            "ge_image_kind": None,
            "frames": frames,
        }
        return Header(**{**fields, **self.study, **header})

    def enhanced(self, description: str, frames: Sequence[dict], **header) -> Header:
        """One enhanced object of many frames, each given by what it differs in."""
        plain = self.series(description)[0].frames[0]
        numbered = tuple(
            replace(plain, **{"number": number, **frame})
            for number, frame in enumerate(frames, start=1)
        )
        return self.header(
            description, next(self._series), 1, numbered, sop_class_uid=ENHANCED_MR, **header
        )


@pytest.fixture
def scanner() -> Scanner:
    return Scanner()


@pytest.fixture(scope="session")
def new_scanner() -> Callable[..., Scanner]:
    return Scanner


@pytest.fixture(scope="session")
def plane():
    return plane_at


@pytest.fixture(scope="session")
def four_chamber():
    return FOUR_CHAMBER


@pytest.fixture(scope="session")
def pseudonyms() -> Pseudonymiser:
    return Pseudonymiser(b"the key of tests")


@pytest.fixture(autouse=True)
def importable(monkeypatch) -> None:
    """Let child processes import this checkout, installed or not."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))


@pytest.fixture
def in_mount_namespace() -> Callable[[str], str]:
    """Run a shell command that may mount its own disks, seen by nobody else; return its output."""
    unshare = ["unshare", "--user", "--map-root-user", "--mount"]

    def run(command: str) -> str:
        if subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode:
            pytest.skip("this system has no mount namespaces: no disk to mount")
        done = subprocess.run(
            [*unshare, "sh", "-c", command],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
