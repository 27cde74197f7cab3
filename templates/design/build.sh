#!/bin/sh
# Makes the style sheet and the icons: build.sh [build|check|lint] [WORK]
# WORK is where the npm packages are unpacked (var/design): never below templates/, where they
# would be taken for pages.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
act=${1:-build}
work=${2:-$here/../../var/design}

# Only what the lock file names, with its hashes, and no scripts of packages.
unpack()
{
	mkdir -p "$work"
	cmp -s "$here/package-lock.json" "$work/node_modules/.made-from" && return
	cp "$here/package.json" "$here/package-lock.json" "$work/"
	npm ci --prefix "$work" --ignore-scripts --omit=optional --no-audit --no-fund --silent
	cp "$here/package-lock.json" "$work/node_modules/.made-from"
}

unpack
work=$(cd "$work" && pwd)
case $act in
build) exec node "$here/build.mjs" "$work/node_modules" ;;
check) exec node "$here/build.mjs" "$work/node_modules" --check ;;
lint)
	cd "$work"
	exec node_modules/.bin/stylelint --config "$here/stylelint.config.mjs" \
		--config-basedir "$work" "$here/scss/*.scss"
	;;
*)
	echo "build.sh: unknown act \"$act\"; use build, check or lint" >&2
	exit 2
	;;
esac
