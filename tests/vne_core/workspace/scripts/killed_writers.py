"""Kill a writing process many times, each at another moment, and compare what it had said.

Every round forks a process that opens the workspace as a window does and saves through the
autosave thread, acknowledging each revision on a pipe after COMMIT. It is killed with SIGKILL, by
turns some time after it began to open and some time after its first acknowledgement; then the
workspace is opened again, and every acknowledged revision must be there and the chain whole.
"""

import json
import os
import select
import signal
import sys
import time
from pathlib import Path

import numpy as np

from vne_core.dicom.kinds import Kind
from vne_core.geometry.contour import Contour
from vne_core.geometry.plane import SlicePlane
from vne_core.study.annotation import ImageKind, SliceAnnotation
from vne_core.study.model import Series, SliceRef, Study
from vne_core.workspace.autosave import AnnotationWriter
from vne_core.workspace.store import Workspace

PLANE = SlicePlane((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (1.0, 1.0), (8, 8))
SLICE = SliceRef("s", "t1", Kind.T1_MAP, PLANE, None, None, ())
SERIES = Series("t1", 1, "T1", Kind.T1_MAP, "rule", (SLICE,))
OPENING = "opening\n"
SLOWEST_LIVES = 2.0
"""Lives last up to this many times as long as a writer takes to its first acknowledgement."""
PATIENCE_S = 30.0


def main(folder: Path, kills: int) -> None:
    rng = np.random.default_rng(7)
    with Workspace.open(folder) as workspace:
        workspace.studies.add(Study("a", "P-A", "", "", None, (SERIES,)), [])
    longest_s = SLOWEST_LIVES * first_word_s(folder)
    problems: list[str] = []
    acknowledged: dict[int, float] = {}
    silent = 0
    for round_number in range(kills):
        said = one_life(folder, round_number, float(rng.uniform(0, longest_s)))
        silent += not said
        acknowledged |= said
        problems += [f"round {round_number}: {text}" for text in inspect(folder, acknowledged)]
    print(
        json.dumps(
            {
                "kills": kills,
                "acknowledged": len(acknowledged),
                "silent": silent,
                "problems": problems[:5],
            }
        )
    )


def first_word_s(folder: Path) -> float:
    """Return how long a writer takes on this machine from its start to its first saved edit."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        write_until_killed(folder, writing, -1)
    os.close(writing)
    select.select([reading], [], [], PATIENCE_S)
    os.read(reading, len(OPENING))
    begun = time.monotonic()
    select.select([reading], [], [], PATIENCE_S)
    took_s = time.monotonic() - begun
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(reading)
    return took_s


def one_life(folder: Path, round_number: int, life_s: float) -> dict[int, float]:
    """Fork a writer, kill it, and return what it acknowledged: revision to its mark.

    In even rounds its life is counted from its opening, in odd ones from its first acknowledgement.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        write_until_killed(folder, writing, round_number)
    os.close(writing)
    select.select([reading], [], [], PATIENCE_S)
    os.read(reading, len(OPENING))
    if round_number % 2:
        select.select([reading], [], [], PATIENCE_S)
    time.sleep(life_s)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    with os.fdopen(reading) as stream:
        lines = stream.read().split("\n")[:-1]
    return {int(revision): float(mark) for revision, mark in (line.split() for line in lines)}


def write_until_killed(folder: Path, pipe: int, round_number: int) -> None:
    os.write(pipe, OPENING.encode())
    workspace = Workspace.open(folder)
    writer = AnnotationWriter(workspace)
    mark = round_number * 1e6
    while True:
        mark += 1
        writer.submit(drawing(mark), "ana", acknowledge(pipe), lambda error: os._exit(1))
        if len(writer.unsaved) > 3:
            writer.flush(1)


def acknowledge(pipe: int):
    def say(saved: SliceAnnotation) -> None:
        os.write(pipe, f"{saved.revision} {float(saved.epi.points_mm[0, 0])!r}\n".encode())

    return say


def drawing(mark: float) -> SliceAnnotation:
    points = np.full((40, 3), mark) + np.arange(120).reshape(40, 3) / 7
    return SliceAnnotation("s", ImageKind.T1, epi=Contour(points))


def inspect(folder: Path, acknowledged: dict[int, float]) -> list[str]:
    """Return what is wrong with the workspace after a kill."""
    with Workspace.open(folder) as workspace:
        if workspace.is_read_only:
            return [workspace.read_only_reason]
        stored = dict(
            workspace._connection.execute(
                "SELECT revision, json_extract(body, '$.epi[0][0]') FROM annotation"
            )
        )
        lost = [r for r, mark in acknowledged.items() if stored.get(r) != mark]
        report = workspace.annotations.verify_chain()
    problems = [f"revision {revision} was acknowledged and is not there" for revision in lost]
    return problems if report.is_whole else [*problems, report.reason]


main(Path(sys.argv[1]), int(sys.argv[2]))
