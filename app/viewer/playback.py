"""The cine's clock: the phase follows from the time, so a late frame never slows the heart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

DEFAULT_CYCLE_MS = 1000.0
_PLACES = 6
"""Digits of a place in the cycle: what rounding takes from a whole phase must not cost it."""
"""Sixty beats a minute, for a cine that does not say its own RR interval."""
SPEEDS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)


@dataclass(frozen=True, slots=True)
class Beat:
    """A cine going round: ``phases`` images in ``cycle_ms``, at ``start_phase`` when time was 0."""

    phases: int
    cycle_ms: float
    speed: float = 1.0
    start_phase: float = 0.0
    is_ping_pong: bool = False
    """To and fro: each phase is shown as long as before, the way back begins at the last."""

    @property
    def steps(self) -> int:
        """How many phases are shown until it begins again."""
        return max(1, 2 * (self.phases - 1)) if self.is_ping_pong else self.phases

    @property
    def phase_ms(self) -> float:
        """How long one phase is shown."""
        return self.cycle_ms / (self.phases * self.speed)

    def position(self, elapsed_ms: float) -> float:
        """Return the place among the ``steps``; beyond ``phases`` on the way back."""
        return (self.start_phase + elapsed_ms / self.phase_ms) % self.steps

    def phase(self, elapsed_ms: float) -> int:
        """Return the phase to show."""
        step = int(self.position(elapsed_ms)) % self.steps
        return step if step < self.phases else self.steps - step

    def until_next_ms(self, elapsed_ms: float) -> float:
        """Return how long the phase to show stays."""
        position = self.position(elapsed_ms)
        return (1 - position % 1) * self.phase_ms


def nearest_phase(
    trigger_times_ms: Sequence[float], rr_interval_ms: float | None, delay_ms: float
) -> int:
    """Return the phase acquired nearest to a delay after the R wave, counted round the cycle."""

    def apart_ms(phase: int) -> float:
        gap = abs(trigger_times_ms[phase] - delay_ms)
        return min(gap % rr_interval_ms, -gap % rr_interval_ms) if rr_interval_ms else gap

    return min(range(len(trigger_times_ms)), key=apart_ms, default=0)


class CinePlayer(QObject):
    """Emits ``phase_changed(int)`` at the heart's own rate while it plays."""

    phase_changed = Signal(int)
    playing_changed = Signal(bool)
    speed_changed = Signal(float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._beat = Beat(1, DEFAULT_CYCLE_MS)
        self._phase = 0
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._advance)
        self._is_playing = False

    @property
    def is_playing(self) -> bool:
        """True while phases change by themselves."""
        return self._is_playing

    @property
    def phase(self) -> int:
        """The phase shown."""
        return self._phase

    @property
    def speed(self) -> float:
        """How many times its own rate the heart beats."""
        return self._beat.speed

    @property
    def is_ping_pong(self) -> bool:
        """True while the cine goes to and fro."""
        return self._beat.is_ping_pong

    def set_cine(self, phases: int, cycle_ms: float | None) -> None:
        """Play another cine, from the same part of the cycle; None is sixty beats a minute."""
        part = self._position() / self._beat.steps
        count = max(1, phases)
        beat = replace(self._beat, phases=count, cycle_ms=cycle_ms or DEFAULT_CYCLE_MS)
        start = round(part * beat.steps, _PLACES)
        self._restart(replace(beat, start_phase=start))

    def set_speed(self, speed: float) -> None:
        """Beat slower or faster, from the phase shown."""
        self._restart(replace(self._beat, speed=speed, start_phase=self._position()))
        self.speed_changed.emit(speed)

    def set_ping_pong(self, *, is_ping_pong: bool) -> None:
        """Go to and fro, or round; from the phase shown."""
        beat = replace(self._beat, is_ping_pong=is_ping_pong)
        self._restart(replace(beat, start_phase=float(self._phase)))

    def change_speed(self, steps: int) -> None:
        """Go up or down the list of speeds."""
        nearest = min(range(len(SPEEDS)), key=lambda index: abs(SPEEDS[index] - self.speed))
        self.set_speed(SPEEDS[min(max(nearest + steps, 0), len(SPEEDS) - 1)])

    def set_phase(self, phase: int) -> None:
        """Show one phase, counted round; playing goes on from there."""
        self._restart(replace(self._beat, start_phase=phase % self._beat.phases))

    def step(self, phases: int) -> None:
        """Stop and show the phase so many further on."""
        at = self._phase
        self.set_playing(is_playing=False)
        self.set_phase(at + phases)

    def set_playing(self, *, is_playing: bool) -> None:
        """Play or rest; resting keeps the phase shown."""
        if is_playing == self._is_playing:
            return
        position = self._position() if is_playing else float(self._phase)
        self._is_playing = is_playing
        self._restart(replace(self._beat, start_phase=position))
        self.playing_changed.emit(is_playing)

    def _position(self) -> float:
        """Return the place in the cycle now."""
        return self._beat.position(self._elapsed_ms())

    def _elapsed_ms(self) -> float:
        playing = self._is_playing and self._clock.isValid()
        return self._clock.nsecsElapsed() / 1e6 if playing else 0.0

    def _restart(self, beat: Beat) -> None:
        self._beat = beat
        self._clock.start()
        self._timer.stop()
        self._advance()

    def _advance(self) -> None:
        """Show the phase that is due and wake when the next one is."""
        elapsed_ms = self._elapsed_ms()
        phase = self._beat.phase(elapsed_ms)
        if phase != self._phase:
            self._phase = phase
            self.phase_changed.emit(phase)
        if self._is_playing and self._beat.phases > 1:
            self._timer.start(max(1, round(self._beat.until_next_ms(self._elapsed_ms()))))
