#!/bin/bash
# make check: installs what the tests need, then runs all lanes or those that are named.
#
#   tests/check.sh [LANE...]      tests/README.md tells which there are
#
# The last line is always "N passed, N failed".
set -eu
cd "$(dirname "$0")/.."

trap '[ $? -eq 0 ] || echo "0 passed, 1 failed"' EXIT
mkdir -p var
conf/install-packages.sh run test
node=$(tests/tools/node.sh)
trap - EXIT
exec "$node" tests/tools/check.mjs "$@"
