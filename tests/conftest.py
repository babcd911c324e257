"""Fixtures every test can use, and the watch that nothing is left running."""

import gc
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

LASTING_CHILDREN = ("resource_tracker", "forkserver", "semaphore_tracker")
"""Processes that Python keeps for itself until it ends."""
LASTING_THREADS = ("QueueManagerThread", "execnet", "pytest_timeout", "Dummy-")


def pytest_collection_finish() -> None:
    """Set apart what the collection loaded, torch above all: it stays until the end.

    Each test with a window collects garbage and looks for what it left; both would go through a
    million objects of imported modules.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture
def realdata() -> Path:
    """Return the folder of real scanner files, or skip where it is not set."""
    folder = os.environ.get("VNE_REALDATA")
    if not folder:
        pytest.skip("VNE_REALDATA is not set: the real scanner files are not here")
    return Path(folder)


@pytest.fixture(autouse=True)
def private_folders(tmp_path_factory, monkeypatch) -> Iterator[None]:
    """Keep the user's own configuration and workspaces out of every test."""
    folder = tmp_path_factory.mktemp("user")
    monkeypatch.setenv("VNE_CONFIG_DIR", str(folder / "config"))
    monkeypatch.setenv("VNE_WORKSPACE", str(folder / "workspace"))
    yield
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    """Fail a test that leaves a thread or a process behind."""
    threads, children = set(threading.enumerate()), child_processes()
    yield
    late_threads = [
        thread.name
        for thread in threading.enumerate()
        if thread not in threads
        and thread.is_alive()
        and not thread.name.startswith(LASTING_THREADS)
    ]
    late_children = {pid: line for pid, line in child_processes().items() if pid not in children}
    assert not late_threads, f"threads left running: {late_threads}"
    assert not late_children, f"processes left running: {late_children}"


def child_processes() -> dict[int, str]:
    """Return the command lines of this process's children, without those Python keeps."""
    children: dict[int, str] = {}
    for task in Path("/proc/self/task").glob("*/children") if Path("/proc/self").exists() else ():
        for pid in task.read_text().split():
            try:
                line = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
            if not any(name in line for name in LASTING_CHILDREN):
                children[int(pid)] = line
    return children
