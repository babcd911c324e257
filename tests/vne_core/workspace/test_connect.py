import sqlite3

import pytest

from vne_core.workspace.connect import (
    DATABASE_NAME,
    choose_journal,
    connect,
    network_filesystem,
)

MOUNTS = (
    "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
    "36 22 0:30 / /home/ana/my\\040share rw shared:9 - nfs4 server:/export rw,vers=4.2\n"
    "37 22 0:31 / /home/ana/cloud rw - fuse.sshfs ana@host: rw\n"
    "38 36 8:2 / /home/ana/my\\040share/disk rw - xfs /dev/sdb1 rw\n"
)


@pytest.mark.parametrize(
    "path, expected",
    [
        ("/home/ana/workspace", None),
        ("/home/ana/my share/workspace", "nfs4"),
        ("/home/ana/my share", "nfs4"),
        ("/home/ana/my shared", None),
        ("/home/ana/cloud/w", "fuse.sshfs"),
        ("/home/ana/my share/disk/w", None),
    ],
)
def test_a_network_share_is_known_by_the_deepest_mount_above_the_folder(tmp_path, path, expected):
    assert network_filesystem(tmp_path.__class__(path), MOUNTS) == expected


def test_a_local_disk_gets_the_write_ahead_log_without_a_warning(tmp_path):
    connection = connect(tmp_path, read_only=False)
    assert choose_journal(connection, tmp_path) == ""
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    connection.close()


def test_a_disk_without_shared_memory_falls_back_and_says_so(tmp_path):
    # SQLite's dot-file locking has no shared memory, as some file systems have none.
    uri = f"{(tmp_path / DATABASE_NAME).as_uri()}?vfs=unix-dotfile"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    warning = choose_journal(connection, tmp_path)
    assert "without shared memory" in warning
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
    connection.close()


def test_a_network_share_falls_back_and_says_which_kind(tmp_path, monkeypatch):
    table = tmp_path / "mountinfo"
    table.write_text(f"36 22 0:30 / {tmp_path} rw shared:9 - nfs4 server:/export rw\n")
    monkeypatch.setattr("vne_core.workspace.connect.MOUNT_TABLE", table)
    connection = connect(tmp_path, read_only=False)
    assert "network share (nfs4)" in choose_journal(connection, tmp_path)
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
    connection.close()


def test_every_connection_commits_to_the_disk_keeps_foreign_keys_and_few_pages(tmp_path):
    connection = connect(tmp_path, read_only=False)
    full = 2
    assert connection.execute("PRAGMA synchronous").fetchone()[0] == full
    assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    assert connection.execute("PRAGMA busy_timeout").fetchone()[0] == 5000
    assert connection.execute("PRAGMA cache_size").fetchone()[0] == -512  # KiB
    connection.close()


def test_every_table_is_strict(workspace):
    rows = workspace._connection.execute("PRAGMA table_list")
    strict = {row[1]: row[5] for row in rows if not row[1].startswith("sqlite_")}
    assert "annotation" in strict
    assert all(strict.values())
