// conf/stack.sh itself, as make demo-start and demo-stop use it.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import net from 'node:net';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { get } from '../tools/http.mjs';
import { run } from '../tools/process.mjs';
import { siteAt, top } from '../tools/site.mjs';

const folder = path.join(tmpdir(), `bangfu-demo-${randomBytes(6).toString('hex')}`);
const site = siteAt(folder);
const env = { ...process.env, SCALE: '', PORT: '0' };
const stack = (verb, more = {}) => run(path.join(top, 'conf/stack.sh'), [verb, folder],
	{ env: { ...env, ...more } });

after(() => stack('remove'));

test('the first start loads the data and prints where the site is', async () => {
	const { code, out, text } = await stack('start', { SCALE: '0.01' });

	assert.equal(code, 0, text);
	assert.match(out, new RegExp(`bangfu is at +http://localhost:${site.read('port')}/`));
	assert.equal((await get(site, '/')).status, 200);
});

test('a start of what runs already says so', async () => {
	const { code, out } = await stack('start');

	assert.equal(code, 0);
	assert.match(out, /running already/);
	assert.match(out, new RegExp(`localhost:${site.read('port')}/`));
});

test('servers do not run as root', async () => {
	for (const name of ['mariadb', 'bangfu']) {
		const { out } = await run('stat', ['-c', '%u', `/proc/${site.pid(name)}`]);

		assert.notEqual(out.trim(), '0', name);
	}
});

test('a stop ends every process, and the next start takes seconds and keeps the data', async () => {
	const pids = ['mariadb', 'bangfu', 'nginx'].map(site.pid);
	const [before] = await site.sql('SELECT as_of FROM demo_load');

	assert.equal((await stack('stop')).code, 0);
	for (const pid of pids)
		assert.ok(!existsSync(`/proc/${pid}`));
	const began = Date.now();
	const { code, out } = await stack('start');

	assert.equal(code, 0);
	assert.ok(Date.now() - began < 10000);
	assert.doesNotMatch(out, /loading/);
	assert.deepEqual((await site.sql('SELECT as_of FROM demo_load'))[0], before);
});

test('a taken port is said, with another to try', async () => {
	const taken = net.createServer();
	const port = await new Promise((resolve) => taken.listen(0, '127.0.0.1',
		() => resolve(taken.address().port)));

	await stack('stop');
	const { code, err } = await stack('start', { PORT: String(port) });

	taken.close();
	assert.equal(code, 1);
	assert.match(err, new RegExp(`port ${port} is taken .*PORT=${port + 1}`));
});

test('a server that cannot load what it serves fails the start, by name', async () => {
	assert.equal((await stack('start')).code, 0);
	await site.sql('ALTER TABLE recovery_code RENAME COLUMN used_at TO away');
	await stack('stop');
	const { code, err } = await stack('start');

	assert.equal(code, 1);
	assert.match(err, /money ended at its start/);
});

test('remove leaves nothing behind', async () => {
	assert.equal((await stack('remove')).code, 0);
	assert.ok(!existsSync(folder));
});
