"""One table of speed ratios: ours against a named peer, measured in the same run."""

import gc
import platform
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class BenchRow:
    """One measured comparison. ``bar`` is the sentence that ``passed`` answers."""

    name: str
    ours_ms: float
    peer_ms: float | None
    peer: str
    bar: str
    passed: bool
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times faster than the peer; None where the bar is absolute."""
        return None if self.peer_ms is None else self.peer_ms / self.ours_ms


def time_ms(function: Callable[[], object], repeat: int, warmup: int = 1) -> list[float]:
    """Return the milliseconds of each of ``repeat`` calls, after ``warmup`` uncounted ones."""
    for _ in range(warmup):
        function()
    gc.collect()
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        function()
        times.append((time.perf_counter() - start) * 1e3)
    return times


def median_ms(function: Callable[[], object], repeat: int, warmup: int = 1) -> float:
    """Return the median milliseconds of ``repeat`` calls."""
    return statistics.median(time_ms(function, repeat, warmup))


def percentile(times: list[float], percent: float) -> float:
    """Return the nearest-rank percentile of measured times."""
    ranked = sorted(times)
    return ranked[min(len(ranked) - 1, int(len(ranked) * percent / 100))]


def processor_name() -> str:
    """Return the processor's own name, where the system tells it."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def format_table(rows: Iterable[BenchRow]) -> str:
    """Return the rows as aligned text."""
    lines = [f"{'what':44} {'ours ms':>10} {'peer ms':>10} {'ratio':>8}  bar"]
    for row in rows:
        peer = "-" if row.peer_ms is None else f"{row.peer_ms:.3f}"
        ratio = "-" if row.ratio is None else f"{row.ratio:.1f}x"
        mark = "held" if row.passed else "MISSED"
        lines.append(
            f"{row.name:44} {row.ours_ms:10.3f} {peer:>10} {ratio:>8}  {row.bar}: {mark}"
            f" (peer: {row.peer or 'none'}){'  ' + row.note if row.note else ''}"
        )
    return "\n".join(lines)
