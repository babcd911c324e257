"""The last net: an error nobody caught becomes one polite line and a log without identity."""

import errno
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from vne_core.errors import VneError

LARGEST_LOG_BYTES = 1_000_000


def sentence(error: BaseException) -> str:
    """Return what happened and what to do, in one line a reader understands."""
    if isinstance(error, VneError):
        return error.sentence
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "The disk is full; free some space and try again."
    if isinstance(error, PermissionError):
        return "A file or folder may not be read or written here; choose another place."
    if isinstance(error, OSError) and error.strerror:
        return f"A file could not be used: {error.strerror.lower()}."
    if isinstance(error, MemoryError):
        return "The computer's memory is full; close other programs and try again."
    return (
        f"Something went wrong inside the reader ({type(error).__name__}). "
        "What was shown as saved is safe; Help, Show log says where."
    )


def log_entry(error: BaseException) -> str:
    """Return type, code and place of an error, without its message.

    A message can carry a path or a header value, and so a patient's name; a line number cannot.
    """
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"  {Path(frame.filename).name}:{frame.lineno} in {frame.name}" for frame in frames]
    code = f" [{error.code}]" if isinstance(error, VneError) else ""
    moment = time.strftime("%Y-%m-%d %H:%M:%S")
    return "\n".join([f"{moment} {type(error).__name__}{code}", *places]) + "\n"


class ErrorNet:
    """Catches what nobody caught, in any thread, from ``install`` to ``remove``.

    ``show`` gets the polite line; it may be called from any thread.
    """

    def __init__(self, log_file: Path, show: Callable[[str], None]) -> None:
        self._log_file = log_file
        self._show = show
        self._previous = (sys.excepthook, threading.excepthook)

    def install(self) -> None:
        """Start catching."""
        self._previous = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._caught
        threading.excepthook = self._caught_in_thread

    def remove(self) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook = self._previous

    def report(self, error: BaseException) -> None:
        """Log an error and show its line; an interrupt from the keyboard is no error."""
        try:
            self._write(log_entry(error))
            self._show(sentence(error))
        except Exception as second:  # noqa: BLE001 - the net itself must not fall through
            sys.stderr.write(log_entry(error) + log_entry(second))

    def _caught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self.report(error)

    def _caught_in_thread(self, caught: threading.ExceptHookArgs) -> None:
        if caught.exc_value is not None:
            self.report(caught.exc_value)

    def _write(self, entry: str) -> None:
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        full = self._log_file.exists() and self._log_file.stat().st_size > LARGEST_LOG_BYTES
        with self._log_file.open("w" if full else "a", encoding="utf-8") as stream:
            stream.write(entry)
