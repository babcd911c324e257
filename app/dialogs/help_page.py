"""One page of the help as it is shown: in the window's type and colours, its words marked."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QPalette,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QTextBrowser, QTextEdit

_MARGIN_PX = 24
_HEADING_PX = {1: 20, 2: 15, 3: 13}
_LINE_PERCENT = 135
_GAP_PX = 8
_PICTURE_SHARE = 0.96
"""Of the page's width, so that no picture makes a scroll bar."""
_MARK_ALPHA = 90
_FIRST_COLUMN_PERCENT = 40


@dataclass(frozen=True, slots=True)
class HelpPage:
    """One page: its file's name without ``.md``, its title, and the whole text in Markdown."""

    name: str
    title: str
    text: str


class PageView(QTextBrowser):
    """One page in the type and colours of the window; a link to a page is told, not followed."""

    page_asked = Signal(str)

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.name = ""
        self._folder = folder
        self._page: HelpPage | None = None
        self._words = ""
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.anchorClicked.connect(lambda url: self.page_asked.emit(Path(url.path()).stem))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._set)

    def show_page(self, page: HelpPage) -> None:
        """Show a page from its top."""
        self.name, self._page = page.name, page
        self._set()

    def mark(self, words: str) -> int:
        """Mark every place that has the words, go to the first, and return how many there are."""
        self._words = words
        selections: list[QTextEdit.ExtraSelection] = []
        found = QTextCursor(self.document())
        while words and not (found := self.document().find(words, found)).isNull():
            selection = QTextEdit.ExtraSelection()
            selection.cursor = QTextCursor(found)  # pyright: ignore[reportAttributeAccessIssue]
            selection.format = _mark_format(self.palette())  # pyright: ignore[reportAttributeAccessIssue]
            selections.append(selection)
        self.setExtraSelections(selections)
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.go_to_next(words)
        return len(selections)

    def go_to_next(self, words: str) -> None:
        """Go to the next place that has the words, from the last round to the first."""
        if words and not self.find(words):
            self.moveCursor(QTextCursor.MoveOperation.Start)
            self.find(words)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Return a picture of the help no wider than the page."""
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return QByteArray()
        picture = QImage(str(self._folder / QUrl(name).path()))
        room = round((self.viewport().width() - 2 * _MARGIN_PX) * _PICTURE_SHARE)
        dense = self.devicePixelRatioF()
        if picture.width() <= room:
            return picture
        width = min(picture.width(), round(room * dense))
        fitted = picture.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
        fitted.setDevicePixelRatio(width / room)
        return fitted

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the pictures again, later: Qt also resizes the page while it lays the text out."""
        super().resizeEvent(event)
        if self._page is not None and event.oldSize().width() != event.size().width():
            self._later.start()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another theme, later for the same reason."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._page is not None:
            self._later.start()

    def _set(self) -> None:
        assert self._page is not None
        self.setMarkdown(self._page.text)
        _dress(self.document(), self.palette())
        self.mark(self._words)


def _mark_format(colours: QPalette) -> QTextCharFormat:
    colour = QColor(colours.color(QPalette.ColorRole.Highlight))
    colour.setAlpha(_MARK_ALPHA)
    marked = QTextCharFormat()
    marked.setBackground(colour)
    return marked


def _dress(document: QTextDocument, colours: QPalette) -> None:
    """Give headings, paragraphs, pictures and tables the sizes and gaps of the window."""
    frame = QTextFrameFormat(document.rootFrame().frameFormat())
    frame.setMargin(_MARGIN_PX)
    document.rootFrame().setFrameFormat(frame)
    block = document.begin()
    while block.isValid():
        cursor = QTextCursor(block)
        table = cursor.currentTable()
        if table is None:
            _dress_block(cursor, block, colours)
        elif cursor.position() == table.firstCursorPosition().position():
            _dress_table(table, colours)
        block = block.next()


def _dress_block(cursor: QTextCursor, block: QTextBlock, colours: QPalette) -> None:
    level = block.blockFormat().headingLevel()
    look = QTextBlockFormat()
    look.setTopMargin(3 * _GAP_PX if level > 1 else 0)
    look.setBottomMargin(_GAP_PX)
    if block.textList() is not None:
        look.setBottomMargin(_GAP_PX / 2)
    if not block.text().startswith("\ufffc"):
        proportional = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
        look.setLineHeight(_LINE_PERCENT, proportional)
    cursor.mergeBlockFormat(look)
    if level:
        type_ = QTextCharFormat()
        type_.setProperty(QTextFormat.Property.FontPixelSize, _HEADING_PX.get(level, 13))
        type_.setFontWeight(QFont.Weight.DemiBold)
        type_.setForeground(colours.color(QPalette.ColorRole.Text))
        cursor.movePosition(_END_OF_BLOCK, QTextCursor.MoveMode.KeepAnchor)
        cursor.setCharFormat(type_)


def _dress_table(table: QTextTable, colours: QPalette) -> None:
    look = table.format().toTableFormat()
    look.setBorder(0)
    look.setCellPadding(4)
    look.setCellSpacing(0)
    look.setBorderCollapse(True)
    look.setTopMargin(_GAP_PX)
    look.setBottomMargin(2 * _GAP_PX)
    look.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    first = QTextLength(QTextLength.Type.PercentageLength, _FIRST_COLUMN_PERCENT)
    look.setColumnWidthConstraints([first])
    table.setFormat(look)
    for row in range(table.rows()):
        for column in range(table.columns()):
            cell = table.cellAt(row, column)
            line = cell.format().toTableCellFormat()
            line.setBottomBorder(1)
            line.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            line.setBottomBorderBrush(colours.color(QPalette.ColorRole.Mid))
            cell.setFormat(line)


_END_OF_BLOCK = QTextCursor.MoveOperation.EndOfBlock
