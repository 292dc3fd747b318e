-- Schema 1 of a cmp ledger. The schema is public: other programs may read it.
-- The views at the end are what to build on.
--
-- Dates are calendar days as YYYY-MM-DD text, which sorts and compares as it
-- should. Points are integer hundredths: 150 is one and a half points. A uid
-- is 128 random bits in hexadecimal, unique among all ledgers and never
-- changed. Text that is not known is '', a day that is not known is NULL.
-- An id, once given, is never given again (AUTOINCREMENT): what was said of
-- one must not be taken for another.
--
-- changed is the stamp of the entry of the log that last changed a record, its
-- topics or its forms. past holds, with blanks between, what changed was before,
-- here or in another ledger from which the record came: so of two versions it is
-- known whether one was made in the knowledge of the other. Both serve to bring
-- two ledgers together. cmp undo does not put them back.

-- What a body granted to the holder. A code is unique within a body only.
CREATE TABLE credential (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    uid        TEXT    NOT NULL UNIQUE CHECK (uid <> ''),
    body       TEXT    NOT NULL CHECK (body <> ''),  -- 'ascp'
    code       TEXT    NOT NULL CHECK (code <> ''),  -- 'MLS'
    number     TEXT    NOT NULL,                     -- as the body numbers it
    certified  TEXT    CHECK (certified GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
    voluntary  INTEGER NOT NULL CHECK (voluntary IN (0, 1)),
    categories TEXT    NOT NULL DEFAULT '' CHECK (categories NOT GLOB '*[^a-z0-9;-]*'),  -- of a licence: 'chemistry;hematology'
    changed    TEXT    NOT NULL DEFAULT '',
    past       TEXT    NOT NULL DEFAULT '',
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
    stated     INTEGER NOT NULL DEFAULT 0 CHECK (stated IN (0, 1)),  -- the holder stated the first day
    closed     INTEGER NOT NULL CHECK (closed IN (0, 1)),  -- a later cycle was opened
    changed    TEXT    NOT NULL DEFAULT '',
    past       TEXT    NOT NULL DEFAULT '',
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
-- A credit that was removed stays, with its topics and without allocations, so
-- that importing it again does not bring it back unasked, and so that it can
-- be restored whole. Whoever reads this table wants WHERE NOT removed.
--
-- merged_into is the credit that a removed one was made one with. When that
-- one is merged in its turn, this goes along: it names the last of them.
CREATE TABLE credit (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    uid         TEXT    NOT NULL UNIQUE CHECK (uid <> ''),
    removed     INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)),
    date        TEXT    NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
    title       TEXT    NOT NULL CHECK (title <> ''),
    provider    TEXT    NOT NULL,
    points      INTEGER NOT NULL CHECK (points > 0),
    activity    TEXT    NOT NULL CHECK (activity <> ''),  -- 'course'
    reference   TEXT    NOT NULL,  -- the provider's number of the course or certificate
    url         TEXT    NOT NULL,
    note        TEXT    NOT NULL,
    import      INTEGER REFERENCES import,  -- that brought it; NULL when it was typed
    merged_into INTEGER REFERENCES credit CHECK (merged_into IS NULL OR removed AND merged_into <> id),
    changed     TEXT    NOT NULL DEFAULT '',
    past        TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX credit_by_merged_into ON credit (merged_into) WHERE merged_into IS NOT NULL;

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

-- How records described a credit otherwise than it is now: rows of files that
-- were found to be the credit, and what it was before it was edited. To meet
-- such a record again is to find the credit.
CREATE TABLE form (
    credit    INTEGER NOT NULL REFERENCES credit ON DELETE CASCADE,
    date      TEXT    NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
    title     TEXT    NOT NULL,
    provider  TEXT    NOT NULL,
    points    INTEGER NOT NULL CHECK (points > 0),
    reference TEXT    NOT NULL,
    imported  INTEGER NOT NULL CHECK (imported IN (0, 1)),  -- the credit itself was so, and was edited since
    PRIMARY KEY (credit, date, title, provider, points, reference)
) STRICT, WITHOUT ROWID;

-- Pairs of credits that look alike and are two, as the holder said.
CREATE TABLE apart (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    credit  INTEGER NOT NULL REFERENCES credit ON DELETE CASCADE,
    other   INTEGER NOT NULL REFERENCES credit ON DELETE CASCADE,
    changed TEXT    NOT NULL DEFAULT '',
    past    TEXT    NOT NULL DEFAULT '',
    CHECK (credit < other),
    UNIQUE (credit, other)
) STRICT;
CREATE INDEX apart_by_other ON apart (other);

-- Whether the portal of a body has a credit, as was seen on a day last. The row without
-- a credit says on which day a transcript of the portal was seen at all. What was found
-- of a credit that was merged is said of the one that it became.
CREATE TABLE portal (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    credit  INTEGER REFERENCES credit ON DELETE CASCADE,
    body    TEXT    NOT NULL CHECK (body <> ''),  -- 'ascp'
    date    TEXT    NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
    found   INTEGER NOT NULL CHECK (found IN (0, 1)),  -- 0: the transcript has its day, and not the credit
    changed TEXT    NOT NULL DEFAULT '',
    past    TEXT    NOT NULL DEFAULT '',
    CHECK (found OR credit IS NOT NULL),
    UNIQUE (credit, body)
) STRICT;
CREATE UNIQUE INDEX portal_of_body ON portal (body) WHERE credit IS NULL;

-- Points of one credit put towards one requirement of one cycle, by the
-- holder's hand or by cmp itself. Both may put some there. What names
-- an allocation in any ledger is its credit, cycle, requirement and by whom.
CREATE TABLE allocation (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    credit       INTEGER NOT NULL REFERENCES credit ON DELETE CASCADE,
    cycle        INTEGER NOT NULL REFERENCES cycle ON DELETE CASCADE,
    requirement  TEXT    NOT NULL CHECK (requirement <> ''),  -- a topic, or 'other'
    points       INTEGER NOT NULL CHECK (points > 0),
    allocated_by TEXT    NOT NULL CHECK (allocated_by IN ('hand', 'auto')),
    changed      TEXT    NOT NULL DEFAULT '',
    past         TEXT    NOT NULL DEFAULT '',
    UNIQUE (credit, cycle, requirement, allocated_by)
) STRICT;
CREATE INDEX allocation_by_cycle ON allocation (cycle);

-- The statement to the body that a cycle's requirements are met, as all stood
-- on that day: a copy that later changes of credits and rules do not reach.
CREATE TABLE declaration (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    uid               TEXT    NOT NULL UNIQUE CHECK (uid <> ''),
    cycle             INTEGER NOT NULL UNIQUE REFERENCES cycle ON DELETE CASCADE,
    date              TEXT    NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
    designation       TEXT    NOT NULL,  -- 'MLS(ASCP)CM'
    credential_title  TEXT    NOT NULL,  -- 'Medical Laboratory Scientist'
    credential_number TEXT    NOT NULL,  -- the holder's, at the body
    edition           TEXT    NOT NULL,  -- of the rules: 'ascp/MLS@2023-01-01'
    first_day         TEXT    NOT NULL CHECK (first_day GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
    last_day          TEXT    NOT NULL CHECK (last_day GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
    required_points   INTEGER NOT NULL CHECK (required_points >= 0),
    counted_points    INTEGER NOT NULL CHECK (counted_points >= 0),
    confidence        TEXT    NOT NULL,  -- how sure required_points is: 'reported'
    source            TEXT    NOT NULL,  -- where required_points comes from
    fee               INTEGER NOT NULL CHECK (fee >= 0),  -- whole units of currency; 0 when none is known
    currency          TEXT    NOT NULL,
    changed           TEXT    NOT NULL DEFAULT '',
    past              TEXT    NOT NULL DEFAULT '',
    CHECK (first_day <= last_day)  -- the window in which credits counted, both included
) STRICT;

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

-- The lines of a declaration: points that counted for a requirement, and a
-- copy of the credit as it was. credit and uid name the credit, which may
-- have changed or been removed since; credit is NULL where this ledger lacks it.
CREATE TABLE declared_credit (
    declaration    INTEGER NOT NULL REFERENCES declaration ON DELETE CASCADE,
    position       INTEGER NOT NULL CHECK (position >= 0),  -- in the order of the worksheet
    requirement    TEXT    NOT NULL CHECK (requirement <> ''),
    counted_points INTEGER NOT NULL CHECK (counted_points > 0),
    credit         INTEGER REFERENCES credit,
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
    changed    TEXT    NOT NULL DEFAULT '',
    past       TEXT    NOT NULL DEFAULT '',
    UNIQUE (credit, content)
) STRICT;
CREATE INDEX evidence_by_content ON evidence (content);

-- What providers offer. Nothing of it counts for anything. A uid is made of
-- provider and title (the first 128 bits of the SHA-256 of both, normalised), so
-- that it is the same in every ledger. Points and price are hundredths, and NULL
-- where they are not stated; topics are as in a declaration, 'safety=1;chemistry'.
-- free is NULL where nothing is said of it; the price of a free course is 0.
CREATE TABLE course (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    uid      TEXT NOT NULL UNIQUE CHECK (uid <> ''),
    title    TEXT NOT NULL CHECK (title <> ''),
    provider TEXT NOT NULL,
    points   INTEGER CHECK (points > 0),
    topics   TEXT NOT NULL,
    free     INTEGER CHECK (free IN (0, 1)),
    price    INTEGER CHECK (price >= 0),
    url      TEXT NOT NULL,
    changed  TEXT NOT NULL DEFAULT '',
    past     TEXT NOT NULL DEFAULT '',
    CHECK (free IS iif(price IS NULL, nullif(free, 1), price = 0))
) STRICT;

-- Uids by which other ledgers know a credit.
CREATE TABLE alias (
    uid    TEXT    PRIMARY KEY CHECK (uid <> ''),
    credit INTEGER NOT NULL REFERENCES credit ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX alias_by_credit ON alias (credit);

-- Records that were removed for good, so that other ledgers hear of it: the
-- table, and what names a record of it in every ledger. That is the uid of a
-- course and 'ascp/MLS' of a credential; 'ascp/MLS 2027-03-31' of a cycle, with
-- its last day or none, and of its declaration; 'UID ascp/MLS 2027-03-31 safety'
-- of an allocation by hand, with the credit's uid; 'UID SHA256' of evidence; and
-- 'UID UID', in their order, of two credits that were kept apart. changed is the
-- stamp of the entry that removed it. What is taken back was never removed.
--
-- A credit that is removed stays in its table; 'credit' with its uid says when
-- that was, where it was brought back since, or changed by another ledger. 'clock'
-- is the latest stamp that came from another ledger: later entries have later ones.
CREATE TABLE gone (
    kind    TEXT NOT NULL CHECK (kind <> ''),
    key     TEXT NOT NULL CHECK (key <> ''),
    changed TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

-- What commands did, one entry each, in their order. An entry that takes back
-- another one is an entry too; nothing is ever taken out of the log. Stamps sort
-- as text, and an entry has a later one than the entry before it, whatever the
-- clock says.
CREATE TABLE entry (
    id           INTEGER PRIMARY KEY,
    stamp        TEXT    NOT NULL,  -- '2026-11-21T13:02:11Z+000001'
    at           TEXT    NOT NULL,  -- the holder's clock: '2026-11-21T14:02:11+01:00'
    command      TEXT    NOT NULL,  -- as it was typed: 'cmp import labce.csv'
    summary      TEXT    NOT NULL,  -- in words: 'import of labce.csv: 12 credits added'
    first_change INTEGER NOT NULL,  -- its changes are those from this id on,
    changes      INTEGER NOT NULL,  -- that many
    undoes       INTEGER REFERENCES entry,  -- the entry that this one took back
    undone_by    INTEGER REFERENCES entry,  -- the entry that took this one back and stands
    replaced     TEXT  -- of a restore: the backup of what it replaced, '' where there is none; else NULL
) STRICT;

-- What an entry changed, record by record, in the order in which it did: the
-- record as it was before, as a JSON object of its columns but changed and
-- past, or NULL where there was none. As it was afterwards is the next
-- change's before, or the record itself. Writers are recorded by triggers, which
-- the program makes on its own connection for every table but this one, entry,
-- content, alias and gone.
CREATE TABLE change (
    id     INTEGER PRIMARY KEY,
    entry  INTEGER NOT NULL REFERENCES entry,
    record TEXT    NOT NULL,  -- the table: 'credit'
    key    TEXT    NOT NULL,  -- its primary key as a JSON array: '[12]'
    before TEXT
) STRICT;

-- What no CHECK can say. The program sees to it; these triggers are the last
-- line of defence, also against other programs, and against taking back what a
-- later entry needs.

-- For one credential, over all of its cycles, the allocations of a credit
-- never exceed its points; a removed credit has none. (Who moves a cycle to
-- another credential has to check that anew.)
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

-- The days of a declared cycle stand.
CREATE TRIGGER declared_cycle_changed AFTER UPDATE OF first_day, last_day ON cycle
WHEN (OLD.first_day, OLD.last_day) IS NOT (NEW.first_day, NEW.last_day) AND EXISTS (SELECT 1 FROM declaration WHERE cycle = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'the cycle is declared');
END;

-- Only a voluntary credential has a cycle without days.
CREATE TRIGGER cycle_added AFTER INSERT ON cycle
WHEN NEW.last_day IS NULL AND NOT (SELECT voluntary FROM credential WHERE id = NEW.credential)
BEGIN
    SELECT RAISE(ABORT, 'a cycle without days needs a voluntary credential');
END;

CREATE TRIGGER cycle_changed AFTER UPDATE OF last_day, credential ON cycle
WHEN NEW.last_day IS NULL AND NOT (SELECT voluntary FROM credential WHERE id = NEW.credential)
BEGIN
    SELECT RAISE(ABORT, 'a cycle without days needs a voluntary credential');
END;

CREATE TRIGGER credential_changed AFTER UPDATE OF voluntary ON credential
WHEN NOT NEW.voluntary AND EXISTS (SELECT 1 FROM cycle WHERE credential = NEW.id AND last_day IS NULL)
BEGIN
    SELECT RAISE(ABORT, 'a cycle without days needs a voluntary credential');
END;

-- The views are the part of the schema to build on: their columns are added
-- to, never renamed. In them points are numbers of points (1.5), which add up
-- exactly in hundredths: sum(round(points * 100)) / 100. SQL is kept to what SQLite
-- 3.38 understands, for an older program refuses a ledger with a view that it cannot read.
-- A credential is named as cmp names it, 'ascp/MLS'.

-- Cycles, each with the day on which it was declared, or NULL.
CREATE VIEW cycles AS SELECT y.id, k.body || '/' || k.code AS credential, y.first_day, y.last_day, y.closed, d.date AS declared, y.uid
    FROM cycle AS y JOIN credential AS k ON k.id = y.credential LEFT JOIN declaration AS d ON d.cycle = y.id;

-- Credentials, each with its last cycle.
CREATE VIEW credentials AS SELECT k.id, y.credential, k.number, k.certified, k.voluntary, k.categories, y.first_day, y.last_day, y.declared, k.uid
    FROM cycle AS o JOIN cycles AS y ON y.id = o.id JOIN credential AS k ON k.id = o.credential WHERE NOT o.closed;

-- Credits that were not removed, with topics as cmp writes them, 'safety=1;chemistry'.
CREATE VIEW credits AS SELECT c.id, c.date, c.title, c.provider, c.points / 100.0 AS points,
    coalesce((SELECT group_concat(text, ';') FROM (
        SELECT topic || iif(limit_points IS NULL, '', '=' || rtrim(rtrim(printf('%.2f', limit_points / 100.0), '0'), '.')) AS text
        FROM credit_topic WHERE credit = c.id ORDER BY position)), '') AS topics,
    c.activity, c.reference, c.url, c.note, i.file AS imported_from, (SELECT count(*) FROM evidence WHERE credit = c.id) AS evidence, c.uid
    FROM credit AS c LEFT JOIN import AS i ON i.id = c.import WHERE NOT c.removed;

-- Topics of those credits, one row each, with the most that may count there.
CREATE VIEW credit_topics AS SELECT c.id AS credit, t.topic, min(coalesce(t.limit_points, c.points), c.points) / 100.0 AS points
    FROM credit_topic AS t JOIN credit AS c ON c.id = t.credit WHERE NOT c.removed;

-- Allocations, with what they are from and for.
CREATE VIEW allocations AS SELECT a.id, a.credit, c.date, c.title, y.credential, y.last_day, a.requirement, a.points / 100.0 AS points,
    a.allocated_by, a.cycle
    FROM allocation AS a JOIN credit AS c ON c.id = a.credit JOIN cycles AS y ON y.id = a.cycle;

-- Declarations, one row each.
CREATE VIEW declarations AS SELECT d.id, y.credential, y.first_day, y.last_day, d.date, d.designation, d.edition,
    d.required_points / 100.0 AS required, d.counted_points / 100.0 AS counted, d.fee, d.currency, d.confidence, d.cycle, d.uid
    FROM declaration AS d JOIN cycles AS y ON y.id = d.cycle;

-- Requirements, cycle by cycle: of a declared one as it was judged; of another
-- one what is allocated, for what is required is in the rules and not in the
-- file (cmp status --format csv tells).
CREATE VIEW requirements_met AS SELECT y.credential, y.first_day, y.last_day, y.declared, r.requirement, NULL AS allocated,
    r.required_points / 100.0 AS required, r.counted_points / 100.0 AS counted, r.counted_points >= r.required_points AS met
    FROM declared_requirement AS r JOIN declaration AS d ON d.id = r.declaration JOIN cycles AS y ON y.id = d.cycle
UNION ALL SELECT y.credential, y.first_day, y.last_day, NULL, a.requirement, sum(a.points) / 100.0, NULL, NULL, NULL
    FROM allocation AS a JOIN cycles AS y ON y.id = a.cycle WHERE y.declared IS NULL GROUP BY a.cycle, a.requirement;

-- Courses, with points and price as numbers.
CREATE VIEW courses AS SELECT id, title, provider, points / 100.0 AS points, topics, free, price / 100.0 AS price, url, uid FROM course;
