"""What the window remembers between sittings, in the user's private configuration."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import platformdirs
from PySide6.QtCore import QByteArray, QCryptographicHash, QSettings

APP_NAME = "vne-reader"
RECENT_STUDIES = 8
"""How many studies the welcome page offers; more is a list nobody reads."""


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
