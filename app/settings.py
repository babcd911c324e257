"""What the window remembers between sittings, in the user's private configuration."""

import json
import os
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

import platformdirs
from PySide6.QtCore import QByteArray, QCryptographicHash, QSettings

APP_NAME = "vne-reader"
RECENT_STUDIES = 8
"""How many studies the welcome page offers; more is a list nobody reads."""

RECENT_ACTIONS = 6
"""How many actions the palette offers first."""
SIZES_PERCENT = (100, 125, 150, 175, 200)
T1_RANGE_MS = (300.0, 1800.0)
"""What a T1 map shows first: from fat to blood at 1.5 and 3 T."""


class CineOpening(StrEnum):
    """What the cine does when a study opens."""

    AS_LEFT = "as-left"
    PLAYS = "playing"
    RESTS = "resting"


_OPENINGS = {opening.value: opening for opening in CineOpening}


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a reader chooses once for every study.

    ``theme`` is "dark", "light" or "system"; ``size_percent`` holds from the next start.
    ``t1_range_ms`` is kept with the windows that a hand sets, not among the settings.
    """

    theme: str = "dark"
    size_percent: int = 100
    t1_colours: str = "grey"
    t1_range_ms: tuple[float, float] = T1_RANGE_MS
    cine_opening: CineOpening = CineOpening.AS_LEFT


@dataclass(frozen=True, slots=True)
class RecentStudy:
    """A study opened before, by pseudonym, and the slice it was left at (0 is the base)."""

    study_id: str
    title: str
    slice_index: int = 0


def config_folder() -> Path:
    """Return the user's private configuration; VNE_CONFIG_DIR overrides the system's place."""
    chosen = os.environ.get("VNE_CONFIG_DIR")
    return Path(chosen) if chosen else Path(platformdirs.user_config_dir(APP_NAME, False))


def workspace_folder() -> Path:
    """Return the workspace that opens by default; VNE_WORKSPACE overrides the system's place."""
    chosen = os.environ.get("VNE_WORKSPACE")
    if chosen:
        return Path(chosen)
    return Path(platformdirs.user_data_dir(APP_NAME, False)) / "workspace"


def log_file() -> Path:
    """Return where the reader's log is written."""
    return config_folder() / "vne-reader.log"


class Settings:
    """The remembered choices of one user; recent studies are kept apart for each workspace."""

    def __init__(self, folder: Path, workspace: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._stored = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        place = str(workspace.absolute()).encode()
        digest = QCryptographicHash.hash(place, QCryptographicHash.Algorithm.Sha256).toHex().data()
        self._recent_key = f"recent/{bytes(digest)[:16].decode()}"

    @property
    def theme(self) -> str:
        """The name of the palette, "dark" unless the reader chose another."""
        return self.text("theme", "dark")

    @theme.setter
    def theme(self, name: str) -> None:
        self._stored.setValue("theme", name)

    @property
    def preferences(self) -> Preferences:
        """The reader's choices; what cannot be understood is as if never chosen."""
        known = Preferences()
        size = self.text("size-percent", "")
        opening = self.text("cine-opening", "")
        return Preferences(
            theme=self.theme,
            size_percent=int(size) if size in map(str, SIZES_PERCENT) else known.size_percent,
            t1_colours=self.text("t1-colours", known.t1_colours),
            cine_opening=_OPENINGS.get(opening, known.cine_opening),
        )

    @preferences.setter
    def preferences(self, chosen: Preferences) -> None:
        self.theme = chosen.theme
        self.set_text("size-percent", str(chosen.size_percent))
        self.set_text("t1-colours", chosen.t1_colours)
        self.set_text("cine-opening", chosen.cine_opening)

    @property
    def plays_on_opening(self) -> bool:
        """Whether the cine of a study that opens plays."""
        match self.preferences.cine_opening:
            case CineOpening.AS_LEFT:
                return self.text("cine", "playing") == "playing"
            case opening:
                return opening is CineOpening.PLAYS

    @property
    def recent_actions(self) -> tuple[str, ...]:
        """The ids of the actions last found by words, the latest first."""
        return tuple(self.text("recent-actions", "").split())

    def remember_action(self, action_id: str) -> None:
        """Put an action at the top of those found by words."""
        others = (known for known in self.recent_actions if known != action_id)
        self.set_text("recent-actions", " ".join((action_id, *others)[:RECENT_ACTIONS]))

    def text(self, key: str, default: str) -> str:
        """Return a remembered word."""
        return str(self._stored.value(key, default))

    def set_text(self, key: str, value: str) -> None:
        """Remember a word."""
        self._stored.setValue(key, value)

    def layout(self, name: str) -> QByteArray:
        """Return the remembered layout of a window or splitter, empty when there is none."""
        value = self._stored.value(f"layout/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_layout(self, name: str, state: QByteArray) -> None:
        """Remember the layout of a window or splitter."""
        self._stored.setValue(f"layout/{name}", state)

    def recent(self) -> tuple[RecentStudy, ...]:
        """Return the studies opened before, the latest first."""
        try:
            rows = json.loads(self.text(self._recent_key, "[]"))
            return tuple(RecentStudy(**row) for row in rows)
        except (ValueError, TypeError):
            return ()

    def remember(self, study: RecentStudy) -> None:
        """Put a study at the top of the recent ones."""
        others = [known for known in self.recent() if known.study_id != study.study_id]
        kept = [asdict(row) for row in (study, *others)][:RECENT_STUDIES]
        self.set_text(self._recent_key, json.dumps(kept))

    def slice_index(self, study_id: str) -> int:
        """Return the slice a study was left at, 0 for a study never opened."""
        return next((row.slice_index for row in self.recent() if row.study_id == study_id), 0)

    def is_linked(self, study_id: str) -> bool:
        """Return whether the images of a study share their contours; they do until told."""
        return self.text(f"apart/{study_id}", "") == ""

    def set_linked(self, study_id: str, *, is_linked: bool) -> None:
        """Remember whether the images of a study share their contours."""
        if is_linked:
            self._stored.remove(f"apart/{study_id}")
        else:
            self.set_text(f"apart/{study_id}", "apart")

    def save(self) -> None:
        """Write to the disk now."""
        self._stored.sync()
