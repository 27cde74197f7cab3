#!/bin/sh
# Copies the files below a folder to names that hold a part of their hash, so that a browser may
# keep them for ever, and lists them in assets.txt: "app.css /assets/app.1a2b3c4d.css".
#
#   conf/build-assets.sh FROM TO
set -eu

from=$1 to=$2
new=$to.new

rm -rf "$new"
mkdir -p "$new"
: >"$new/assets.txt"
[ -d "$from" ] && (cd "$from" && find . -type f | sed 's|^\./||' | LC_ALL=C sort) |
while read -r name; do
	hash=$(sha256sum <"$from/$name" | cut -c1-8)
	hashed=${name%.*}.$hash.${name##*.}
	mkdir -p "$(dirname "$new/$hashed")"
	cp "$from/$name" "$new/$hashed"
	case $name in
	*.css | *.js | *.svg | *.json | *.txt) gzip -9nk "$new/$hashed" ;;
	esac
	echo "$name /assets/$hashed" >>"$new/assets.txt"
done
rm -rf "$to"
mv "$new" "$to"
