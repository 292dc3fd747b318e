#!/usr/bin/env bash
# Installs the Debian package into a clean Debian, uses it as one who has no
# other rights would, upgrades, removes and purges it, and looks each time at
# what became of diffutils' cmp and of the ledger.
#
#   testdata/package/deb.sh DEB [NEWER_DEB]
#
# It needs root and debootstrap, and the network the first time: the clean system
# is kept in the user's cache folder. CMP_DEBIAN_MIRROR names another mirror.
# Prints a line for each thing that holds and ends with the number of them, or
# with the first that does not hold and exit code 1.
set -euo pipefail
deb=$(realpath "$1")
newer=${2:+$(realpath "$2")}
mirror=${CMP_DEBIAN_MIRROR:-http://deb.debian.org/debian}
suite=bookworm
clean=${XDG_CACHE_HOME:-$HOME/.cache}/cmp-ci/debian-$suite-$(dpkg --print-architecture).tar

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
root=$scratch/root
passed=0

pass() {
	printf 'PASS: %s\n' "$*"
	passed=$((passed + 1))
}

fail() {
	printf 'FAIL: %s\n' "$*" >&2
	exit 1
}

# holds runs a command, and says what it shows to be true.
holds() {
	local what=$1
	shift
	"$@" >"$scratch/out" 2>&1 || {
		cat "$scratch/out" >&2
		fail "$what"
	}
	pass "$what"
}

# same compares what was with what is.
same() {
	[ "$2" = "$3" ] || fail "$1: was $2, is $3"
	pass "$1"
}

lacks() { [ ! -e "$1" ] && [ ! -L "$1" ]; }

inside() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 CMP_AS_OF=2026-11-21 HOME=/root chroot "$root" "$@"; }

# holder runs a command as the one who holds the credentials, in a shell.
holder() { inside runuser -u holder -- env HOME=/home/holder PATH=/home/holder/.local/bin:/usr/bin:/bin sh -euc "cd; $1"; }

# everything lists what the system has, with sums, but for what dpkg itself
# writes down and for people's own files.
everything() {
	(cd "$root" && find . -xdev \( -path ./home -o -path ./proc -o -path ./sys -o -path ./dev -o -path ./tmp \
		-o -path ./var/lib/dpkg -o -path ./var/log -o -path ./var/cache \) -prune -o \
		\( -type f -exec sha256sum {} + -o -print \) | sort)
}

# diffutils says what is to be known about the cmp that compares files.
diffutils() {
	inside dpkg -S /usr/bin/cmp
	inside sha256sum /usr/bin/cmp
	inside dpkg --verify diffutils
	inside sh -c 'command -v cmp; cmp --version | head -n 1'
}

version_in() { dpkg-deb -f "$1" Version | sed 's/-1$//; s/~/-/'; }

[ "$(id -u)" = 0 ] || fail "needs root, to install packages into a system of its own"
if [ ! -s "$clean" ]; then
	mkdir -p "$(dirname "$clean")"
	debootstrap --variant=minbase "$suite" "$scratch/new" "$mirror" >"$scratch/debootstrap.log" || {
		tail "$scratch/debootstrap.log" >&2
		fail "debootstrap"
	}
	tar --numeric-owner -C "$scratch/new" -cf "$scratch/clean.tar" .
	mv "$scratch/clean.tar" "$clean"
fi
mkdir "$root"
tar --numeric-owner -C "$root" -xf "$clean"
inside useradd --create-home holder
cp "$deb" "$root/tmp/cmp-ledger.deb"
everything >"$scratch/before"
theirs=$(diffutils)

holds "installs" inside dpkg -i /tmp/cmp-ledger.deb
inside dpkg -L cmp-ledger >"$scratch/files"
same "is the version that the package says" "$(version_in "$deb")" "$(holder 'cmp-ledger version' | cut -d' ' -f3)"
same "leaves the cmp of diffutils as it was" "$theirs" "$(diffutils)"
holds "has no file named cmp" sh -c "! grep -Eq '/_?cmp(\.[a-z0-9.]+)?\$' '$scratch/files'"
holds "has the files as they were packed" inside dpkg --verify cmp-ledger

holds "has completions for bash" inside bash -c 'source /usr/share/bash-completion/completions/cmp-ledger && complete -p cmp-ledger'
holds "has completions for zsh" grep -q '^#compdef cmp-ledger$' "$root/usr/share/zsh/vendor-completions/_cmp-ledger"
holds "has completions for fish" grep -q '^complete .*cmp-ledger' "$root/usr/share/fish/vendor_completions.d/cmp-ledger.fish"
holds "has a manual" sh -c "gzip -dc '$root/usr/share/man/man1/cmp-ledger.1.gz' | grep -q '^\.\(TH\|Dt\|Dd\)'"
holds "has manual pages that can be unpressed" sh -c "gzip -t '$root'/usr/share/man/man[1-9]/cmp-ledger*.gz"
holds "has its licence" inside grep -q '^ Permission is hereby granted' /usr/share/doc/cmp-ledger/copyright
holds "has the licences of its parts" inside grep -q '^SQLite Is Public Domain$' /usr/share/doc/cmp-ledger/THIRD_PARTY_LICENSES
holds "has both changelogs" inside gzip -t /usr/share/doc/cmp-ledger/changelog.gz /usr/share/doc/cmp-ledger/changelog.Debian.gz

holds "shows the demo" holder cmp-ledger\ demo
holds "leaves nothing of the demo" holder 'test ! -e .local && test ! -e .config'
holds "keeps a ledger" holder 'cmp-ledger credential add MLS --expires 2027-03-31
	cmp-ledger add "Chemical hygiene" --points 1.5 --topic safety --date 2026-02-10'
ledger=/home/holder/.local/share/cmp/ledger.db
same "keeps it for its holder alone" "600 holder" "$(inside stat -c '%a %U' $ledger)"
kept=$(inside sha256sum $ledger)
# The answer names commands by the name that the program was called by.
status() { holder "$1 status --format json" | sed 's/cmp-ledger /cmp /g'; }
answer=$(status cmp-ledger)
case $answer in
*'"counted": 1.5'*) pass "answers from it" ;;
*) fail "answers from it: $answer" ;;
esac

holder 'mkdir -p .local/bin && ln -s /usr/bin/cmp-ledger .local/bin/cmp && echo one >a && echo one >same && echo two >b'
same "is cmp by a link" "$answer" "$(status cmp)"
holds "hands what compares files to diffutils" holder 'cmp a same && ! cmp -s a b && cmp a b | grep -q "^a b differ: "'
same "leaves scripts the cmp of diffutils" "$theirs" "$(diffutils)"

if [ -n "$newer" ]; then
	cp "$newer" "$root/tmp/newer.deb"
	dpkg --compare-versions "$(dpkg-deb -f "$newer" Version)" gt "$(dpkg-deb -f "$deb" Version)" || fail "$newer: is not newer"
	holds "upgrades" inside dpkg -i /tmp/newer.deb
	same "is the newer version then" "$(version_in "$newer")" "$(holder 'cmp-ledger version' | cut -d' ' -f3)"
	same "leaves the ledger alone" "$kept" "$(inside sha256sum $ledger)"
	same "answers as before" "$answer" "$(status cmp-ledger)"
	same "leaves the cmp of diffutils as it was, upgraded" "$theirs" "$(diffutils)"
fi

holds "is removed" inside dpkg -r cmp-ledger
holds "is gone then" lacks "$root/usr/bin/cmp-ledger"
holds "is purged" inside dpkg -P cmp-ledger
everything >"$scratch/after"
holds "leaves nothing of its own behind" diff "$scratch/before" "$scratch/after"
same "leaves the cmp of diffutils as it was, to the end" "$theirs" "$(diffutils)"
same "leaves people their ledger" "$kept" "$(inside sha256sum $ledger)"
printf '%d checks passed\n' "$passed"
