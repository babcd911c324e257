"""Asking for a folder or a file; None when the reader thinks better of it.

Qt's dialogs are named through their module, so that their classes are made at the first question.
"""

from pathlib import Path

from PySide6 import QtWidgets
from PySide6.QtWidgets import QWidget

from app.words import tr


def ask_folder(parent: QWidget, start: str) -> Path | None:
    """Return a folder of DICOM files."""
    chosen = QtWidgets.QFileDialog.getExistingDirectory(
        parent, tr("Open a folder of DICOM files"), start
    )
    return Path(chosen) if chosen else None


def ask_archive(parent: QWidget, start: str) -> Path | None:
    """Return a .zip file of DICOM files."""
    kinds = f"{tr('Zip files')} (*.zip);;{tr('All files')} (*)"
    chosen, _ = QtWidgets.QFileDialog.getOpenFileName(parent, tr("Open a .zip file"), start, kinds)
    return Path(chosen) if chosen else None


def ask_csv(parent: QWidget, suggestion: Path) -> Path | None:
    """Return where to write a CSV; an existing file is replaced only after a question."""
    return _ask_where(parent, tr("Export lesion burden"), suggestion, tr("CSV files"))


def ask_png(parent: QWidget, suggestion: Path) -> Path | None:
    """Return where to save a picture; an existing file is replaced only after a question."""
    return _ask_where(parent, tr("Save picture"), suggestion, tr("PNG pictures"))


def ask_zip(parent: QWidget, suggestion: Path) -> Path | None:
    """Return where to save a problem report, asked in the same way."""
    return _ask_where(parent, tr("Save problem report"), suggestion, tr("Zip files"))


def ask_to_lose(parent: QWidget, edits: int) -> bool:
    """Return whether to close although edits are not saved; keeping the window is the default."""
    question = QtWidgets.QMessageBox(parent)
    question.setIcon(QtWidgets.QMessageBox.Icon.Warning)
    question.setWindowTitle(tr("Not saved"))
    words = tr("1 edit is not saved.") if edits == 1 else tr("{count} edits are not saved.")
    question.setText(words.format(count=edits))
    question.setInformativeText(tr("Free some space on the disk and the reader saves by itself."))
    stay = question.addButton(
        tr("Keep the window open"), QtWidgets.QMessageBox.ButtonRole.RejectRole
    )
    leave = question.addButton(
        tr("Close and lose them"), QtWidgets.QMessageBox.ButtonRole.DestructiveRole
    )
    question.setDefaultButton(stay)
    question.exec()
    return question.clickedButton() is leave


def _ask_where(parent: QWidget, title: str, suggestion: Path, kind: str) -> Path | None:
    suffix = suggestion.suffix
    kinds = f"{kind} (*{suffix})"
    chosen, _ = QtWidgets.QFileDialog.getSaveFileName(parent, title, str(suggestion), kinds)
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix else path.with_suffix(suffix)
