"""Colours, type and spacing of the window: the one place that sets style sheets and palettes."""

from dataclasses import dataclass

from PySide6 import QtCore
from PySide6.QtGui import QColor, QFont, QPalette, QPixmapCache
from PySide6.QtWidgets import QApplication

from vne_core.packaged import resource

STYLE_ARGUMENTS = ("-style", "Fusion")
"""For the application's arguments: the one Qt style that the sheet below is written for."""
FONT_PX = 13
SMALL_PX = 11
BAND_COLOURS = ("#E53935", "#FDD835", "#4FC3F7")
"""FWHM, FWQM, FWEM: red, yellow and light blue as in Zhang et al. 2021."""
TOOL_COLOURS = {
    "epi": "#43A047",
    "endo": "#FF7043",
    "remote": "#00E5FF",
    "blood": "#FF4081",
    "septal": "#C5A3FF",
    "include": "#E53935",
}
"""Tools whose outline has a colour of its own; the others are drawn in the colour of text."""
_DARKER_PERCENT = 170
"""What makes those colours, chosen for black images, stand out on a light panel too."""

_FAMILIES = ("Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans")
"""Faces whose figures all have one width; the first that is installed is taken."""


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one palette, as #rrggbb."""

    name: str
    window: str
    panel: str
    raised: str
    line: str
    text: str
    quiet: str
    accent: str
    on_accent: str
    good: str
    look_again: str
    stop: str


DARK = Theme(
    name="dark",
    window="#17191d",
    panel="#1f2227",
    raised="#282c32",
    line="#363b43",
    text="#dfe2e6",
    quiet="#9097a1",
    accent="#4c9ffe",
    on_accent="#0b1220",
    good="#66bb6a",
    look_again="#f5b942",
    stop="#ef5350",
)
LIGHT = Theme(
    name="light",
    window="#e9ebee",
    panel="#f6f7f9",
    raised="#ffffff",
    line="#cdd2d9",
    text="#1d2126",
    quiet="#5c6570",
    accent="#1565c0",
    on_accent="#ffffff",
    good="#256b29",
    look_again="#855800",
    stop="#c62828",
)
THEMES = {theme.name: theme for theme in (DARK, LIGHT)}
SYSTEM = "system"
"""The name that stands for whichever of the two the desktop uses."""

_SHEET = """
QToolTip { color: {text}; background: {raised}; border: 1px solid {line}; padding: 4px; }
QMainWindow, QStatusBar { background: {window}; }
QStatusBar { color: {quiet}; }
QStatusBar::item { border: none; }
QMenuBar { background: {window}; padding: 0 4px; }
QMenuBar::item { padding: 4px 8px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: {raised}; }
QMenu { background: {raised}; border: 1px solid {line}; padding: 4px 0; }
QMenu::item { padding: 5px 24px 5px 16px; }
QMenu::item:selected { background: {accent}; color: {on_accent}; }
QMenu::item:disabled { color: {quiet}; background: transparent; }
QMenu::separator { height: 1px; background: {line}; margin: 4px 0; }
QToolButton { border: none; border-radius: 4px; padding: 3px; }
QToolButton:hover { background: {raised}; }
QToolButton:checked { background: {line}; }
QToolButton::menu-indicator { image: none; }
QPushButton { background: {raised}; border: 1px solid {line}; border-radius: 4px; padding: 5px 12px; }
QPushButton:hover { border-color: {quiet}; }
QPushButton:pressed { background: {line}; }
QPushButton:focus, QToolButton:focus { border: 1px solid {accent}; }
QAbstractSpinBox QLineEdit { padding: 0; border: none; background: transparent; }
QLineEdit:disabled { color: {quiet}; }
QCheckBox { spacing: 8px; }
QCheckBox::indicator { width: 12px; height: 12px; border: 1px solid {quiet}; border-radius: 2px;
    background: transparent; }
QCheckBox::indicator:checked { border-color: {accent}; image: url("{tick}"); }
QCheckBox::indicator:disabled { border-color: {line}; }
QCheckBox:focus, QRadioButton:focus { color: {accent}; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab:selected:focus { color: {accent}; }
QDialog[role="palette"] { background: {raised}; border: 1px solid {line}; }
QDialog[role="palette"] QListView { background: {raised}; }
QDialog[role="palette"] QLineEdit { padding: 8px; }
QPushButton:disabled { color: {quiet}; }
QPushButton[role="card"] { text-align: left; padding: 12px 16px; font-size: 13px;
    outline: none; }
QPushButton[role="main"] { background: transparent; color: {accent}; border-color: {accent}; }
QPushButton[role="main"]:hover { background: {raised}; }
QPushButton[role="main"]:disabled { color: {quiet}; border-color: {line}; }
QPushButton[role="link"] { background: transparent; border: 1px solid transparent; color: {accent};
    padding: 4px 0; text-align: left; outline: none; }
QPushButton[role="link"]:hover { color: {text}; }
QPushButton[role="place"] { background: transparent; border: none; color: {quiet}; padding: 4px 8px; }
QPushButton[role="place"]:hover { color: {text}; }
QPushButton[role="place"]:focus, QPushButton[role="link"]:focus { border: 1px solid {accent};
    border-radius: 4px; }
QToolButton[role="look-again"] { color: {look_again}; }
QToolButton[role="stop"] { color: {stop}; }
QToolButton[role="tool"] { background: {raised}; padding: 4px 6px; font-size: 12px; text-align: left;
    border: 1px solid transparent; }
QToolButton[role="tool"]:hover { border-color: {line}; }
QToolButton[role="tool"]:checked { border-color: {accent}; background: {line}; }
QToolButton[role="tool"]:disabled { color: {quiet}; }
QToolButton[role="section-head"] { color: {quiet}; font-size: 11px; font-weight: 600;
    text-align: left; padding: 4px 2px; border: 1px solid transparent; }
QToolButton[role="section-head"]:hover, QToolButton[role="section-head"]:checked {
    background: transparent; }
QToolButton[role="section-head"]:hover { color: {text}; }
QToolButton[role="segment"] { background: {raised}; border: 1px solid {line}; border-radius: 0;
    padding: 3px 6px; font-size: 12px; }
QToolButton[role="segment"]:hover { border-color: {quiet}; }
QToolButton[role="segment"]:checked { background: {line}; color: {text}; border-color: {quiet}; }
QToolButton[role="segment"]:disabled { color: {quiet}; background: transparent; }
QToolButton[role="tool"]:focus, QToolButton[role="segment"]:focus, QToolButton[role="chip"]:focus,
QToolButton[role="section-head"]:focus { border: 1px solid {accent}; }
QLineEdit, QComboBox { background: {raised}; border: 1px solid {line}; border-radius: 4px;
    padding: 3px 8px; selection-background-color: {accent}; selection-color: {on_accent}; }
QLineEdit:focus, QComboBox:focus, QComboBox:on, QDoubleSpinBox:focus { border: 1px solid {accent}; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url("{down}"); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: {raised}; border: 1px solid {line}; padding: 4px 0;
    selection-background-color: {accent}; selection-color: {on_accent}; }
QTabWidget::pane { border: none; }
QTabBar::tab { background: {window}; color: {quiet}; padding: 5px 12px;
    border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { background: {panel}; color: {text}; border-bottom: 2px solid {accent}; }
QTabBar::tab:hover { color: {text}; }
QTabBar::tab:selected:focus { color: {accent}; }
QListView[role="steps"] { background: {panel}; }
QListView[role="steps"]::item { padding: 5px 8px; border-left: 2px solid transparent; }
QListView[role="steps"]::item:selected { background: {raised}; color: {text};
    border-left: 2px solid {accent}; }
QListView[role="steps"]:focus, QTreeView[role="jobs"]:focus, QPlainTextEdit[role="log"]:focus {
    border: 1px solid {accent}; }
QTreeView[role="jobs"]::item { padding: 3px 8px; }
QTreeView[role="jobs"]::item:selected { background: {raised}; color: {text}; }
QPlainTextEdit[role="log"] { background: {window}; border: 1px solid {line}; border-radius: 4px;
    font-size: 11px; }
QLabel[role="title"] { font-size: 20px; font-weight: 600; }
QLabel[role="section"] { color: {quiet}; font-size: 11px; font-weight: 600; }
QLabel[role="quiet"] { color: {quiet}; }
QLabel[role="small"] { color: {quiet}; font-size: 11px; }
QLabel[role="good"] { color: {good}; }
QLabel[role="small-good"] { color: {good}; font-size: 11px; }
QLabel[role="look-again"] { color: {look_again}; }
QLabel[role="stop"] { color: {stop}; font-weight: 600; }
QLabel[role="number"] { font-weight: 600; }
QFrame[role="panel"] { background: {panel}; }
QFrame[role="notice"] { background: {raised}; border-radius: 4px; }
QTextBrowser { background: {panel}; border: 1px solid transparent; }
QTextBrowser:focus, QAbstractItemView:focus { border: 1px solid {accent}; }
QSplitter::handle { background: {window}; }
QAbstractItemView { background: {panel}; border: 1px solid transparent; outline: none; }
QTreeView::item { padding: 0 8px; }
QDialog QTreeView::item { padding: 3px 8px; }
QDialog QListView::item { padding: 6px 12px; border-left: 2px solid transparent; }
QDialog QListView::item:selected { background: {raised}; color: {text};
    border-left: 2px solid {accent}; }
QDialog QTreeView::item:selected { background: {line}; color: {text}; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QTreeView QRadioButton { padding-left: 8px; }
QRadioButton { spacing: 8px; }
QRadioButton:disabled { color: {quiet}; }
QRadioButton::indicator { width: 12px; height: 12px; border: 1px solid {quiet};
    border-radius: 7px; background: transparent; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 4px solid {accent}; }
QRadioButton::indicator:disabled { border-color: {line}; }
QRadioButton::indicator:checked:disabled { border-color: {quiet}; }
QHeaderView::section { background: {panel}; color: {quiet}; border: none; padding: 4px 11px 4px 10px;
    border-bottom: 1px solid {line}; font-size: 11px; }
QTableCornerButton::section { background: {panel}; border: none; }
QProgressBar { background: {raised}; border: none; border-radius: 3px; height: 6px; }
QProgressBar::chunk { background: {accent}; border-radius: 3px; }
QScrollArea, QScrollArea > QWidget > QWidget { border: none; background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar::handle:vertical { background: {line}; border-radius: 4px; min-height: 24px; margin: 1px; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle:horizontal { background: {line}; border-radius: 4px; min-width: 24px; margin: 1px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSlider::groove:horizontal { background: {line}; height: 4px; border-radius: 2px; }
QSlider::sub-page:horizontal { background: {accent}; border-radius: 2px; }
QSlider::sub-page:horizontal:disabled { background: {line}; }
QSlider::handle:horizontal { background: {text}; width: 12px; height: 12px; margin: -4px 0;
    border-radius: 6px; }
QSlider::handle:horizontal:disabled { background: {quiet}; }
"""


def apply_theme(app: QApplication, name: str) -> Theme:
    """Dress the whole application in a palette ("dark" when the name is unknown)."""
    theme = theme_named(app, name)
    app.setFont(interface_font())
    app.setPalette(_palette(theme))
    app.setStyleSheet(_filled(_SHEET, theme))
    QPixmapCache.clear()  # what was drawn in other colours is not asked for again
    return theme


def theme_named(app: QApplication, name: str) -> Theme:
    """Return the palette of a name; "system" is light where the desktop is."""
    if name == SYSTEM:
        is_light = app.styleHints().colorScheme() is QtCore.Qt.ColorScheme.Light
        return LIGHT if is_light else DARK
    return THEMES.get(name, DARK)


def current_theme() -> Theme:
    """Return the palette in use, told from the window colour."""
    colour = QApplication.palette().color(QPalette.ColorRole.Window).name()
    return LIGHT if colour == LIGHT.window else DARK


def tool_colour(name: str) -> str:
    """Return the colour of a tool's icon, its outline's own, as dark as the theme needs it.

    Empty for a tool that is drawn in the colour of text.
    """
    colour = TOOL_COLOURS.get(name, "")
    if not colour or current_theme() is DARK:
        return colour
    return QColor(colour).darker(_DARKER_PERCENT).name()


def interface_font() -> QFont:
    """Return the interface's type at its size in pixels."""
    font = QFont()
    font.setFamilies([*_FAMILIES, font.family()])
    font.setPixelSize(FONT_PX)
    return font


def _filled(sheet: str, theme: Theme) -> str:
    for part in Theme.__slots__:
        sheet = sheet.replace(f"{{{part}}}", getattr(theme, part))
    for picture in ("down", "tick"):
        path = resource(f"style/{picture}.svg").as_posix()
        sheet = sheet.replace(f"{{{picture}}}", path)
    return sheet


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for part, colour in (
        (role.Window, theme.window),
        (role.WindowText, theme.text),
        (role.Base, theme.panel),
        (role.AlternateBase, theme.raised),
        (role.Text, theme.text),
        (role.Button, theme.raised),
        (role.ButtonText, theme.text),
        (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.text),
        (role.PlaceholderText, theme.quiet),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.Link, theme.accent),
        (role.BrightText, theme.stop),
        (role.Mid, theme.line),
        (role.Dark, theme.line),
        (role.Light, theme.raised),
    ):
        palette.setColor(part, QColor(colour))
    for part in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, part, QColor(theme.quiet))
    return palette
