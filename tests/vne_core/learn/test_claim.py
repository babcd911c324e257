import subprocess
import sys

import pytest

from vne_core.learn.claim import FolderTakenError, claimed

HOLDS = (
    "import pathlib, sys; from vne_core.learn.claim import claimed\n"
    "with claimed(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
)


@pytest.fixture
def holder(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_folder_that_another_program_trains_into_is_refused(holder, tmp_path):
    with pytest.raises(FolderTakenError, match=f"training into {tmp_path}"), claimed(tmp_path):
        pass


def test_a_killed_training_leaves_its_folder_free(holder, tmp_path):
    holder.kill()
    holder.wait()
    with claimed(tmp_path):
        pass


def test_a_folder_is_free_again_afterwards(tmp_path):
    for _ in range(2):
        with claimed(tmp_path / "new"):
            pass
