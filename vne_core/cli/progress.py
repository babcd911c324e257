"""A job run for the command line: a bar on a terminal, a line a stage elsewhere."""

import sys
from types import TracebackType
from typing import Any, Self

from tqdm import tqdm

from vne_core.jobs.events import Event, JobSpec, Measured, Progress, Warned
from vne_core.jobs.foreground import run_foreground


def run_job(kind: str, params: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Run a job to its end with progress on stderr; return its result and its warnings.

    Raises JobFailedError and Cancelled.
    """
    with _Follower() as follower:
        finished = run_foreground(JobSpec(kind, params), follower.follow)
    return finished.result, tuple(follower.warnings)


class _Follower:
    """Shows one stage after the other and keeps the warnings."""

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self._stage = ""
        self._bar: tqdm[Any] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end_stage()

    def follow(self, event: Event) -> None:
        """Show one event of the job."""
        match event:
            case Progress():
                self._show(event)
            case Warned(text):
                self.warnings.append(text)
            case Measured(step, values):
                self._write(f"step {step}: {_figures(values)}")
            case _:
                self._end_stage()

    def _write(self, line: str) -> None:
        """Write a line, above the bar where there is one."""
        if self._bar is not None:
            self._bar.write(line, file=sys.stderr)
        else:
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()

    def _show(self, event: Progress) -> None:
        if event.text != self._stage:
            self._end_stage()
            self._stage = event.text
            self._start_stage(event)
        if self._bar is not None:
            self._bar.total = event.total
            self._bar.update(event.done - self._bar.n)

    def _start_stage(self, event: Progress) -> None:
        if sys.stderr.isatty():
            self._bar = tqdm(total=event.total, desc=event.text, file=sys.stderr, leave=False)
        else:
            sys.stderr.write(f"{event.text} ...\n")
            sys.stderr.flush()

    def _end_stage(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def _figures(values: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.4g}" for name, value in values.items())
