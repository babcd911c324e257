import json
import zipfile

from tests.vne_core.jobs.test_import_study import FILES

MARKER = {
    "tissue_percent": {"0.5": 10.0},
    "slices": [{"arrays": {"ecv": "base_ecv.npy", "true_lge": "base_true_lge.npy"}}],
}


def write_truth(folder, marker=MARKER) -> None:
    folder.mkdir(parents=True)
    (folder / "truth.json").write_text(json.dumps(marker))
    for name in ("base_ecv.npy", "base_true_lge.npy"):
        (folder / name).write_bytes(b"\x93NUMPY")


def add_up(counts) -> bool:
    parts = ("imported", "rejected", "duplicates", "ignored")
    return counts["files"] == sum(counts[part] for part in parts)


def test_the_truth_beside_a_study_is_one_line_and_counted(files, import_into):
    write_truth(files.folder / "truth")
    (files.folder / "truth" / "letter.txt").write_text("Dear colleague")
    result = import_into(files.folder)
    counts = result["counts"]
    assert add_up(counts)
    assert (counts["imported"], counts["rejected"], counts["ignored"]) == (FILES, 0, 4)
    letter, truth = result["rejected"]
    assert letter["source"].endswith("letter.txt")
    assert letter["code"] == "beside"
    assert truth["source"] == str(files.folder / "truth")
    assert truth["reason"] == "3 files of a virtual patient's truth, not images"


def test_the_truth_in_an_archive_is_told_apart_from_other_folders(files, import_into, tmp_path):
    write_truth(tmp_path / "truth")
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in files.folder.iterdir():
            packed.write(path, f"p/dicom/{path.name}")
        for path in (tmp_path / "truth").iterdir():
            packed.write(path, f"p/truth/{path.name}")
        packed.write(tmp_path / "truth" / "base_ecv.npy", "p/elsewhere/base_ecv.npy")
    result = import_into(archive)
    assert add_up(result["counts"])
    assert (result["counts"]["rejected"], result["counts"]["ignored"]) == (1, 3)
    assert result["rejected"][1]["source"] == f"{archive}!p/truth"


def test_another_file_of_that_name_says_nothing_of_its_neighbours(files, import_into):
    write_truth(files.folder / "truth", marker={"slices": []})
    result = import_into(files.folder)
    assert (result["counts"]["rejected"], result["counts"]["ignored"]) == (2, 1)
    assert [row["code"] for row in result["rejected"]] == ["not-dicom", "not-dicom", "beside"]
