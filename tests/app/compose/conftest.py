"""A whole window on the demo study, made once and copied for each test."""

import argparse
import gc
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from app.compose.opening import furnish
from app.main_window import MainWindow
from app.panels.style import apply_theme
from app.settings import Settings, config_folder
from vne_core.jobs.events import JobSpec
from vne_core.jobs.foreground import run_foreground


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory) -> Path:
    """A workspace with the demo study, without contours."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VNE_CONFIG_DIR", str(folder / "config"))
        params = {"workspace": str(folder / "workspace"), "folder": str(folder / "demo")}
        run_foreground(JobSpec("demo", params), lambda _: None)
    return folder


@pytest.fixture
def workspace(demo_folder, tmp_path) -> Path:
    return Path(shutil.copytree(demo_folder / "workspace", tmp_path / "workspace"))


@pytest.fixture
def open_window(qtbot, qapp):
    """Opens windows on a workspace and closes them at the end."""
    apply_theme(qapp, "dark")
    opened = []

    def open_on(folder: Path, *, study: bool = True, **options):
        window = MainWindow(Settings(config_folder(), folder))
        qtbot.addWidget(window)
        window.resize(1440, 900)
        window.show()
        asked = {"workspace_folder": folder, "screenshot": None, "paths": [], "demo": False}
        reader = furnish(window, argparse.Namespace(**{**asked, **options}))
        opened.append(window)
        qtbot.waitUntil(lambda: bool(reader.studies) or not study, timeout=20_000)
        if study:
            with qtbot.waitSignal(reader.ready, timeout=60_000):
                reader.open_study(reader.studies[0].study_id)
        return reader

    yield open_on
    for window in opened:
        window.close()
        window.deleteLater()
    opened.clear()
    qapp.setStyleSheet("")
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()  # a window's mapped images are open files: a thousand are too many
