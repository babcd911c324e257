"""The help: pages of Markdown with a list of contents and a search through all of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.help_page import HelpPage, PageView
from app.dialogs.parts import resize_on_screen, role_label
from app.words import tr

SIZE_PX = (1080, 760)
_CONTENTS_PX = 224
_NAME = Qt.ItemDataRole.UserRole


def read_pages(folder: Path, order: Sequence[str], inserts: Mapping[str, str]) -> list[HelpPage]:
    """Return the pages of a folder in an order; ``{name}`` in a text becomes ``inserts[name]``."""
    pages: list[HelpPage] = []
    for name in order:
        text = (folder / f"{name}.md").read_text(encoding="utf-8")
        for mark, words in inserts.items():
            text = text.replace(f"{{{mark}}}", words)
        title = text.splitlines()[0].removeprefix("# ")
        pages.append(HelpPage(name, title, text))
    return pages


def key_table(rows: Sequence[tuple[str, str, str]], heads: tuple[str, str]) -> str:
    """Return (group, text, keys) rows as Markdown, a table a group."""
    parts: list[str] = []
    for group in dict.fromkeys(row[0] for row in rows):
        lines = [
            f"| {markdown_words(text)} | {markdown_words(keys)} |"
            for name, text, keys in rows
            if name == group
        ]
        parts.append(
            "\n".join([f"## {group}", "", f"| {heads[0]} | {heads[1]} |", "|---|---|", *lines])
        )
    return "\n\n".join(parts)


def markdown_words(text: str) -> str:
    """Return words with the signs that Markdown would take for its own escaped."""
    return "".join(f"\\{sign}" if sign in r"\|[]*_`<>" else sign for sign in text)


class HelpWindow(QDialog):
    """Stands beside the window, for reading while working."""

    def __init__(
        self, folder: Path, pages: Sequence[HelpPage], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Help"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._pages = {page.name: page for page in pages}
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search all pages"))
        self.search.setAccessibleName(tr("Search all pages"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._find)
        self.search.returnPressed.connect(self._find_next)
        self.contents = QListWidget()
        self.contents.setAccessibleName(tr("Contents"))
        self.contents.currentItemChanged.connect(self._turn)
        self.hits = role_label("", "quiet")
        self.page = PageView(folder)
        self.page.setAccessibleName(tr("Page"))
        self.page.page_asked.connect(self.show_page)
        self._lay_out()
        for page in pages:
            item = QListWidgetItem(page.title)
            item.setData(_NAME, page.name)
            self.contents.addItem(item)
        self.contents.setCurrentRow(0)

    @property
    def current(self) -> str:
        """The name of the page shown."""
        return self.page.name

    def show_page(self, name: str) -> None:
        """Turn to a page; a name that is none leaves the page as it is."""
        for at in range(self.contents.count()):
            if self.contents.item(at).data(_NAME) == name:
                self.contents.setCurrentRow(at)

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(8)
        for part in (self.search, self.contents, self.hits):
            side.addWidget(part)
        side.setStretch(1, 1)
        left = QWidget()
        left.setLayout(side)
        left.setFixedWidth(_CONTENTS_PX)
        side.setContentsMargins(8, 8, 0, 8)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(left)
        row.addWidget(self.page, 1)
        resize_on_screen(self, *SIZE_PX)

    def _turn(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.page.show_page(self._pages[item.data(_NAME)])
            self.page.mark(self.search.text())

    def _find(self, typed: str) -> None:
        """Leave the pages that hold the words; turn to the first of them."""
        words = typed.strip().casefold()
        first: QListWidgetItem | None = None
        for at in range(self.contents.count()):
            item = self.contents.item(at)
            item.setHidden(words not in self._pages[item.data(_NAME)].text.casefold())
            first = first or (None if item.isHidden() else item)
        shown = self.contents.currentItem()
        if first is not None and (shown is None or shown.isHidden()):
            self.contents.setCurrentItem(first)
        count = self.page.mark(words)
        self.hits.setText(_hits(words, count, is_anywhere=first is not None))

    def _find_next(self) -> None:
        self.page.go_to_next(self.search.text().strip())


def _hits(words: str, count: int, *, is_anywhere: bool) -> str:
    if not words:
        return ""
    if not is_anywhere:
        return tr("No page has these words.")
    return tr("{count} on this page · Enter: next").format(count=count)
