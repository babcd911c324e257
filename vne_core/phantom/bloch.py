"""Look-Locker T1 mapping simulated pulse by pulse, and tables of it over T1 and off-resonance.

The magnetisation of each isochromat is followed through inversions, free recovery and balanced
readouts (Bloch equations, every pulse of a readout). Transverse magnetisation is spoiled between
readouts; flow and magnetisation transfer are not simulated: published T1 values are what the
sequence reads, so a table starts from the true T1 that reads so.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from vne_core.geometry.plane import FloatArray
from vne_core.mapping.fit import fit_look_locker
from vne_core.phantom.dials import DialError, require_within
from vne_core.phantom.tissue import MYOCARDIUM_T2_MS, Tissue, Tissues

SchemeName = Literal["ShMOLLI 5-1-1", "MOLLI 5(3)3"]
RAMP_PULSES = 5
"""Pulses of rising flip angle that start a readout (Kellman et al. 2014)."""
OFF_RESONANCE_NODES_HZ: FloatArray = np.array([0.0, 40.0, 80.0, 120.0, 160.0])
"""Nodes of the tables; the response is even in frequency."""
WALL_T1_MS: FloatArray = np.linspace(700.0, 1900.0, 61)
"""Apparent T1 of the tables of myocardium."""
_TRUE_T1_MS: FloatArray = np.geomspace(120.0, 5500.0, 72)


@dataclass(frozen=True, slots=True)
class Scheme:
    """Inversions of a T1 mapping scheme: images after each, beats between, first times."""

    images: tuple[int, ...]
    pause_beats: int
    first_times_ms: tuple[float, ...]


SCHEMES: dict[str, Scheme] = {
    "ShMOLLI 5-1-1": Scheme((5, 1, 1), 1, (100.0, 180.0, 260.0)),
    "MOLLI 5(3)3": Scheme((5, 3), 3, (100.0, 180.0)),
}
"""Piechnik et al. 2010: nine heartbeats; MOLLI with three beats of recovery: eleven."""


@dataclass(frozen=True, slots=True)
class LookLocker:
    """A T1 mapping acquisition. Raises DialError for dials outside their range."""

    scheme: SchemeName = "ShMOLLI 5-1-1"
    rr_ms: float = 950.0
    flip_deg: float = 35.0
    readout_ms: float = 200.0
    pulse_interval_ms: float = 2.6
    inversion_efficiency: float = 0.96

    def __post_init__(self) -> None:
        """Refuse a heart or a scanner that the sequence does not serve."""
        if self.scheme not in SCHEMES:
            raise DialError(f"LookLocker.scheme is {self.scheme!r}", " or ".join(SCHEMES))
        require_within(
            self,
            {
                "rr_ms": (500, 1500),
                "flip_deg": (10, 70),
                "readout_ms": (50, 300),
                "pulse_interval_ms": (2, 6),
                "inversion_efficiency": (0.8, 1.0),
            },
        )

    @property
    def inversion_times_ms(self) -> FloatArray:
        """The inversion times of the images in acquisition order."""
        made = SCHEMES[self.scheme]
        return np.array(
            [
                first + self.rr_ms * beat
                for first, count in zip(made.first_times_ms, made.images, strict=True)
                for beat in range(count)
            ]
        )

    @property
    def beats(self) -> tuple[int, ...]:
        """The heartbeat of each image, counted from the first."""
        made = SCHEMES[self.scheme]
        found: list[int] = []
        beat = 0
        for count in made.images:
            found += range(beat, beat + count)
            beat += count + made.pause_beats
        return tuple(found)

    @property
    def inverted_images(self) -> tuple[int, ...]:
        """Indices of the images right before which the magnetisation is inverted."""
        counts = np.cumsum([0, *SCHEMES[self.scheme].images[:-1]])
        return tuple(int(count) for count in counts)


@dataclass(frozen=True, slots=True, eq=False)
class SignalTables:
    """Signed signals of unit magnetisation density for one patient's scan.

    ``by_tissue`` is (off-resonance nodes, images, tissues), densities included and fat negative;
    ``of_wall`` is (off-resonance nodes, images, len(WALL_T1_MS)).
    """

    by_tissue: FloatArray
    of_wall: FloatArray


def look_locker_signals(
    t1_ms: FloatArray, t2_ms: FloatArray, off_resonance_hz: FloatArray, scan: LookLocker
) -> FloatArray:
    """Return the signed signals of each isochromat, (isochromats, images), unit magnetisation.

    The three arrays broadcast to one axis. The signal is taken at the echo of the readout's
    middle pulse, an inversion time after the middle of the inversion.
    """
    t1, t2, hertz = np.broadcast_arrays(*map(np.atleast_1d, (t1_ms, t2_ms, off_resonance_hz)))
    readout = _Readout(t1, t2, hertz, scan)
    times = scan.inversion_times_ms
    signals = np.empty((t1.size, len(times)))
    upright = np.ones(t1.size)
    clock_ms = 0.0
    for index, (beat, ti_ms) in enumerate(zip(scan.beats, times, strict=True)):
        image_at_ms = 1000.0 + beat * scan.rr_ms
        if index in scan.inverted_images:
            upright = _recover(upright, t1, image_at_ms - ti_ms - clock_ms)
            upright = -scan.inversion_efficiency * upright
            clock_ms = image_at_ms - ti_ms
        start_ms = image_at_ms - readout.centre_ms
        upright = _recover(upright, t1, start_ms - clock_ms)
        signals[:, index], upright = readout.play(upright)
        clock_ms = start_ms + readout.length_ms
    return signals


class _Readout:
    """A balanced readout that begins with a ramp of flip angles, for a set of isochromats."""

    def __init__(self, t1: FloatArray, t2: FloatArray, hertz: FloatArray, scan: LookLocker) -> None:
        interval = scan.pulse_interval_ms
        self.pulses = round(scan.readout_ms / interval)
        self.length_ms = self.pulses * interval
        self.centre_ms = (self.pulses // 2 + 0.5) * interval
        rising = np.minimum((np.arange(self.pulses) + 1) / (RAMP_PULSES + 1), 1)
        self._flips = np.radians(scan.flip_deg) * rising * (-1.0) ** np.arange(self.pulses)
        self._e1, e2 = np.exp(-interval / 2 / t1), np.exp(-interval / 2 / t2)
        turn = np.pi * hertz * interval / 1000
        self._cosine, self._sine = e2 * np.cos(turn), e2 * np.sin(turn)
        self._signal_of_none, self._left_of_none = self._follow(np.zeros_like(t1))
        self._signal_of_all, self._left_of_all = self._follow(np.ones_like(t1))

    def play(self, upright: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the signed signal at the middle echo and the longitudinal magnetisation left.

        The Bloch equations are linear: both lie on the line between those that no and full
        magnetisation before the readout give.
        """
        return (
            self._signal_of_none + upright * (self._signal_of_all - self._signal_of_none),
            self._left_of_none + upright * (self._left_of_all - self._left_of_none),
        )

    def _follow(self, upright: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return what ``play`` does, followed pulse by pulse."""
        x, y, z = np.zeros_like(upright), np.zeros_like(upright), upright
        signal = y
        for index, flip in enumerate(self._flips):
            y, z = y * np.cos(flip) - z * np.sin(flip), y * np.sin(flip) + z * np.cos(flip)
            x, y, z = self._half_interval(x, y, z)
            if index == self.pulses // 2:
                signal = -y * np.sign(flip)
            x, y, z = self._half_interval(x, y, z)
        return signal, z

    def _half_interval(
        self, x: FloatArray, y: FloatArray, z: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the magnetisation after half an interval between pulses."""
        turned_x = x * self._cosine + y * self._sine
        turned_y = y * self._cosine - x * self._sine
        return turned_x, turned_y, 1 - (1 - z) * self._e1


@lru_cache(maxsize=4)
def signal_tables(tissues: Tissues, scan: LookLocker) -> SignalTables:
    """Return the signals of a patient's tissues at their apparent T1.

    They are made once a patient and kept for the other slices. A balanced readout alone would
    leave fat in phase; at the usual repetition times it is out of phase with water, hence negative.
    """
    wall_t2 = float(tissues.t2_ms[Tissue.LV_MYOCARDIUM])
    apparent = np.r_[tissues.t1_ms, WALL_T1_MS]
    t2 = np.r_[tissues.t2_ms, np.full(len(WALL_T1_MS), wall_t2)]
    true = true_t1_ms(apparent, t2, scan)
    nodes = OFF_RESONANCE_NODES_HZ
    signals = look_locker_signals(
        np.tile(true, len(nodes)), np.tile(t2, len(nodes)), np.repeat(nodes, len(true)), scan
    )
    table = signals.reshape(len(nodes), len(true), -1).transpose(0, 2, 1)
    kinds = len(Tissue)
    density = tissues.density.copy()
    density[Tissue.FAT] *= -1
    return SignalTables(table[..., :kinds] * density, table[..., kinds:])


def true_t1_ms(apparent_ms: FloatArray, t2_ms: FloatArray, scan: LookLocker) -> FloatArray:
    """Return the T1 of tissue that the scheme's fit reads as ``apparent_ms`` on resonance.

    Both arrays are (n,). ShMOLLI's reading is that of its first five images.
    """
    kinds, which = np.unique(t2_ms, return_inverse=True)
    count = len(_TRUE_T1_MS)
    signals = look_locker_signals(
        np.tile(_TRUE_T1_MS, len(kinds)), np.repeat(kinds, count), np.zeros(1), scan
    )
    first = 5 if scan.scheme == "ShMOLLI 5-1-1" else signals.shape[1]
    read = fit_look_locker(signals[:, :first].T[:, :, None], scan.inversion_times_ms[:first])
    by_kind = np.nan_to_num(read.t1_ms[:, 0]).reshape(len(kinds), count)
    true = np.empty(len(apparent_ms))
    for index, readings in enumerate(by_kind):
        rising = (readings > 0) & (np.maximum.accumulate(readings) == readings)
        own = which == index
        true[own] = np.interp(apparent_ms[own], readings[rising], _TRUE_T1_MS[rising])
    return true


def apparent_t1_bias_ms(
    t1_ms: float, off_resonance_hz: float, scan: LookLocker, t2_ms: float = MYOCARDIUM_T2_MS
) -> float:
    """Return how far the scheme reads tissue of an apparent T1 wrong off resonance."""
    true = true_t1_ms(np.array([t1_ms]), np.array([t2_ms]), scan)
    signals = look_locker_signals(true, np.array([t2_ms]), np.array([off_resonance_hz]), scan)
    first = 5 if scan.scheme == "ShMOLLI 5-1-1" else signals.shape[1]
    read = fit_look_locker(signals[:, :first].T[:, :, None], scan.inversion_times_ms[:first])
    return float(read.t1_ms[0, 0]) - t1_ms


def _recover(upright: FloatArray, t1_ms: FloatArray, time_ms: float) -> FloatArray:
    """Return the magnetisation after free recovery toward 1."""
    return 1 - (1 - upright) * np.exp(-time_ms / t1_ms)
