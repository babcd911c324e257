BEGIN TRANSACTION;
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
INSERT INTO "annotation" VALUES(1,'a-t1-0','T1',1,0,'ana','2026-11-22T21:56:44.469087+00:00','{"blood_pool":{"centre_mm":[0.0,0.0,0.0],"radius_mm":7.5},"confirmed":false,"endo":[[20.0,0.0,0.0],[14.142135623730951,14.14213562373095,0.0],[1.2246467991473533e-15,20.0,0.0],[-14.14213562373095,14.142135623730951,0.0],[-20.0,2.4492935982947065e-15,0.0],[-14.142135623730955,-14.14213562373095,0.0],[-3.673940397442059e-15,-20.0,0.0],[14.142135623730947,-14.142135623730955,0.0]],"epi":[[30.0,0.0,0.0],[21.213203435596427,21.213203435596423,0.0],[1.83697019872103e-15,30.0,0.0],[-21.213203435596423,21.213203435596427,0.0],[-30.0,3.67394039744206e-15,0.0],[-21.21320343559643,-21.213203435596423,0.0],[-5.510910596163089e-15,-30.0,0.0],[21.21320343559642,-21.21320343559643,0.0]],"exclusions":[],"inclusions":[],"origin":"drawn","remote":{"centre_mm":[25.0,0.1,0.0],"radius_mm":3.0},"rule":{"levels":[0.5,0.25,0.125],"name":"remote-blood"},"rv_insertion":null}','0000000000000000000000000000000000000000000000000000000000000000','1c61d0bddb1753b0e7256cab5859df1d869c80f4a591ec8d589f8d936d91a2c0');
INSERT INTO "annotation" VALUES(2,'a-t1-0','T1',2,1,'ben','2026-11-22T21:56:44.469901+00:00','{"blood_pool":{"centre_mm":[0.0,0.0,0.0],"radius_mm":7.5},"confirmed":false,"endo":[[21.5,1.5,1.5],[15.642135623730951,15.64213562373095,1.5],[1.5000000000000013,21.5,1.5],[-12.64213562373095,15.642135623730951,1.5],[-18.5,1.5000000000000024,1.5],[-12.642135623730955,-12.64213562373095,1.5],[1.4999999999999962,-18.5,1.5],[15.642135623730947,-12.642135623730955,1.5]],"epi":[[31.5,1.5,1.5],[22.713203435596427,22.713203435596423,1.5],[1.5000000000000018,31.5,1.5],[-19.713203435596423,22.713203435596427,1.5],[-28.5,1.5000000000000038,1.5],[-19.71320343559643,-19.713203435596423,1.5],[1.4999999999999944,-28.5,1.5],[22.71320343559642,-19.71320343559643,1.5]],"exclusions":[],"inclusions":[],"origin":"drawn","remote":{"centre_mm":[25.0,0.1,0.0],"radius_mm":3.0},"rule":{"levels":[0.5,0.25,0.125],"name":"remote-blood"},"rv_insertion":null}','1c61d0bddb1753b0e7256cab5859df1d869c80f4a591ec8d589f8d936d91a2c0','f714b038a5a4085346fe73c80e0066349f729ebcd81071c766ead6f1236149b9');
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
INSERT INTO "frame" VALUES('a-cine-0',0,0.0,NULL,36000.5,2.0,-4096.0,'frame 0');
INSERT INTO "frame" VALUES('a-cine-0',1,12.5,NULL,36001.5,2.0,-4096.0,'frame 1');
INSERT INTO "frame" VALUES('a-cine-0',2,40.0,NULL,36002.5,2.0,-4096.0,'frame 2');
INSERT INTO "frame" VALUES('a-cine-1',0,0.0,NULL,36000.5,2.0,-4096.0,'frame 0');
INSERT INTO "frame" VALUES('a-cine-1',1,12.5,NULL,36001.5,2.0,-4096.0,'frame 1');
INSERT INTO "frame" VALUES('a-cine-1',2,40.0,NULL,36002.5,2.0,-4096.0,'frame 2');
INSERT INTO "frame" VALUES('a-cine-2',0,0.0,NULL,36000.5,2.0,-4096.0,'frame 0');
INSERT INTO "frame" VALUES('a-cine-2',1,12.5,NULL,36001.5,2.0,-4096.0,'frame 1');
INSERT INTO "frame" VALUES('a-cine-2',2,40.0,NULL,36002.5,2.0,-4096.0,'frame 2');
INSERT INTO "frame" VALUES('a-t1-0',0,0.0,NULL,36000.5,2.0,-4096.0,'frame 0');
INSERT INTO "frame" VALUES('a-t1-1',0,0.0,NULL,36000.5,2.0,-4096.0,'frame 0');
INSERT INTO "frame" VALUES('a-t1-2',0,0.0,NULL,36000.5,2.0,-4096.0,'frame 0');
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
INSERT INTO "generation" VALUES(1,'a-t1-0','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','hcm-1','cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc','dddddddddddddddddddddddddddddddd','','ana','2026-11-25T21:28:25.804044+00:00');
CREATE TABLE imported (
    import_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at_utc TEXT NOT NULL,
    counts TEXT NOT NULL
) STRICT;
INSERT INTO "imported" VALUES(1,'2026-11-22T21:56:44.470812+00:00','{"files":5,"imported":4,"rejected":1}');
CREATE TABLE match_override (
    anchor_id TEXT NOT NULL REFERENCES slice,
    role TEXT NOT NULL,
    slice_id TEXT REFERENCES slice,
    at_utc TEXT NOT NULL,
    PRIMARY KEY (anchor_id, role)
) STRICT, WITHOUT ROWID;
INSERT INTO "match_override" VALUES('a-t1-1','CINE',NULL,'2026-11-22T21:56:44.470426+00:00');
CREATE TABLE note (
    slice_id TEXT NOT NULL REFERENCES slice,
    ordinal INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (slice_id, ordinal)
) STRICT, WITHOUT ROWID;
CREATE TABLE rejection (
    import_id INTEGER NOT NULL REFERENCES imported,
    ordinal INTEGER NOT NULL,
    study_id TEXT,
    source_token TEXT NOT NULL,
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (import_id, ordinal)
) STRICT, WITHOUT ROWID;
INSERT INTO "rejection" VALUES(1,0,'a','token-1','truncated','ends after 12 of 90 bytes');
CREATE TABLE seen_file (
    content_token TEXT NOT NULL PRIMARY KEY,
    object_token TEXT NOT NULL,
    pixel_token TEXT NOT NULL,
    study_id TEXT NOT NULL REFERENCES study,
    code TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "seen_file" VALUES('content-1','object-1','pixels-1','a','','');
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
INSERT INTO "series" VALUES('a-t1','a',0,0,'T1_MAP series','T1_MAP','rule-1',NULL,NULL);
INSERT INTO "series" VALUES('a-cine','a',1,1,'CINE_SAX series','CINE_SAX','rule-1',NULL,NULL);
CREATE TABLE slice (
    slice_id TEXT NOT NULL PRIMARY KEY,
    series_id TEXT NOT NULL REFERENCES series,
    ordinal INTEGER NOT NULL,
    plane TEXT NOT NULL,
    frame_of_reference TEXT,
    rr_interval_ms REAL,
    array_key TEXT
) STRICT;
INSERT INTO "slice" VALUES('a-t1-0','a-t1',0,'{"col_dir":[0.0,1.0,0.0],"origin_mm":[-90.0,-80.25,0.3333333333333333],"row_dir":[1.0,0.0,0.0],"shape_px":[12,10],"spacing_mm":[1.5,1.25],"thickness_mm":8.0}','for-1',1000.0,NULL);
INSERT INTO "slice" VALUES('a-t1-1','a-t1',1,'{"col_dir":[0.0,1.0,0.0],"origin_mm":[-90.0,-80.25,10.333333333333334],"row_dir":[1.0,0.0,0.0],"shape_px":[12,10],"spacing_mm":[1.5,1.25],"thickness_mm":8.0}','for-1',1000.0,NULL);
INSERT INTO "slice" VALUES('a-t1-2','a-t1',2,'{"col_dir":[0.0,1.0,0.0],"origin_mm":[-90.0,-80.25,20.333333333333332],"row_dir":[1.0,0.0,0.0],"shape_px":[12,10],"spacing_mm":[1.5,1.25],"thickness_mm":8.0}','for-1',1000.0,NULL);
INSERT INTO "slice" VALUES('a-cine-0','a-cine',0,'{"col_dir":[0.0,1.0,0.0],"origin_mm":[-90.0,-80.25,0.3333333333333333],"row_dir":[1.0,0.0,0.0],"shape_px":[12,10],"spacing_mm":[1.5,1.25],"thickness_mm":8.0}','for-1',1000.0,NULL);
INSERT INTO "slice" VALUES('a-cine-1','a-cine',1,'{"col_dir":[0.0,1.0,0.0],"origin_mm":[-90.0,-80.25,10.333333333333334],"row_dir":[1.0,0.0,0.0],"shape_px":[12,10],"spacing_mm":[1.5,1.25],"thickness_mm":8.0}','for-1',1000.0,NULL);
INSERT INTO "slice" VALUES('a-cine-2','a-cine',2,'{"col_dir":[0.0,1.0,0.0],"origin_mm":[-90.0,-80.25,20.333333333333332],"row_dir":[1.0,0.0,0.0],"shape_px":[12,10],"spacing_mm":[1.5,1.25],"thickness_mm":8.0}','for-1',1000.0,NULL);
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
INSERT INTO "slice_exclusion" VALUES(1,'a-t1-1','quantification','slice mismatch','manual','','ana','2026-11-25T17:50:19.316622+00:00');
CREATE TABLE study (
    study_id TEXT NOT NULL PRIMARY KEY,
    pseudonym TEXT NOT NULL,
    study_date TEXT NOT NULL,
    manufacturer TEXT NOT NULL,
    field_strength_t REAL,
    added_utc TEXT NOT NULL
) STRICT;
INSERT INTO "study" VALUES('a','P-A','20240229','Virtual',1.5,'2026-11-22T21:56:44.467645+00:00');
CREATE TABLE workspace (
    workspace_id TEXT NOT NULL PRIMARY KEY,
    created_utc TEXT NOT NULL
) STRICT;
INSERT INTO "workspace" VALUES('de516c1cd2df41a2b60956a02a2eaa7c','2026-11-22T21:56:44.466019+00:00');
CREATE INDEX series_of_study ON series (study_id);
CREATE INDEX slice_of_series ON slice (series_id);
CREATE INDEX seen_object ON seen_file (object_token);
CREATE TRIGGER annotation_is_never_changed BEFORE UPDATE ON annotation BEGIN
    SELECT RAISE(ABORT, 'annotations are append-only');
END;
CREATE TRIGGER annotation_is_never_removed BEFORE DELETE ON annotation BEGIN
    SELECT RAISE(ABORT, 'annotations are append-only');
END;
CREATE INDEX exclusion_of_slice ON slice_exclusion (slice_id);
CREATE TRIGGER exclusion_is_never_changed BEFORE UPDATE ON slice_exclusion BEGIN
    SELECT RAISE(ABORT, 'exclusions are append-only');
END;
CREATE TRIGGER exclusion_is_never_removed BEFORE DELETE ON slice_exclusion BEGIN
    SELECT RAISE(ABORT, 'exclusions are append-only');
END;
CREATE INDEX generation_of_slice ON generation (slice_id);
CREATE TRIGGER generation_is_never_changed BEFORE UPDATE ON generation BEGIN
    SELECT RAISE(ABORT, 'generations are append-only');
END;
CREATE TRIGGER generation_is_never_removed BEFORE DELETE ON generation BEGIN
    SELECT RAISE(ABORT, 'generations are append-only');
END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('annotation',2);
INSERT INTO "sqlite_sequence" VALUES('imported',1);
INSERT INTO "sqlite_sequence" VALUES('slice_exclusion',1);
INSERT INTO "sqlite_sequence" VALUES('generation',1);
COMMIT;
PRAGMA application_id=1447970130;
PRAGMA user_version=3;
