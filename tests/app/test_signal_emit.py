"""PySide6 6.12.0 loses references in ``Signal.emit`` on Python 3.11 and crashes minutes later.

Each test runs in its own process: a wrong count shows before the crash, and a crash is an exit
status, not the end of the test run.
"""

import subprocess
import sys
import textwrap

import pytest

EMITS = 20_000
"""Forty times the emissions after which 6.12.0 was seen to crash."""
ALLOWED_DRIFT = 50
"""Reference counts of shared objects also move for reasons of the interpreter's own."""

PROGRAM = textwrap.dedent(
    """
    import gc
    import sys

    from PySide6.QtCore import QCoreApplication, QObject, Signal


    class Sender(QObject):
        one = Signal(object)
        pair = Signal(int, object)
        values = Signal(float, float, object)


    class Payload:
        pass


    app = QCoreApplication([])
    sender, payload, small, heard = Sender(), Payload(), 7, [0]


    def hear(*values):
        heard[0] += len(values)


    {connect}
    shared = {{"None": None, "True": True, "7": small, "payload": payload}}
    gc.collect()
    before = {{name: sys.getrefcount(value) for name, value in shared.items()}}
    for number in range({emits}):
        {emit}
    gc.collect()
    after = {{name: sys.getrefcount(value) for name, value in shared.items()}}
    drift = {{name: after[name] - before[name] for name in shared}}
    assert heard[0] == {emits} * {heard}, heard
    bad = {{name: count for name, count in drift.items() if abs(count) > {allowed}}}
    assert not bad, f"reference counts drifted: {{bad}}"
    """
)


@pytest.mark.parametrize(
    "emit, heard",
    [
        ("sender.one.emit(payload)", 1),
        ("sender.one.emit(None)", 1),
        ("sender.one.emit(True)", 1),
        ("sender.one.emit(7)", 1),
        ("sender.pair.emit(7, payload)", 2),
        ("sender.pair.emit(number, None)", 2),
        ("sender.values.emit(1.5, 2.5, None)", 3),
        ("sender.values.emit(1.5, 2.5, Payload())", 3),
    ],
)
@pytest.mark.parametrize("is_connected", [True, False])
def test_emitting_leaves_every_reference_count_as_it_was(emit, heard, is_connected):
    signal = emit.removesuffix(")").partition(".emit")[0]
    program = PROGRAM.format(
        connect=f"{signal}.connect(hear)" if is_connected else "",
        emit=emit,
        emits=EMITS,
        heard=heard if is_connected else 0,
        allowed=ALLOWED_DRIFT,
    )
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", program],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
