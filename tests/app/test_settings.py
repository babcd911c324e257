import os

from app.__main__ import set_size
from app.settings import (
    RECENT_ACTIONS,
    RECENT_STUDIES,
    CineOpening,
    Preferences,
    RecentStudy,
    Settings,
    config_folder,
    workspace_folder,
)


def test_the_environment_chooses_both_folders(monkeypatch, tmp_path):
    monkeypatch.setenv("VNE_CONFIG_DIR", str(tmp_path / "c"))
    monkeypatch.setenv("VNE_WORKSPACE", str(tmp_path / "w"))
    assert (config_folder(), workspace_folder()) == (tmp_path / "c", tmp_path / "w")


def test_the_study_opened_last_is_first_and_keeps_its_slice(tmp_path):
    settings = Settings(tmp_path, tmp_path / "w")
    for name in ("a", "b", "a"):
        settings.remember(RecentStudy(name, f"P-{name}", 2))
    assert [study.study_id for study in settings.recent()] == ["a", "b"]
    assert settings.slice_index("b") == 2
    assert settings.slice_index("unknown") == 0


def test_recent_studies_belong_to_their_workspace_and_are_few(tmp_path):
    first, other = Settings(tmp_path, tmp_path / "w"), Settings(tmp_path, tmp_path / "v")
    for at in range(RECENT_STUDIES + 3):
        first.remember(RecentStudy(str(at), "P", 0))
    assert len(first.recent()) == RECENT_STUDIES
    assert other.recent() == ()


def test_what_is_remembered_is_there_in_the_next_sitting(tmp_path):
    settings = Settings(tmp_path, tmp_path)
    settings.theme = "light"
    settings.remember(RecentStudy("a", "P-A", 1))
    settings.save()
    again = Settings(tmp_path, tmp_path)
    assert again.theme == "light"
    assert again.recent() == (RecentStudy("a", "P-A", 1),)


def test_a_damaged_list_of_recent_studies_is_an_empty_one(tmp_path):
    settings = Settings(tmp_path, tmp_path)
    settings.set_text(settings._recent_key, '[{"who": 1}]')
    assert settings.recent() == ()


def test_preferences_are_there_in_the_next_sitting(tmp_path):
    chosen = Preferences("system", 150, "rainbow", cine_opening=CineOpening.RESTS)
    settings = Settings(tmp_path, tmp_path)
    settings.preferences = chosen
    settings.save()
    assert Settings(tmp_path, tmp_path).preferences == chosen


def test_preferences_that_cannot_be_understood_are_as_if_never_chosen(tmp_path):
    settings = Settings(tmp_path, tmp_path)
    settings.set_text("size-percent", "137")
    settings.set_text("cine-opening", "backwards")
    assert settings.preferences == Preferences()


def test_the_actions_found_last_come_first_and_are_few(tmp_path):
    settings = Settings(tmp_path, tmp_path)
    for name in [*map(str, range(RECENT_ACTIONS + 2)), "3"]:
        settings.remember_action(name)
    assert settings.recent_actions[0] == "3"
    assert len(settings.recent_actions) == len(set(settings.recent_actions)) == RECENT_ACTIONS


def test_the_interface_size_is_given_to_qt_unless_the_environment_has_one(monkeypatch):
    monkeypatch.delenv("QT_SCALE_FACTOR", raising=False)
    set_size(100)
    assert "QT_SCALE_FACTOR" not in os.environ
    monkeypatch.setenv("QT_SCALE_FACTOR", "1.25")
    set_size(200)
    assert os.environ["QT_SCALE_FACTOR"] == "1.25"
    monkeypatch.delenv("QT_SCALE_FACTOR")
    set_size(150)
    assert os.environ["QT_SCALE_FACTOR"] == "1.5"
    monkeypatch.delenv("QT_SCALE_FACTOR")
