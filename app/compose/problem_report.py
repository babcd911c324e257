"""A problem report to attach to a mail: the log, the installation, the choices; no identity."""

import io
import sys
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from PySide6.QtCore import QObject, QProcess

from app.compose.preferences import preferences_now
from app.compose.reader import Reader
from app.dialogs import choose
from app.keys import KeyMap
from app.settings import Preferences, log_file
from app.words import tr
from vne_core.files import atomic_write

NAME = "vne-reader-problem.zip"
_FOLDER = "report-folder"
_EMPTY_LOG = "The log is empty: nothing has gone wrong.\n"


def save_report(reader: Reader) -> None:
    """Ask where, look at the installation in a process of its own, and write the report there."""
    start = Path(reader.settings.text(_FOLDER, str(Path.home())))
    path = choose.ask_zip(reader.window, start / NAME)
    if path is None:
        return
    reader.settings.set_text(_FOLDER, str(path.parent))
    reader.window.status.say(tr("Looking at the installation for the report…"))

    def finish(installation: str) -> None:
        choices = settings_text(preferences_now(reader), reader.window.keys)
        try:
            write_report(path, installation, choices)
        except OSError as error:
            reader.refuse(error)
        else:
            reader.window.status.say(tr("Problem report saved: {path}").format(path=path))

    doctor = Doctor(finish, reader)
    reader.window.closing.connect(lambda _: doctor.stop())
    doctor.start()


def write_report(path: Path, installation: str, choices: str) -> None:
    """Write the report as a .zip of three texts.

    The log holds types and places of errors, never their messages. Folders, study lists and
    window titles are not among the choices.
    """
    log = log_file()
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("log.txt", log.read_text("utf-8") if log.exists() else _EMPTY_LOG)
        archive.writestr("installation.txt", installation)
        archive.writestr("settings.txt", choices)
    atomic_write(path, held.getvalue())


def settings_text(preferences: Preferences, keys: KeyMap) -> str:
    """Return the choices a report may carry, one a line."""
    lines = [f"{name}: {value}" for name, value in asdict(preferences).items()]
    return "\n".join([*lines, f"keys: {keys.to_text()}"]) + "\n"


class Doctor(QObject):
    """Runs ``vne doctor`` beside the window and hands over what it says, healthy or not."""

    def __init__(self, told: Callable[[str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._told = told
        self._process = QProcess(self)
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        self._process.finished.connect(lambda *_: self._finish())
        self._process.errorOccurred.connect(self._fail)

    def start(self) -> None:
        """Begin; the answer comes later."""
        self._process.start(sys.executable, ["-m", "vne_core.cli.main", "doctor"])

    def stop(self) -> None:
        """End at once and tell nothing."""
        self._process.blockSignals(True)
        self._process.kill()
        self._process.waitForFinished()

    def _finish(self) -> None:
        self._told(bytes(self._process.readAll().data()).decode(errors="replace"))

    def _fail(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._told("vne doctor did not start\n")
