-- Schema 1 of a cmp ledger. The schema is public: other programs may read it.
--
-- Dates are calendar days as YYYY-MM-DD text, which sorts and compares as it
-- should. Points are integer hundredths: 150 is one and a half points. A uid
-- is 128 random bits in hexadecimal, unique among all ledgers and never
-- changed. Text that is not known is '', a day that is not known is NULL.
-- An id, once given, is never given again (AUTOINCREMENT): what was said of
-- one must not be taken for another.

-- What a body granted to the holder. A code is unique within a body only.
CREATE TABLE credential (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    uid       TEXT    NOT NULL UNIQUE CHECK (uid <> ''),
    body      TEXT    NOT NULL CHECK (body <> ''),  -- 'ascp'
    code      TEXT    NOT NULL CHECK (code <> ''),  -- 'MLS'
    number    TEXT    NOT NULL,                     -- as the body numbers it
    certified TEXT    CHECK (certified GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
    voluntary INTEGER NOT NULL CHECK (voluntary IN (0, 1)),
    UNIQUE (body, code)
) STRICT;

-- The time in which the points of one renewal are earned, both days included;
-- the last day is the credential's expiry. Both are NULL only for a voluntary
-- credential that never began a cycle. Cycles were opened in the order of id.
CREATE TABLE cycle (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    uid        TEXT    NOT NULL UNIQUE CHECK (uid <> ''),
    credential INTEGER NOT NULL REFERENCES credential ON DELETE CASCADE,
    first_day  TEXT    CHECK (first_day GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
    last_day   TEXT    CHECK (last_day GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
    closed     INTEGER NOT NULL CHECK (closed IN (0, 1)),  -- a later cycle was opened
    CHECK ((first_day IS NULL) = (last_day IS NULL)),
    CHECK (first_day <= last_day)
) STRICT;
CREATE INDEX cycle_by_credential ON cycle (credential);
CREATE UNIQUE INDEX cycle_open ON cycle (credential) WHERE NOT closed;  -- the last one, never two

-- Files that credits were read from, in the order in which they were read.
CREATE TABLE import (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    uid  TEXT NOT NULL UNIQUE CHECK (uid <> ''),
    file TEXT NOT NULL,  -- its name, without a folder
    date TEXT NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]')
) STRICT;

-- Activities of continuing education. A number, once given, is never given to
-- another credit.
--
-- A credit that was removed stays, with its topics and without allocations,
-- so that importing it again does not bring it back unasked, and so that it
-- can be restored whole. Whoever reads this table wants WHERE NOT removed.
--
-- identity is the text under which two records of one activity are the same:
-- date, provider and reference, or else date, title, provider and points,
-- normalised. It is not unique: one activity may have been done twice.
-- imported_identity is the one that it was imported with, where correcting it
-- made that another, so that importing the file again does not add it again.
CREATE TABLE credit (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    uid       TEXT    NOT NULL UNIQUE CHECK (uid <> ''),
    identity  TEXT    NOT NULL CHECK (identity <> ''),
    removed   INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)),
    date      TEXT    NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
    title     TEXT    NOT NULL CHECK (title <> ''),
    provider  TEXT    NOT NULL,
    points    INTEGER NOT NULL CHECK (points > 0),
    activity  TEXT    NOT NULL CHECK (activity <> ''),  -- 'course'
    reference TEXT    NOT NULL,  -- the provider's number of the course or certificate
    url       TEXT    NOT NULL,
    note      TEXT    NOT NULL,
    import    INTEGER REFERENCES import,  -- that brought it; NULL when it was typed
    imported_identity TEXT CHECK (imported_identity <> identity)
) STRICT;
CREATE INDEX credit_by_identity ON credit (identity);
CREATE INDEX credit_by_imported_identity ON credit (imported_identity) WHERE imported_identity IS NOT NULL;

-- What a credit is about. limit_points is the most that may count for the
-- topic; NULL is all of the credit's points.
CREATE TABLE credit_topic (
    credit       INTEGER NOT NULL REFERENCES credit ON DELETE CASCADE,
    position     INTEGER NOT NULL CHECK (position >= 0),  -- in the holder's order
    topic        TEXT    NOT NULL CHECK (topic <> '' AND topic NOT GLOB '*[^a-z0-9-]*'),
    limit_points INTEGER CHECK (limit_points > 0),
    PRIMARY KEY (credit, position),
    UNIQUE (credit, topic)
) STRICT, WITHOUT ROWID;

-- Points of one credit put towards one requirement of one cycle, by the
-- holder's hand or by cmp allocate --auto. Both may put some there. What names
-- an allocation in any ledger is its credit, cycle, requirement and by whom.
CREATE TABLE allocation (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    credit       INTEGER NOT NULL REFERENCES credit ON DELETE CASCADE,
    cycle        INTEGER NOT NULL REFERENCES cycle ON DELETE CASCADE,
    requirement  TEXT    NOT NULL CHECK (requirement <> ''),  -- a topic, or 'other'
    points       INTEGER NOT NULL CHECK (points > 0),
    allocated_by TEXT    NOT NULL CHECK (allocated_by IN ('hand', 'auto')),
    UNIQUE (credit, cycle, requirement, allocated_by)
) STRICT;
CREATE INDEX allocation_by_cycle ON allocation (cycle);

-- The statement to the body that a cycle's requirements are met, as all stood
-- on that day: a copy that later changes of credits do not reach.
CREATE TABLE declaration (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    uid             TEXT    NOT NULL UNIQUE CHECK (uid <> ''),
    cycle           INTEGER NOT NULL UNIQUE REFERENCES cycle ON DELETE CASCADE,
    date            TEXT    NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
    edition         TEXT    NOT NULL,  -- of the rules: 'ascp/MLS@2023-01-01'
    first_day       TEXT    NOT NULL CHECK (first_day GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
    last_day        TEXT    NOT NULL CHECK (last_day GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
    required_points INTEGER NOT NULL CHECK (required_points >= 0),
    counted_points  INTEGER NOT NULL CHECK (counted_points >= 0),
    fee             INTEGER NOT NULL CHECK (fee >= 0),  -- whole units of currency; 0 when none is known
    currency        TEXT    NOT NULL,
    CHECK (first_day <= last_day)  -- the window in which credits counted, both included
) STRICT;

-- The lines of a declaration: points that counted for a requirement, and a
-- copy of the credit as it was. credit and uid name the credit, which may
-- have changed or gone since.
CREATE TABLE declared_credit (
    declaration    INTEGER NOT NULL REFERENCES declaration ON DELETE CASCADE,
    position       INTEGER NOT NULL CHECK (position >= 0),  -- in the order of the worksheet
    requirement    TEXT    NOT NULL CHECK (requirement <> ''),
    counted_points INTEGER NOT NULL CHECK (counted_points > 0),
    credit         INTEGER NOT NULL,
    uid            TEXT    NOT NULL,
    date           TEXT    NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
    title          TEXT    NOT NULL,
    provider       TEXT    NOT NULL,
    points         INTEGER NOT NULL CHECK (points > 0),
    topics         TEXT    NOT NULL,  -- 'safety=1;chemistry'
    activity       TEXT    NOT NULL,
    reference      TEXT    NOT NULL,
    url            TEXT    NOT NULL,
    note           TEXT    NOT NULL,
    PRIMARY KEY (declaration, position)
) STRICT;

-- For one credential, over all of its cycles, the allocations of a credit
-- never exceed its points; a removed credit has none. (Who moves a cycle to
-- another credential has to check that anew.) The program sees to it;
-- these triggers are the last line of defence, also against other programs.
CREATE TRIGGER allocation_added AFTER INSERT ON allocation
WHEN (SELECT sum(points) FROM allocation
      WHERE credit = NEW.credit AND cycle IN (
          SELECT id FROM cycle
          WHERE credential = (SELECT credential FROM cycle WHERE id = NEW.cycle)))
   > coalesce((SELECT points FROM credit WHERE id = NEW.credit AND NOT removed), 0)
BEGIN
    SELECT RAISE(ABORT, 'allocations of a credit for one credential exceed its points');
END;

CREATE TRIGGER allocation_changed AFTER UPDATE OF points, credit, cycle ON allocation
WHEN (SELECT sum(points) FROM allocation
      WHERE credit = NEW.credit AND cycle IN (
          SELECT id FROM cycle
          WHERE credential = (SELECT credential FROM cycle WHERE id = NEW.cycle)))
   > coalesce((SELECT points FROM credit WHERE id = NEW.credit AND NOT removed), 0)
BEGIN
    SELECT RAISE(ABORT, 'allocations of a credit for one credential exceed its points');
END;

CREATE TRIGGER credit_changed AFTER UPDATE OF points, removed ON credit
WHEN EXISTS (SELECT 1 FROM allocation JOIN cycle ON cycle.id = allocation.cycle
             WHERE allocation.credit = NEW.id
             GROUP BY cycle.credential
             HAVING sum(allocation.points) > iif(NEW.removed, 0, NEW.points))
BEGIN
    SELECT RAISE(ABORT, 'allocations of a credit for one credential exceed its points');
END;
