#!/bin/bash
# Makes the npm packages of the tests ready and prints the node to run them with: this host's, or
# the pinned one where that is too old for them.
set -eu
cd "$(dirname "$0")/.."

oldest=20

# Installs what a folder's lock file names, unless it is there. Two runs take turns.
install() (
	cd "$1"
	[ node_modules/.package-lock.json -nt package-lock.json ] ||
		npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
	touch node_modules/.package-lock.json
)

exec 9>../var/npm.lock
flock 9
install .
node=$(command -v node)
if [ "$(node -p 'process.versions.node.split(".")[0]')" -lt $oldest ]; then
	install tools/node
	node=$(echo "$PWD"/tools/node/node_modules/node-linux-*/bin/node)
fi
echo "$node"
