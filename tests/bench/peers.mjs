// The programs that bangfu is compared with. Each has a folder in the shape of the site's, and an
// nginx of its own with the site's configuration; only the folder and the port are others.
import { chmodSync, chownSync, cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync }
	from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { kill, start } from '../tools/process.mjs';
import { scratchFolder, top } from '../tools/site.mjs';

const here = path.join(top, 'tests/bench');
const wait_s = 20;
const running = [];
let scratch;

function freePort() {
	return new Promise((resolve) => {
		const server = net.createServer().listen(0, '127.0.0.1', () => {
			const { port } = server.address();

			server.close(() => resolve(port));
		});
	});
}

// A program that ends with us, as the user of the site. Answers the id of its session.
function launch(site, command, ...args) {
	const { uid, gid } = statSync(`${site.folder}/run`);
	const user = process.getuid() === 0
		? [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'] : [];

	const child = start('setpriv', [...user, '--pdeathsig=TERM', command, ...args],
		{ stdio: ['ignore', 'ignore', 'inherit'] });

	running.push(child);
	return child.pid;
}

function makeFolder(site, name) {
	const folder = path.join(scratch, name);
	const { uid, gid } = statSync(`${site.folder}/run`);

	for (const one of ['', 'run', 'log', 'tmp']) {
		mkdirSync(path.join(folder, one));
		chownSync(path.join(folder, one), uid, gid);
	}
	return folder;
}

// The site's nginx again, before the program in the folder; `change` makes it another one.
async function startNginx(site, folder, change) {
	const port = await freePort();
	const text = site.read('nginx.conf').replaceAll(`${site.folder}/`, `${folder}/`)
		.replace(/^user .*$/m, '').replace(/^\t\tlisten .*$/m, `\t\tlisten 127.0.0.1:${port};`);
	const changed = change ? change(text) : text;

	if (change && changed === text)
		throw new Error('nginx.conf has another form than the bench expects');
	writeFileSync(`${folder}/nginx.conf`, changed);
	launch(site, 'nginx', '-e', `${folder}/log/nginx.log`, '-c', `${folder}/nginx.conf`);
	return `http://127.0.0.1:${port}`;
}

// Until the peer answers.
async function answers(url, address) {
	for (let tries = wait_s * 10; tries > 0; tries--) {
		const response = await fetch(url + address).catch(() => null);

		if (response?.ok)
			return;
		await sleep(100);
	}
	throw new Error(`${url}${address} does not answer`);
}

const workersOf = (site) => site.read('bangfu.conf').match(/^workers = (\d+)$/m)[1];

// ---- the peers ---------------------------------------------------------------------------

function writeParts(folder, { parts }) {
	parts.forEach((part, i) => writeFileSync(`${folder}/${i}.html`, part));
}

async function startBare(site, page) {
	const folder = makeFolder(site, 'bare');
	const lines = (items) => items.map((item) => `${item}\n`).join('');
	const files = {
		headers: `${page.headers.join('\r\n')}\r\n\r\n`, icons: page.icons,
		names: lines(Object.entries(page.names).map((pair) => pair.join(' '))),
	};

	for (const [name, { sql, values }] of Object.entries(page.queries)) {
		files[`${name}.sql`] = sql;
		files[`${name}.values`] = lines(values);
	}
	for (const [name, text] of Object.entries(files))
		writeFileSync(path.join(folder, name), text);
	writeParts(folder, page);
	cpSync(path.join(top, process.env.BUILD || 'var/build', 'bench/bare'), `${folder}/bare`);
	const session = launch(site, `${folder}/bare`, page.name, folder, `${site.folder}/run/db.sock`,
		workersOf(site));

	return { session, url: await startNginx(site, folder) };
}

// A value as PHP writes it, for a file that its opcode cache keeps.
function php(value) {
	if (typeof value === 'number')
		return String(value);
	if (typeof value === 'string')
		return `'${value.replace(/[\\']/g, '\\$&')}'`;
	return `[${Object.entries(value).map(([k, v]) => `${php(k)} => ${php(v)}`).join(', ')}]`;
}

async function startPhp(site, page) {
	const folder = makeFolder(site, 'php');
	const { headers, icons, names, queries } = page;
	const values = {
		FOLDER: folder, WORKERS: workersOf(site), DATABASE: `${site.folder}/run/db.sock`,
	};

	writeParts(folder, page);
	writeFileSync(`${folder}/site.php`, `<?php return ${php({ headers, icons, names, queries })};\n`);
	cpSync(path.join(here, 'php'), `${folder}/php`, { recursive: true });
	writeFileSync(`${folder}/fpm.conf`, readFileSync(path.join(here, 'php/fpm.conf.in'), 'utf8')
		.replace(/@(\w+)@/g, (_, name) => values[name]));
	const session = launch(site, 'php-fpm8.2', '--fpm-config', `${folder}/fpm.conf`);
	const mark = 'fastcgi_param GATEWAY_INTERFACE CGI/1.1;';
	const script = `fastcgi_param SCRIPT_FILENAME "${folder}/php/${page.name}.php";`;

	return { session, url: await startNginx(site, folder,
		(conf) => conf.replace(mark, `${mark}\n\t\t${script}`)) };
}

async function startStatic(site, page) {
	const folder = makeFolder(site, 'static');
	const headers = page.headers.filter((line) => !line.startsWith('content-type'))
		.map((line) => line.replace(/^([^:]+): (.*)$/, 'add_header $1 "$2";')).join(' ');

	writeFileSync(`${folder}/page.html`, page.text);
	chmodSync(folder, 0o755);
	return { url: await startNginx(site, folder, (conf) => conf.replace('fastcgi_pass bangfu;',
		`root "${folder}"; rewrite ^ /page.html break; ${headers}`)) };
}

// Bangfu itself over connections that nginx keeps, as many as leave its workers a reserve.
async function startKept(site) {
	const folder = makeFolder(site, 'kept');
	const keep = 'keepalive 8; keepalive_time 2s; keepalive_timeout 1s; keepalive_requests 100000;';

	return { session: site.pid('bangfu'), url: await startNginx(site, folder, (conf) => conf
		.replaceAll(`unix:${folder}/run/bangfu.sock`, `unix:${site.folder}/run/bangfu.sock`)
		.replace('fastcgi_keep_conn off;', 'fastcgi_keep_conn on;')
		.replace(/^\tupstream bangfu \{[^}]*/m, (upstream) => `${upstream}\t${keep}\n\t`)) };
}

// Bangfu itself, asked by somebody who is not signed in.
const startOut = async (site) => ({ session: site.pid('bangfu'), url: site.url });

const starters = { bare: startBare, php: startPhp, static: startStatic, kept: startKept,
	out: startOut };

// Starts peers of a page (cut.mjs). Of each and of bangfu itself: { name, url, session }; the
// session is that of its own processes, without the web server's.
export async function startPeers(site, names, page) {
	const peers = [{ name: 'bangfu', url: site.url, session: site.pid('bangfu') }];

	scratch = scratchFolder();
	chmodSync(scratch, 0o755);
	for (const name of names) {
		peers.push({ name, ...await starters[name](site, page) });
		await answers(peers.at(-1).url, page.address);
	}
	return peers;
}

export function stopPeers() {
	running.splice(0).forEach((child) => kill(child));
	if (scratch)
		rmSync(scratch, { recursive: true, force: true });
}
