"""Asking for a folder or a file; None when the reader thinks better of it.

Qt's dialogs are named through their module, so that their classes are made at the first question.
"""

from pathlib import Path

from PySide6 import QtWidgets
from PySide6.QtWidgets import QWidget


def ask_folder(parent: QWidget, start: str) -> Path | None:
    """Return a folder of DICOM files."""
    chosen = QtWidgets.QFileDialog.getExistingDirectory(
        parent, "Open a folder of DICOM files", start
    )
    return Path(chosen) if chosen else None


def ask_archive(parent: QWidget, start: str) -> Path | None:
    """Return a .zip file of DICOM files."""
    kinds = "Zip files (*.zip);;All files (*)"
    chosen, _ = QtWidgets.QFileDialog.getOpenFileName(parent, "Open a .zip file", start, kinds)
    return Path(chosen) if chosen else None


def ask_csv(parent: QWidget, suggestion: Path) -> Path | None:
    """Return where to write a CSV; an existing file is replaced only after a question."""
    title, kinds = "Export lesion burden", "CSV files (*.csv)"
    chosen, _ = QtWidgets.QFileDialog.getSaveFileName(parent, title, str(suggestion), kinds)
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix else path.with_suffix(".csv")


def ask_to_lose(parent: QWidget, edits: int) -> bool:
    """Return whether to close although edits are not saved; keeping the window is the default."""
    question = QtWidgets.QMessageBox(parent)
    question.setIcon(QtWidgets.QMessageBox.Icon.Warning)
    question.setWindowTitle("Not saved")
    noun = "edit is" if edits == 1 else "edits are"
    question.setText(f"{edits} {noun} not saved.")
    question.setInformativeText("Free some space on the disk and the reader saves by itself.")
    stay = question.addButton("Keep the window open", QtWidgets.QMessageBox.ButtonRole.RejectRole)
    leave = question.addButton(
        "Close and lose them", QtWidgets.QMessageBox.ButtonRole.DestructiveRole
    )
    question.setDefaultButton(stay)
    question.exec()
    return question.clickedButton() is leave
