import itertools
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest
from pydicom.uid import generate_uid

from tests.vne_core.dicom.made_objects import make_classic, make_enhanced, to_bytes
from vne_core.dicom.header import SourceFile
from vne_core.dicom.import_worker import Task
from vne_core.dicom.pool import WorkerPool, WorkerStartError
from vne_core.dicom.scan import find_files, scan
from vne_core.errors import Cancelled


@pytest.fixture
def folder(tmp_path):
    """A folder of every sort of file: six images and eight that are none."""
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for name in ("a", "b.dcm", "deep/IM0001", "deep/er/c.IMA"):
        (tmp_path / name).write_bytes(to_bytes(make_classic()))
    (tmp_path / "enhanced").write_bytes(to_bytes(make_enhanced()))
    with zipfile.ZipFile(tmp_path / "deep" / "export.ZIP", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/", b"")
        archive.writestr("folder/zipped", to_bytes(make_classic()))
        archive.writestr("nested.zip", b"PK\x03\x04 whatever")
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "empty").touch()
    (tmp_path / "cut").write_bytes(to_bytes(make_classic())[:-200])
    (tmp_path / "ct").write_bytes(to_bytes(make_classic(Modality="CT")))
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 not an archive at all")
    (tmp_path / "dangling").symlink_to(tmp_path / "gone")
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


def test_every_file_ends_as_imported_rejected_or_ignored(folder):
    result = scan([folder], workers=2)
    assert len(result.imported) == 6
    assert result.file_count == len(list(find_files([folder]))) == 14
    codes = {refusal.source.path.name: refusal.code for refusal in result.rejected}
    assert codes == {
        "empty": "empty",
        "cut": "truncated",
        "ct": "not-mr",
        "broken.zip": "damaged",
        "dangling": "unreadable",
        "pipe": "not-a-file",
        "export.ZIP": "archive",
    }
    reasons = {refusal.source.path.name: refusal.reason for refusal in result.rejected}
    assert reasons["broken.zip"] == "a zip archive that is damaged or was not copied whole"
    assert [(one.source.path.name, one.code) for one in result.ignored] == [("notes.txt", "beside")]
    assert all(refusal.reason for refusal in (*result.rejected, *result.ignored))


def test_the_order_is_that_of_the_names_however_many_workers(folder):
    orders = [[h.source for h in scan([folder], workers=n).imported] for n in (1, 2)]
    assert orders[0] == orders[1]
    assert orders[0] == [s for s in find_files([folder]) if s in set(orders[0])]


def test_files_given_twice_are_found_once(folder):
    twice = [folder, folder / "a", folder / "deep", Path(os.path.relpath(folder / "a"))]
    assert len(list(find_files(twice))) == 14


def test_a_folder_linked_into_itself_is_entered_once(folder):
    (folder / "deep" / "loop").symlink_to(folder)
    assert len(list(find_files([folder]))) == 14


def test_a_link_to_itself_costs_its_folder_no_other_file(folder):
    (folder / "ring").symlink_to("ring")
    result = scan([folder], workers=1)
    assert (len(result.imported), result.file_count) == (6, 15)
    ring = next(refusal for refusal in result.rejected if refusal.source.path.name == "ring")
    assert ring.code == "unreadable"


def test_a_path_that_is_not_there_is_one_rejection(tmp_path):
    (refusal,) = scan([tmp_path / "nowhere"], workers=1).rejected
    assert refusal.code == "unreadable"


def test_an_empty_folder_gives_nothing(tmp_path):
    assert scan([tmp_path], workers=1).file_count == 0


def test_a_dicomdir_is_ignored_and_its_files_are_read(tmp_path):
    if shutil.which("dcmmkdir") is None:
        pytest.skip("dcmmkdir is not installed: it makes the DICOMDIR")
    images = tmp_path / "IMAGES"
    images.mkdir()
    for name in ("IM1", "IM2"):
        dataset = make_classic(PatientName="A", StudyTime="10", AccessionNumber="", StudyID="1")
        (images / name).write_bytes(to_bytes(dataset))
    command = ["dcmmkdir", "+r", "+id", str(tmp_path), "-Pgp", "+D", str(tmp_path / "DICOMDIR")]
    subprocess.run(command, check=True, capture_output=True)
    result = scan([tmp_path], workers=1)
    assert (len(result.imported), len(result.rejected), len(result.ignored)) == (2, 0, 1)
    assert result.ignored[0].source.path.name == "DICOMDIR"


def test_progress_counts_every_file_once(folder):
    steps = []
    scan([folder], workers=2, progress=lambda *step: steps.append(step))
    assert steps == [(done, 14) for done in range(1, 15)]


def test_members_of_an_archive_are_read_in_place(tmp_path):
    with zipfile.ZipFile(tmp_path / "study.zip", "w") as archive:
        archive.writestr("../../etc/outside", to_bytes(make_classic()))
        archive.writestr("/absolute", to_bytes(make_classic()))
        archive.writestr("C:\\windows", to_bytes(make_classic()))
    before = sorted(tmp_path.rglob("*"))
    result = scan([tmp_path / "study.zip"], workers=1)
    assert len(result.imported) == 3
    assert sorted(tmp_path.rglob("*")) == before
    assert str(result.imported[0].source).endswith("study.zip!../../etc/outside")


def test_two_members_of_one_name_are_one_refusal_that_says_so(tmp_path):
    with zipfile.ZipFile(tmp_path / "study.zip", "w") as archive:
        archive.writestr("same", to_bytes(make_classic()))
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("same", to_bytes(make_classic()))
    result = scan([tmp_path / "study.zip"], workers=1)
    assert [refusal.code for refusal in result.rejected] == ["ambiguous"]
    assert result.rejected[0].reason.startswith("2 members of the archive have this name")


def test_an_encrypted_member_is_refused_with_what_to_do(tmp_path):
    path = tmp_path / "study.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("secret", to_bytes(make_classic()))
    data = bytearray(path.read_bytes())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + offset] |= 1
    path.write_bytes(data)
    (refusal,) = scan([path], workers=1).rejected
    assert refusal.code == "encrypted"
    assert "password" in refusal.reason


def test_a_bomb_in_an_archive_costs_one_rejection_each_and_no_time(tmp_path):
    head = to_bytes(make_classic())[:-1536]
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            with archive.open(f"member{number}", "w") as member:
                member.write(head)
                for _ in range(20):
                    member.write(bytes(1 << 24))
    started = time.monotonic()
    result = scan([tmp_path / "bomb.zip"], workers=1)
    assert [refusal.code for refusal in result.rejected] == ["inflating"] * 3
    assert time.monotonic() - started < 3


def test_an_archive_with_an_endless_list_of_members_is_refused(tmp_path):
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x", b"")
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x05\x06")
    data[at + 12 : at + 16] = (1 << 25).to_bytes(4, "little")
    path.write_bytes(data)
    (refusal,) = scan([path], workers=1).rejected
    assert "list of members" in refusal.reason


def test_a_scan_is_cancelled_within_half_a_second(tmp_path):
    source = tmp_path / "0"
    source.write_bytes(to_bytes(make_classic()))
    for number in range(1, 3_000):
        (tmp_path / str(number)).hardlink_to(source)
    asked = []

    def cancelled():
        asked.append(time.monotonic())
        return len(asked) > 3

    with pytest.raises(Cancelled):
        scan([tmp_path], workers=2, cancelled=cancelled)
    assert time.monotonic() - asked[-1] < 0.5
    assert max(later - first for first, later in itertools.pairwise(asked)) < 0.5


def test_an_exception_while_showing_progress_leaves_no_worker(folder):
    def broken(_done, _total):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        scan([folder], workers=2, progress=broken)


def test_a_scan_can_run_beside_the_windows_thread(folder):
    results = []
    thread = threading.Thread(target=lambda: results.append(scan([folder], workers=1)))
    thread.start()
    thread.join()
    assert results[0].file_count == 14


def test_an_installation_whose_workers_do_not_start_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    (tmp_path / "file").touch()
    with pytest.raises(WorkerStartError, match="worker ended with code 1"):
        scan([tmp_path], workers=1)


def test_workers_end_with_a_program_that_is_killed(folder):
    program = (
        "import sys, time; from pathlib import Path; from vne_core.dicom.header import SourceFile;"
        "from vne_core.dicom.pool import WorkerPool; from vne_core.dicom.import_worker import Task;"
        "pool = WorkerPool(1);"
        f"list(pool.work(Task.HEADER, [SourceFile(Path({str(folder / 'a')!r}))], batch=1));"
        "print(pool.process_ids[0], flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        worker = int(process.stdout.readline())
        process.kill()
    deadline = time.monotonic() + 5
    while Path(f"/proc/{worker}").exists() and time.monotonic() < deadline:
        if "Z" in Path(f"/proc/{worker}/stat").read_text().split()[2]:
            break
        time.sleep(0.01)
    else:
        assert not Path(f"/proc/{worker}").exists()


def test_workers_load_neither_qt_nor_torch(folder):
    with WorkerPool(1) as pool:
        list(pool.work(Task.HEADER, [SourceFile(folder / "a")], batch=1))
        maps = Path(f"/proc/{pool.process_ids[0]}/maps").read_text().lower()
    assert "numpy" in maps
    assert "torch" not in maps
    assert "qt6" not in maps


@pytest.mark.parametrize(
    "work, ending",
    [
        ("while True: pass", -signal.SIGPROF),
        ("bytearray(8 << 30)", 1),
        ("import os; os.abort()", -signal.SIGABRT),
    ],
)
def test_a_workers_limits_end_what_does_not_end(work, ending):
    program = (
        "from pathlib import Path; from vne_core.dicom.header import SourceFile;"
        "from vne_core.dicom import import_worker as w; w._stay_small_and_quiet();"
        f"w._start_timers(SourceFile(Path('nothing')))\n{work}"
    )
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)
    assert done.returncode == ending
    assert time.monotonic() - started < 20


@pytest.mark.realdata
def test_the_real_files_are_all_imported(realdata):
    result = scan([realdata], workers=2)
    assert len(result.imported) == 198
    assert [refusal.source.path.name for refusal in result.rejected] == ["demo_Phantom.mat"]
    assert {refusal.source.path.name for refusal in result.ignored} == {"LICENSE", "README.md"}
    assert len({header.sop_uid for header in result.imported}) == 198


def test_identity_of_members_survives_a_second_scan(tmp_path):
    uid = generate_uid()
    with zipfile.ZipFile(tmp_path / "study.zip", "w") as archive:
        archive.writestr("one", to_bytes(make_classic(SOPInstanceUID=uid)))
    first, second = (scan([tmp_path], workers=1).imported[0] for _ in range(2))
    assert first == second
    assert first.sop_uid == uid
