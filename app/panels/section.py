"""A part of a panel under a heading that folds it away."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.roles import set_role
from app.words import tr

SPACING_PX = 6


class Section(QWidget):
    """A heading that is a button, over its content. ``toggled`` says whether it is unfolded.

    ``title`` is in English, which it is remembered by.
    """

    toggled = Signal(bool)

    def __init__(self, title: str, content: QLayout, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.head = QToolButton()
        self.head.setText(tr(title).upper())
        self.head.setAccessibleName(tr(title))
        self.head.setCheckable(True)
        self.head.setChecked(True)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.head.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_role(self.head, "section-head")
        self._body = QWidget()
        content.setContentsMargins(0, 0, 0, 4)
        self._body.setLayout(content)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING_PX)
        column.addWidget(self.head)
        column.addWidget(self._body)
        self.head.toggled.connect(self._show)
        self.head.toggled.connect(self.toggled)
        self._point()

    @property
    def is_open(self) -> bool:
        """True when the content is unfolded."""
        return self.head.isChecked()

    def set_open(self, is_open: bool) -> None:  # noqa: FBT001 - a Qt setter
        """Unfold or fold the content."""
        self.head.setChecked(is_open)

    def changeEvent(self, event: QEvent) -> None:
        """Point the arrow again when the style has changed."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._point()

    def _show(self, is_open: bool) -> None:  # noqa: FBT001 - a signal's value
        self._body.setVisible(is_open)
        self._point()

    def _point(self) -> None:
        arrow = Qt.ArrowType.DownArrow if self.is_open else Qt.ArrowType.RightArrow
        self.head.setArrowType(arrow)
        words = tr("Fold “{part}”") if self.is_open else tr("Unfold “{part}”")
        self.head.setToolTip(words.format(part=tr(self.title)))
