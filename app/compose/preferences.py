"""The reader's choices at work: applied at the start and at each change, and remembered."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from app.compose.reader import Reader
from app.keys import KeyMap
from app.panels.icons import icon
from app.panels.style import SYSTEM, apply_theme, current_theme
from app.settings import Preferences
from app.viewer.lookup import Lookup

COLOUR_NAMES = {Lookup.GREY: "Grey", Lookup.LIPARI: "Lipari-like", Lookup.RAINBOW: "Rainbow"}
"""The middle one keeps equal steps of T1 equally visible, as the published Lipari map does."""


def begin_preferences(reader: Reader) -> None:
    """Show the first study as the reader chose, and follow the desktop's change of theme."""
    chosen = reader.settings.preferences
    _show_colours(reader, chosen)

    follower = ThemeFollower(reader)
    application().styleHints().colorSchemeChanged.connect(follower.follow)


class ThemeFollower(QObject):
    """Goes with its reader: a function connected to the application would keep it for ever."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        self._reader = reader

    def follow(self) -> None:
        """Dress the window as the desktop is now, where the reader chose that."""
        if self._reader.settings.theme == SYSTEM:
            dress(self._reader)


def ask_preferences(reader: Reader) -> None:
    """Show the choices until the reader closes them."""
    from app.dialogs.preferences import PreferencesDialog  # noqa: PLC0415 - not at the start

    colours = [(COLOUR_NAMES[lookup], lookup.value) for lookup in Lookup]
    shown = replace(reader.settings.preferences, t1_range_ms=reader.artist.t1_range_ms)
    now = (shown, colours, reader.window.keys)
    on_chosen = partial(take_preferences, reader)
    PreferencesDialog.show_over(reader.window, now, on_chosen, partial(take_keys, reader))
    reader.settings.save()


def take_preferences(reader: Reader, chosen: Preferences) -> None:
    """Remember choices and apply what is different."""
    before = replace(reader.settings.preferences, t1_range_ms=reader.artist.t1_range_ms)
    reader.settings.preferences = chosen
    if chosen.theme != before.theme:
        dress(reader)
    if chosen.t1_colours != before.t1_colours:
        _show_colours(reader, chosen)
    if chosen.t1_range_ms != before.t1_range_ms:
        reader.artist.set_t1_range(chosen.t1_range_ms)


def take_keys(reader: Reader, keys: KeyMap) -> None:
    """Remember the reader's keys and let every menu and tooltip follow."""
    reader.window.bind(keys)


def dress(reader: Reader) -> None:
    """Show the window in the chosen theme."""
    apply_theme(application(), reader.settings.theme)
    reader.window.redraw_icons()
    reader.page.tools.redraw_icons()
    show_play_icon(reader)
    reader.window.set_switches({"light-theme": current_theme().name == "light"})


def show_play_icon(reader: Reader) -> None:
    """Let the cine's button show what a press does now."""
    picture = "pause" if reader.player.is_playing else "play"
    reader.window.actions_by_id["cine"].setIcon(icon(picture))


def application() -> QApplication:
    """Return the running application."""
    running = QApplication.instance()
    assert isinstance(running, QApplication)
    return running


def _show_colours(reader: Reader, chosen: Preferences) -> None:
    if chosen.t1_colours in {lookup.value for lookup in Lookup}:
        session = reader.session
        session.set_display(replace(session.display, t1_colours=chosen.t1_colours))
