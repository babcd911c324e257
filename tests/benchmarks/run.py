"""Print every benchmark row as one table: ``python -m tests.benchmarks.run [TOPIC ...]``."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.table import BenchRow, format_table, processor_name

FOLDER = Path(__file__).parent


def topics() -> list[str]:
    """Return the topics that have a file ``bench_<topic>.py``."""
    return sorted(path.stem.removeprefix("bench_") for path in FOLDER.glob("bench_*.py"))


def measure(wanted: list[str]) -> Iterator[BenchRow]:
    """Measure each topic in turn, telling on stderr which one runs."""
    for topic in wanted:
        print(f"timing {topic} ...", file=sys.stderr, flush=True)
        yield from importlib.import_module(f"tests.benchmarks.bench_{topic}").rows()


def main(arguments: list[str]) -> int:
    """Measure the named topics, or all; return 2 for a topic that does not exist."""
    unknown = sorted(set(arguments) - set(topics()))
    if unknown:
        print(f"no benchmark named {', '.join(unknown)}; there are: {', '.join(topics())}")
        return 2
    rows = list(measure(arguments or topics()))
    print(f"processor: {processor_name()}")
    print(format_table(rows))
    print(f"{sum(row.passed for row in rows)} of {len(rows)} bars held")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
