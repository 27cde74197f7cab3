// A whole site for tests: conf/stack.sh in a scratch folder, at a port of its own.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync, readFileSync, mkdtempSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { run, start } from './process.mjs';

export const top = fileURLToPath(new URL('../..', import.meta.url));

export function scratchFolder() {
	return mkdtempSync(path.join(tmpdir(), 'bangfu-check-'));
}

// What a test asks of a site that runs in a folder.
export function siteAt(folder) {
	const read = (name) => readFileSync(path.join(folder, name), 'utf8').trim();
	const stack = (verb) => run(path.join(top, 'conf/stack.sh'), [verb, folder]);

	return {
		folder,
		product: path.join(folder, 'product'),
		config: path.join(folder, 'bangfu.conf'),
		program: path.join(folder, 'product/var/build/bangfu'),
		get url() {
			return `http://127.0.0.1:${read('port')}`;
		},
		read,
		pid: (name) => Number(read(`run/${name}.process`).split(' ')[0]),
		stopDatabase: () => stack('stop-database'),
		startDatabase: () => stack('start-database'),
		bangfu(...args) {
			return run(this.program, [...args, '--config', this.config]);
		},
		// The settings of each of its servers.
		configs: ['bangfu', 'money', 'sandbox'].map((name) => path.join(folder, `${name}.conf`)),
		// Rows of a statement, as arrays of texts, by the database's own client.
		async sql(statement, user = 'root') {
			const { code, out, text } = await run('mariadb', [
				'--no-defaults', `--socket=${folder}/run/db.sock`, `--user=${user}`,
				'--batch', '--skip-column-names', 'bangfu',
			], { input: statement });

			if (code !== 0)
				throw new Error(text);
			return out.split('\n').filter(Boolean).map((line) => line.split('\t'));
		},
	};
}

// Holds conf/stack.sh in a folder of its own until it says a line that begins with `ready`. All of
// it ends and goes with stop(), and with us if we die: its life hangs on a pipe.
async function hold(verb, ready, env) {
	const folder = path.join(tmpdir(), `bangfu-site-${randomBytes(6).toString('hex')}`);
	const child = start(path.join(top, 'conf/stack.sh'), [verb, folder],
		{ env: { ...process.env, ...env } });
	const ended = new Promise((resolve) => child.on('close', resolve));
	let text = '';

	child.stderr.setEncoding('utf8').on('data', (chunk) => { text += chunk; });
	await new Promise((resolve, reject) => {
		createInterface({ input: child.stdout }).on('line', (line) => {
			text += `${line}\n`;
			if (line.startsWith(ready))
				resolve();
		});
		ended.then((code) => reject(new Error(`${verb} ended early (${code}):\n${text}`)));
	});
	return {
		folder,
		stop() {
			child.stdin.end();
			return ended;
		},
	};
}

export async function startSite({ scale = 0.01, env = {} } = {}) {
	const { folder, stop } = await hold('hold', 'bangfu is at',
		{ PORT: '0', COPY: '1', SCALE: String(scale), ...env });

	return Object.assign(siteAt(folder), { stop });
}

// An empty database: { socket, stop }.
export async function startDatabase() {
	const { folder, stop } = await hold('hold-database', 'the database is at', {});

	return { socket: path.join(folder, 'run/db.sock'), stop };
}

// The site that all tests of a run share; for a test file that is run alone, one for the file.
export async function sharedSite() {
	if (process.env.BANGFU_SITE)
		return siteAt(process.env.BANGFU_SITE);
	return ownSite();
}

// A site for one test file, which may do to it what it likes.
export async function ownSite(options) {
	const site = await startSite(options);

	after(() => site.stop());
	return site;
}

// Waits until something holds.
export async function until(seconds, holds) {
	const end = Date.now() + seconds * 1000;

	while (!await holds()) {
		assert.ok(Date.now() < end, `not within ${seconds} s`);
		await sleep(20);
	}
}

// Puts a plugin of tests/plugins beside the site's own, where no city has it yet.
export async function installPlugin(site, name) {
	const built = path.join(top, process.env.BUILD ?? 'var/build', 'tests/plugins');

	cpSync(path.join(built, `${name}.so`), path.join(site.product, `var/build/plugins/${name}.so`));
	cpSync(path.join(top, 'tests/plugins', name), path.join(site.product, 'plugins', name),
		{ recursive: true });
	process.kill(site.pid('bangfu'), 'SIGHUP');
}

// The same, and opens it in Shaoyang.
export async function addPlugin(site, name) {
	const ask = async () => (await fetch(`${site.url}/shaoyang/${name}/`)).status;

	await site.sql(`INSERT INTO city_plugin (city, plugin, state, from_at, changed_by, reason)
		SELECT region, '${name}', 'on', UTC_TIMESTAMP(3), 1, 'a test' FROM city
		WHERE slug = 'shaoyang'`);
	await installPlugin(site, name);
	// Workers of the generation before answer for a moment longer.
	await until(30, async () => (await Promise.all(Array.from({ length: 20 }, ask)))
		.every((status) => status === 200));
}
