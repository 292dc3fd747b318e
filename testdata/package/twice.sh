#!/usr/bin/env bash
# Builds everything that a release has twice, from copies of the last commit in
# two folders, the second time as somebody with another umask and in another
# time zone, and compares what came out byte for byte.
#
#   testdata/package/twice.sh
#
# It needs goreleaser and takes some minutes. That a binary is the same when
# nothing is taken from the build cache, .ci/run looks at.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# build leaves the sums of all files that are put up.
build() {
	git clone --quiet . "$1"
	(cd "$1" && goreleaser release --snapshot --clean --parallelism 2 >"$scratch/log" 2>&1) || {
		tail "$scratch/log" >&2
		exit 1
	}
	(cd "$1/dist" && find . -maxdepth 3 -type f ! -name artifacts.json ! -name metadata.json ! -name config.yaml -exec sha256sum {} + | sort -k 2)
}

build "$scratch/one" >"$scratch/first"
umask 077
export TZ=Asia/Tokyo
build "$scratch/two/in a longer place" >"$scratch/second"
diff "$scratch/first" "$scratch/second"
printf '%d files are the same\n' "$(wc -l <"$scratch/first")"
