-- Schema 2: the log, by which every command can be taken back; evidence; and
-- declarations that keep the rules they were judged by.

-- What commands did, one entry each, in their order. An entry that takes back
-- another one is an entry too; nothing is ever taken out of the log.
CREATE TABLE entry (
    id           INTEGER PRIMARY KEY,
    at           TEXT    NOT NULL,  -- the holder's clock: '2026-11-21T14:02:11+01:00'
    command      TEXT    NOT NULL,  -- as it was typed: 'cmp import labce.csv'
    summary      TEXT    NOT NULL,  -- in words: 'import of labce.csv: 12 credits added'
    first_change INTEGER NOT NULL,  -- its changes are those from this id on,
    changes      INTEGER NOT NULL,  -- that many
    undoes       INTEGER REFERENCES entry,  -- the entry that this one took back
    undone_by    INTEGER REFERENCES entry   -- the entry that took this one back and stands
) STRICT;

-- What an entry changed, record by record, in the order in which it did: the
-- record as it was before, as a JSON object of its columns, or NULL where
-- there was none. As it was afterwards is the next change's before, or the
-- record itself. Writers are recorded by triggers, which the program makes on
-- its own connection for every table but this one, entry and content.
CREATE TABLE change (
    id     INTEGER PRIMARY KEY,
    entry  INTEGER NOT NULL REFERENCES entry,
    record TEXT    NOT NULL,  -- the table: 'credit'
    key    TEXT    NOT NULL,  -- its primary key as a JSON array: '[12]'
    before TEXT
) STRICT;

-- The contents of files, each kept once. None is ever deleted, so that taking
-- back the removal of evidence can bring it back.
CREATE TABLE content (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT    NOT NULL UNIQUE CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
    size   INTEGER NOT NULL CHECK (size > 0),  -- in bytes
    data   BLOB    NOT NULL
) STRICT;

-- Files that prove a credit. One file may prove several.
CREATE TABLE evidence (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    uid        TEXT    NOT NULL UNIQUE CHECK (uid <> ''),
    credit     INTEGER NOT NULL REFERENCES credit ON DELETE CASCADE,
    content    INTEGER NOT NULL REFERENCES content,
    name       TEXT    NOT NULL CHECK (name <> ''),  -- of the file, without a folder; as it came
    media_type TEXT    NOT NULL,  -- 'application/pdf'
    added      TEXT    NOT NULL CHECK (added GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
    UNIQUE (credit, content)
) STRICT;
CREATE INDEX evidence_by_content ON evidence (content);

-- The rules as they were. Of what was declared earlier, '' is not known.
ALTER TABLE declaration ADD COLUMN designation       TEXT NOT NULL DEFAULT '';  -- 'MLS(ASCP)CM'
ALTER TABLE declaration ADD COLUMN credential_title  TEXT NOT NULL DEFAULT '';  -- 'Medical Laboratory Scientist'
ALTER TABLE declaration ADD COLUMN credential_number TEXT NOT NULL DEFAULT '';  -- the holder's, at the body
ALTER TABLE declaration ADD COLUMN confidence        TEXT NOT NULL DEFAULT '';  -- how sure required_points is: 'reported'
ALTER TABLE declaration ADD COLUMN source            TEXT NOT NULL DEFAULT '';  -- where required_points comes from

-- The requirements that a declaration was judged by, and what counted for each.
CREATE TABLE declared_requirement (
    declaration     INTEGER NOT NULL REFERENCES declaration ON DELETE CASCADE,
    position        INTEGER NOT NULL CHECK (position >= 0),  -- in the order of the board's form
    requirement     TEXT    NOT NULL CHECK (requirement <> ''),
    title           TEXT    NOT NULL,  -- 'Laboratory or patient safety'
    required_points INTEGER NOT NULL CHECK (required_points >= 0),
    counted_points  INTEGER NOT NULL CHECK (counted_points >= 0),
    confidence      TEXT    NOT NULL,
    source          TEXT    NOT NULL,
    PRIMARY KEY (declaration, position)
) STRICT;
