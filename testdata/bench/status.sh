#!/usr/bin/env bash
# How long cmp status takes, as a whole process, beside sqlite3 reading the
# same file.
#
#   testdata/bench/status.sh [RUNS]
#
# Builds the program as it is released, fills a throw-away ledger with one
# credential and 60 credits, allocates them, and measures RUNS runs (300 unless
# said otherwise) of each:
#
#   sqlite3      one GROUP BY over the credits and their topics
#   cmp version  what every command costs: start, command line, configuration
#   cmp status   the answer people ask for most
#
# Prints the medians and their ratio to sqlite3. The target for status is at
# most 2.5 times sqlite3. It needs Go, sqlite3 and hyperfine, and a machine that
# does nothing else: compare figures of one run with each other, not with those
# of another day or machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
runs=${1:-300}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Nothing of the user's own is read or written.
export CMP_DB=$scratch/ledger.db CMP_CONFIG=$scratch/config.yaml CMP_AS_OF=2026-11-21 LC_ALL=C.UTF-8
unset CMP_FORMAT CMP_COLOR NO_COLOR CLICOLOR_FORCE COLUMNS
: >"$CMP_CONFIG"

# Sixty credits of 0.5 to 2 points in eight topics, within the cycle.
credits() {
	local topics=(safety ethics blood-banking chemistry hematology microbiology quality management) i
	echo 'date,title,provider,points,topics,activity,reference,url,note'
	for ((i = 0; i < 60; i++)); do
		printf '%d-%02d-%02d,Course %d,ASCP,%s,%s,course,REF-%d,,\n' \
			$((2025 + i / 40)) $((1 + i % 10)) $((1 + i % 28)) "$i" \
			"$(((i % 4 + 1) / 2)).$(((i % 4 + 1) % 2 * 5))" "${topics[i % 8]}" "$i"
	done
}

cmp=$scratch/cmp
CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$scratch/linked" ./cmd/cmp
# Installed is copied: Linux holds what the linker has just written in single
# pages, and such a program starts up to 0.5 ms later than its own copy does.
cp "$scratch/linked" "$cmp"
credits >"$scratch/credits.csv"
"$cmp" credential add MLS --expires 2027-03-31 >/dev/null
"$cmp" import "$scratch/credits.csv" >/dev/null
"$cmp" allocate --auto >/dev/null
"$cmp" status

query="SELECT t.topic, sum(c.points) FROM credit AS c JOIN credit_topic AS t ON t.credit = c.id
	WHERE NOT c.removed AND c.date BETWEEN '2024-04-01' AND '2027-03-31' GROUP BY t.topic"
hyperfine --shell=none --style=none --warmup 20 --runs "$runs" --output pipe --export-json "$scratch/times.json" \
	--command-name sqlite3 "sqlite3 $CMP_DB \"$query\"" \
	--command-name 'cmp version' "$cmp version" \
	--command-name 'cmp status' "$cmp status"

sqlite3 :memory: "
	SELECT format('%-12s %6.2f ms %6.2f times sqlite3',
		value ->> 'command', value ->> 'median' * 1000,
		(value ->> 'median') / first_value(value ->> 'median') OVER (ORDER BY key))
	FROM json_each(readfile('$scratch/times.json'), '\$.results')"
