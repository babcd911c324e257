"""The six intraclass correlations with their intervals against pingouin, on the same readings."""

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from tests.benchmarks.table import BenchRow, median_ms
from vne_core.stats.agreement import intraclass_correlations

SUBJECTS = 121
READINGS = 2
MIN_RATIO = 50.0
MAX_DIFFERENCE = 1e-10


def rows() -> Iterator[BenchRow]:
    """Measure all six forms of a study of the paper's size, and the difference to the peer's."""
    rng = np.random.default_rng(2021)
    readings = rng.gamma(2, 6, (SUBJECTS, 1)) + rng.normal(0, 4, (SUBJECTS, READINGS))
    ours_ms = median_ms(lambda: intraclass_correlations(readings), repeat=50)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the peer's, about its own dependencies
        import pandas as pd  # noqa: PLC0415 - heavy, and this row alone needs it
        import pingouin  # noqa: PLC0415

        pingouin.options["round.column.CI95"] = None
        frame = pd.DataFrame(
            {
                "subject": np.repeat(np.arange(SUBJECTS), READINGS),
                "reader": np.tile(np.arange(READINGS), SUBJECTS),
                "value": readings.ravel(),
            }
        )

        def peer() -> Any:
            return pingouin.intraclass_corr(frame, "subject", "reader", "value")

        peer_ms = median_ms(peer, repeat=10)
        off = _difference(readings, peer())
    yield BenchRow(
        name=f"ICC, six forms, {SUBJECTS}x{READINGS}",
        ours_ms=ours_ms,
        peer_ms=peer_ms,
        peer="pingouin intraclass_corr",
        bar=f">= {MIN_RATIO:g}x and equal to {MAX_DIFFERENCE:g}",
        passed=peer_ms / ours_ms >= MIN_RATIO and off < MAX_DIFFERENCE,
        note=f"largest difference {off:.1e}",
    )


def _difference(readings: np.ndarray, peer: Any) -> float:
    """Return the largest difference of a value or an interval's end."""
    ours = [(i.value, i.interval.low, i.interval.high) for i in intraclass_correlations(readings)]
    theirs = [(value, *interval) for value, interval in zip(peer["ICC"], peer["CI95"], strict=True)]
    return float(np.abs(np.array(ours) - np.array(theirs, dtype=float)).max())
