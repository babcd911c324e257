import argparse
import gc
import weakref

from PySide6.QtCore import QCoreApplication, QEvent

from app.compose.opening import furnish
from app.main_window import MainWindow
from app.settings import Settings, config_folder


def test_a_closed_window_leaves_nothing_behind(qtbot, qapp, workspace):
    window = MainWindow(Settings(config_folder(), workspace))
    window.show()
    asked = {"workspace_folder": workspace, "screenshot": None, "paths": [], "demo": False}
    reader = furnish(window, argparse.Namespace(**asked))
    qtbot.waitUntil(lambda: bool(reader.studies), timeout=20_000)
    with qtbot.waitSignal(reader.ready, timeout=60_000):
        reader.open_study(reader.studies[0].study_id)
    session, images = weakref.ref(reader.session), weakref.ref(reader.page.panes)
    window.close()
    window.deleteLater()
    reader = window = None
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert session() is None
    assert images() is None
