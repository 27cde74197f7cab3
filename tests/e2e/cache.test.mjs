// The cache of the web server, CACHE=1: what is kept, for whom, and what never is. The number of a
// request tells: what has the same one comes from the cache.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { get } from '../tools/http.mjs';
import { addPlugin, ownSite, until } from '../tools/site.mjs';

const site = await ownSite({ env: { CACHE: '1' } });
const cache_s = 5; // as conf/bangfu.conf presets it
const elder = 'view=elder';

const number = (answer) => answer.headers.get('x-request-id');
const isElder = (page) => page.text.includes('bf-template--elder');

// Addresses that nobody has asked for yet: the core overlooks a parameter that no page declares.
let asked = 0;
const fresh = (address) => `${address}?fresh=${asked++}`;

test('a page that was asked for a moment ago comes from the cache', async () => {
	const address = fresh('/shaoyang/');
	const [first, again] = [await get(site, address), await get(site, address)];
	const known = await get(site, address, { headers: { 'if-none-match': first.headers.get('etag') } });

	assert.equal(number(first), number(again));
	assert.equal(first.text, again.text);
	assert.equal(known.status, 304);
});

test('HEAD and GET do not take each other\'s answer', async () => {
	for (const methods of [['HEAD', 'GET', 'HEAD', 'GET'], ['GET', 'HEAD', 'GET', 'HEAD']]) {
		const address = fresh('/help');

		for (const method of methods) {
			const answer = await get(site, address, { method });

			assert.equal(answer.status, 200);
			assert.equal(answer.text.includes('<h1'), method === 'GET', `${method} in ${methods}`);
		}
	}
});

test('languages, forms and displays do not mix', async () => {
	const address = fresh('/about');
	const kinds = ['', '/en'].flatMap((root) => ['text/html', 'application/json'].flatMap(
		(accept) => ['', elder].map((cookie) => ({ root, accept, cookie }))));
	const numbers = [];

	for (const { root, accept, cookie } of [...kinds, ...kinds.toReversed()]) {
		const answer = await get(site, root + address, { headers: { accept, cookie } });
		const which = JSON.stringify({ root, accept, cookie });

		assert.ok(answer.headers.get('content-type').startsWith(accept), which);
		if (accept === 'text/html') {
			assert.match(answer.text, root ? /<html lang="en"/ : /<html lang="zh/, which);
			assert.equal(isElder(answer), cookie === elder, which);
		}
		numbers.push(number(answer));
	}
	assert.equal(new Set(numbers).size, kinds.length);
	assert.deepEqual(numbers.slice(kinds.length), numbers.slice(0, kinds.length).toReversed());
});

test('the API keeps its languages apart', async () => {
	const address = `/api/v1${fresh('/shaoyang/nowhere-to-be')}`;
	const text = async (lang) => (await get(site, `${address}&lang=${lang}`)).json.error.text;

	assert.notEqual(await text('zh'), await text('en'));
});

// Headers that could be read in two ways, and what the core answers to them.
const odd = [
	{ headers: { accept: 'text/html, application/json' } },
	{ headers: { accept: 'application/json, text/html' } },
	{ headers: { accept: 'Application/JSON' } },
	{ headers: { accept: 'application/json;q=0.5' } },
	{ headers: { accept: 'xapplication/json' } },
	{ headers: { cookie: 'VIEW=elder' } },
	{ headers: { cookie: 'view=Elder' } },
	{ headers: { cookie: 'preview=elder' } },
	{ headers: { cookie: 'view=elderly' } },
	{ headers: { cookie: 'view=elder; view=normal' } },
	{ headers: { cookie: 'view=normal; view=elder' } },
	{ headers: { cookie: 'view=elder; x=\xff' } },
	{ headers: { cookie: `${'a=1; '.repeat(64)}view=elder` } },
	{ headers: { cookie: 'a=1; view=elder' }, elder: true },
	{ headers: { cookie: 'a=1;view=elder;b=2' }, elder: true },
	{ headers: { cookie: 'a; view=elder' }, elder: true },
	{ headers: { cookie: `${'a=1; '.repeat(63)}view=elder` }, elder: true },
];

for (const one of odd)
	test(`what is kept stays right beside ${JSON.stringify(one.headers).slice(0, 60)}`, async () => {
		const plain = [{ headers: {} }, { headers: { cookie: elder }, elder: true }];

		for (const order of [[one, ...plain], [...plain, one]]) {
			const address = fresh('/about');

			for (const { headers, elder: expected = false } of order) {
				const page = await get(site, address, { headers });

				assert.match(page.headers.get('content-type'), /^text\/html/);
				assert.equal(isElder(page), expected);
			}
		}
	});

test('visitors with other cookies and browsers share what is kept', async () => {
	const address = fresh('/about');
	const [one, other] = [
		await get(site, address, { headers: { cookie: 'form=abc', accept: 'text/html' } }),
		await get(site, address, { headers: { cookie: 'a=1; form=def', accept: 'text/html, */*' } }),
	];

	assert.equal(number(one), number(other));
});

test('who is signed in is answered by the core, and that is not kept', async () => {
	const address = fresh('/about');

	for (const headers of [{ cookie: 'a=1; __Host-sid=abc' }, { authorization: 'Bearer abc' }]) {
		const answers = [await get(site, address, { headers }), await get(site, address, { headers }),
			await get(site, address), await get(site, address)];
		const [first, second, third, fourth] = answers.map(number);

		assert.notEqual(first, second);
		assert.ok(![first, second].includes(third));
		assert.equal(third, fourth);
	}
});

test('a page with a form is made anew for each visitor', async () => {
	await addPlugin(site, 'guestbook');
	const pages = await Promise.all(Array.from({ length: 20 }, () => get(site, '/shaoyang/guestbook/')));
	const token = (page) => page.text.match(/name="_token" value="([^"]+)"/)[1];

	assert.equal(new Set(pages.map(token)).size, pages.length);
	assert.equal(new Set(pages.map((page) => page.headers.get('set-cookie'))).size, pages.length);
});

test('errors and what operators ask are not kept', async () => {
	for (const address of ['/nowhere', '/healthz', '/readyz', '/metrics'])
		assert.notEqual(number(await get(site, address)), number(await get(site, address)), address);
});

test('without a database what is kept goes on being shown, old as it is', async () => {
	const addresses = ['/shaoyang/donations/', '/en/shaoyang/', '/api/v1/shaoyang/donations/'];
	const ask = () => Promise.all(addresses.map((address) => get(site, address)));
	const before = await ask();

	assert.equal((await site.stopDatabase()).code, 0);
	await sleep((cache_s + 1) * 1000);
	for (let i = 0; i < 3; i++) {
		const now = await ask();

		assert.deepEqual(now.map((answer) => answer.status), [200, 200, 200]);
		assert.deepEqual(now.map(number), before.map(number));
	}
	assert.equal((await get(site, fresh('/shaoyang/donations/'))).status, 503);
	assert.equal((await get(site, '/readyz')).status, 503);
	assert.equal((await site.startDatabase()).code, 0);
	await until(cache_s + 2, async () => (await ask()).every((answer, i) =>
		answer.status === 200 && number(answer) !== number(before[i])));
});
