"""Save on a small disk that fills and is freed; say what happened."""

import queue
import sys
from pathlib import Path

from vne_core.dicom.kinds import Kind
from vne_core.geometry.plane import SlicePlane
from vne_core.study.annotation import ImageKind, SliceAnnotation
from vne_core.study.model import Series, SliceRef, Study
from vne_core.workspace.autosave import AnnotationWriter
from vne_core.workspace.store import Workspace

PATIENCE_S = 30
PLANE = SlicePlane((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (1.0, 1.0), (8, 8))


def main(disk: Path) -> None:
    slice_ref = SliceRef("s", "t1", Kind.T1_MAP, PLANE, None, None, ())
    series = Series("t1", 1, "T1", Kind.T1_MAP, "rule", (slice_ref,))
    workspace = Workspace.open(disk / "workspace")
    workspace.studies.add(Study("a", "P-A", "", "", None, (series,)), [])
    saved, failed = queue.Queue(), queue.Queue()
    writer = AnnotationWriter(workspace, retry_s=0.1)

    def submit() -> None:
        writer.submit(SliceAnnotation("s", ImageKind.T1), "a" * 5000, saved.put, failed.put)

    def settle(expected: int) -> None:
        writer.flush(PATIENCE_S)
        while (revision := saved.get(timeout=PATIENCE_S).revision) != expected:
            pass
        print("saved", revision)

    submit()
    settle(1)
    filler = fill(disk / "filler")
    submit()
    submit()
    print(failed.get(timeout=PATIENCE_S))
    print("kept", len(writer.unsaved))
    filler.unlink()
    settle(3)
    assert writer.close() == ()
    report = workspace.annotations.verify_chain()
    print("chain", report.is_whole, report.rows)
    workspace.close()


def fill(path: Path) -> Path:
    with path.open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(b"x" * 512)
        except OSError:
            return path


main(Path(sys.argv[1]))
