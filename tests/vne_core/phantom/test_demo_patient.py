import hashlib
import os
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from vne_core.geometry.contour import centroid_mm
from vne_core.phantom.demo import demo_patient
from vne_core.phantom.headers import StudyIdentity
from vne_core.phantom.patient import make_body
from vne_core.phantom.recheck import RecheckError, check_burden, measured_percent, perturbed
from vne_core.phantom.studies import ABANDONED_AFTER_S, DemoFolderError, write_demo_patient
from vne_core.phantom.truth import (
    LEVELS,
    TRUTH_FILE,
    TRUTH_FOLDER,
    TruthError,
    load_truth,
    true_burden,
)
from vne_core.study.annotation import ImageKind, Origin

POINTS_BAR = 2.0
"""How far a measured burden may be from its truth, in percent of the myocardium."""
WRITE_DEMO = (
    "import pathlib, sys; from vne_core.phantom.studies import write_demo_patient; "
    "write_demo_patient(pathlib.Path(sys.argv[1]))"
)


def digests(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_measured_burden_is_within_two_points_of_the_truth_at_each_level(demo):
    check = check_burden(demo.truth, demo.lge_on_t1(), np.random.default_rng(3))
    print("\n" + "\n".join(check.lines()))
    for level in LEVELS:
        assert check.measured[level] == pytest.approx(check.truth[level], abs=POINTS_BAR)


def test_contours_a_millimetre_off_change_the_burden_and_the_change_is_printed(demo):
    check = check_burden(demo.truth, demo.lge_on_t1(), np.random.default_rng(3), repeats=5)
    assert check.perturbed_mean[0.5] > check.measured[0.5] + 0.5
    table = check.lines()
    assert len(table) == 1 + len(LEVELS)
    assert "1 mm off" in table[0]
    assert f"{check.perturbed_mean[0.5]:.1f}" in table[1]
    assert table[1].startswith("FWHM")


def test_without_partial_volume_the_half_maximum_finds_the_fibrotic_tissue_itself(demo):
    """Blood that shares a pixel with wall counts at the lower levels, and is said to."""
    for item in demo.truth.slices:
        assert item.tissue_percent[0.5] == pytest.approx(item.burden_percent[0.5], abs=POINTS_BAR)
        assert item.tissue_percent[0.125] < item.burden_percent[0.125]


def test_bands_nest_and_every_slice_has_lesion(demo):
    for item in demo.truth.slices:
        burden = [item.burden_percent[level] for level in LEVELS]
        assert 1 < burden[0] < burden[1] < burden[2] < 60


def test_the_patient_ejects_a_normal_or_high_fraction(demo):
    assert 0.60 <= demo.truth.ejection_fraction <= 0.75


def test_the_study_has_the_series_of_a_real_examination(demo):
    counted = Counter((str(o.SeriesDescription), o.SeriesNumber) for o in demo.objects())
    by_name = Counter(name for name, _ in counted)
    assert by_name["cine_trufi_retro"] == 3
    assert by_name["cine_trufi_retro 4CH"] == 1
    assert by_name["MDE FLASH PSIR_PSIR"] == by_name["MDE FLASH PSIR_MAG"] == 3
    for name in ("base", "mid", "apex"):
        raw = f"ShMOLLI_192i_SAX_{name}"
        assert by_name[raw] == 2
        assert by_name[f"{raw}_T1MAP"] == 1
    assert {n for (name, _), n in counted.items() if name.startswith("cine")} == {25}


def test_headers_follow_the_vendors_conventions(demo):
    magnitude, phase, t1_map = demo.series(12), demo.series(13), demo.series(14)
    assert [float(o.InversionTime) for o in magnitude] == [100, 1050, 2000, 2950, 3900, 180, 260]
    assert magnitude[0].ImageComments == "TIeff 100 ms"
    assert list(magnitude[0].ImageType) == ["ORIGINAL", "PRIMARY", "M", "DIS2D"]
    assert magnitude[0].SeriesDescription == phase[0].SeriesDescription
    assert (float(phase[0].RescaleSlope), float(phase[0].RescaleIntercept)) == (2, -4096)
    assert list(t1_map[0].ImageType) == ["ORIGINAL", "PRIMARY", "P", "DIS2D"]
    assert t1_map[0].EchoTime is None
    assert t1_map[0].InversionTime is None
    (psir,) = demo.series(31)
    assert list(psir.ImageType) == ["ORIGINAL", "PRIMARY", "R", "ND"]
    assert psir.PixelRepresentation == 0
    assert 300 <= psir.InversionTime <= 400


def test_cine_trigger_times_fill_one_beat(demo):
    for number in (6, 7, 8, 9):
        cine = demo.series(number)
        times = np.array([float(o.TriggerTime) for o in cine])
        interval = float(cine[0].NominalInterval)
        assert np.allclose(np.diff(times), interval / 25, atol=0.01)
        assert times[0] == 0


def test_enhancement_is_acquired_ten_minutes_after_contrast_and_everything_else_before(demo):
    def seconds(time):
        return int(time[:2]) * 3600 + int(time[2:4]) * 60 + float(time[4:])

    contrast = None
    late, early = [], []
    for item in demo.objects():
        if "ContrastBolusStartTime" in item:
            contrast = seconds(item.ContrastBolusStartTime)
            late.append(seconds(item.AcquisitionTime))
        else:
            early.append(seconds(item.AcquisitionTime))
    assert contrast is not None
    assert min(late) - contrast >= 600
    assert max(early) < contrast


def test_every_object_says_that_the_patient_is_virtual(demo):
    for item in demo.objects():
        assert "Virtual" in str(item.PatientName)
        assert "Virtual patient" in item.PatientComments
        assert "nobody was scanned" in item.PatientComments


def test_one_frame_of_reference_and_uids_of_their_own(demo):
    objects = demo.objects()
    assert len({o.FrameOfReferenceUID for o in objects}) == 1
    assert len({o.StudyInstanceUID for o in objects}) == 1
    assert len({o.SOPInstanceUID for o in objects}) == len(objects)
    assert len({o.SeriesInstanceUID for o in objects}) == 4 + 9 + 6


def test_the_enhancement_lies_a_little_beside_the_map(demo):
    for item in demo.truth.slices:
        apart = abs(item.t1_plane.height_mm(item.lge_plane.centre_mm[None])[0])
        assert 1 <= apart <= 2
        moved = np.linalg.norm(centroid_mm(item.lge.epi) - centroid_mm(item.t1.epi))
        assert 0.5 < moved < 4


def test_the_standards_own_checker_finds_no_error_in_any_series(demo):
    if shutil.which("dciodvfy") is None:
        pytest.skip("dciodvfy (dicom3tools) is not installed")
    for path in sorted(demo.folder.rglob("0001.dcm")):
        said = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=False)
        errors = [line for line in said.stderr.splitlines() if line.startswith("Error")]
        assert errors == [], path


def test_saved_truth_is_loaded_as_it_was(demo):
    loaded = load_truth(demo.folder / TRUTH_FOLDER)
    assert loaded.burden_percent == pytest.approx(demo.truth.burden_percent, abs=1e-3)
    for ours, theirs in zip(demo.truth.slices, loaded.slices, strict=True):
        assert theirs.t1_plane == ours.t1_plane
        assert theirs.lge.epi == ours.lge.epi
        assert theirs.t1.remote == ours.t1.remote
        assert np.array_equal(theirs.ecv, ours.ecv, equal_nan=True)
        again = true_burden(theirs.true_lge, theirs.t1_plane, theirs.lge)
        assert again[1] == pytest.approx(ours.burden_percent, abs=1e-3)


def test_damaged_truth_is_refused_with_its_path(demo, tmp_path):
    shutil.copytree(demo.folder / TRUTH_FOLDER, tmp_path / "truth")
    whole = (tmp_path / "truth" / TRUTH_FILE).read_text()
    (tmp_path / "truth" / TRUTH_FILE).write_text(whole[: len(whole) // 2])
    with pytest.raises(TruthError, match=TRUTH_FILE):
        load_truth(tmp_path / "truth")


def test_the_nearest_slice_and_its_true_annotation_are_found_from_a_plane(demo):
    mid = demo.truth.slices[1]
    near = replace(mid.t1_plane, origin_mm=tuple(np.array(mid.t1_plane.origin_mm) + 1.0))
    assert demo.truth.slice_at(near) is mid
    annotation = mid.annotation("slice", ImageKind.LGE)
    assert annotation.epi == mid.lge.epi
    assert annotation.origin is Origin.TRUTH
    assert mid.annotation("slice", ImageKind.T1).epi == mid.t1.epi


def test_a_perturbed_contour_is_off_by_the_asked_distance(demo):
    off = perturbed(demo.truth, 1.0, np.random.default_rng(1))
    for ours, theirs in zip(demo.truth.slices, off.slices, strict=True):
        distance = np.linalg.norm(ours.lge.epi.points_mm - theirs.lge.epi.points_mm, axis=1)
        assert np.sqrt(np.mean(distance**2)) == pytest.approx(1.0)
        assert theirs.lge.remote == ours.lge.remote


def test_a_missing_image_is_named(demo):
    images = demo.lge_on_t1()
    del images["apex"]
    with pytest.raises(RecheckError, match="apex"):
        measured_percent(demo.truth, images)


def test_the_same_seed_gives_the_same_bytes_in_another_process(demo, tmp_path):
    subprocess.run([sys.executable, "-c", WRITE_DEMO, str(tmp_path / "again")], check=True)
    assert digests(tmp_path / "again") == digests(demo.folder)


def test_another_seed_is_another_patient_with_uids_of_its_own():
    ours, theirs = (make_body(demo_patient(seed)).fibrosis.ecv for seed in (5, 6))
    assert not np.array_equal(ours, theirs)
    assert np.array_equal(ours, make_body(demo_patient(5)).fibrosis.ecv)
    uids = {StudyIdentity("V", "Virtual^HCM", seed).uid("study") for seed in (5, 6)}
    assert len(uids) == 2


def test_a_folder_in_use_is_refused_and_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(DemoFolderError, match="not empty"):
        write_demo_patient(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_two_programs_that_write_one_folder_leave_one_whole_patient(tmp_path, demo):
    command = [sys.executable, "-c", WRITE_DEMO, str(tmp_path / "demo")]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=120)[1] for process in both]
    codes = [process.returncode for process in both]
    assert sorted(codes) == [0, 1]
    assert "is not empty" in said[codes.index(1)]
    assert digests(tmp_path / "demo") == digests(demo.folder)
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_what_a_killed_program_left_half_written_is_removed_by_a_later_one(tmp_path):
    writing = subprocess.Popen([sys.executable, "-c", WRITE_DEMO, str(tmp_path / "demo")])
    while not (left := [path for path in tmp_path.glob(".demo.*") if any(path.iterdir())]):
        assert writing.poll() is None
    writing.kill()
    writing.wait()
    hour_ago = left[0].stat().st_mtime - ABANDONED_AFTER_S
    os.utime(left[0], (hour_ago, hour_ago))
    being_written, named_alike = tmp_path / ".demo.0123456789abcdef", tmp_path / ".demo.mine"
    for folder in (being_written, named_alike):
        folder.mkdir()
    os.utime(named_alike, (hour_ago, hour_ago))
    write_demo_patient(tmp_path / "demo")
    assert sorted(tmp_path.iterdir()) == [being_written, named_alike, tmp_path / "demo"]
