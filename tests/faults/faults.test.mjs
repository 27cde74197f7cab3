// What visitors see while something breaks: a site of its own for each kind of fault.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { get } from '../tools/http.mjs';
import { ownSite, until } from '../tools/site.mjs';

const site = await ownSite();
const addresses = ['/', '/shaoyang/', '/shaoyang/donations/', '/en/about', '/api/v1/shaoyang/donations/'];

// The processes that answer requests: children of the master that say so by their name.
function workers() {
	const master = site.pid('bangfu');

	return readFileSync(`/proc/${master}/task/${master}/children`, 'utf8').trim().split(' ')
		.filter((pid) => nameOf(pid).startsWith('bangfu:work')).map(Number);
}

function nameOf(pid) {
	try {
		return readFileSync(`/proc/${pid}/comm`, 'utf8');
	} catch {
		return ''; // it has ended meanwhile
	}
}

// Asks all addresses again and again, eight at a time, until work is done. Answers how many were
// asked and which answers were not 200.
async function underLoad(work) {
	const result = { asked: 0, wrong: [] };
	let going = true;
	const asking = Array.from({ length: 8 }, async (_, i) => {
		for (let n = i; going; n++) {
			const address = addresses[n % addresses.length];
			const status = await fetch(site.url + address).then(async (answer) => {
				await answer.arrayBuffer();
				return answer.status;
			}, (error) => error.message);

			result.asked++;
			if (status !== 200)
				result.wrong.push(`${address}: ${status}`);
		}
	});

	try {
		await work();
	} finally {
		going = false;
		await Promise.all(asking);
	}
	return result;
}

test('a reload under load loses no request', { timeout: 120000 }, async () => {
	const { asked, wrong } = await underLoad(async () => {
		for (let i = 0; i < 10; i++) {
			const old = new Set(workers());

			process.kill(site.pid('bangfu'), 'SIGHUP');
			await until(20, () => workers().some((pid) => !old.has(pid)));
			await sleep(300);
		}
	});

	assert.ok(asked > 500, `${asked} requests`);
	assert.deepEqual(wrong, []);
});

test('killed workers are replaced, and no visitor sees it', { timeout: 120000 }, async () => {
	const { asked, wrong } = await underLoad(async () => {
		for (let i = 0; i < 20; i++) {
			const [victim] = workers().sort(() => Math.random() - 0.5);

			process.kill(victim, 'SIGKILL');
			await sleep(250);
		}
	});

	assert.ok(asked > 500, `${asked} requests`);
	assert.deepEqual(wrong, []);
	await until(5, () => workers().length >= 24);
});

test('without a database pages say so, and come back with it', { timeout: 120000 }, async () => {
	const before = workers().sort();

	assert.equal((await site.stopDatabase()).code, 0);
	for (const address of ['/shaoyang/donations/', '/api/v1/shaoyang/donations/', '/readyz']) {
		const answer = await get(site, address);

		assert.equal(answer.status, 503, address);
		assert.ok(Number(answer.headers.get('retry-after')) > 0, address);
		assert.doesNotMatch(answer.text, /mysql|mariadb|socket/i, 'nothing of the inside is shown');
	}
	assert.equal((await get(site, '/healthz')).status, 200);
	assert.equal((await site.startDatabase()).code, 0);
	await until(2, async () => (await get(site, '/shaoyang/donations/')).status === 200);
	assert.deepEqual(workers().sort(), before, 'no worker died of it');
});

test('a killed database is survived', { timeout: 120000 }, async () => {
	process.kill(site.pid('mariadb'), 'SIGKILL');
	await until(5, async () => (await get(site, '/shaoyang/donations/')).status === 503);
	assert.equal((await site.startDatabase()).code, 0);
	await until(2, async () => (await get(site, '/shaoyang/donations/')).status === 200);
	assert.equal((await site.bangfu('verify')).code, 0);
});

test('without the core the web server answers for it, as a page and as JSON', async () => {
	const pid = site.pid('bangfu');

	process.kill(pid, 'SIGTERM');
	await until(20, () => !readdirSync('/proc').includes(String(pid)));
	const page = await get(site, '/shaoyang/');
	const json = await get(site, '/api/v1/shaoyang/');

	for (const answer of [page, json]) {
		assert.equal(answer.status, 503);
		assert.ok(Number(answer.headers.get('retry-after')) > 0);
	}
	assert.match(page.text, /<h1/);
	assert.equal(json.json.error.status, 503);
});
