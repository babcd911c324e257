import errno
import sys
import threading

import pytest

from app.errors import ErrorNet, log_entry, sentence
from vne_core.errors import VneError

NAME = "Mustermann^Erika"


def fail(error: Exception) -> None:
    raise error


def raised(error: Exception) -> Exception:
    try:
        fail(error)
    except type(error) as caught:
        return caught


def test_the_log_names_the_place_and_never_the_message():
    entry = log_entry(raised(ValueError(f"/scans/{NAME}/IM1")))
    assert NAME not in entry
    assert "ValueError" in entry
    assert "test_errors.py" in entry


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "no space"), "disk is full"),
        (PermissionError(errno.EACCES, "no"), "may not be read or written"),
        (
            VneError("slices 4 and 5", "one distance", "re-export"),
            "Slices 4 and 5; needed: one distance; re-export.",
        ),
        (KeyError("x"), "KeyError"),
    ],
)
def test_an_error_is_said_in_one_line(error, words):
    assert words in sentence(error)
    assert "\n" not in sentence(error)


def test_an_uncaught_error_is_logged_and_shown_once(tmp_path):
    shown = []
    net = ErrorNet(tmp_path / "logs" / "reader.log", shown.append)
    net.install()
    try:
        error = raised(RuntimeError(NAME))
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        net.remove()
    assert len(shown) == 1
    assert NAME not in (tmp_path / "logs" / "reader.log").read_text()


def test_an_error_in_a_thread_is_caught_too(tmp_path):
    shown = []
    net = ErrorNet(tmp_path / "reader.log", shown.append)
    net.install()
    try:
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
    finally:
        net.remove()
    assert "ZeroDivisionError" in shown[0]


def test_the_net_gives_the_hooks_back(tmp_path):
    before = sys.excepthook
    net = ErrorNet(tmp_path / "reader.log", print)
    net.install()
    net.remove()
    assert sys.excepthook is before
