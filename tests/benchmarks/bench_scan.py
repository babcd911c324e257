"""A folder's headers: our scan on all processors against one pydicom process."""

import itertools
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from pydicom import dcmread

from tests.benchmarks.table import BenchRow, median_ms
from tests.vne_core.dicom.made_objects import make_classic, make_pixels, to_bytes
from vne_core.dicom.scan import scan
from vne_core.errors import Cancelled

FILES = 6_000
DISTINCT = 60
ROUNDS = 3
LEAST_RATIO = 1.8
LONGEST_CANCEL_MS = 500.0
FACTS = [
    "ImageType",
    "SOPClassUID",
    "SOPInstanceUID",
    "StudyDate",
    "AcquisitionDate",
    "AcquisitionTime",
    "Modality",
    "Manufacturer",
    "SeriesDescription",
    "PatientID",
    "ScanningSequence",
    "SequenceVariant",
    "ScanOptions",
    "SequenceName",
    "SliceThickness",
    "EchoTime",
    "InversionTime",
    "MagneticFieldStrength",
    "ProtocolName",
    "TriggerTime",
    "NominalInterval",
    "HeartRate",
    "CardiacNumberOfImages",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "SeriesNumber",
    "AcquisitionNumber",
    "InstanceNumber",
    "ImagePositionPatient",
    "ImageOrientationPatient",
    "FrameOfReferenceUID",
    "ImageComments",
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "Rows",
    "Columns",
    "PixelSpacing",
    "BitsAllocated",
    "PixelRepresentation",
    "RescaleIntercept",
    "RescaleSlope",
]
"""What a browsable study needs of a header: the values that our Header holds."""


def rows() -> Iterator[BenchRow]:
    """Measure the scan of a folder of cine headers, and how fast it is cancelled."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = write_folder(folder)
        yield scan_row(folder, paths)
        cancel_ms = cancel_time_ms(folder)
    yield BenchRow(
        name="folder scan cancelled",
        ours_ms=cancel_ms,
        peer_ms=None,
        peer="",
        bar=f"at most {LONGEST_CANCEL_MS:.0f} ms",
        passed=cancel_ms <= LONGEST_CANCEL_MS,
    )


def scan_row(folder: Path, paths: list[Path]) -> BenchRow:
    """Compare the best of a few rounds, in which ours and the peer take turns."""
    rounds = [
        (
            median_ms(lambda: scan([folder]), 1, warmup=0),
            median_ms(lambda: parse_only(paths), 1, warmup=0),
            median_ms(lambda: parse_and_read(paths), 1, warmup=0),
        )
        for _ in range(ROUNDS)
    ]
    ours_ms, parse_ms, read_ms = (min(times) for times in zip(*rounds, strict=True))
    return BenchRow(
        name="folder scan to typed headers",
        ours_ms=ours_ms,
        peer_ms=read_ms,
        peer="one pydicom process, dcmread to the pixels and the same values",
        bar=f"at least {LEAST_RATIO}x",
        passed=read_ms / ours_ms >= LEAST_RATIO,
        note=(
            f"{FILES} files, {os.cpu_count()} processors; the peer parsing only, no value read: "
            f"{parse_ms:.0f} ms, {parse_ms / ours_ms:.1f}x"
        ),
    )


def write_folder(folder: Path) -> list[Path]:
    """Write the files of some cines, with the private elements and references of a scanner."""
    paths = []
    for number in range(DISTINCT):
        path = folder / f"{number:05}"
        path.write_bytes(to_bytes(scanner_like(number)))
        paths.append(path)
    for number in range(DISTINCT, FILES):
        path = folder / f"{number:05}"
        path.hardlink_to(paths[number % DISTINCT])
        paths.append(path)
    return paths


def scanner_like(number: int):
    """Return a cine frame of 192 x 192 with as many elements as scanners write."""
    dataset = make_classic(
        make_pixels(seed=number, shape=(192, 192)), TriggerTime=str(number), InstanceNumber=number
    )
    for group, creator in ((0x19, "SIEMENS MR HEADER"), (0x51, "SIEMENS MR HEADER 2")):
        block = dataset.private_block(group, creator, create=True)
        for element in range(16):
            block.add_new(element, "LO", f"private value {element}")
    csa = dataset.private_block(0x29, "SIEMENS CSA HEADER", create=True)
    csa.add_new(0x10, "OB", bytes(np.random.default_rng(number).bytes(12_000)))
    for keyword in [
        "InstitutionName",
        "StationName",
        "StudyDescription",
        "ManufacturerModelName",
        "BodyPartExamined",
        "PatientAge",
        "SoftwareVersions",
        "DeviceSerialNumber",
        "TransmitCoilName",
        "PatientPosition",
        "StudyID",
        "PositionReferenceIndicator",
    ]:
        setattr(dataset, keyword, "X1")
    return dataset


def parse_only(paths: list[Path]) -> None:
    """Parse the headers in one process, converting nothing."""
    for path in paths:
        dcmread(path, stop_before_pixels=True)


def parse_and_read(paths: list[Path]) -> None:
    """Read the values of our Header in one process, as a script with pydicom does."""
    for path in paths:
        dataset = dcmread(path, stop_before_pixels=True)
        for keyword in FACTS:
            dataset.get(keyword)


def cancel_time_ms(folder: Path) -> float:
    """Return the milliseconds from the user's cancel to the scan's end."""
    started = time.perf_counter()
    asked = itertools.count()

    def cancelled() -> bool:
        nonlocal started
        stop = next(asked) > 5
        if not stop:
            started = time.perf_counter()
        return stop

    try:
        scan([folder], cancelled=cancelled)
    except Cancelled:
        return (time.perf_counter() - started) * 1e3
    return float("inf")
