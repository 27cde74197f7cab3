#!/bin/bash
# Installs what is missing of conf/packages-NAME.txt. Asks apt only then, uses sudo when not
# root, and leaves no system service running: the site starts its own servers.
#
#   conf/install-packages.sh run [test]
set -eu
cd "$(dirname "$0")"

policy=/usr/sbin/policy-rc.d

# The packages of a list whose command or package is not there.
missing_of() {
	local entry package
	while read -r entry; do
		package=${entry%:*}
		[ "$package" = "$entry" ] || ! command -v "${entry#*:}" >/dev/null || continue
		dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q ' installed$' ||
			echo "$package"
	done < <(sed 's/#.*//; s/[[:space:]]*$//; /^$/d' "$1")
}

missing=()
for list; do
	mapfile -t -O ${#missing[@]} missing < <(missing_of "packages-$list.txt")
done
[ ${#missing[@]} -gt 0 ] || exit 0

give_up() {
	{
		echo "bangfu: these Debian packages are missing and $1. Please install them:"
		echo "    apt-get install --no-install-recommends ${missing[*]}"
	} >&2
	exit 1
}

command -v apt-get >/dev/null || give_up "there is no apt-get here"
root=()
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || give_up "only root can install them (there is no sudo)"
	[ -t 0 ] || sudo -n true 2>/dev/null || give_up "sudo wants a password that nobody can type"
	root=(sudo)
fi

# A package that brings a server would start it: this file says no, unless a system has its own.
if ! [ -e $policy ]; then
	trap '"${root[@]}" rm -f $policy' EXIT
	printf '#!/bin/sh\nexit 101\n' | "${root[@]}" tee $policy >/dev/null
	"${root[@]}" chmod 755 $policy
fi
echo "bangfu: installing ${missing[*]}"
apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
"${apt[@]}" update || give_up "apt-get could not read its lists"
"${apt[@]}" install --no-install-recommends "${missing[@]}" >/dev/null ||
	give_up "apt-get could not install them"
