import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from vne_core.phantom.cohort import draw_patient
from vne_core.phantom.config_file import config_of, load_config
from vne_core.phantom.training_set import (
    INDEX_FILE,
    TrainingSetError,
    create_training_set,
    open_training_set,
    training_set_bytes,
    write_training_patient,
)
from vne_core.phantom.training_slice import COVERED

CONFIG = load_config()
SEED = 11
PATIENTS = 2


def write(folder: Path, patients) -> None:
    for index in patients:
        write_training_patient(folder, draw_patient(CONFIG, SEED, index))


def digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("arrays") / "set"
    assert create_training_set(folder, CONFIG, PATIENTS, SEED) == [0, 1]
    write(folder, [0, 1])
    return folder


def test_images_lie_on_one_grid_with_the_ventricle_in_the_middle(folder):
    arrays = open_training_set(folder).arrays
    assert arrays["cine"].shape == (6, 25, 192, 192)
    assert arrays["ir"].shape == (6, 7, 192, 192)
    for name in ("t1", "lge", "true_lge", "ecv", "epi", "endo"):
        assert arrays[name].shape == (6, 192, 192)
    for row in range(6):
        rows, cols = np.nonzero(arrays["endo_t1"][row] > COVERED / 2)
        assert abs(rows.mean() - 96) < 8
        assert abs(cols.mean() - 96) < 8


def test_the_burden_of_the_arrays_is_the_true_burden_of_the_table(folder):
    """Recomputed here from the noise-free image and the masks alone."""
    arrays = open_training_set(folder).arrays
    for row in range(6):
        image = arrays["true_lge"][row].astype(float)
        wall = arrays["epi"][row].astype(float) - arrays["endo"][row]
        remote, blood = (
            np.average(image, weights=arrays[name][row]) for name in ("remote", "blood")
        )
        for level, told in zip(
            (0.5, 0.25, 0.125), arrays["table"]["true_burden_percent"][row], strict=True
        ):
            above = image >= remote + level * (blood - remote)
            assert 100 * wall[above].sum() / wall.sum() == pytest.approx(told, abs=0.3)


def test_two_scans_of_the_same_truth_differ_by_their_noise_alone(folder):
    arrays = open_training_set(folder).arrays
    blood = arrays["blood"][1] == COVERED
    lge, again = (arrays[name][1].astype(float) for name in ("lge", "lge_again"))
    assert not np.array_equal(lge, again)
    assert np.corrcoef(lge[40:150, 40:150].ravel(), again[40:150, 40:150].ravel())[0, 1] > 0.9
    assert lge[blood].mean() == pytest.approx(again[blood].mean(), rel=0.1)


def test_blood_is_bright_on_cine_and_inverted_in_the_first_recovery_image(folder):
    arrays = open_training_set(folder).arrays
    blood = arrays["blood"][1] == COVERED
    wall = (arrays["epi_t1"][1] == COVERED) & (arrays["endo_t1"][1] == 0)
    cine = arrays["cine"][1, 0].astype(float)
    assert cine[blood].mean() > 2 * cine[wall].mean()
    assert (arrays["ir"][1, 0][wall] < 0).mean() > 0.98
    assert (arrays["ir"][1, 4][wall] > 0).mean() > 0.98


def test_a_repeated_run_gives_the_same_bytes_whatever_the_order(folder, tmp_path):
    again = tmp_path / "again"
    create_training_set(again, CONFIG, PATIENTS, SEED)
    write(again, [1, 0])
    assert digests(again) == digests(folder)


def test_an_interrupted_set_says_who_is_missing(tmp_path):
    assert create_training_set(tmp_path / "s", CONFIG, PATIENTS, SEED) == [0, 1]
    write(tmp_path / "s", [1])
    assert create_training_set(tmp_path / "s", CONFIG, PATIENTS, SEED) == [0]


@pytest.mark.parametrize("patients, seed, extent", [(3, SEED, 1.0), (2, 12, 1.0), (2, SEED, 1.3)])
def test_arrays_of_another_cohort_are_not_gone_on_with(folder, patients, seed, extent):
    extent *= CONFIG.fibrosis.extent
    other = config_of({"fibrosis": {"extent": extent}}, CONFIG.name)
    with pytest.raises(TrainingSetError, match="the same cohort, number and seed"):
        create_training_set(folder, other, patients, seed)


def test_the_room_it_takes_is_known_beforehand(folder):
    taken = sum(path.stat().st_size for path in folder.glob("*.npy"))
    assert taken == pytest.approx(training_set_bytes(CONFIG, PATIENTS), rel=0.001)


def test_damaged_arrays_are_refused_with_their_folder(folder, tmp_path):
    with pytest.raises(TrainingSetError, match=INDEX_FILE):
        open_training_set(tmp_path)
    (tmp_path / INDEX_FILE).write_text((folder / INDEX_FILE).read_text())
    with pytest.raises(TrainingSetError, match=str(tmp_path)):
        open_training_set(tmp_path)


def test_the_index_says_that_nobody_was_scanned(folder):
    told = json.loads((folder / INDEX_FILE).read_text())
    assert "virtual cohort" in told["note"]
    assert told["scheme"] == "ShMOLLI 5-1-1"
