import pytest

from vne_core.workspace import sources


def test_the_paths_of_a_study_is_remembered_in_private_configuration(tmp_path, workspace):
    sources.remember_paths(workspace.workspace_id, "a", [tmp_path])
    assert sources.paths_of(workspace.workspace_id, "a") == (tmp_path,)
    noted = list(sources.config_folder().rglob("*.json"))
    assert len(noted) == 1
    assert noted[0].parent.stat().st_mode & 0o077 == 0


def test_a_moved_folder_is_noticed_when_it_is_needed_and_asked_for_once(tmp_path):
    (tmp_path / "old").mkdir()
    sources.remember_paths("w", "a", [tmp_path / "old"])
    (tmp_path / "old").rename(tmp_path / "new")
    with pytest.raises(sources.SourceMovedError, match=r"no longer in .*old"):
        sources.paths_of("w", "a")
    sources.remember_paths("w", "a", [tmp_path / "new"])
    assert sources.paths_of("w", "a") == (tmp_path / "new",)


def test_a_study_somebody_else_imported_has_no_folder_here():
    with pytest.raises(sources.SourceMovedError, match="nobody on this computer"):
        sources.paths_of("w", "a")


def test_names_of_refused_files_are_known_to_their_user_only(monkeypatch, tmp_path):
    sources.remember_names("w", 1, {"abcdef0123": "/data/IM7"})
    assert sources.name_of("w", 1, "abcdef0123") == "/data/IM7"
    monkeypatch.setenv(sources.CONFIG_VARIABLE, str(tmp_path / "someone else"))
    assert sources.name_of("w", 1, "abcdef0123") == "file abcdef01"


def test_a_study_imported_from_two_places_remembers_both(tmp_path):
    for name in ("first", "second", "first"):
        (tmp_path / name).mkdir(exist_ok=True)
        sources.remember_paths("w", "a", [tmp_path / name])
    assert sources.paths_of("w", "a") == (tmp_path / "first", tmp_path / "second")
