"""A study imported once, opened again from the workspace, against reading its files."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from pydicom import dcmread

from tests.benchmarks.table import BenchRow, median_ms
from vne_core.align.match import SliceMatch, match_study
from vne_core.align.stack import AlignedSlice
from vne_core.jobs import import_study
from vne_core.phantom.studies import DICOM_FOLDER, write_demo_patient
from vne_core.workspace.aligned import aligned_slice
from vne_core.workspace.arrays import ArrayCache
from vne_core.workspace.store import Workspace

REPEAT = 9
LEAST_RATIO = 20.0
LARGEST_SLICE_MS = 50.0
"""A slice is read by a worker thread; this is when a reader would begin to notice."""


def rows() -> Iterator[BenchRow]:
    """Yield opening a study, and changing to a slice."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        before = os.environ.get("VNE_CONFIG_DIR")
        os.environ["VNE_CONFIG_DIR"] = str(folder / "config")
        try:
            write_demo_patient(folder / "patient")
            yield from _measure(folder, folder / "patient" / DICOM_FOLDER)
        finally:
            os.environ.pop("VNE_CONFIG_DIR")
            if before is not None:
                os.environ["VNE_CONFIG_DIR"] = before


def _measure(folder: Path, files: Path) -> Iterator[BenchRow]:
    workspace = folder / "workspace"
    from_files_ms = min(_import_ms(workspace, files) for _ in range(2))
    pydicom_ms = median_ms(lambda: _read_pixels(files), 2)
    open_ms = median_ms(lambda: _open(workspace), REPEAT)
    yield BenchRow(
        "demo study, opened from the workspace",
        open_ms,
        from_files_ms,
        "opening it from its files: read, decode, match, align",
        f">= {LEAST_RATIO:g}x",
        passed=from_files_ms / open_ms >= LEAST_RATIO,
        note=f"pydicom alone, headers and pixels of the same files: {pydicom_ms:.0f} ms",
    )
    matches = _matches(workspace)
    slice_ms = median_ms(lambda: _touch(ArrayCache(workspace / "arrays"), matches[1]), REPEAT)
    slice_files = sorted(files.rglob("*.dcm"))[:: len(matches)]
    peer_ms = median_ms(lambda: [dcmread(path).pixel_array for path in slice_files], 3)
    is_mapped = _is_mapped(aligned_slice(ArrayCache(workspace / "arrays"), matches[1]))
    yield BenchRow(
        "a slice's T1, IR, cine and LGE, first time",
        slice_ms,
        peer_ms,
        "pydicom, a slice's share of the files",
        f"memory-mapped, <= {LARGEST_SLICE_MS:g} ms",
        passed=is_mapped and slice_ms <= LARGEST_SLICE_MS,
        note="each file checked against damage",
    )


def _import_ms(workspace: Path, files: Path) -> float:
    """Return how long the whole import into an empty workspace takes."""
    shutil.rmtree(workspace, ignore_errors=True)
    start = time.perf_counter()
    params = {"paths": [str(files)], "workspace": str(workspace)}
    list(import_study.run(params, lambda: False))
    return (time.perf_counter() - start) * 1e3


def _open(workspace: Path) -> None:
    """Do what the window does until the first slice can be drawn."""
    with Workspace.open(workspace) as opened:
        study = opened.studies.load(opened.studies.summaries()[0].study_id)
        matches = match_study(study, opened.overrides.of_study(study.study_id))
        opened.annotations.of_study(study.study_id)
        _touch(opened.arrays, matches[0])


def _touch(arrays: ArrayCache, match: SliceMatch) -> None:
    """Read what the four panes show of a slice."""
    aligned = aligned_slice(arrays, match)
    for image in (aligned.t1_ms, aligned.cine, aligned.lge):
        assert image is not None
        np.asarray(image).sum()


def _matches(workspace: Path) -> tuple[SliceMatch, ...]:
    with Workspace.open(workspace, read_only=True) as opened:
        return match_study(opened.studies.load(opened.studies.summaries()[0].study_id))


def _is_mapped(aligned: AlignedSlice) -> bool:
    images = (aligned.t1_ms, aligned.ir, aligned.cine, aligned.lge)
    return all(isinstance(image, np.memmap) for image in images)


def _read_pixels(files: Path) -> None:
    for path in sorted(files.rglob("*.dcm")):
        _ = dcmread(path).pixel_array
