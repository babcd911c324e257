"""Run one job: ``python -m vne_core.jobs.run FOLDER``; its events are JSON lines on stdout.

File descriptor 1 is moved away first, so that what libraries print goes to stderr. Exactly one
terminal event is written, whatever the job's code does.
"""

import contextlib
import math
import os
import sys
import time
import traceback
from collections.abc import Callable, Generator, Iterable, Sequence
from pathlib import Path

from vne_core.errors import Cancelled, VneError
from vne_core.jobs.events import (
    TERMINAL,
    Event,
    Failed,
    Finished,
    Progress,
    Stopped,
    to_line,
)
from vne_core.jobs.folder import is_cancel_requested, read_spec
from vne_core.jobs.registry import job_code

NICENESS = 10
"""A job and its workers yield to the window: on two processors an import would starve it."""
SESSION_NICENESS = 5
"""How a job's session yields: a third of the window's share where both want all there is, so that
a job still gets on beside other busy programs."""
SESSION_FILE = Path("/proc/self/autogroup")
"""Where Linux keeps how a session yields (sched(7), "The autogroup feature")."""
TOLD_EVERY_S = 0.05
"""How often at most a stage's progress is told: an eye sees no more, and a reader's window would
be woken for every file."""
EXIT_FINISHED, EXIT_FAILED, EXIT_USAGE, EXIT_STOPPED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the job of the folder named by the only argument; return the exit code."""
    found = sys.argv[1:] if arguments is None else arguments
    if len(found) != 1:
        sys.stderr.write("usage: python -m vne_core.jobs.run FOLDER\n")
        return EXIT_USAGE
    with contextlib.suppress(OSError):
        os.setsid()  # the owner can end the job and its workers together
    if arguments is None:
        _yield_to_window()
    tell = _take_stdout()
    try:
        return run_job(Path(found[0]), tell)
    except BrokenPipeError:  # the owner is gone: nobody waits for the result
        return EXIT_STOPPED


def run_job(folder: Path, tell: Callable[[Event], None]) -> int:
    """Tell the events of the job in ``folder``, the terminal one last; return the exit code."""
    with contextlib.closing(_events(folder)) as events:
        for event in thinned(events):
            tell(event)
            if isinstance(event, TERMINAL):
                return _exit_code(event)
    raise AssertionError("unreachable: _events ends with a terminal event")


def thinned(
    events: Iterable[Event], clock_s: Callable[[], float] = time.monotonic
) -> Generator[Event]:
    """Yield the events without the progress that follows another of its stage too soon.

    The first and the last of a stage are always told.
    """
    told_s, stage = -math.inf, None
    for event in events:
        if isinstance(event, Progress):
            is_soon = event.text == stage and clock_s() - told_s < TOLD_EVERY_S
            if is_soon and event.done < event.total:
                continue
            told_s, stage = clock_s(), event.text
        yield event


def _events(folder: Path) -> Generator[Event]:
    """Yield what the job's code yields; turn its end of any kind into a terminal event."""
    try:
        spec = read_spec(folder)
        yield from job_code(spec.kind)(spec.params, lambda: is_cancel_requested(folder))
        yield Failed("no-end", f"the job {spec.kind} ended without saying how")
    except Cancelled:
        yield Stopped()
    except VneError as error:
        yield Failed(error.code, error.found, error.needed, error.action)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - a fault of any kind must reach the reader
        traceback.print_exc()
        yield Failed("fault", f"{type(error).__name__}: {error}", "", "see the job's log")


def _yield_to_window() -> None:
    """Let this process, its workers and its session get what the window leaves.

    Desktop kernels share the processors among sessions first and heed niceness only within one:
    a job in a session of its own would take as much as the window.
    """
    os.nice(NICENESS)
    with contextlib.suppress(OSError):
        SESSION_FILE.write_text(str(SESSION_NICENESS))


def _take_stdout() -> Callable[[Event], None]:
    """Keep the real stdout for events and point file descriptor 1 at stderr."""
    sys.stdout.flush()
    stream = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def tell(event: Event) -> None:
        stream.write(to_line(event))
        stream.flush()

    return tell


def _exit_code(event: Event) -> int:
    match event:
        case Finished():
            return EXIT_FINISHED
        case Stopped():
            return EXIT_STOPPED
        case _:
            return EXIT_FAILED


if __name__ == "__main__":
    sys.exit(main())
