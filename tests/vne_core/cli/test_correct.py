import shutil


def series_of(vne, workspace, kind):
    (study,) = vne("list", "--workspace", workspace, "--json").json["data"]["studies"]
    return [series for series in study["series"] if series["kind"] == kind]


def test_the_list_names_each_series_with_its_kind_and_the_rules_that_decided(vne, files, tmp_path):
    vne("import", files.folder, "--workspace", tmp_path / "w")
    (cine,) = series_of(vne, tmp_path / "w", "CINE_SAX")
    assert cine.keys() == {"series_id", "number", "description", "images", "kind", "rule", "notes"}
    assert cine["rule"].startswith("cine-")


def test_a_series_is_corrected_by_its_id(vne, files, tmp_path):
    vne("import", files.folder, "--workspace", tmp_path / "w")
    (cine,) = series_of(vne, tmp_path / "w", "CINE_SAX")
    command = ("correct", "--workspace", tmp_path / "w", "--series", cine["series_id"])
    assert vne(*command, "--kind", "OTHER").code == 0
    (other,) = series_of(vne, tmp_path / "w", "OTHER")
    assert other["series_id"] == cine["series_id"]
    assert other["rule"] == "corrected-by-reader"


def test_an_unknown_kind_is_refused_with_the_kinds_there_are(vne, tmp_path):
    answer = vne("correct", "--series", "a", "--kind", "HEART", "--workspace", tmp_path, "--json")
    assert answer.code == 2
    assert "HEART" in answer.json["error"]["found"]
    assert "LGE_PSIR" in answer.json["error"]["needed"]


def test_a_rule_of_the_site_without_the_original_files_is_refused(vne, files, tmp_path):
    vne("import", files.folder, "--workspace", tmp_path / "w")
    (cine,) = series_of(vne, tmp_path / "w", "CINE_SAX")
    shutil.rmtree(files.folder)
    command = ("correct", "--workspace", tmp_path / "w", "--series", cine["series_id"])
    answer = vne(*command, "--kind", "OTHER", "--site", "--json")
    assert answer.code == 1
    assert answer.json["error"]["code"] == "source-moved"
