#!/bin/bash
# make bench: installs what the measurement needs, then runs it.
#
#   QUICK=1 tests/bench/bench.sh      fewer and shorter rounds
set -eu
cd "$(dirname "$0")/../.."

mkdir -p var
conf/install-packages.sh run test bench
node=$(tests/tools/node.sh)
exec "$node" tests/bench/bench.mjs
