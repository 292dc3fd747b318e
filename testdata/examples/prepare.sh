# Makes what the examples of help speak of: a ledger with a declared cycle of
# MLS, its running one, SBB, and the files that are imported and added. It runs
# in an empty folder. $IMPORT is the folder of the sample transcripts, $EXAMPLES
# this one.
set -eu

# transcript writes one credit a month from the given year on, under every topic
# that MLS needs.
transcript() {
	echo 'date,title,provider,points,topics'
	n=0
	for year in $1 $(($1 + 1)) $(($1 + 2)); do
		for month in 04 05 06 07 08 09 10 11 12; do
			for day in 02 16; do
				n=$((n + 1))
				set -- blood-banking chemistry blood-banking hematology microbiology ethics blood-banking safety
				shift $((n % 8))
				topics=$1 points=1
				if [ $n = 12 ]; then topics='safety;chemistry;general' points=3; fi
				echo "$year-$month-$day,Seminar $n of $year,ASCLS,$points,$topics"
			done
		done
	done
}

transcript 2021 >before.csv
transcript 2024 >running.csv
cmp import running.csv
cmp edit 47 --title 'seminar 12 (2024)' --points 3 --date 2024-09-16 --topic safety
cmp credential add MLS --expires 2024-03-31
cmp import before.csv
cmp declare MLS --as-of 2024-02-01
cmp renew MLS
cmp credential add SBB --expires 2027-01-03
mkdir certificates
cp "$IMPORT/certificates/abo.pdf" "$IMPORT/certificates/bloodborne.html" certificates
printf '%%PDF-1.4\ncertificate\n' >certificate.pdf
printf '\377\330\377\340one' >page1.jpg
printf '\377\330\377\340two' >page2.jpg
cmp evidence add 14 page1.jpg page2.jpg
cmp evidence add 17 certificate.pdf
cmp evidence add 13 certificate.pdf
cmp add 'Iron stores' --points 1 --date 2026-10-01 --topic chemistry

# Files that examples name.
cp "$IMPORT/transcript.csv" "$IMPORT/labce.csv" .
cat >portal.csv <<'END'
Course,Date,Hours,Category
Sepsis markers,25/03/2026,1,Hematology
END
cat >catalogue.csv <<'END'
title,provider,points,topics,price
Ethics at the bench,ASCLS,1,ethics,0
Antibodies,AABB,2,blood-banking,40
Massive transfusion,AABB,1,blood-banking,20
Quality in the laboratory,CAP,1,quality,60
END
cmp courses import catalogue.csv
cp "$EXAMPLES/employer.yaml" .
mkdir -p "$XDG_CONFIG_HOME/cmp/rules"
cp employer.yaml "$XDG_CONFIG_HOME/cmp/rules"
cmp backup ./ledger-of-today.db
cmp backup
mv "$(dirname "$CMP_DB")"/backups/*-by-hand.db "$(dirname "$CMP_DB")"/backups/ledger-20261121T140211Z-by-hand.db
rm ledger-of-today.db before.csv running.csv
mkdir -p "$HOME/.config/fish/completions"
