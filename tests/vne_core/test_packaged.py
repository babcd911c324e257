import pytest

from vne_core.packaged import resource


def test_a_resource_is_found_wherever_the_program_is_started(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "[" in resource("classification.toml").read_text(encoding="utf-8")


def test_a_missing_resource_is_named():
    with pytest.raises(FileNotFoundError, match="resources/no-such-thing"):
        resource("no-such-thing")
