#!/bin/sh
# Runs what GNU diffutils tests its own cmp with, so that each call comes to ours
# first: sh diffutils.sh PROGRAM SOURCE, where SOURCE is the unpacked source of
# diffutils and PROGRAM is called cmp. It ends with 0 if the tests pass.
set -eu
program=$(cd "$(dirname "$1")" && pwd) tests=$(cd "$2/tests" && pwd)
PATH=$program:$PATH
[ "$(command -v cmp)" = "$program/cmp" ] || { echo "$1: not called cmp" >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
LC_ALL=C srcdir=$tests sh "$tests/cmp"
