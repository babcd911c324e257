import pytest

from tests.vne_core.dicom.made_objects import make_classic, to_bytes
from vne_core.dicom.header import SourceFile
from vne_core.dicom.scan import scan

TEXT, PICTURE = b"Dear colleague, the images are in the folder beside.", b"\x89PNG\r\n\x1a\n"


def outcome(folder, name, content) -> str:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    found = scan([path], workers=1)
    (what,) = (part for part in ("imported", "rejected", "ignored") if getattr(found, part))
    return what


@pytest.mark.parametrize(
    "name, content",
    [
        ("README", TEXT),
        ("notes.TXT", TEXT),
        ("results.csv", b"slice,burden\n1,12\n"),
        ("report.json", b"{}"),
        ("IM0001.jpg", b"\xff\xd8\xff\xe0"),
        ("thumb.png", PICTURE),
        (".DS_Store", b"\0\0\0\1Bud1"),
        ("Thumbs.db", b"\xd0\xcf\x11\xe0"),
        ("._IM0001", b"\0\5\26\7"),
        ("empty.txt", b""),
    ],
)
def test_a_file_that_was_never_an_image_is_ignored_and_not_rejected(tmp_path, name, content):
    assert outcome(tmp_path, name, content) == "ignored"


@pytest.mark.parametrize(
    "name, content",
    [
        ("IM0001", b"<html>404: the archive is closed</html>"),
        ("IM0001.dcm", TEXT),
        ("IM0001.IMA", PICTURE),
        ("1.2.840.113619.2", TEXT),
        ("phantom.mat", b"MATLAB 5.0"),
        ("IM0002", b""),
    ],
)
def test_what_may_have_been_an_image_stays_rejected(tmp_path, name, content):
    assert outcome(tmp_path, name, content) == "rejected"


def test_an_image_is_imported_whatever_its_name_says(tmp_path):
    assert outcome(tmp_path, "readme.txt", to_bytes(make_classic())) == "imported"


def test_a_damaged_image_is_rejected_whatever_its_name_says(tmp_path):
    assert outcome(tmp_path, "scan.txt", to_bytes(make_classic())[:-200]) == "rejected"


def test_all_of_them_have_one_reason_so_that_a_list_can_count_them(tmp_path):
    for name in ("README", "a.txt", "b.png", "c.csv"):
        (tmp_path / name).write_bytes(TEXT)
    ignored = scan([tmp_path], workers=1).ignored
    assert len(ignored) == 4
    assert {one.reason for one in ignored} == {
        "text, a picture, a table or a system file beside the images, not DICOM"
    }
    assert {one.source for one in ignored} == {SourceFile(path) for path in tmp_path.iterdir()}
