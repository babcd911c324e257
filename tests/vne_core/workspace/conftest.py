"""A small study without DICOM files, and annotations of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from vne_core.dicom.kinds import Kind
from vne_core.geometry.contour import Contour
from vne_core.geometry.plane import SlicePlane
from vne_core.geometry.roi import Roi
from vne_core.study.annotation import ImageKind, SliceAnnotation
from vne_core.study.model import FrameRef, Series, SliceRef, Study
from vne_core.workspace.store import Workspace


def make_plane(position: int = 0) -> SlicePlane:
    origin = (-90.0, -80.25, 10.0 * position + 1 / 3)
    return SlicePlane(origin, (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (1.5, 1.25), (12, 10), 8.0)


def make_slice(series_id: str, kind: Kind, position: int, times_ms: tuple[float, ...]) -> SliceRef:
    frames = tuple(
        FrameRef(index, time_ms, None, 36000.5 + index, 2.0, -4096.0, f"frame {index}")
        for index, time_ms in enumerate(times_ms)
    )
    name = f"{series_id}-{position}"
    return SliceRef(name, series_id, kind, make_plane(position), "for-1", 1000.0, frames)


def make_study(name: str = "a", slices: int = 3) -> Study:
    t1, cine = f"{name}-t1", f"{name}-cine"
    return Study(
        study_id=name,
        pseudonym=f"P-{name.upper()}",
        study_date="20240229",
        manufacturer="Virtual",
        field_strength_t=1.5,
        series=tuple(
            Series(
                series_id,
                number,
                f"{kind} series",
                kind,
                "rule-1",
                tuple(make_slice(series_id, kind, z, times) for z in range(slices)),
            )
            for number, (series_id, kind, times) in enumerate(
                [(t1, Kind.T1_MAP, (0.0,)), (cine, Kind.CINE_SAX, (0.0, 12.5, 40.0))]
            )
        ),
    )


def make_annotation(slice_id: str = "a-t1-0", shift_mm: float = 0.0) -> SliceAnnotation:
    angles = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles), np.zeros(8)], axis=-1)
    return SliceAnnotation(
        slice_id,
        ImageKind.T1,
        epi=Contour(30 * circle + shift_mm),
        endo=Contour(20 * circle + shift_mm),
        remote=Roi((25.0, 0.1, 0.0), 3.0),
        blood_pool=Roi((0.0, 0.0, 0.0), 7.5),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "workspace"


@pytest.fixture
def workspace(folder: Path) -> Iterator[Workspace]:
    with Workspace.open(folder) as opened:
        opened.studies.add(make_study(), [])
        yield opened


@pytest.fixture
def study() -> Callable[..., Study]:
    return make_study


@pytest.fixture
def annotation() -> Callable[..., SliceAnnotation]:
    return make_annotation
