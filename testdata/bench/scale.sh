#!/usr/bin/env bash
# How long every command takes, and how much memory, in ledgers of 60, 1,000,
# 10,000 and 100,000 credits, beside hledger with as many transactions.
#
#   testdata/bench/scale.sh [CREDITS...]
#
# Builds the program as it is released and makes throw-away ledgers as of a long
# life: three credentials in several cycles, eight topics, credits from imports
# of 50 rows (of 1,000 where there are 100,000 credits), some placed by hand,
# eight with a certificate, and one in a hundred that looks like another one.
# Each command runs seven times (three times with 100,000 credits), each
# time on the ledger as it was. The table has the median of the times and the
# most memory, in the form of cmp help speed.
#
# It needs Go, sqlite3, hyperfine, GNU time (/usr/bin/time), and hledger for its
# rows; twenty minutes, and a machine that does nothing else. Compare figures of
# one run with each other. The targets: with 10,000 credits at most ten times
# the time with 60, but for what works on every credit (import of all, exports,
# reconcile and the like); with 100,000 nothing over 5 seconds or 500 MB.
#
# In the environment: ONLY, a pattern of the rows to measure; KEEP, a folder that
# keeps the ledgers for the next run; CMP, a program to measure instead; BUSY=1, to
# take the time of the processor, on a machine that others use.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
sizes=("$@")
[ $# -gt 0 ] || sizes=(60 1000 10000 100000)
only=${ONLY:-.}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
keep=${KEEP:-$scratch}
mkdir -p "$keep"

# Nothing of the user's own is read or written.
export CMP_CONFIG=$scratch/config.yaml CMP_AS_OF=2026-11-21 LC_ALL=C.UTF-8 CMP_DB=$scratch/work.db
unset CMP_FORMAT CMP_COLOR CMP_PASSTHROUGH CMP_ALLOCATE NO_COLOR CLICOLOR_FORCE COLUMNS LEDGER_FILE
: >"$CMP_CONFIG"

cmp=${CMP:-$scratch/cmp}
if [ -z "${CMP:-}" ]; then
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$scratch/linked" ./cmd/cmp
	cp "$scratch/linked" "$cmp" # see status.sh
fi

# credits FROM COUNT ALL: as CSV, so many of ALL credits, which fill April 2018
# to October 2026. One in ten has no topic, one in three no reference.
credits() {
	awk -v from="$1" -v n="$2" -v all="$3" 'BEGIN {
		topics = split("safety,ethics,blood-banking,chemistry,hematology,microbiology,quality,management", topic, ",")
		subjects = split("Antibody identification,Coagulation factors,Gram stain review,Hemoglobin variants,Point of care glucose,Molecular typing,Spill response,Specimen labelling,Parasite morphology,Electrolyte balance,Reference intervals", subject, ",")
		kinds = split("in practice,for beginners,case studies,update,workshop,grand rounds,journal club", kind, ",")
		print "date,title,provider,points,topics,activity,reference,url,note"
		for (i = from; i < from + n; i++) {
			day = int(i * 103 * 28 / all)
			month = 3 + int(day / 28)
			printf "%d-%02d-%02d,\"%s %s, unit %d\",Provider %d,%.2f,%s,course,%s,,\n", 2018 + int(month / 12), 1 + month % 12, 1 + day % 28,
				subject[1 + i % subjects], kind[1 + i % kinds], i, i % 50, (4 + i % 7) / 4, i % 10 ? topic[1 + i % topics] : "", i % 3 ? "P-" i : ""
		}
	}'
}

# ledger COUNT FOLDER: makes a ledger of so many credits, and what the commands take.
ledger() {
	local n=$1 at=$2 from batch=50 year id
	mkdir -p "$at"
	export CMP_DB=$at/base.db
	[ "$n" -lt 100000 ] || batch=1000
	"$cmp" credential add MLS --expires 2021-03-31
	"$cmp" credential add SBB --expires 2021-03-31
	"$cmp" credential add fl/CLT --expires 2026-08-31 --category hematology --category chemistry
	cp "$CMP_DB" "$at/empty.db"
	for ((from = 0; from < n; from += batch)); do
		credits "$from" "$((n - from < batch ? n - from : batch))" "$n" >"$at/batch.csv"
		"$cmp" import "$at/batch.csv"
	done
	for year in 2021 2024; do
		"$cmp" declare MLS --date "$year-03-01" --as-of "$year-03-01" || true
		"$cmp" renew MLS SBB --yes
	done
	"$cmp" renew fl/CLT --yes
	sqlite3 "$CMP_DB" "UPDATE credit SET (date, title) = (SELECT date, title || ', again' FROM credit AS o WHERE o.id = credit.id - $n / 2)
		WHERE id % 100 = 51 AND id > $n / 2"
	for ((id = n - 4; id < n; id++)); do "$cmp" allocate "$id" other=0.5 || true; done
	for ((id = n - 7; id <= n; id++)); do
		{ printf '%%PDF-1.4\n%d\n' "$id"; head -c 20000 /dev/zero; } >"$at/certificate.pdf"
		"$cmp" evidence add "$id" "$at/certificate.pdf"
	done
	credits 0 "$n" "$n" >"$at/all.csv"
	credits "$n" 60 "$((n + 60))" >"$at/rows.csv"
	"$cmp" export ledger --output "$at/all.jsonl" --yes
	cp "$CMP_DB" "$at/imported.db"
	CMP_DB=$at/imported.db "$cmp" import "$at/rows.csv"
	cp "$at/imported.db" "$at/undone.db"
	CMP_DB=$at/undone.db "$cmp" undo
	cp "$CMP_DB" "$at/backup.db"
	cp "$at/empty.db" "$at/full.db"
	CMP_DB=$at/full.db "$cmp" import "$at/all.csv"
	awk -F, 'NR > 1 { printf "%s %s\n  credits  %s pt\n  topics:%s\n\n", $1, $2 $3, $5, $6 == "" ? "none" : $6 }' "$at/all.csv" >"$at/hledger.journal"
	touch "$at/made"
}

# measure NAME LEDGER COMMAND…: notes the time and the memory of a command.
measure() {
	local name=$1 base=$2 runs=3 time memory
	shift 2
	[[ $name =~ $only ]] || return 0
	[ "$n" -ge 100000 ] || runs=7
	printf 'rm -rf "%s" "%s"/out* "%s/backups"; [ ! -f "%s" ] || cp "%s" "%s"\n' \
		"$CMP_DB" "$scratch" "$scratch" "$at/$base" "$at/$base" "$CMP_DB" >"$scratch/prepare"
	bash "$scratch/prepare"
	/usr/bin/time --format '%M|%U + %S' --output "$scratch/memory" "$@" >"$scratch/said" 2>&1 || [ $? = 3 ] ||
		{ echo "$name with $n credits:"; head -5 "$scratch/said"; } >&2
	IFS='|' read -r memory time < <(tail -1 "$scratch/memory")
	if [ -z "${BUSY:-}" ] || [ "$n" -lt 10000 ]; then
		hyperfine --shell=none --ignore-failure --style=none --warmup 1 --runs "$runs" --output pipe --prepare "bash $scratch/prepare" \
			--export-json "$scratch/time.json" "$(printf '%q ' "$@")" >"$scratch/talk" 2>&1 || cat "$scratch/talk" >&2
		time=$(sqlite3 :memory: "SELECT iif('${BUSY:-}' = '', r ->> 'median', (r ->> 'user') + (r ->> 'system'))
			FROM (SELECT readfile('$scratch/time.json') -> '\$.results[0]' AS r)")
	fi
	echo "$name|$n|$(sqlite3 :memory: "SELECT $time")|$memory" >>"$scratch/cells"
}

# every: each command once, in the order of the table.
every() {
	local last=$1 entry
	entry=$(sqlite3 "$at/base.db" 'SELECT max(id) / 2 FROM entry')
	measure '(cmp alone)' base.db "$cmp"
	measure status base.db "$cmp" status
	measure 'status --short' base.db "$cmp" status --short
	hledger balance base.db balance
	measure plan base.db "$cmp" plan
	measure list base.db "$cmp" list
	hledger register base.db register
	measure 'list WORD' base.db "$cmp" list parasite
	hledger 'register WORD' base.db register desc:parasite
	measure 'list --duplicates' base.db "$cmp" list --duplicates
	measure 'show ID' base.db "$cmp" show "$last"
	measure 'explain ID' base.db "$cmp" explain "$last"
	measure 'explain CODE' base.db "$cmp" explain MLS
	measure 'completion' base.db "$cmp" __complete show ''
	measure cost base.db "$cmp" cost
	measure 'declare --dry-run' base.db "$cmp" declare MLS --date 2027-01-02 --dry-run
	measure calendar base.db "$cmp" calendar
	measure report base.db "$cmp" report --output "$scratch/out.html"
	measure audit base.db "$cmp" audit MLS --cycle 2024-03-31 --output "$scratch/out.zip"
	measure 'topics --suggest' base.db "$cmp" topics --suggest
	measure 'courses list' base.db "$cmp" courses list
	measure 'evidence list' base.db "$cmp" evidence list
	measure 'evidence verify' base.db "$cmp" evidence verify
	measure add base.db "$cmp" add 'Transfusion reactions' --points 1 --topic blood-banking --date 2026-11-20
	measure edit base.db "$cmp" edit "$last" --points 2.5
	measure 'allocate --auto' base.db "$cmp" allocate --auto --fresh
	measure 'import of 60 rows' base.db "$cmp" import "$at/rows.csv"
	measure 'the same again' imported.db "$cmp" import "$at/rows.csv"
	measure undo imported.db "$cmp" undo
	measure redo undone.db "$cmp" redo
	measure log base.db "$cmp" log
	measure 'log ENTRY' base.db "$cmp" log "$entry"
	measure 'log of an import of all' full.db "$cmp" log 4
	measure doctor base.db "$cmp" doctor
	hledger check base.db check
	measure backup base.db "$cmp" backup "$scratch/out.db"
	measure restore base.db "$cmp" restore "$at/backup.db" --yes
	measure 'import of all' empty.db "$cmp" import "$at/all.csv"
	measure 'all again' base.db "$cmp" import "$at/all.csv"
	measure reconcile base.db "$cmp" reconcile "$at/all.csv"
	measure 'export credits' base.db "$cmp" export credits --output "$scratch/out.csv"
	hledger 'print (CSV)' base.db print -O csv
	measure 'export ledger' base.db "$cmp" export ledger --output "$scratch/out.jsonl"
	measure 'ledger into empty' none.db "$cmp" import "$at/all.jsonl"
	measure 'ledger into own' base.db "$cmp" import "$at/all.jsonl"
}
hledger() {
	[ -z "$(type -P hledger)" ] || measure "hledger $1" "$2" "$(type -P hledger)" -f "$at/hledger.journal" "${@:3}"
}

for n in "${sizes[@]}"; do
	at=$keep/$n
	[ -f "$at/made" ] || ledger "$n" "$at" >"$scratch/making" 2>&1 || { tail -5 "$scratch/making" >&2; exit 1; }
	export CMP_DB=$scratch/work.db
	every "$n"
done

awk -F'|' '
	function time(s) { return s < 0.0995 ? sprintf("%.0f ms", s * 1000) : sprintf("%.*f s", s < 0.995 ? 2 : s < 9.95 ? 1 : 0, s) }
	function number(n) { return n < 1000 ? n : sprintf("%d,%03d", n / 1000, n % 1000) }
	!($1 in seen) { seen[$1] = 1; order[++rows] = $1 }
	!($2 in size) { size[$2] = 1; column[++columns] = $2 }
	{ cell[$1, $2] = sprintf("%7s%5.0f", time($3), $4 * 1.024 / 1000) }
	END {
		printf "    %-24s", "credits"
		for (c = 1; c <= columns; c++) printf "%12s", number(column[c])
		printf "\n    %-24s", ""
		for (c = 1; c <= columns; c++) printf "%12s", "time   MB"
		print ""
		for (r = 1; r <= rows; r++) {
			printf "    %-24s", order[r]
			for (c = 1; c <= columns; c++) printf "%12s", cell[order[r], column[c]]
			print ""
		}
	}' "$scratch/cells"
