-- Schema 4: courses, as catalogues list them.

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
    CHECK (free IS iif(price IS NULL, nullif(free, 1), price = 0))
) STRICT;

-- Courses, with points and price as numbers.
CREATE VIEW courses AS SELECT id, title, provider, points / 100.0 AS points, topics, free, price / 100.0 AS price, url, uid FROM course;
