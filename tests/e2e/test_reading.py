"""The first window as a new user meets it, by mouse and keys on a real X display."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from vne_core.phantom.truth import load_truth

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.xvfb, pytest.mark.slow, pytest.mark.timeout(400)]
MOST_SECONDS = 180.0
A_HAND_S = 1.5
"""What a person takes for one act, a click, key or drag, on average: three minutes are 120 acts."""
FITTED_TOLERANCE = 5.0
"""Points of burden that copies moved and scaled, not redrawn, may differ from the true ones."""
CLICKED_TOLERANCE = 3.0
"""Points of burden that outlines of 14 clicks to a screen pixel may differ from the true ones."""


def sit(which: str, folder: Path) -> dict:
    """Play one sitting under Xvfb and return what was seen."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "xcb",
        "VNE_CONFIG_DIR": str(folder / "config"),
        "HOME": str(folder),
    }
    screen = ["xvfb-run", "-a", "-s", "-screen 0 1440x900x24"]
    story = [sys.executable, "-m", "tests.e2e.reading_story", which, str(folder)]
    done = subprocess.run(
        [*screen, *story], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    log = folder / "config" / "vne-reader.log"
    told = done.stdout + done.stderr + (log.read_text() if log.exists() else "")
    assert (folder / f"{which}.json").exists(), told
    assert not log.exists(), told
    assert done.returncode == 0, told
    return json.loads((folder / f"{which}.json").read_text())


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    require_display()
    return tmp_path_factory.mktemp("reading")


def require_display() -> None:
    for tool in ("xvfb-run", "xdotool"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed: the window is not tried on a real display")


@pytest.fixture(scope="module")
def first(folder) -> dict:
    return sit("first", folder)


@pytest.fixture(scope="module")
def second(first, folder) -> dict:
    return sit("second", folder)


def test_a_slice_without_contours_says_why_it_is_not_measured(first):
    assert any("has no epicardial contour" in text for text in first["before"])


def test_an_outlined_slice_measures_the_burden_that_is_true(first, folder):
    base = load_truth(folder / "demo" / "truth").slices[0]
    wanted = [base.burden_percent[level] for level in (0.5, 0.25, 0.125)]
    measured = [float(text) for text in first["drawn"]]
    assert measured == pytest.approx(wanted, abs=CLICKED_TOLERANCE)
    assert "Burden from 1 of 3 slices, 1 not confirmed" in first["drawn_texts"]


def test_undo_takes_back_the_last_outline_and_a_drag_changes_the_burden(first):
    assert first["after_undo"] == ["–"] * 3  # noqa: RUF001 - as shown
    assert first["after_drag"] != first["drawn"]


def test_the_status_bar_says_when_it_was_saved_and_the_t1_in_ms(first):
    assert first["saved"].startswith("saved ")
    assert " ms " in first["value"]
    assert 1200 < float(first["value"].split()[2]) < 1900


def test_wheel_and_keys_change_slice_and_phase(first):
    assert (first["slice"], first["slice_after_wheel"], first["phase_step"]) == (1, 2, 1)


def test_the_csv_holds_what_the_table_showed(first, folder):
    with (folder / "burden.csv").open() as stream:
        rows = [row for row in csv.DictReader(stream) if row["slice"] == "1"]
    exported = [f"{float(row['burden_percent']):.1f}" for row in rows]
    assert exported == first["drawn"]
    assert {row["confirmed"] for row in rows} == {"yes"}
    assert str(folder / "burden.csv") in first["message"]


def test_closed_and_reopened_everything_is_there(first, second):
    assert second["reopened"] == first["drawn"]
    assert second["slice"] == 1
    assert "contours confirmed" in second["reopened_texts"]
    assert len(second["recent"]) == 1


@pytest.fixture(scope="module")
def three(tmp_path_factory) -> dict:
    require_display()
    return sit("three", tmp_path_factory.mktemp("three"))


def test_three_slices_are_contoured_and_confirmed_within_three_minutes(three):
    assert three["confirmed"] == [True, True, True]
    assert three["seconds"] < MOST_SECONDS
    assert three["acts"] * A_HAND_S < MOST_SECONDS


def test_a_study_fitted_from_copies_measures_near_the_truth(three):
    assert [float(text) for text in three["patient"]] == pytest.approx(
        three["truth"], abs=FITTED_TOLERANCE
    )
