from app.settings import RECENT_STUDIES, RecentStudy, Settings, config_folder, workspace_folder


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
