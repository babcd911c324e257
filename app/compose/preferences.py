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


def begin_preferences(reader: Reader) -> None:
    """Show the first study as the reader chose, and follow the desktop's change of theme."""
    chosen = reader.settings.preferences
    _take_colours(reader, chosen)

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

    colours = [(lookup.label, lookup.value) for lookup in Lookup]
    now = (preferences_now(reader), colours, reader.window.keys)
    on_chosen = partial(take_preferences, reader)
    PreferencesDialog.show_over(reader.window, now, on_chosen, partial(take_keys, reader))
    reader.settings.save()


def preferences_now(reader: Reader) -> Preferences:
    """Return the reader's choices; the T1 range is kept with the windows that a hand sets."""
    return replace(reader.settings.preferences, t1_range_ms=reader.artist.t1_range_ms)


def take_preferences(reader: Reader, chosen: Preferences) -> None:
    """Remember choices and apply what is different."""
    before = preferences_now(reader)
    reader.settings.preferences = chosen
    if chosen.theme != before.theme:
        dress(reader)
    if chosen.t1_colours != before.t1_colours:
        _take_colours(reader, chosen)
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
    draw_play(reader)
    reader.window.set_switches({"light-theme": current_theme().name == "light"})


def draw_play(reader: Reader) -> None:
    """Show at the cine's button what a press does: play, or rest."""
    name = "pause" if reader.player.is_playing else "play"
    reader.window.actions_by_id["cine"].setIcon(icon(name))


def application() -> QApplication:
    """Return the running application."""
    running = QApplication.instance()
    assert isinstance(running, QApplication)
    return running


def show_colours(reader: Reader, lookup: Lookup) -> None:
    """Show T1 maps in other colours, and remember them."""
    reader.settings.set_text("t1-colours", lookup.value)
    session = reader.session
    session.set_display(replace(session.display, t1_colours=lookup.value))


def _take_colours(reader: Reader, chosen: Preferences) -> None:
    """Show the colours chosen, where this version has them."""
    if chosen.t1_colours in {lookup.value for lookup in Lookup}:
        show_colours(reader, Lookup(chosen.t1_colours))
