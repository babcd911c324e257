"""The tables of a workspace, one script a version; ``migrate`` applies what a file lacks.

A version once released is never edited: the next one changes it.
"""

VERSION_1 = """
CREATE TABLE workspace (
    workspace_id TEXT NOT NULL PRIMARY KEY,
    created_utc TEXT NOT NULL
) STRICT;

CREATE TABLE study (
    study_id TEXT NOT NULL PRIMARY KEY,
    pseudonym TEXT NOT NULL,
    study_date TEXT NOT NULL,
    manufacturer TEXT NOT NULL,
    field_strength_t REAL,
    added_utc TEXT NOT NULL
) STRICT;

CREATE TABLE series (
    series_id TEXT NOT NULL PRIMARY KEY,
    study_id TEXT NOT NULL REFERENCES study,
    ordinal INTEGER NOT NULL,
    number INTEGER,
    description TEXT NOT NULL,
    kind TEXT NOT NULL,
    rule TEXT NOT NULL,
    corrected_kind TEXT,
    corrected_utc TEXT
) STRICT;
CREATE INDEX series_of_study ON series (study_id);

CREATE TABLE slice (
    slice_id TEXT NOT NULL PRIMARY KEY,
    series_id TEXT NOT NULL REFERENCES series,
    ordinal INTEGER NOT NULL,
    plane TEXT NOT NULL,
    frame_of_reference TEXT,
    rr_interval_ms REAL,
    array_key TEXT
) STRICT;
CREATE INDEX slice_of_series ON slice (series_id);

CREATE TABLE frame (
    slice_id TEXT NOT NULL REFERENCES slice,
    row INTEGER NOT NULL,
    trigger_time_ms REAL,
    inversion_time_ms REAL,
    acquisition_time_s REAL,
    slope REAL NOT NULL,
    intercept REAL NOT NULL,
    comment TEXT NOT NULL,
    PRIMARY KEY (slice_id, row)
) STRICT, WITHOUT ROWID;

CREATE TABLE note (
    slice_id TEXT NOT NULL REFERENCES slice,
    ordinal INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (slice_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE imported (
    import_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at_utc TEXT NOT NULL,
    counts TEXT NOT NULL
) STRICT;

CREATE TABLE rejection (
    import_id INTEGER NOT NULL REFERENCES imported,
    ordinal INTEGER NOT NULL,
    study_id TEXT,
    source_token TEXT NOT NULL,
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (import_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE seen_file (
    content_token TEXT NOT NULL PRIMARY KEY,
    object_token TEXT NOT NULL,
    pixel_token TEXT NOT NULL,
    study_id TEXT NOT NULL REFERENCES study,
    code TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_object ON seen_file (object_token);

CREATE TABLE match_override (
    anchor_id TEXT NOT NULL REFERENCES slice,
    role TEXT NOT NULL,
    slice_id TEXT REFERENCES slice,
    at_utc TEXT NOT NULL,
    PRIMARY KEY (anchor_id, role)
) STRICT, WITHOUT ROWID;

CREATE TABLE annotation (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    slice_id TEXT NOT NULL REFERENCES slice,
    image_kind TEXT NOT NULL,
    revision INTEGER NOT NULL,
    from_revision INTEGER NOT NULL,
    author TEXT NOT NULL,
    saved_utc TEXT NOT NULL,
    body TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    row_hash TEXT NOT NULL,
    UNIQUE (slice_id, image_kind, revision)
) STRICT;

CREATE TRIGGER annotation_is_never_changed BEFORE UPDATE ON annotation BEGIN
    SELECT RAISE(ABORT, 'annotations are append-only');
END;

CREATE TRIGGER annotation_is_never_removed BEFORE DELETE ON annotation BEGIN
    SELECT RAISE(ABORT, 'annotations are append-only');
END;
"""

VERSION_2 = """
CREATE TABLE slice_exclusion (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    slice_id TEXT NOT NULL REFERENCES slice,
    scopes TEXT NOT NULL,
    reason TEXT NOT NULL,
    stage TEXT NOT NULL,
    note TEXT NOT NULL,
    author TEXT NOT NULL,
    saved_utc TEXT NOT NULL
) STRICT;
CREATE INDEX exclusion_of_slice ON slice_exclusion (slice_id);

CREATE TRIGGER exclusion_is_never_changed BEFORE UPDATE ON slice_exclusion BEGIN
    SELECT RAISE(ABORT, 'exclusions are append-only');
END;

CREATE TRIGGER exclusion_is_never_removed BEFORE DELETE ON slice_exclusion BEGIN
    SELECT RAISE(ABORT, 'exclusions are append-only');
END;
"""

VERSION_3 = """
CREATE TABLE generation (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    slice_id TEXT NOT NULL,
    image_key TEXT NOT NULL,
    model_id TEXT NOT NULL,
    model_fingerprint TEXT NOT NULL,
    input_hash TEXT NOT NULL,
    reason TEXT NOT NULL,
    author TEXT NOT NULL,
    generated_utc TEXT NOT NULL
) STRICT;
CREATE INDEX generation_of_slice ON generation (slice_id);

CREATE TRIGGER generation_is_never_changed BEFORE UPDATE ON generation BEGIN
    SELECT RAISE(ABORT, 'generations are append-only');
END;

CREATE TRIGGER generation_is_never_removed BEFORE DELETE ON generation BEGIN
    SELECT RAISE(ABORT, 'generations are append-only');
END;
"""

VERSIONS = (VERSION_1, VERSION_2, VERSION_3)
"""Script ``i`` brings a database from version ``i`` to ``i + 1``."""
