import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from vne_core.align.roles import Role
from vne_core.study.annotation import ImageKind
from vne_core.workspace import migrate as migrations
from vne_core.workspace.connect import DATABASE_NAME
from vne_core.workspace.failures import OtherVersionError, WorkspaceDamagedError, WorkspaceError
from vne_core.workspace.schema import VERSIONS
from vne_core.workspace.store import Workspace

EXAMPLES = Path(__file__).parent / "examples"


def restore(version: int, folder: Path) -> None:
    folder.mkdir()
    connection = sqlite3.connect(folder / DATABASE_NAME)
    connection.executescript((EXAMPLES / f"version_{version}.sql").read_text())
    connection.close()


def test_every_version_has_a_stored_example():
    stored = {path.stem for path in EXAMPLES.glob("*.sql")}
    assert stored == {f"version_{number}" for number in range(1, len(VERSIONS) + 1)}


@pytest.mark.parametrize("version", range(1, len(VERSIONS) + 1))
def test_a_workspace_of_an_earlier_day_opens_with_everything_in_it(folder, version, study):
    restore(version, folder)
    with Workspace.open(folder) as workspace:
        assert migrations.version_of(workspace._connection) == migrations.LATEST
        assert workspace.studies.load("a") == study()
        assert len(workspace.annotations.history("a-t1-0", ImageKind.T1)) == 2
        assert workspace.annotations.verify_chain().is_whole
        assert workspace.overrides.of_study("a") == {("a-t1-1", Role.CINE): None}
        assert workspace.imports.records()[0].counts["files"] == 5
        assert set(workspace.exclusions.of_study("a")) == ({"a-t1-1"} if version > 1 else set())


def test_a_workspace_of_a_later_version_is_refused_with_both_numbers(folder):
    restore(1, folder)
    connection = sqlite3.connect(folder / DATABASE_NAME)
    connection.execute("PRAGMA user_version=99")
    connection.close()
    before = (folder / DATABASE_NAME).read_bytes()
    with pytest.raises(OtherVersionError, match=f"version 99; needed: version {migrations.LATEST}"):
        Workspace.open(folder)
    assert (folder / DATABASE_NAME).read_bytes() == before


def test_a_refused_workspace_is_not_left_locked(folder):
    restore(1, folder)
    connection = sqlite3.connect(folder / DATABASE_NAME)
    connection.execute("PRAGMA user_version=99")
    for _ in range(2):
        with pytest.raises(OtherVersionError):
            Workspace.open(folder)
    connection.execute("PRAGMA user_version=1")
    connection.close()
    with Workspace.open(folder) as workspace:
        assert not workspace.is_read_only


def test_another_programs_database_is_refused_and_untouched(folder):
    folder.mkdir()
    connection = sqlite3.connect(folder / DATABASE_NAME)
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    with pytest.raises(WorkspaceDamagedError, match="not a workspace"):
        Workspace.open(folder)


def test_a_file_that_is_no_database_is_refused_in_words(folder):
    folder.mkdir()
    (folder / DATABASE_NAME).write_bytes(b"not a database " * 100)
    with pytest.raises(WorkspaceDamagedError, match="damaged"):
        Workspace.open(folder)


def test_a_migration_that_fails_leaves_the_file_as_it_was(folder, monkeypatch):
    restore(len(VERSIONS), folder)
    bad = "CREATE TABLE half (x INTEGER) STRICT;\nCREATE TABLE study (again TEXT);\n"
    monkeypatch.setattr(migrations, "VERSIONS", (*VERSIONS, bad))
    monkeypatch.setattr(migrations, "LATEST", len(VERSIONS) + 1)
    with pytest.raises(WorkspaceError):
        Workspace.open(folder)
    connection = sqlite3.connect(folder / DATABASE_NAME)
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema")}
    assert "half" not in tables
    assert migrations.version_of(connection) == len(VERSIONS)
    connection.close()


def test_programs_that_start_together_make_one_workspace(folder):
    code = (
        "import sys, pathlib; from vne_core.workspace.store import Workspace\n"
        "with Workspace.open_for_job(pathlib.Path(sys.argv[1])) as w: print(w.workspace_id)"
    )
    programs = [
        subprocess.Popen([sys.executable, "-c", code, folder], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    names = {program.communicate(timeout=60)[0] for program in programs}
    assert [program.returncode for program in programs] == [0, 0, 0]
    assert len(names) == 1
