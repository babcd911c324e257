import pytest

from app.compose.windows import KEPT, Windows
from app.settings import Settings
from app.viewer.window_level import Window


@pytest.fixture
def settings(tmp_path):
    return Settings(tmp_path / "config", tmp_path / "workspace")


def test_a_window_is_there_in_the_next_sitting(settings, tmp_path):
    windows = Windows(settings)
    windows.keep("study/lge", Window(400.0, 250.0))
    windows.save()
    settings.save()
    again = Windows(Settings(tmp_path / "config", tmp_path / "workspace"))
    assert again.get("study/lge") == Window(400.0, 250.0)
    assert again.get("study/cine") is None


def test_a_window_forgotten_is_not_there_again(settings):
    windows = Windows(settings)
    windows.keep("study/lge", Window(400.0, 250.0))
    windows.save()
    windows.forget("study/lge")
    windows.save()
    assert Windows(settings).get("study/lge") is None


def test_the_oldest_windows_are_dropped(settings):
    windows = Windows(settings)
    for number in range(KEPT + 2):
        windows.keep(f"study-{number}/lge", Window(1.0, 2.0))
    windows.keep("study-0/lge", Window(3.0, 4.0))
    windows.save()
    kept = Windows(settings)
    assert kept.get("study-0/lge") == Window(3.0, 4.0)
    assert kept.get("study-1/lge") is None


@pytest.mark.parametrize("text", ["no json", "[1]", '{"a": 3, "b": [1], "c": [1, -2]}'])
def test_damaged_settings_are_no_windows(settings, text):
    settings.set_text("windows", text)
    windows = Windows(settings)
    assert [windows.get(key) for key in "abc"] == [None, None, None]
