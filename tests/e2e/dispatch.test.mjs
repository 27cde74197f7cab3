// From an address to its answer: slashes, machines' addresses, methods, and the ways back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addresses, get } from '../tools/http.mjs';
import { sharedSite } from '../tools/site.mjs';

const site = await sharedSite();

test('what holds pages below it ends in a slash, and without leads there', async () => {
	for (const address of ['/en', '/api/v1', '/shaoyang', '/en/shaoyang', '/shaoyang/donations',
		'/api/v1/shaoyang/donations']) {
		const answer = await get(site, `${address}?x=1`);

		assert.equal(answer.status, 308, address);
		assert.equal(answer.headers.get('location'), `${address}/?x=1`);
		assert.equal((await get(site, `${address}/`)).status, 200, address);
	}
});

test('a page with a slash too many leads to the one without', async () => {
	for (const [address, wanted] of [['/about/', '/about'], ['/en/help/', '/en/help'],
		['/search/?q=a%26b', '/search?q=a%26b']]) {
		const answer = await get(site, address);

		assert.equal(answer.status, 308, address);
		assert.equal(answer.headers.get('location'), wanted);
	}
});

test('no address leads to another host', async () => {
	for (const address of ['//evil.invalid', '//evil.invalid/', '/%2fevil.invalid', '/en//evil.invalid',
		'/%5cevil.invalid/']) {
		const answer = await get(site, address);

		assert.equal(answer.status, 400, address);
		assert.equal(answer.headers.get('location'), null);
	}
});

test('what machines ask has one address each, which the web server can close', async () => {
	for (const address of ['/metrics', '/healthz', '/readyz'])
		for (const root of ['/en', '/api/v1'])
			assert.equal((await get(site, root + address)).status, 404, root + address);
});

test('the larger view leads back from a long search', async () => {
	const address = `/search?q=${encodeURIComponent('棉'.repeat(60))}`;
	const link = addresses((await get(site, address)).text, 'href')
		.find((one) => one.startsWith('/view/elder'));
	const answer = await get(site, link);

	assert.equal(answer.status, 303);
	assert.equal(answer.headers.get('location'), address);
});

test('a word that could be a reference is still searched for', async () => {
	const [[ref]] = await site.sql("SELECT ref FROM post WHERE listed = 'open' LIMIT 1");
	const search = (words) => get(site, `/api/v1/search?q=${words}`);
	const queries = (answer) => answer.headers.get('server-timing').match(/"(\d+) queries"/)[1];

	assert.equal((await search(ref)).json.results.items.length, 1);
	assert.equal(queries(await search(ref)), '1');
	assert.equal(queries(await search('department')), '2', 'as a reference, then as a word');
});

test('each page is in one language and one form, and says what it depends on', async () => {
	for (const address of ['/', '/shaoyang/', '/shaoyang/donations/']) {
		const page = await get(site, address);
		const json = await get(site, address, { headers: { accept: 'application/json' } });

		assert.match(page.headers.get('vary'), /Accept, Cookie/);
		assert.match(json.headers.get('vary'), /Accept, Cookie/);
		assert.notEqual(page.headers.get('etag'), json.headers.get('etag'));
		assert.deepEqual(json.json, (await get(site, `/api/v1${address}`)).json);
	}
});

test('a method that an address does not know is told which it knows', async () => {
	for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
		const answer = await get(site, '/about', { method, body: method === 'POST' ? 'a=b' : undefined });

		assert.equal(answer.status, 405, method);
		assert.equal(answer.headers.get('allow'), 'GET, HEAD');
		assert.equal(answer.headers.get('cache-control'), 'no-store');
	}
});

test('a dead link to a further page says so and shows the first', async () => {
	const answer = await get(site, '/shaoyang/donations/?after=nonsense');
	const english = await get(site, '/en/shaoyang/donations/?after=nonsense');

	assert.equal(answer.status, 422);
	assert.match(answer.text, /role="alert">此链接已失效，下面从头显示。</);
	assert.match(english.text, /role="alert">This link is out of date\. Here is the page from its start\.</);
	assert.match(answer.text, /bf-card__title/);
});

test('a search answers in one form, by words and by reference', async () => {
	const list = (await get(site, '/api/v1/shaoyang/donations/')).json.posts.items;
	const byReference = (await get(site, `/api/v1/search?q=${list[0].ref.toLowerCase()}`)).json;
	const byPinyin = (await get(site, '/api/v1/search?q=shaoyang')).json;

	assert.deepEqual(byReference.results.items.map((post) => post.ref), [list[0].ref]);
	assert.ok(byPinyin.results.items.length > 0);
	assert.ok(byPinyin.results.items.every((post) => post.city === 430500));
});
