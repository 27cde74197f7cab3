// The same tree as JSON: below /api/v1 and by Accept.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addresses, get } from '../tools/http.mjs';
import { sharedSite } from '../tools/site.mjs';

const site = await sharedSite();
const json = { headers: { accept: 'application/json' } };

test('a list holds as JSON the posts that the page shows', async () => {
	const page = await get(site, '/shaoyang/donations/?state=ended');
	const answer = await get(site, '/api/v1/shaoyang/donations/?state=ended');
	const shown = addresses(page.text, 'href')
		.flatMap((one) => one.match(/\/posts\/([0-9A-Z]{10})$/)?.[1] ?? []);

	assert.equal(answer.status, 200);
	assert.match(answer.headers.get('content-type'), /^application\/json/);
	assert.deepEqual(answer.json.posts.items.map((post) => post.ref), [...new Set(shown)]);
	assert.equal(answer.json.posts.items.length, 20);
});

test('the figures of the country are numbers', async () => {
	const { json: country } = await get(site, '/api/v1/');

	for (const name of ['registered_donors', 'connected_families', 'published_posts', 'met_posts'])
		assert.ok(Number.isInteger(country.figures[name]) && country.figures[name] > 0, name);
});

test('an address answers JSON to who accepts nothing else', async () => {
	const asked = await get(site, '/shaoyang/donations/', json);
	const below = await get(site, '/api/v1/shaoyang/donations/');

	assert.deepEqual(asked.json, below.json);
});

test('a post holds its steps, gifts and deliveries', async () => {
	const { json: list } = await get(site, '/api/v1/shaoyang/donations/?state=met');
	const { json: answer } = await get(site,
		`/api/v1/shaoyang/donations/posts/${list.posts.items[0].ref}`);

	assert.equal(answer.post.ref, list.posts.items[0].ref);
	assert.deepEqual(answer.steps.map((step) => step.level), ['village', 'township', 'county']);
	assert.ok(answer.gifts.length > 0);
	assert.ok(answer.deliveries.length > 0);
});

test('a refused parameter answers 422 and says which and why, in both languages', async () => {
	const chinese = await get(site, '/api/v1/shaoyang/donations/?need=gold');
	const english = await get(site, '/api/v1/shaoyang/donations/?need=gold&lang=en');

	assert.equal(chinese.status, 422);
	assert.equal(chinese.json.error.fields[0].field, 'need');
	assert.match(chinese.json.error.fields[0].text, /[一-鿿]/);
	assert.equal(english.status, 422);
	assert.doesNotMatch(english.json.error.fields[0].text, /[一-鿿]/);
});

test('an error is JSON with its request id', async () => {
	const { status, headers, json: answer } = await get(site, '/api/v1/nowhere');

	assert.equal(status, 404);
	assert.equal(answer.error.status, 404);
	assert.equal(answer.error.request_id, headers.get('x-request-id'));
});

test('no markup and no real name is in it', async () => {
	const { text } = await get(site, '/api/v1/shaoyang/');

	assert.doesNotMatch(text, /<\w+[ >]/);
});
