#!/usr/bin/env bash
# How long an import of many rows takes, beside sqlite3 doing the least that could
# be called one; and cmp status with many credits.
#
#   testdata/bench/import.sh [ROWS]
#
# Builds the program as it is released, writes a CSV of ROWS rows (100,000
# unless said otherwise) that are all different, and measures, five times each
# and in turns, each time into a new file:
#
#   sqlite3      .import into a table, INSERT OR IGNORE into one with a unique
#                index on what makes a row the same
#   cmp import   the same rows, with log and with the search for duplicates
#   again        the same file once more, which adds nothing, to both
#
# Then how long cmp status takes with 60, 10,000 and 100,000 credits in one
# window. It needs Go, sqlite3, hyperfine and GNU time (/usr/bin/time), and a
# machine that does nothing else: compare figures of one run with each other. The
# targets: an import at most 5 times sqlite3 and under 200 MB; again no slower;
# status with 10,000 credits at most 10 times that with 60, with 100,000 under a
# second.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
rows=${1:-100000}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Nothing of the user's own is read or written.
export CMP_CONFIG=$scratch/config.yaml CMP_AS_OF=2026-11-21 LC_ALL=C.UTF-8
unset CMP_FORMAT CMP_COLOR NO_COLOR CLICOLOR_FORCE COLUMNS CMP_DB
: >"$CMP_CONFIG"

cmp=$scratch/cmp
CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$scratch/linked" ./cmd/cmp
cp "$scratch/linked" "$cmp" # see status.sh

# credits COUNT: so many rows of 0.25 to 2 points in eight topics, within one cycle.
credits() {
	awk -v n="$1" 'BEGIN {
		split("safety ethics blood-banking chemistry hematology microbiology quality management", topic, " ")
		print "date,title,provider,points,topics,activity,reference,url,note"
		for (i = 0; i < n; i++)
			printf "%d-%02d-%02d,\"Course %d, part %d\",Provider %d,%.2f,%s,course,,,\n",
				2024 + (i % 2 == 0) + (i % 3 == 0), 4 + i % 8, 1 + i % 28, i, i % 7, i % 50, (1 + i % 8) / 4, topic[1 + i % 8]
	}'
}
credits "$rows" >"$scratch/many.csv"

cat >"$scratch/import.sql" <<SQL
CREATE TABLE IF NOT EXISTS credit (id INTEGER PRIMARY KEY, date TEXT, title TEXT, provider TEXT, points TEXT, topics TEXT,
	activity TEXT, reference TEXT, url TEXT, note TEXT, UNIQUE (date, title, provider, points));
CREATE TEMP TABLE given (date TEXT, title TEXT, provider TEXT, points TEXT, topics TEXT, activity TEXT, reference TEXT, url TEXT, note TEXT);
.import --csv --skip 1 $scratch/many.csv given
INSERT OR IGNORE INTO credit (date, title, provider, points, topics, activity, reference, url, note) SELECT * FROM given;
SQL

# timed NAME COMMAND…: notes seconds and the most memory of a command under its name.
timed() {
	local name=$1
	shift
	/usr/bin/time --format "$name %e %M" --append --output "$scratch/times" "$@" >"$scratch/out" 2>"$scratch/err" ||
		{ cat "$scratch/out" "$scratch/err" >&2; exit 1; }
}
for _ in 1 2 3 4 5; do
	rm -f "$scratch"/*.db
	timed sqlite3 sqlite3 "$scratch/lite.db" ".read $scratch/import.sql"
	timed cmp-import "$cmp" --db "$scratch/ledger.db" import "$scratch/many.csv"
	timed sqlite3-again sqlite3 "$scratch/lite.db" ".read $scratch/import.sql"
	timed cmp-again "$cmp" --db "$scratch/ledger.db" import "$scratch/many.csv"
done
if [ "$(sqlite3 "$scratch/lite.db" 'SELECT count(*) FROM credit')" != "$rows" ] ||
	[ "$(sqlite3 "$scratch/ledger.db" 'SELECT count(*) FROM credit')" != "$rows" ]; then
	echo "not every row was imported once" >&2
	exit 1
fi

printf '%d rows\n' "$rows"
sort -k1,1 -k2,2n "$scratch/times" | awk '
	{ n[$1]++; s[$1, n[$1]] = $2; if ($3 > most[$1]) most[$1] = $3 }
	END {
		base["sqlite3"] = base["cmp-import"] = "sqlite3"; base["sqlite3-again"] = base["cmp-again"] = "sqlite3-again"
		split("sqlite3 cmp-import sqlite3-again cmp-again", order, " ")
		for (i = 1; i <= 4; i++) {
			name = order[i]
			printf "%-14s median %5.2f s %6.2f times %-14s at most %4d MB\n", name, s[name, 3], s[name, 3] / s[base[name], 3], base[name], most[name] * 1.024 / 1000
		}
	}'

for n in 60 10000 100000; do
	db=$scratch/status-$n.db
	credits "$n" >"$scratch/credits.csv"
	"$cmp" --db "$db" credential add MLS --expires 2027-03-31 >"$scratch/out" 2>&1
	"$cmp" --db "$db" import "$scratch/credits.csv" >"$scratch/out" 2>&1
	hyperfine --shell=none --style=none --warmup 3 --runs 30 --output pipe --export-json "$scratch/status.json" "$cmp --db $db status" 2>/dev/null
	sqlite3 :memory: "SELECT format('status with %6d credits: %7.1f ms', $n, readfile('$scratch/status.json') ->> '\$.results[0].median' * 1000)"
done
