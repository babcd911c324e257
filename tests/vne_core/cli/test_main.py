import json
import os
import pty
import signal
import sqlite3
import subprocess
import sys
import termios
import time

import pytest

from tests.vne_core.jobs.small_study import SmallStudy
from tests.vne_core.learn.made_model import write_model

VNE = [sys.executable, "-m", "vne_core.cli.main"]
ENVELOPE = ["schema", "ok", "data", "warnings", "error"]
HELP_LIMIT_S = 0.3


def test_help_starts_fast():
    times = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run([*VNE, "--help"], check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    assert min(times) < HELP_LIMIT_S


def test_help_imports_no_heavy_library():
    code = (
        "import sys, contextlib\nfrom vne_core.cli.main import main\n"
        "with contextlib.suppress(SystemExit): main(['--help'])\n"
        "print(sorted({'numpy', 'scipy', 'pydicom', 'torch', 'tqdm'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "arguments, said",
    [
        ((), "COMMAND"),
        (("sing",), "sing"),
        (("quantify",), "--csv"),
        (("import",), "PATH"),
        (("phantom", "out", "--patients", "0"), "at least 1"),
        (("quantify", "--csv", "f", "--image", "ct"), "ct"),
    ],
)
def test_a_command_line_that_means_nothing_is_refused_with_exit_2(vne, arguments, said):
    plain = vne(*arguments)
    assert (plain.code, plain.out) == (2, "")
    assert said in plain.err
    assert "--help" in plain.err
    answer = vne(*arguments, "--json")
    assert (answer.code, answer.err) == (2, "")
    assert list(answer.json) == ENVELOPE
    assert answer.json["error"]["code"] == "usage"
    assert said in answer.json["error"]["found"]


def test_json_is_one_object_on_stdout_and_progress_is_on_stderr(vne, files, tmp_path):
    answer = vne("import", files.folder, "--workspace", tmp_path / "w", "--json")
    assert answer.code == 0
    assert list(answer.json) == ENVELOPE
    assert (answer.json["schema"], answer.json["ok"]) == ("vne/1", True)
    assert (answer.json["error"], answer.json["warnings"]) == (None, [])
    assert answer.json["data"]["counts"]["imported"] == 42
    assert "reading the headers ..." in answer.err
    assert "\r" not in answer.err


def test_a_terminal_gets_a_bar(files, tmp_path):
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    command = [*VNE, "import", files.folder, "--workspace", tmp_path / "w"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, text=True) as process:
        os.close(theirs)
        text = b""
        try:
            while piece := os.read(ours, 4096):
                text += piece
        except OSError:  # the end of a terminal's output on Linux
            os.close(ours)
        assert "42 imported" in process.stdout.read()
    assert b"reading the headers:" in text
    assert b"%|" in text


def test_rejected_files_do_not_fail_an_import(vne, files, tmp_path):
    (files.folder / "letter").write_text("Dear colleague")
    answer = vne("import", files.folder, tmp_path / "nowhere", "--workspace", tmp_path / "w")
    assert answer.code == 0
    assert "44 files: 42 imported, 42 new, 0 duplicates, 2 rejected" in answer.out
    assert "letter" in answer.out
    assert "nowhere" in answer.out


def test_an_import_of_which_nothing_came_is_refused_and_lists_why(vne, tmp_path):
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "letter").write_text("Dear colleague")
    plain = vne("import", folder, "--workspace", tmp_path / "w")
    assert plain.code == 1
    assert plain.err.rstrip().endswith(
        f"vne: {folder} holds 1 file, none of which could be imported; "
        "needed: at least one MR image; see the reason of each file"
    )
    assert "not a DICOM file" in plain.out
    answer = vne("import", folder, "--workspace", tmp_path / "w", "--json")
    assert (answer.code, answer.json["ok"]) == (1, False)
    assert answer.json["error"]["code"] == "nothing-imported"
    assert all(answer.json["error"].values())
    assert answer.json["data"]["counts"]["rejected"] == 1


def test_an_empty_folder_is_refused(vne, tmp_path):
    (tmp_path / "none").mkdir()
    answer = vne("import", tmp_path / "none", "--workspace", tmp_path / "w", "--json")
    assert answer.code == 1
    assert answer.json["error"]["found"] == f"there is no file in {tmp_path / 'none'}"


def test_a_path_that_is_not_there_is_refused(vne, tmp_path):
    answer = vne("import", tmp_path / "nowhere", "--workspace", tmp_path / "w", "--json")
    assert answer.code == 1
    assert answer.json["error"]["code"] == "no-such-path"
    assert "nowhere" in answer.json["error"]["found"]


def test_importing_again_says_that_nothing_is_new(vne, files, tmp_path):
    for expected in ("42 new", "0 new"):
        answer = vne("import", files.folder, "--workspace", tmp_path / "w")
        assert expected in answer.out


def test_the_list_shows_studies_by_pseudonym(vne, files, tmp_path):
    vne("import", files.folder, "--workspace", tmp_path / "w")
    answer = vne("list", "--workspace", tmp_path / "w", "--json")
    (study,) = answer.json["data"]["studies"]
    assert study["pseudonym"].startswith("P-")
    counts = (study["series_count"], study["slice_count"], study["position_count"])
    assert counts == (4, 2, 8)
    _, line = vne("list", "--workspace", tmp_path / "w").out.splitlines()
    assert line.split() == [study["pseudonym"], study["study_date"], "4", "2", "8", "0"]


def test_slices_are_counted_apart_from_the_positions_of_every_series(vne, files, tmp_path):
    answer = vne("import", files.folder, "--workspace", tmp_path / "w")
    assert "2 short-axis slices (8 series positions), 42 new files" in answer.out


def test_a_missing_phase_is_told_in_the_list(vne, files, tmp_path):
    (files.folder / "20_1_5").unlink()
    vne("import", files.folder, "--workspace", tmp_path / "w")
    (study,) = vne("list", "--workspace", tmp_path / "w", "--json").json["data"]["studies"]
    notes = {series["description"]: series["notes"] for series in study["series"]}
    told = [note["text"] for note in notes.pop("cine_trufi_retro")]
    assert told[0] == "a phase is missing between 320.0 and 480.0 ms"
    assert not any(notes.values())
    lines = vne("list", "--workspace", tmp_path / "w").out.splitlines()
    start = f"{study['pseudonym']}, series 20 cine_trufi_retro, position "
    assert [line.startswith(start) for line in lines[3:]] == [True] * len(told)
    assert lines[3].endswith(told[0])


def test_the_users_own_workspace_is_used_when_none_is_named(vne, files):
    vne("import", files.folder)
    assert len(vne("list", "--json").json["data"]["studies"]) == 1


def test_a_missing_workspace_is_refused_in_three_parts(vne, tmp_path):
    answer = vne("list", "--workspace", tmp_path / "none", "--json")
    assert answer.code == 1
    assert not answer.json["ok"]
    error = answer.json["error"]
    assert error["code"] == "no-workspace"
    assert error["found"] == f"the folder {tmp_path / 'none'} holds no workspace"
    assert error["needed"]
    assert error["action"]
    assert vne("list", "--workspace", tmp_path / "none").err.startswith("vne: ")


def test_a_jobs_refusal_keeps_its_own_code(vne, tmp_path):
    answer = vne("quantify", "--workspace", tmp_path / "none", "--csv", tmp_path / "f", "--json")
    assert answer.code == 1
    assert answer.json["error"]["code"] == "no-workspace"


def hear_ctrl_c() -> None:
    """Hear Ctrl+C also where the tests run in the background, which ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_stops_politely_with_exit_130(tmp_path):
    for patient in range(40):
        SmallStudy(tmp_path / "files" / str(patient), PatientID=f"ID-{patient}").write()
    command = [*VNE, "import", tmp_path / "files", "--workspace", tmp_path / "w"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_ctrl_c,  # noqa: PLW1509 - no thread runs here
    ) as process:
        assert process.stderr.readline() == "reading the headers ...\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert "vne: cancelled: what was finished before is kept" in err
    assert "Traceback" not in err


def test_a_reader_that_has_read_enough_is_no_fault(files, tmp_path):
    command = [*VNE, "models", "list"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""


def test_doctor_decodes_an_image_of_every_kind_and_names_the_versions(vne):
    answer = vne("doctor", "--json")
    data = answer.json["data"]
    names = " ".join(decoder["name"] for decoder in data["decoders"])
    assert all(kind in names for kind in ("uncompressed", "RLE", "JPEG-LS", "JPEG 2000"))
    assert "JPEG Lossless" in names
    assert data["versions"]["sqlite"] == sqlite3.sqlite_version
    assert all(model["problem"] is None for model in data["models"])


def test_doctor_names_a_shipped_model_that_is_damaged(vne, monkeypatch, tmp_path):
    folder = write_model(tmp_path / "shipped")
    (folder / "generator.onnx").write_bytes(b"x")
    monkeypatch.setattr("vne_core.learn.registry.shipped_folder", lambda: tmp_path / "shipped")
    answer = vne("doctor", "--json")
    assert answer.code == 1
    assert "made-1 is damaged" in answer.json["error"]["found"]


def test_doctor_says_whether_a_window_has_a_display(vne, monkeypatch):
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("DISPLAY", raising=False)
    assert "the window needs one" in vne("doctor").out
    monkeypatch.setenv("DISPLAY", ":7")
    assert vne("doctor", "--json").json["data"]["display"] == ":7"


def test_the_list_of_models_is_empty_and_says_so(vne, monkeypatch):
    monkeypatch.setattr("vne_core.learn.registry.shipped_folder", lambda: None)
    assert vne("models", "list").out == "no VNE model is installed\n"
    assert vne("models", "list", "--json").json["data"] == {"models": [], "history": []}


def test_json_without_a_job_writes_nothing_to_stderr(vne_program):
    said = vne_program("models", "list", "--json")
    assert said.err == ""
    assert json.loads(said.out)["ok"]
