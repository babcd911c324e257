"""The windows a reader set, kept from sitting to sitting."""

import json
from contextlib import suppress

from app.settings import Settings
from app.viewer.window_level import Window

KEPT = 1000
"""Windows remembered, the latest set: some 250 studies of four kinds of image."""
_KEY = "windows"


class Windows:
    """By what they belong to: all T1 maps together, else one kind of image of one study."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._windows = _read(settings.text(_KEY, "{}"))
        self._is_changed = False

    def get(self, key: str) -> Window | None:
        """Return the window that was set, None where the image's own is shown."""
        return self._windows.get(key)

    def keep(self, key: str, window: Window) -> None:
        """Remember a window; ``save`` writes it."""
        self._windows.pop(key, None)
        self._windows[key] = window
        self._is_changed = True

    def forget(self, key: str) -> None:
        """Show the image's own window again."""
        self._is_changed |= self._windows.pop(key, None) is not None

    def save(self) -> None:
        """Write what changed to the settings."""
        if self._is_changed:
            latest = list(self._windows.items())[-KEPT:]
            rows = {key: (window.centre, window.width) for key, window in latest}
            self._settings.set_text(_KEY, json.dumps(rows))
            self._is_changed = False


def _read(text: str) -> dict[str, Window]:
    """Return the stored windows; what is no window is left out."""
    windows: dict[str, Window] = {}
    with suppress(ValueError, AttributeError):
        for key, row in json.loads(text).items():
            with suppress(ValueError, TypeError):
                centre, width = (float(value) for value in row)
                if width > 0:
                    windows[key] = Window(centre, width)
    return windows
