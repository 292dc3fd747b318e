-- Schema 3: logs that can be joined, credits that were merged, and views for
-- other programs.

-- What names an entry in any ledger, and its place among the entries of all:
-- stamps sort as text, and an entry has a later one than all that its ledger
-- knew when it was made, whatever the clock says. joined marks an entry that
-- brought in another ledger: what it changed is told by the entries that it
-- brought along.
ALTER TABLE entry ADD COLUMN uid    TEXT    NOT NULL DEFAULT '';
ALTER TABLE entry ADD COLUMN stamp  TEXT    NOT NULL DEFAULT '';  -- '2026-11-21T13:02:11Z+000001'
ALTER TABLE entry ADD COLUMN joined INTEGER NOT NULL DEFAULT 0 CHECK (joined IN (0, 1));
UPDATE entry SET uid = 'schema2-' || id || '-' || at,
    stamp = coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', at), '0001-01-01T00:00:00Z') || printf('+%06d', id);

-- Entries of the logs of other ledgers, as they were exported there.
CREATE TABLE joined_entry (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    uid     TEXT NOT NULL UNIQUE CHECK (uid <> ''),
    stamp   TEXT NOT NULL CHECK (stamp <> ''),
    at      TEXT NOT NULL,
    command TEXT NOT NULL,
    summary TEXT NOT NULL,
    undoes  TEXT NOT NULL,  -- the uid of the entry that it took back, or ''
    changes TEXT NOT NULL CHECK (json_valid(changes))  -- a JSON array, as cmp export ledger writes it
) STRICT;

-- The credit that a removed one was made one with: to import its file again is
-- to find that credit. What was merged into a credit goes along with it when
-- that one is merged, so that this always names the last of them.
ALTER TABLE credit ADD COLUMN merged_into INTEGER REFERENCES credit
    CHECK (merged_into IS NULL OR removed AND merged_into <> id);
CREATE INDEX credit_by_merged_into ON credit (merged_into) WHERE merged_into IS NOT NULL;

-- The views are the part of the schema to build on: their columns are added
-- to, never renamed. In them points are numbers of points (1.5), which add up
-- exactly in hundredths: sum(round(points * 100)) / 100. SQL is kept to what SQLite
-- 3.38 understands, for an older program refuses a ledger with a view that it cannot read.
-- A credential is named as cmp names it, 'ascp/MLS'.

-- Cycles, each with the day on which it was declared, or NULL.
CREATE VIEW cycles AS SELECT y.id, k.body || '/' || k.code AS credential, y.first_day, y.last_day, y.closed, d.date AS declared, y.uid
    FROM cycle AS y JOIN credential AS k ON k.id = y.credential LEFT JOIN declaration AS d ON d.cycle = y.id;

-- Credentials, each with its last cycle.
CREATE VIEW credentials AS SELECT k.id, y.credential, k.number, k.certified, k.voluntary, y.first_day, y.last_day, y.declared, k.uid
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
