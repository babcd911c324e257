"""Reading a job's stdout: events, of which exactly one is the end."""

from vne_core.jobs.events import TERMINAL, Event, Failed, ProtocolError, from_line

LONGEST_LINE_BYTES = 64_000_000
"""An import's result lists every refused file: long, but not endless."""


class JobStream:
    """Bytes in, events out; without Qt, for a QProcess or a plain pipe alike.

    After the terminal event nothing more is told. A line that is no event ends the stream as a
    failure: the owner should then kill the job.
    """

    def __init__(self) -> None:
        self._partial = b""
        self.terminal: Event | None = None

    def feed(self, data: bytes) -> list[Event]:
        """Return the events completed by more bytes of stdout."""
        *lines, self._partial = (self._partial + data).split(b"\n")
        if len(self._partial) > LONGEST_LINE_BYTES:
            lines, self._partial = [*lines, self._partial[:80]], b""
        return [self._read(line) for line in lines if self.terminal is None]

    def end(self, exit_code: int, log_tail: str = "") -> Event | None:
        """Return the failure that the job's death is, None when it had told its end itself.

        ``exit_code`` is negative for a signal, as in subprocess.
        """
        if self.terminal is not None:
            return None
        how = f"signal {-exit_code}" if exit_code < 0 else f"exit code {exit_code}"
        last = log_tail.strip().splitlines()[-1:] or ["it printed nothing"]
        self.terminal = Failed("died", f"the job ended without a result ({how}): {last[0]}")
        return self.terminal

    def _read(self, line: bytes) -> Event:
        try:
            event = from_line(line.decode())
        except (ProtocolError, UnicodeDecodeError) as error:
            event = Failed("protocol", f"the job said something that is no event: {error}")
        if isinstance(event, TERMINAL):
            self.terminal = event
        return event
