"""Words in the reader's language: the one place that asks Qt for a translation."""

from PySide6.QtCore import QCoreApplication

CONTEXT = "vne-reader"


def tr(text: str) -> str:
    """Return ``text`` in the language of the installed translators, else as it is.

    Numbers and names go in afterwards with ``str.format``, so that a translator can move them.
    """
    return QCoreApplication.translate(CONTEXT, text)
