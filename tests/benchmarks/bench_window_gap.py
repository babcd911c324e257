"""How long the window is away from its reader while 20,000 files are imported beside it.

The peer is a Qt loop with nothing to do, in a process of its own at the same time: how long the
machine keeps anybody waiting.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QTimer

from app import collector
from app.compose.load_ahead import MODULES, LoadAhead
from app.compose.opening import furnish
from app.compose.reader import Reader
from app.main_window import MainWindow
from app.panels.style import apply_theme
from app.settings import Settings
from tests.benchmarks.bare_loop import Beat, beside
from tests.benchmarks.bench_viewer import application
from tests.benchmarks.table import BenchRow, percentile
from tests.vne_core.dicom.made_objects import make_classic, make_pixels, to_bytes
from vne_core.jobs.events import JobSpec
from vne_core.jobs.foreground import run_foreground

STUDIES, POSITIONS, PHASES = 20, 40, 25
"""20,000 files: more cines than a day's list."""
P99_MS, LONGEST_MS = 16.0, 50.0
PATIENCE_MS = 600_000
STAND_IN = "1.2.826.0.1.3680043.8.498.00000000"
"""A UID of the length of those that take its place in a copied file."""


def rows() -> Iterator[BenchRow]:
    """Import beside an open study whose cine plays, and time the window's absences."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["VNE_CONFIG_DIR"] = str(folder / "config")
        write_folder(folder / "day")
        params = {"workspace": str(folder / "workspace"), "folder": str(folder / "demo")}
        run_foreground(JobSpec("demo", params), lambda _: None)
        with beside() as bare_ms:
            gaps_ms, files = gaps_during_import(folder)
        shutil.rmtree(folder / "day")
    p99, longest = percentile(gaps_ms, 99), max(gaps_ms)
    yield BenchRow(
        name="window away while files are imported, p99",
        ours_ms=p99,
        peer_ms=percentile(bare_ms, 99),
        peer="an empty Qt loop beside it",
        bar=f"p99 <= {P99_MS:.0f} ms, longest <= {LONGEST_MS:.0f} ms",
        passed=p99 <= P99_MS and longest <= LONGEST_MS,
        note=f"{files} files, {len(gaps_ms)} beats, longest {longest:.1f} ms "
        f"(empty loop {max(bare_ms):.1f} ms), cine playing",
    )


def write_folder(folder: Path) -> None:
    """Write the files: one header a series made, the others by putting in another UID and time."""
    for study in range(STUDIES):
        (folder / str(study)).mkdir(parents=True)
        for position in range(POSITIONS):
            _write_series(folder / str(study), study, position)


def _write_series(folder: Path, study: int, position: int) -> None:
    series_uid = f"1.2.840.99.{study}.{position}"
    template = to_bytes(
        make_classic(
            make_pixels(seed=position, shape=(48, 48)),
            SOPInstanceUID=STAND_IN,
            StudyInstanceUID=f"1.2.840.99.{study}",
            SeriesInstanceUID=series_uid,
            SeriesNumber=str(position),
            PatientID=f"patient-{study}",
            ScanningSequence="GR",
            SequenceName="tfi2d1_10",
            InversionTime=None,
            TriggerTime="0000.0",
            ImageOrientationPatient=["1", "0", "0", "0", "1", "0"],
            ImagePositionPatient=["-30", "-30", f"{8 * position}"],
        )
    )
    for phase in range(PHASES):
        number = (study * POSITIONS + position) * PHASES + phase + 1
        data = template.replace(b"498.00000000", b"498.%08d" % (10_000_000 + number))
        data = data.replace(b"0000.0", b"%06.1f" % (36.0 * phase))
        (folder / f"{position:03}-{phase:02}").write_bytes(data)


def gaps_during_import(folder: Path) -> tuple[list[float], int]:
    """Return the window's absences from the import's start to its end, and how many files."""
    collector.hold()
    apply_theme(application(), "dark")
    window = MainWindow(Settings(folder / "config", folder / "workspace"))
    window.resize(1440, 900)
    window.show()
    options = argparse.Namespace(
        workspace_folder=folder / "workspace", screenshot=None, paths=[], demo=False
    )
    reader = furnish(window, options)
    LoadAhead(reader)
    collector.Collector(window)
    wait_until(lambda: bool(reader.studies))
    _open_first(reader)
    wait_until(lambda: MODULES[-1] in sys.modules)
    reader.player.set_playing(is_playing=True)
    beat = Beat()
    reader.open_paths([folder / "day"])
    wait_until(lambda: reader.imports.last is not None)
    wait_until(lambda: reader.background.is_idle)
    late = beat.late_ms
    counts = reader.imports.last.counts if reader.imports.last else {}
    window.close()
    collector.release()
    return late, counts.get("files", 0)


def _open_first(reader: Reader) -> None:
    seen: list[bool] = []
    reader.ready.connect(lambda: seen.append(True))
    reader.open_study(reader.studies[0].study_id)
    wait_until(lambda: bool(seen))


def wait_until(condition) -> None:
    """Let the window work until a condition holds."""
    deadline, loop, look = QDeadlineTimer(PATIENCE_MS), QEventLoop(), QTimer()
    look.timeout.connect(loop.quit)
    look.start(20)
    while not condition():
        assert not deadline.hasExpired(), "the window took too long"
        loop.exec()
    look.stop()
