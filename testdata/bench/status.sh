#!/usr/bin/env bash
# How long the commands take that people and shells call most, as whole
# processes, beside other programs that answer the like of 60 records.
#
#   testdata/bench/status.sh [RUNS]
#
# Builds the program as it is released, fills a throw-away ledger with one
# credential and 60 credits, and measures RUNS runs (500 unless
# said otherwise) of each, in ten rounds, so that a slow spell of the machine
# hits them all:
#
#   sqlite3           one GROUP BY over the credits and their topics
#   diffutils cmp     comparing two equal files, called itself and through ours
#   cmp …             ours
#   task, hledger     60 tasks, 60 transactions: their summaries, where installed
#
# Prints the medians and their ratios to sqlite3. The targets: status
# at most 2.3 times sqlite3, faster than task and five times faster than hledger;
# status --short no slower than status; version, help and the completion of a
# command at most 1.6 times sqlite3. It needs Go, sqlite3 and hyperfine, and a machine that does
# nothing else: compare figures of one run with each other, not with those of
# another day or machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
rounds=10
runs=$((${1:-500} / rounds))

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Nothing of the user's own is read or written.
export CMP_DB=$scratch/ledger.db XDG_CONFIG_HOME=$scratch/config LC_ALL=C.UTF-8
export TASKRC=$scratch/taskrc TASKDATA=$scratch/task LEDGER_FILE=$scratch/hledger.journal
unset CMP_CONFIG CMP_FORMAT CMP_COLOR CMP_AS_OF CMP_PASSTHROUGH NO_COLOR CLICOLOR_FORCE COLUMNS
real=$(command -v cmp)

# Sixty credits of 0.5 to 2 points in eight topics, within the cycle; the same
# as tasks and as transactions.
topics=(safety ethics blood-banking chemistry hematology microbiology quality management)
each() {
	local i
	for ((i = 0; i < 60; i++)); do
		# shellcheck disable=SC2059 # the caller's format is the point
		printf "$1" $((2025 + i / 40)) $((1 + i % 10)) $((1 + i % 28)) "$i" \
			"$(((i % 4 + 1) / 2)).$(((i % 4 + 1) % 2 * 5))" "${topics[i % 8]}" "$i"
	done
}

# A program is copied once it is built: Linux holds what the linker has just
# written in single pages, and such a program starts up to 0.5 ms later than its
# own copy does.
built() {
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$scratch/built" "$2"
	cp "$scratch/built" "$1"
}
cmp=$scratch/cmp
built "$cmp" ./cmd/cmp

{
	echo 'date,title,provider,points,topics,activity,reference,url,note'
	each '%d-%02d-%02d,Course %d,ASCP,%s,%s,course,REF-%d,,\n'
} >"$scratch/credits.csv"
"$cmp" credential add MLS --expires 2027-03-31 >/dev/null
"$cmp" import "$scratch/credits.csv" --as-of 2026-11-21 >/dev/null
"$cmp" status --as-of 2026-11-21
cp "$scratch/credits.csv" "$scratch/same.csv"

query="SELECT t.topic, sum(c.points) FROM credit AS c JOIN credit_topic AS t ON t.credit = c.id
	WHERE NOT c.removed AND c.date BETWEEN '2024-04-01' AND '2027-03-31' GROUP BY t.topic"
commands=()
measure() { commands+=(--command-name "$1" "$2"); }
measure sqlite3 "sqlite3 $CMP_DB \"$query\""
measure 'cmp version' "$cmp version"
measure 'cmp help' "$cmp help"
measure 'cmp help allocate' "$cmp help allocate"
measure 'cmp st<Tab>' "$cmp __complete st"
measure 'cmp status <Tab>' "$cmp __complete status ''"
measure 'cmp status --short' "$cmp status --short --as-of 2026-11-21"
measure 'cmp status' "$cmp status --as-of 2026-11-21"
measure 'diffutils cmp' "$real $scratch/credits.csv $scratch/same.csv"
measure 'diffutils cmp through ours' "$cmp $scratch/credits.csv $scratch/same.csv"
if command -v task >/dev/null; then
	printf 'data.location=%s\nconfirmation=no\nhooks=no\n' "$TASKDATA" >"$TASKRC"
	mkdir "$TASKDATA"
	each '{"description":"%d-%02d-%02d Course %d, %s points","project":"%s","status":"pending","uuid":"00000000-0000-4000-8000-%012d"}\n' |
		task import - >/dev/null 2>&1
	measure 'task summary' 'task summary'
fi
if command -v hledger >/dev/null; then
	each '%d-%02d-%02d Course %d\n  credits  %s pt\n  topics:%s\n  ; %d\n\n' >"$LEDGER_FILE"
	measure 'hledger balance' 'hledger balance'
fi

for ((round = 0; round < rounds; round++)); do
	hyperfine --shell=none --style=none --warmup 5 --runs "$runs" --output pipe \
		--export-json "$scratch/times.$round.json" "${commands[@]}" 2>"$scratch/talk" || { cat "$scratch/talk" >&2 && exit 1; }
done

sqlite3 :memory: "
	CREATE TABLE result (name, position, ms);
	$(for ((round = 0; round < rounds; round++)); do
		echo "INSERT INTO result SELECT r.value ->> 'command', r.key, t.value * 1000
			FROM json_each(readfile('$scratch/times.$round.json'), '\$.results') AS r, json_each(r.value, '\$.times') AS t;"
	done)
	CREATE TABLE middle AS SELECT name, position, avg(ms) AS ms FROM (
		SELECT name, position, ms, row_number() OVER (PARTITION BY name ORDER BY ms) AS nth, count(*) OVER (PARTITION BY name) AS n FROM result)
		WHERE nth IN ((n + 1) / 2, (n + 2) / 2) GROUP BY name, position;
	SELECT format('%-27s %6.2f ms %6.2f times sqlite3', name, ms,
		ms / (SELECT ms FROM middle WHERE name = 'sqlite3'))
	FROM middle ORDER BY position"
