"""What this program is and is not."""

import platform

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from app.words import tr

_WORDS = (
    "<b>Research use only, not a medical device.</b> Not for diagnosis or treatment.",
    (
        "Virtual native enhancement after Zhang et al., Circulation 2021. The method is covered by a "
        "patent application of its authors, WO2021/044153."
    ),
)
_NO_MODEL = (
    "No VNE model is installed. A model trained on a virtual cohort shows what the software does, "
    "and nothing about patients."
)
_MODEL = "Model in use: {model}. Its images are AI-generated: {caution}."
_OF_PATIENTS = "trained on images of patients; see its card with vne models show"


class AboutDialog(QDialog):
    """The name, the version, the model, and the line that is always true."""

    def __init__(
        self, version: str, model: str, caution: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("About VNE Reader"))
        title = QLabel("VNE Reader")
        title.setProperty("role", "title")
        built_on = tr("Version {version}").format(version=version)
        built_on += f" · Qt {qVersion()} · Python {platform.python_version()}"
        detail = QLabel(built_on)
        detail.setProperty("role", "quiet")
        told = tr(_MODEL).format(model=model, caution=caution or tr(_OF_PATIENTS))
        sentences = (*map(tr, _WORDS), told if model else tr(_NO_MODEL))
        words = QLabel("".join(f"<p>{sentence}</p>" for sentence in sentences))
        words.setWordWrap(True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(8)
        for part in (title, detail, words, buttons):
            column.addWidget(part)
        self.setFixedWidth(480)

    @classmethod
    def show_over(cls, parent: QWidget, version: str, model: str = "", caution: str = "") -> None:
        """Show it until it is closed; ``model`` is the one in use, "" where there is none."""
        dialog = cls(version, model, caution, parent)
        dialog.exec()
        dialog.deleteLater()
