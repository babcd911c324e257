import json
import os
import shutil
import signal
import subprocess
import zipfile

import numpy as np
import pytest
from pydicom import dcmread

from vne_core.align.match import match_study
from vne_core.dicom.kinds import Kind
from vne_core.errors import Cancelled
from vne_core.files import NoSpaceError
from vne_core.jobs.events import Failed, JobSpec, Progress, Warned, from_line
from vne_core.jobs.folder import job_command, make_job_folder
from vne_core.jobs.import_study import run
from vne_core.jobs.registry import JobParameterError
from vne_core.jobs.study_import import Context
from vne_core.study.annotation import ImageKind, SliceAnnotation
from vne_core.workspace import sources
from vne_core.workspace.aligned import alignment_key
from vne_core.workspace.failures import WorkspaceFullError
from vne_core.workspace.store import Workspace
from vne_core.workspace.studies import Studies

FILES = 42
SLICES = 2
POSITIONS = 8
"""Two of each of four series."""


def only_study(folder):
    with Workspace.open(folder, read_only=True) as workspace:
        return workspace.studies.load(workspace.studies.summaries()[0].study_id)


def slices_by_kind(study):
    return {series.kind: series.slices for series in study.series}


def test_a_folder_becomes_one_study_with_its_kinds_and_counts(files, import_into):
    result = import_into(files.folder)
    assert result["counts"] == {
        "files": FILES,
        "imported": FILES,
        "rejected": 0,
        "duplicates": 0,
        "ignored": 0,
        "new": FILES,
    }
    (line,) = result["studies"]
    assert (line["slices"], line["positions"], line["new"]) == (SLICES, POSITIONS, FILES)
    kinds = slices_by_kind(only_study(import_into.workspace))
    assert {kind: len(slices) for kind, slices in kinds.items()} == {
        Kind.T1_MAP: 2,
        Kind.IR_MAGNITUDE: 2,
        Kind.CINE_SAX: 2,
        Kind.LGE_PSIR: 2,
    }


def test_a_file_whose_name_is_no_text_is_imported_and_another_refused(files, import_into):
    first = next(path for path in sorted(files.folder.rglob("*")) if path.is_file())
    first.rename(files.folder / os.fsdecode(b"IM\xff1"))
    (files.folder / os.fsdecode(b"notes\xfe")).write_bytes(b"no image")
    counts = import_into(files.folder)["counts"]
    assert (counts["imported"], counts["rejected"]) == (FILES, 1)


def test_a_damaged_member_of_an_archive_costs_that_member_only(files, import_into):
    names = sorted(path for path in files.folder.rglob("*") if path.is_file())
    archive = files.folder.parent / "all.zip"
    with zipfile.ZipFile(archive, "w") as members:
        for number, path in enumerate(names):
            members.write(path, f"IM{number}")
    with zipfile.ZipFile(archive) as members:
        last_pixel = members.infolist()[1].header_offset - 1
    damaged = bytearray(archive.read_bytes())
    damaged[last_pixel] ^= 0xFF
    archive.write_bytes(damaged)
    result = import_into(archive)
    assert (result["counts"]["imported"], result["counts"]["rejected"]) == (FILES - 1, 1)
    assert "damaged" in result["rejected"][0]["reason"]


def test_stored_pixels_are_those_of_the_files_in_the_order_of_their_frames(files, import_into):
    import_into(files.folder)
    (cine, _) = slices_by_kind(only_study(import_into.workspace))[Kind.CINE_SAX]
    position = 0 if cine.plane.origin_mm[2] == 0 else 1
    with Workspace.open(import_into.workspace) as workspace:
        stored = workspace.arrays.get(cine.array_key)
    for index, frame in enumerate(cine.frames):
        original = dcmread(files.folder / f"20_{position}_{index}")
        assert frame.trigger_time_ms == original.TriggerTime
        np.testing.assert_array_equal(stored[frame.index], original.pixel_array)


def test_the_stages_are_told_in_words(files, import_into):
    import_into(files.folder)
    told = [event.text for event in import_into.events if isinstance(event, Progress)]
    assert list(dict.fromkeys(text.rpartition(" of ")[0] or text for text in told)) == [
        "reading the headers",
        "comparing with the workspace",
        "decoding the images",
        "aligning the slices",
    ]


def test_aligned_slices_are_ready_when_the_import_ends(files, import_into):
    import_into(files.folder)
    matches = match_study(only_study(import_into.workspace))
    with Workspace.open(import_into.workspace) as workspace:
        bundles = [workspace.arrays.get_bundle(alignment_key(match)) for match in matches]
    assert len(matches) == 2
    assert all(bundle is not None and "cine" in bundle[0] for bundle in bundles)


def test_importing_again_adds_nothing_and_decodes_nothing(files, import_into):
    first = import_into(files.folder)
    again = import_into(files.folder)
    assert again["counts"] == {**first["counts"], "new": 0}
    assert again["studies"] == [{**first["studies"][0], "new": 0, "rebuilt": False}]
    assert not any("decoding" in getattr(event, "text", "") for event in import_into.events)


def test_importing_again_keeps_what_was_drawn(files, import_into):
    import_into(files.folder)
    study = only_study(import_into.workspace)
    slice_id = slices_by_kind(study)[Kind.T1_MAP][0].slice_id
    with Workspace.open(import_into.workspace) as workspace:
        drawn = workspace.annotations.append(SliceAnnotation(slice_id, ImageKind.T1), "ana")
    import_into(files.folder, again=True)
    with Workspace.open(import_into.workspace) as workspace:
        assert workspace.annotations.of_study(study.study_id) == {(slice_id, ImageKind.T1): drawn}
    assert only_study(import_into.workspace) == study


def test_a_zip_imports_as_its_folder_would(files, import_into, tmp_path):
    archive = tmp_path / "study.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in files.folder.iterdir():
            packed.write(path, f"deep/{path.name}")
    import_into(archive)
    zipped = only_study(import_into.workspace)
    assert import_into(files.folder)["counts"]["new"] == 0
    assert only_study(import_into.workspace) == zipped


def test_a_later_file_of_a_slice_joins_the_earlier_ones(files, import_into, new_study):
    late = files.folder / "11_1_6"
    elsewhere = files.folder.parent / "later"
    elsewhere.mkdir()
    late.rename(elsewhere / late.name)
    import_into(files.folder)
    result = import_into(elsewhere)
    assert result["counts"]["files"] == 1
    assert result["studies"][0]["new"] == 1
    slices = slices_by_kind(only_study(import_into.workspace))[Kind.IR_MAGNITUDE]
    assert [len(one.frames) for one in slices] == [7, 7]


def test_when_the_earlier_files_are_gone_their_slices_stay_as_they_are(files, import_into):
    elsewhere = files.folder.parent / "later"
    elsewhere.mkdir()
    for name in ("11_1_6", "30_1_0"):
        (files.folder / name).rename(elsewhere / name)
    import_into(files.folder)
    shutil.rmtree(files.folder)
    import_into(elsewhere)
    (warning,) = [event for event in import_into.events if isinstance(event, Warned)]
    assert "40 files" in warning.text
    kinds = slices_by_kind(only_study(import_into.workspace))
    assert sorted(len(one.frames) for one in kinds[Kind.IR_MAGNITUDE]) == [6, 7]
    assert len(kinds[Kind.LGE_PSIR]) == 2


def test_every_file_is_imported_or_rejected_and_the_counts_add_up(files, import_into):
    (files.folder / "empty").touch()
    (files.folder / "letter.txt").write_text("Dear colleague")
    whole = (files.folder / "30_0_0").read_bytes()
    (files.folder / "30_0_0").write_bytes(whole[: len(whole) - 300])
    result = import_into(files.folder)
    counts = result["counts"]
    assert counts["files"] == FILES + 2
    assert (counts["imported"], counts["rejected"], counts["ignored"]) == (FILES - 1, 2, 1)
    reasons = {refusal["source"]: refusal["reason"] for refusal in result["rejected"]}
    assert len(reasons) == 3
    assert all(reasons.values())
    again = import_into(files.folder)["counts"]
    assert {**again, "new": counts["new"]} == counts


def test_copies_are_counted_as_duplicates_each_time(files, import_into):
    shutil.copy(files.folder / "10_0_0", files.folder / "copy")
    for _ in range(2):
        result = import_into(files.folder)
        assert (result["counts"]["imported"], result["counts"]["duplicates"]) == (FILES, 1)
        assert [r["code"] for r in result["rejected"]] == ["duplicate"]


def test_one_uid_with_two_pictures_is_rejected_twice(files, import_into):
    files.lge(0, name="other")
    result = import_into(files.folder)
    assert result["counts"]["imported"] == FILES - 1
    assert len(result["rejected"]) == 2
    assert len(slices_by_kind(only_study(import_into.workspace))[Kind.LGE_PSIR]) == 1


def test_other_pixels_under_a_uid_imported_before_are_rejected(files, import_into):
    import_into(files.folder)
    before = only_study(import_into.workspace)
    files.lge(0)
    result = import_into(files.folder)
    (refusal,) = result["rejected"]
    assert (refusal["code"], refusal["source"]) == ("uid-conflict", str(files.folder / "30_0_0"))
    assert "imported earlier" in refusal["reason"]
    after = only_study(import_into.workspace)
    assert {s.slice_id for s in before.slices_of(*Kind)} >= {
        s.slice_id for s in after.slices_of(*Kind)
    }


def test_two_patients_are_two_studies(files, import_into, new_study, tmp_path):
    new_study(files.folder / "second", PatientID="ID-2").write()
    result = import_into(files.folder)
    assert len(result["studies"]) == 2
    assert len({line["pseudonym"] for line in result["studies"]}) == 2
    assert result["counts"]["imported"] == 2 * FILES


def test_nothing_in_the_workspace_names_the_patient(files, import_into):
    named = files.folder / "Secretissima_Anna_19630417"
    named.mkdir()
    (named / "notes.txt").write_text("not an image")
    shutil.copy(files.folder / "10_0_0", named / "copy of ID-4711-XYZ")
    files.lge(0, name="Secretissima_Anna_19630417/other")
    result = import_into(files.folder)
    assert (result["counts"]["rejected"], result["counts"]["ignored"]) == (2, 1)
    image = dcmread(files.folder / "10_0_0")
    names = [str(image[key].value) for key in ("PatientID", "PatientBirthDate", "AccessionNumber")]
    uids = [str(e.value) for e in image if e.VR == "UI" and "Instance" in e.keyword]
    uids += [str(dcmread(path).SOPInstanceUID) for path in files.folder.iterdir() if path.is_file()]
    secrets = [text.encode() for text in ("Secretissima", "Anna", *names, *uids)]
    stored = b"\0".join(p.read_bytes() for p in import_into.workspace.rglob("*") if p.is_file())
    stored += "\0".join(str(path) for path in import_into.workspace.rglob("*")).encode()
    assert [secret for secret in secrets if secret in stored] == []


def test_the_reader_who_imported_sees_the_names_of_refused_files(files, import_into):
    (files.folder / "empty").touch()
    import_into(files.folder)
    with Workspace.open(import_into.workspace) as workspace:
        (record,) = workspace.imports.records()
        (refused,) = record.rejected
        name = sources.name_of(workspace.workspace_id, record.import_id, refused.source_token)
    assert name == str(files.folder / "empty")
    assert (refused.code, record.counts["rejected"]) == ("empty", 1)


def test_originals_are_only_read(files, import_into):
    def look():
        return {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in files.folder.iterdir()}

    before = look()
    import_into(files.folder)
    assert look() == before


def test_lost_pixels_come_back_by_importing_again(files, import_into):
    import_into(files.folder)
    study = only_study(import_into.workspace)
    slice_ref = slices_by_kind(study)[Kind.CINE_SAX][0]
    path = import_into.workspace / "arrays" / f"{slice_ref.array_key}.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    (line,) = import_into(files.folder)["studies"]
    assert (line["new"], line["rebuilt"]) == (0, True)
    with Workspace.open(import_into.workspace) as workspace:
        assert workspace.arrays.get(slice_ref.array_key).shape[0] == len(slice_ref.frames)
    assert only_study(import_into.workspace) == study


@pytest.mark.parametrize("turn", [1, 2, 3, 5, 8, 13, 21, 34])
def test_a_cancelled_import_leaves_whole_studies_only(files, import_into, cancelling, turn):
    try:
        import_into(files.folder, cancelled=cancelling(turn))
    except Cancelled:
        assert_whole(import_into.workspace)
    assert import_into(files.folder)["counts"]["imported"] == FILES
    assert len(only_study(import_into.workspace).slices_of(*Kind)) == POSITIONS


def test_a_killed_import_leaves_whole_studies_only(files, import_into, tmp_path):
    """Killed after each of the events it tells, all the way to its end."""
    spec = JobSpec(
        "import_study", {"paths": [str(files.folder)], "workspace": str(import_into.workspace)}
    )
    for events in range(1, 45, 6):
        job = make_job_folder(spec, tmp_path)
        with subprocess.Popen(job_command(job), stdout=subprocess.PIPE) as process:
            told = [process.stdout.readline() for _ in range(events)]
            os.killpg(process.pid, signal.SIGKILL)
        assert_whole(import_into.workspace)
        if not told[-1]:
            break
    assert import_into(files.folder)["counts"]["imported"] == FILES
    assert len(only_study(import_into.workspace).slices_of(*Kind)) == POSITIONS


def assert_whole(folder):
    """Every stored study has all its slices, frames and pixels."""
    with Workspace.open(folder) as workspace:
        assert not workspace.is_read_only
        for line in workspace.studies.summaries():
            study = workspace.studies.load(line.study_id)
            slices = study.slices_of(*Kind)
            assert len(slices) == POSITIONS
            for slice_ref in slices:
                assert len(workspace.arrays.get(slice_ref.array_key)) == len(slice_ref.frames)


def test_a_window_reads_while_the_job_imports(files, import_into):
    with Workspace.open(import_into.workspace) as window:
        import_into(files.folder)
        assert len(window.studies.summaries()) == 1
        study = window.studies.load(window.studies.summaries()[0].study_id)
        slice_id = study.slices_of(Kind.T1_MAP)[0].slice_id
        window.annotations.append(SliceAnnotation(slice_id, ImageKind.T1), "ana")


def test_too_little_room_is_said_before_anything_is_written(files, tmp_path, in_mount_namespace):
    disk = tmp_path / "disk"
    disk.mkdir()
    params = {"paths": [str(files.folder)], "workspace": str(disk / "workspace")}
    job = make_job_folder(JobSpec("import_study", params), tmp_path)
    command = " ".join(job_command(job))
    said = in_mount_namespace(
        f"mount -t tmpfs -o size=4m tmpfs {disk} && {command}; ls {disk}/workspace/arrays || true"
    )
    events = [from_line(line) for line in said.splitlines()]
    assert isinstance(events[-1], Failed)
    assert events[-1].code == NoSpaceError.code
    assert events[-1].needed.endswith("MB")


def test_a_missing_parameter_is_refused_by_name():
    with pytest.raises(JobParameterError, match="parameter paths"):
        list(run({"workspace": "w"}, lambda: False))


def test_the_result_is_plain_json(files, import_into):
    result = import_into(files.folder)
    assert json.loads(json.dumps(result)) == result


@pytest.mark.parametrize("fault", [ValueError("odd"), ZeroDivisionError("0"), KeyError("x")])
def test_a_fault_in_one_study_costs_that_study_only(
    files, import_into, new_study, monkeypatch, fault
):
    """Numeric code that fails on one patient's series."""
    new_study(files.folder / "second", PatientID="ID-2", PatientName="Other^B").write()
    build = Context.build

    def faulty(self, headers):
        headers = tuple(headers)
        if headers[0].patient_id == "ID-2":
            raise fault
        return build(self, headers)

    monkeypatch.setattr(Context, "build", faulty)
    result = import_into(files.folder)
    assert len(result["studies"]) == 1
    assert (result["counts"]["imported"], result["counts"]["rejected"]) == (FILES, FILES)
    assert {refusal["code"] for refusal in result["rejected"]} == {"study-fault"}
    assert type(fault).__name__ in result["rejected"][0]["reason"]
    assert all("second" in refusal["source"] for refusal in result["rejected"])


def test_what_cost_a_study_is_tried_again_by_the_next_import(files, import_into, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Context, "build", lambda *_: 1 // 0)
        assert import_into(files.folder)["counts"]["imported"] == 0
    assert import_into(files.folder)["counts"]["new"] == FILES


def test_a_full_disk_ends_the_import_and_is_no_fault_of_a_study(files, import_into, monkeypatch):
    def full(*_):
        raise WorkspaceFullError("the disk is full")

    monkeypatch.setattr(Studies, "add", full)
    with pytest.raises(WorkspaceFullError):
        import_into(files.folder)


def test_a_slice_that_cannot_be_aligned_is_a_warning_and_its_study_stays(
    files, import_into, monkeypatch
):
    def unsolvable(*_):
        raise np.linalg.LinAlgError("singular")

    monkeypatch.setattr("vne_core.jobs.study_import.aligned_slice", unsolvable)
    result = import_into(files.folder)
    assert result["counts"]["imported"] == FILES
    told = [event.text for event in import_into.events if isinstance(event, Warned)]
    assert len(told) == SLICES
    assert "could not be brought together: LinAlgError: singular" in told[0]
