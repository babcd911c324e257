"""What only this user may know: where the original files of a study are, and their names.

Kept in the user's private configuration, never in the workspace. A moved folder is noticed when
its files are needed, and asked for once.
"""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import platformdirs

from vne_core.errors import VneError
from vne_core.files import atomic_write

APPLICATION = "vne-reader"
CONFIG_VARIABLE = "VNE_CONFIG_DIR"
WORKSPACE_VARIABLE = "VNE_WORKSPACE"


class SourceMovedError(VneError):
    """The original files of a study are not where they were."""

    code = "source-moved"


def config_folder() -> Path:
    """Return the user's private configuration folder (``VNE_CONFIG_DIR`` where it is set)."""
    chosen = os.environ.get(CONFIG_VARIABLE)
    return Path(chosen) if chosen else platformdirs.user_config_path(APPLICATION, appauthor=False)


def workspace_folder() -> Path:
    """Return the workspace used when none is named (``VNE_WORKSPACE`` where it is set)."""
    chosen = os.environ.get(WORKSPACE_VARIABLE)
    data = platformdirs.user_data_path(APPLICATION, appauthor=False)
    return Path(chosen) if chosen else data / "workspace"


def site_rules_path() -> Path:
    """Return where this site's own classification rules are kept; the file may not exist."""
    return config_folder() / "classification.toml"


def remember_paths(workspace_id: str, study_id: str, paths: Iterable[Path]) -> None:
    """Note where files of a study were imported from; places that are gone are forgotten."""
    note = _note(workspace_id, f"study-{study_id}")
    known = [path for path in _read(note) if Path(path).exists()]
    new = [str(path.absolute()) for path in paths]
    _write(note, dict.fromkeys((*known, *new), ""))


def paths_of(workspace_id: str, study_id: str) -> tuple[Path, ...]:
    """Return where the files of a study are; raises SourceMovedError when they are not there."""
    noted = [Path(path) for path in _read(_note(workspace_id, f"study-{study_id}"))]
    if not noted:
        raise SourceMovedError(
            "nobody on this computer has imported this study", "its files", "choose their folder"
        )
    gone = [path for path in noted if not path.exists()]
    if gone:
        raise SourceMovedError(
            f"the files of this study are no longer in {gone[0]}", "", "choose their folder"
        )
    return tuple(noted)


def remember_names(workspace_id: str, import_id: int, names: Mapping[str, str]) -> None:
    """Note the file names behind the tokens of an import's refusals."""
    _write(_note(workspace_id, f"import-{import_id}"), dict(names))


def name_of(workspace_id: str, import_id: int, source_token: str) -> str:
    """Return a refused file's name, or a stand-in where this user did not import it."""
    names = _read(_note(workspace_id, f"import-{import_id}"))
    return names.get(source_token, f"file {source_token[:8]}")


def _note(workspace_id: str, name: str) -> Path:
    return config_folder() / "workspaces" / workspace_id / f"{name}.json"


def _write(path: Path, value: Mapping[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    atomic_write(path, json.dumps(value))


def _read(path: Path) -> dict[str, str]:
    """Return a note, empty where there is none."""
    return json.loads(path.read_text()) if path.exists() else {}
