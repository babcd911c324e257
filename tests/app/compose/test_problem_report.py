import shutil
import zipfile

import pydicom
import pytest

from app.compose import problem_report
from app.compose.problem_report import Doctor, settings_text, write_report
from app.dialogs import choose
from app.errors import ErrorNet
from app.keys import KeyMap
from app.settings import Preferences, log_file

NAME = "Zebulon^Quickenbush"
WORDS = ("zebulon", "quickenbush", "zq-4711", "19420317", "sesame hospital")


@pytest.fixture
def named_study(demo_folder, tmp_path):
    """The demo patient's files with a name, a number, a birth date and a hospital in them."""
    source = next(path for path in (demo_folder / "demo").rglob("*.dcm")).parent
    folder = tmp_path / "Zebulon Quickenbush"
    shutil.copytree(source, folder)
    for path in folder.rglob("*.dcm"):
        file = pydicom.dcmread(path)
        file.PatientName, file.PatientID = NAME, "ZQ-4711"
        file.PatientBirthDate, file.InstitutionName = "19420317", "Sesame Hospital"
        file.save_as(path)
    (folder / "Zebulon.dcm").write_bytes(b"\0" * 128 + b"DICM" + b"\xff" * 400)
    return folder


def test_a_report_of_a_sitting_with_a_named_patient_never_holds_the_name(
    open_window, named_study, tmp_path, qtbot, monkeypatch
):
    reader = open_window(tmp_path / "workspace", study=False)
    with qtbot.waitSignal(reader.ready, timeout=120_000):
        reader.open_paths([named_study])
    net = ErrorNet(log_file(), reader.window.status.say)
    net.report(FileNotFoundError(f"{named_study}: no such file of {NAME}"))
    path = tmp_path / "report.zip"
    monkeypatch.setattr(choose, "ask_zip", lambda *_: path)
    reader.window.actions_by_id["problem-report"].trigger()
    qtbot.waitUntil(lambda: "Problem report saved" in reader.window.status.message, timeout=60_000)
    texts = contents(path)
    assert set(texts) == {"log.txt", "installation.txt", "settings.txt"}
    assert "FileNotFoundError" in texts["log.txt"]
    assert "pydicom" in texts["installation.txt"]
    assert "theme: dark" in texts["settings.txt"]
    told = "\n".join([*texts, *texts.values()]).casefold()
    assert [word for word in WORDS if word in told] == []
    assert reader.session.opened.study.pseudonym.casefold() not in told


def contents(path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_an_empty_log_is_said_to_be_empty(tmp_path):
    write_report(tmp_path / "report.zip", "fine", settings_text(Preferences(), KeyMap()))
    assert contents(tmp_path / "report.zip")["log.txt"].startswith("The log is empty")


def test_closing_the_window_ends_the_look_at_the_installation(qtbot):
    told = []
    doctor = Doctor(told.append)
    doctor.start()
    doctor.stop()
    assert told == []


def test_a_report_that_cannot_be_written_says_why(open_window, tmp_path, qtbot, monkeypatch):
    reader = open_window(tmp_path / "workspace", study=False)
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setattr(choose, "ask_zip", lambda *_: blocked / "report.zip")
    problem_report.save_report(reader)
    said = reader.window.status
    qtbot.waitUntil(lambda: "could not be used" in said.message, timeout=60_000)
