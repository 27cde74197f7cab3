#!/bin/bash
# The whole site in one folder: a private MariaDB, `bangfu serve` and nginx, as ordinary
# processes of an ordinary user. The demo and the tests stand on it.
#
#   conf/stack.sh start DIR    starts what is not running and returns
#   conf/stack.sh run DIR      starts, stays until Ctrl-C, stops
#   conf/stack.sh hold DIR     starts, stays until its standard input ends, removes
#   conf/stack.sh hold-database DIR  the same with the database alone, empty
#   conf/stack.sh stop DIR     stops all and keeps the data
#   conf/stack.sh remove DIR   stops all and deletes the folder
#   conf/stack.sh start-database|stop-database DIR
#
# From the environment:
#   PORT     where nginx listens on this host alone (8080); 0 takes a free one
#   SCALE    size of the demo data against the pilot: 0.01, 1, 10, 100 (1); another size than
#            the one that is there loads them anew
#   CACHE    1: nginx keeps signed-out pages for as long as the core allows
#   COPY     1: runs from a copy of the product in DIR instead of from this checkout
#   BUILD    where make has built (var/build)
#   WORKERS  processes that answer pages (24)
#   MONEY_WORKERS  processes that sign people in and move money (8)
#   KEEPALIVE  connections to the core that each process of nginx keeps (0), to measure them
set -eu
PATH=$PATH:/usr/sbin # where servers are, also for ordinary users

top=$(cd "$(dirname "$0")/.." && pwd)
verb=${1:?"usage: conf/stack.sh start|run|hold|stop|remove DIR"}
link=$(realpath -ms "${2:?"usage: conf/stack.sh $verb DIR"}")

port=${PORT:-8080}
workers=${WORKERS:-24}
money_workers=${MONEY_WORKERS:-8}
sandbox_workers=4
# The servers of one program: bangfu answers pages, money moves money, sandbox plays the gateway.
# Those after the dash do what waits for no visitor.
servers='bangfu money sandbox'
jobs='money-jobs sandbox-jobs'
server=bangfu # whose settings are written
keepalive=${KEEPALIVE:-0}
web_server_processes=2
body_max_kib=64
upload_max_kib=8192
longest_folder=80 # the path of a Unix socket has 107 bytes, with the names below the folder
tree=$top
build=$top/${BUILD:-var/build}

# ---- words -----------------------------------------------------------------------------

say() { echo "bangfu: $*"; }

# fail TEXT [LOG]: tells why and shows the end of a log.
fail() {
	say "$1" >&2
	if [ -s "${2-}" ]; then
		echo "The end of $2:" >&2
		tail -n 15 "$2" >&2
	fi
	exit 1
}

# ---- who and where ---------------------------------------------------------------------

# Servers do not run as root: they run as the owner of the folder, else of the checkout, else as
# the web server's user of Debian.
choose_user() {
	local owner
	user=$(id -un)
	as=()
	[ "$(id -u)" -eq 0 ] || return 0
	user=www-data
	for owner in "$top" "$link/."; do
		owner=$(stat -c %U "$owner" 2>/dev/null) || continue
		[ "$owner" = root ] || [ "$owner" = UNKNOWN ] || user=$owner
	done
	as=(setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups)
}

as_user() { "${as[@]}" "$@"; }

# A folder that is closed to the user (a root's checkout below a private folder) or whose path is
# too long for a socket is a link to one of the user's own.
place() {
	mkdir -p "$(dirname "$link")"
	exec 9>"$link.lock"
	flock -w 300 9 || fail "another start of $link is under way"
	if [ ! -e "$link/." ]; then
		rm -f "$link"
		if [ ${#link} -le $longest_folder ] && as_user test -x "$(dirname "$link")"; then
			mkdir "$link"
		else
			dir=$(mktemp -d /var/tmp/bangfu-XXXXXXXX)
			chmod 755 "$dir"
			ln -s "$dir" "$link"
			say "NOTE: $link does not suit user $user (closed, or its path too long):" \
				"its files are in $dir" >&2
		fi
		chown "$user:" "$link/."
	fi
	name_folders
	as_user test -w "$dir" || fail "$link belongs to $(stat -c %U "$link/."), not to $user"
	as_user mkdir -p "$run" "$log" "$tmp" "$dir/spool" "$dir/files"
	as_user chmod 700 "$run" "$tmp" "$dir/spool"
}

name_folders() {
	dir=$(realpath -m "$link")
	run=$dir/run log=$dir/log tmp=$dir/tmp data=$dir/data
}

# Where the product's files are: this checkout, or a copy where the user cannot read it.
place_product() {
	if [ -z "${COPY-}" ] && as_user test -r "$top/Makefile" 2>/dev/null; then
		return
	fi
	tree=$dir/product
	rm -rf "$tree"
	mkdir -p "$tree/var"
	cp -r "$top/templates" "$top/sql" "$top/plugins" "$tree"
	mkdir "$tree/var/build"
	cp -r "$build/bangfu" "$build/plugins" "$build/assets" "$build/press" \
		"$tree/var/build"
	build=$tree/var/build
}

# ---- processes -------------------------------------------------------------------------

# A process is known by its number and its start, so that no other one is ever signalled; and where
# its part of its log begins.
start_of() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

# launch NAME COMMAND...: in a session of its own, so that Ctrl-C reaches this script alone.
launch() {
	local name=$1 said
	shift
	said=$(stat -c %s "$log/$name.log" 2>/dev/null || echo 0)
	"${as[@]}" setsid "$@" >>"$log/$name.log" 2>&1 </dev/null 9>&- &
	echo "$! $(start_of $!) $said" >"$run/$name.process"
}

alive() {
	local pid start
	[ -r "$run/$1.process" ] && read -r pid start _ <"$run/$1.process" &&
		[ "$(start_of "$pid")" = "$start" ]
}

all_alive() {
	local process
	for process in nginx $servers $jobs mariadb; do alive "$process" || return 1; done
}

pid_of() { cut -d' ' -f1 "$run/$1.process"; }

# A server's socket is there before its templates and queries are loaded: it says when they are.
serves() {
	local said
	said=$(cut -d' ' -f3 "$run/$1.process")
	tail -c "+$((said + 1))" "$log/$1.log" | grep -q '^bangfu: serving on'
}

# wait_for NAME SECONDS TEST...: until the test holds; no longer than the process lives.
wait_for() {
	local name=$1 tries=$(($2 * 10))
	shift 2
	until "$@" 2>/dev/null; do
		alive "$name" || fail "$name ended at its start" "$log/$name.log"
		[ $((tries -= 1)) -gt 0 ] || fail "$name does not answer" "$log/$name.log"
		sleep 0.1
	done
}

stop() {
	local tries=200
	alive "$1" || return 0
	kill "$(pid_of "$1")"
	while alive "$1"; do
		[ $((tries -= 1)) -gt 0 ] || kill -KILL "$(pid_of "$1")" 2>/dev/null || true
		sleep 0.1
	done
	rm -f "$run/$1.process"
}

stop_all() {
	local process
	[ -d "${run-}" ] || return 0
	stop nginx
	for process in $jobs $servers; do stop "$process"; done
	stop mariadb
}

# ---- the parts -------------------------------------------------------------------------

# fill FILE: a template of conf/ with the @NAMES@ put in.
fill() {
	local name value script=
	for name in USER TREE BUILD RUN LOG TMP DATA LISTEN NGINX_USER SERVER POOL DB_USER WORKERS \
		GATEWAY_URL GATEWAY_KEY GATEWAY_PEER SPOOL SMTP FROM SITE \
		WEB_SERVER_PROCESSES KEEPALIVE KEEP_CONN KEPT_CONNECTIONS BODY_MAX_KIB \
		FILES UPLOAD_MAX_KIB CLIENT_BODY_MAX_KIB CACHE_ZONE MAX_CONNECTIONS BUFFER_POOL; do
		value=$(value_of "$name" | sed 's/[\\&|]/\\&/g')
		script+="s|@$name@|$value|g;"
	done
	sed "$script" "$top/conf/$1.in"
}

value_of() {
	case $1 in
	USER) echo "$user" ;;
	TREE) echo "$tree" ;;
	BUILD) echo "$build" ;;
	RUN) echo "$run" ;;
	LOG) echo "$log" ;;
	TMP) echo "$tmp" ;;
	DATA) echo "$data" ;;
	LISTEN) listen ;;
	NGINX_USER) [ "$(id -u)" -ne 0 ] || echo "user $user $(id -gn "$user");" ;;
	SERVER) echo "$server" ;;
	POOL) pool_of ;;
	DB_USER) echo "bangfu_$(pool_of)" ;;
	WORKERS) case $server in money) echo "$money_workers" ;; sandbox) echo "$sandbox_workers" ;;
		*) echo "$workers" ;; esac ;;
	GATEWAY_URL) case $server in money) echo "http://127.0.0.1:$port/sandbox" ;;
		sandbox) echo "http://127.0.0.1:$port" ;; esac ;;
	GATEWAY_KEY) [ "$server" = bangfu ] || echo "$dir/$server.key" ;;
	GATEWAY_PEER) case $server in money) echo "$dir/sandbox.pub" ;; sandbox) echo "$dir/money.pub" ;; esac ;;
	SPOOL) [ "$server" != money ] || echo "$dir/spool" ;;
	SMTP) [ "$server" != money ] || echo "${SMTP:-}" ;;
	FILES) echo "$dir/files" ;;
	UPLOAD_MAX_KIB) echo "$upload_max_kib" ;;
	FROM) echo bangfu@demo.invalid ;;
	SITE) echo "http://localhost:$port" ;;
	WEB_SERVER_PROCESSES) echo "$web_server_processes" ;;
	KEEPALIVE) echo "$keepalive" ;;
	KEEP_CONN) [ "$keepalive" = 0 ] && echo off || echo on ;;
	KEPT_CONNECTIONS) [ "$keepalive" = 0 ] || kept_connections ;;
	BODY_MAX_KIB) echo "$body_max_kib" ;;
	CLIENT_BODY_MAX_KIB) echo $((2 * body_max_kib)) ;;
	CACHE_ZONE) [ "${CACHE:-0}" = 1 ] && echo bangfu || echo off ;;
	MAX_CONNECTIONS) echo $((2 * (workers + money_workers + sandbox_workers) + 30)) ;;
	BUFFER_POOL) case ${SCALE:-1} in 100) echo 4G ;; 10) echo 2G ;; *) echo 512M ;; esac ;;
	esac
}

# A worker never closes an idle connection: nginx does, soon, so that a worker that is to go can.
kept_connections() {
	printf 'keepalive %s; keepalive_time 2s; keepalive_timeout 1s; keepalive_requests 100000;' \
		"$keepalive"
}

pool_of() { [ "$server" = bangfu ] && echo web || echo "$server"; }

listen() {
	printf 'listen 127.0.0.1:%s;' "$port"
	! grep -qs '^0*1 .* lo$' /proc/net/if_inet6 || printf ' listen [::1]:%s;' "$port"
}

# As the private server's own administrator.
sql() { as_user mariadb --no-defaults --socket="$run/db.sock" --user=root "$@"; }

start_database() {
	fill mariadb.cnf | as_user tee "$dir/mariadb.cnf" >/dev/null
	if [ ! -e "$data/ready" ]; then
		rm -rf "$data" "$dir/loaded"
		say "making a database"
		as_user mariadb-install-db --defaults-file="$dir/mariadb.cnf" --skip-test-db \
			--auth-root-authentication-method=normal >"$log/mariadb-install.log" 2>&1 ||
			fail "mariadb-install-db failed" "$log/mariadb-install.log"
		as_user touch "$data/ready"
	fi
	launch mariadb mariadbd --defaults-file="$dir/mariadb.cnf"
	wait_for mariadb 120 sql -e 'DO 1'
}

# Secrets stay from start to start: of the tokens in forms, and of either end of the gateway.
make_keys() {
	local name
	for name in form money sandbox; do
		[ -s "$dir/$name.key" ] ||
			head -c 32 /dev/urandom | as_user tee "$dir/$name.key" >/dev/null
		as_user chmod 600 "$dir/$name.key"
	done
	for name in money sandbox; do
		as_user "$build/bangfu" public-key --config "$dir/$name.conf" |
			as_user tee "$dir/$name.pub" >/dev/null
	done
}

# What passwords are hashed and personal texts are sealed with.
make_secret_key() {
	local key
	if [ ! -s "$dir/secret.key" ]; then
		key=$(head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n')
		echo "1 $key" | as_user tee "$dir/secret.key" >/dev/null
	fi
	as_user chmod 600 "$dir/secret.key"
}

bangfu() { as_user "$build/bangfu" "$@" --config "$dir/bangfu.conf"; }

# The data stay from start to start; another SCALE asks for others.
load_data() {
	local scale loaded
	loaded=$(cat "$dir/loaded" 2>/dev/null || true)
	scale=${SCALE:-${loaded:-1}}
	if [ "$scale" != "$loaded" ]; then
		rm -f "$dir/loaded"
		sql -e 'DROP DATABASE IF EXISTS bangfu'
	fi
	sql -e 'CREATE DATABASE IF NOT EXISTS bangfu'
	sql bangfu <"$tree/sql/setup/accounts.sql"
	bangfu migrate >"$log/migrate.log" 2>&1 || fail "bangfu migrate failed" "$log/migrate.log"
	sql bangfu <"$tree/sql/setup/grants.sql"
	sql bangfu <"$tree/sql/setup/sandbox.sql"
	sql bangfu <"$tree/sql/setup/grants_money.sql"
	if [ "$scale" != "$loaded" ]; then
		say "loading the demo data, scale $scale"
		bangfu demo-data --scale "$scale" || fail "bangfu demo-data failed"
		echo "$scale" | as_user tee "$dir/loaded" >/dev/null
	fi
}

# Each server has settings and a database account of its own.
write_settings() {
	local server
	for server in $servers; do
		fill demo.conf | as_user tee "$dir/$server.conf" >/dev/null
	done
}

start_core() {
	local server
	for server in $servers; do
		launch "$server" "$build/bangfu" serve --config "$dir/$server.conf"
	done
	for server in $servers; do
		wait_for "$server" 30 serves "$server"
	done
	for server in $jobs; do
		launch "$server" "$build/bangfu" jobs --config "$dir/${server%-jobs}.conf"
	done
}

port_is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

ready() {
	local status
	exec 3<>"/dev/tcp/127.0.0.1/$port" || return 1
	printf 'GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
	read -r -t 5 _ status _ <&3 || true
	exec 3>&-
	[ "$status" = 200 ]
}

free_port() {
	port=$((10000 + RANDOM % 20000))
	! port_is_taken || free_port
}

start_web_server() {
	as_user mkdir -p "$tmp/nginx_cache"
	fill nginx.conf | as_user tee "$dir/nginx.conf" >/dev/null
	launch_nginx
	wait_for nginx 30 ready
}

# As root its master stays root, as everywhere: it reads its files, and its workers are the user's.
launch_nginx() {
	setsid nginx -e "$log/nginx.log" -c "$dir/nginx.conf" >/dev/null 2>&1 </dev/null 9>&- &
	echo "$! $(start_of $!)" >"$run/nginx.process"
}

remove() {
	stop_all
	[ -z "${dir-}" ] || rm -rf "$dir" "$link" "$link.lock"
}

# ---- verbs -----------------------------------------------------------------------------

print_addresses() {
	local at=http://localhost:$port
	cat <<-END
		bangfu is at      $at/
		in English        $at/en/
		a pilot city      $at/shaoyang/
		its help posts    $at/shaoyang/donations/
		the same as JSON  $at/api/v1/shaoyang/donations/
		to sign in        $at/account/sign-in

		Who can sign in, all with the password osmanthus-lantern:
		  10000000001 a donor               10000000005 a township official *
		  10000000002 an adult of a family  10000000006 a county official *
		  10000000003 a village manager     10000000007 prepares payouts *
		  10000000004 the village's other   10000000008 approves payouts *
		  10000000010 a city, settings *    10000000011 its province, settings *
		  10000000012 an inspector *        10000000013 the national office *
		  * with a second factor: its digits are at $at/demo/outbox
	END
}

start() {
	choose_user
	place
	if all_alive; then
		port=$(cat "$dir/port")
		say "it is running already"
		exec 9>&-
		return
	fi
	stop_all
	if [ "$port" = 0 ]; then
		free_port
	elif port_is_taken; then
		fail "port $port is taken by another program: choose another with PORT=, such as PORT=$((port + 1))"
	fi
	place_product
	write_settings
	make_keys
	make_secret_key
	start_database
	load_data
	start_core
	start_web_server
	echo "$port" | as_user tee "$dir/port" >/dev/null
	exec 9>&-
}

# stop_at_exit COMMAND: from here a signal ends the wait, and leaving runs the command.
stop_at_exit() {
	at_exit=$1
	trap 'trap "" INT TERM HUP; $at_exit' EXIT
	trap 'say stopping; exit 130' INT
	trap 'exit 143' TERM HUP
}

# In the background, because bash takes a signal at once only while it waits.
wait_for_input_end() {
	cat <&0 >/dev/null &
	wait $!
}

known() {
	choose_user
	[ -d "$link/." ] || exit 0
	name_folders
}

case $verb in
start)
	stop_at_exit stop_all
	start
	trap - EXIT
	print_addresses
	echo "make demo-stop ends it."
	;;
run)
	stop_at_exit stop_all
	start
	print_addresses
	echo "Ctrl-C ends it."
	while all_alive; do sleep 1; done
	fail "a server has ended by itself: see $log"
	;;
hold)
	stop_at_exit remove
	start
	print_addresses
	wait_for_input_end
	;;
hold-database)
	stop_at_exit remove
	choose_user
	place
	start_database
	echo "the database is at $run/db.sock"
	wait_for_input_end
	;;
stop)
	known
	stop_all
	;;
remove)
	known
	remove
	;;
start-database)
	known
	start_database
	;;
stop-database)
	known
	stop mariadb
	;;
*)
	echo "conf/stack.sh: there is no verb \"$verb\"" >&2
	exit 2
	;;
esac
