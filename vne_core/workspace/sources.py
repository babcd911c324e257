"""What only this user may know: where the original files of a study are, and their names.

Kept in the user's private configuration, never in the workspace. A moved folder is noticed when
its files are needed, and asked for once.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

import platformdirs

from vne_core.errors import VneError
from vne_core.files import atomic_write

CONFIG_VARIABLE = "VNE_CONFIG_DIR"


class SourceMovedError(VneError):
    """The original files of a study are not where they were."""

    code = "source-moved"


def config_folder() -> Path:
    """Return the user's private configuration folder (``VNE_CONFIG_DIR`` where it is set)."""
    chosen = os.environ.get(CONFIG_VARIABLE)
    return Path(chosen) if chosen else platformdirs.user_config_path("vne-reader")


def remember_folder(workspace_id: str, study_id: str, folder: Path) -> None:
    """Note where the files of a study were imported from."""
    _write(_note(workspace_id, f"study-{study_id}"), {"folder": str(folder.absolute())})


def folder_of(workspace_id: str, study_id: str) -> Path:
    """Return where the files of a study are; raises SourceMovedError when they are not there."""
    noted = _read(_note(workspace_id, f"study-{study_id}")).get("folder")
    if noted is None:
        raise SourceMovedError(
            "nobody on this computer has imported this study", "its files", "choose their folder"
        )
    if not Path(noted).exists():
        raise SourceMovedError(
            f"the files of this study are no longer in {noted}", "", "choose their folder"
        )
    return Path(noted)


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
