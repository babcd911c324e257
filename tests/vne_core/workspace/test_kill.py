import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent / "scripts" / "killed_writers.py"
KILLS = 200


@pytest.mark.slow
def test_a_kill_at_any_moment_loses_nothing_that_was_shown_as_saved(folder):
    done = subprocess.run(
        [sys.executable, SCRIPT, folder, str(KILLS)],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    print(report)
    assert report["problems"] == []
    assert report["kills"] == KILLS
    assert report["acknowledged"] > KILLS
    assert 0 < report["silent"] <= KILLS / 2
