import hashlib
import os
import stat

import pytest

from vne_core.errors import VneError
from vne_core.files import (
    NoSpaceError,
    atomic_open,
    atomic_write,
    require_free_space,
    sha256_bytes,
    sha256_file,
)


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "table.csv"
    atomic_write(path, "old")
    with pytest.raises(TypeError), atomic_open(path) as stream:
        stream.writelines([b"half of the n", None])
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["table.csv"]


def test_a_reader_that_opened_the_old_file_still_reads_it_whole(tmp_path):
    path = tmp_path / "table.csv"
    atomic_write(path, "old")
    with path.open() as stream:
        atomic_write(path, "new and longer")
        assert stream.read() == "old"
    assert path.read_text() == "new and longer"


def test_a_written_file_is_not_private_to_its_writer(tmp_path):
    path = tmp_path / "table.csv"
    umask = os.umask(0o022)
    try:
        atomic_write(path, "shared")
    finally:
        os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_hashes_agree_with_hashlib(tmp_path):
    data = bytes(range(256)) * 999
    (tmp_path / "data").write_bytes(data)
    assert sha256_bytes(data) == sha256_file(tmp_path / "data") == hashlib.sha256(data).hexdigest()


def test_too_little_space_is_refused_with_both_numbers(tmp_path):
    with pytest.raises(NoSpaceError, match=r"MB free.*1000000000000 MB.*another disk"):
        require_free_space(tmp_path / "not" / "yet" / "made", 10**18)
    require_free_space(tmp_path, 1)


def test_an_error_reads_as_one_sentence():
    error = VneError("slices 4 and 5 are 11.2 mm apart", "one distance", "re-export")
    assert str(error) == "slices 4 and 5 are 11.2 mm apart; needed: one distance; re-export"
    assert str(VneError("only this")) == "only this"
    assert error.sentence == "Slices 4 and 5 are 11.2 mm apart; needed: one distance; re-export."


@pytest.mark.parametrize("name", ["site.toml line 2", "/home/ana/x", "ImageType", "a.dcm"])
def test_the_name_of_a_file_keeps_its_first_letter(name):
    assert VneError(f"{name} is wrong").sentence == f"{name} is wrong."
