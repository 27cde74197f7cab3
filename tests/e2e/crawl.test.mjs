// Every kind of page that a visitor can reach by links: it is there, it is HTML, and no link of
// it leads nowhere.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addresses, get, many } from '../tools/http.mjs';
import { sharedSite } from '../tools/site.mjs';

const site = await sharedSite();
const of_a_kind = 6; // pages of one shape that are looked at

// Addresses of one shape lead to pages of one template.
function shape(address) {
	const { pathname, searchParams } = new URL(address, site.url);

	return pathname.replace(/\/posts\/\w+$/, '/posts/REF').replace(/\.[0-9a-f]{8}\./, '.HASH.') +
		[...searchParams.keys()].sort();
}

// Pages by their address, breadth first.
async function crawl(from, cookie) {
	const pages = new Map();
	const seen = new Map();
	let todo = [from];

	while (todo.length) {
		const fresh = todo.filter((address) => {
			const count = seen.get(shape(address)) ?? 0;

			seen.set(shape(address), count + 1);
			return !pages.has(address) && count < of_a_kind;
		});
		const answers = await many(fresh, 4, (address) => get(site, address, { headers: { cookie } }));

		fresh.forEach((address, i) => pages.set(address, answers[i]));
		todo = [...new Set(fresh.flatMap((address, i) => links(address, answers[i])))];
	}
	return pages;
}

function links(address, { headers, text }) {
	if (!(headers.get('content-type') ?? '').startsWith('text/html'))
		return [];
	return [...addresses(text, 'href'), ...addresses(text, 'src')]
		.map((link) => new URL(link, site.url + address))
		.filter((link) => link.origin === site.url)
		.map((link) => link.pathname + link.search);
}

// A fragment that a page links to on itself or on a page that was met.
function lostFragments(pages) {
	return [...pages].flatMap(([address, { text }]) => addresses(text, 'href')
		.map((link) => new URL(link, site.url + address))
		.filter((link) => link.hash && pages.has(link.pathname + link.search))
		.filter((link) => !addresses(pages.get(link.pathname + link.search).text, 'id')
			.includes(link.hash.slice(1)))
		.map((link) => `${address} links to ${link.pathname}${link.hash}`));
}

for (const [name, from, cookie] of [['Chinese', '/', ''], ['English', '/en/', ''],
	['the larger view', '/', 'view=elder']]) {
	test(`in ${name} every link leads to a page or file`, { timeout: 240000 }, async () => {
		const pages = await crawl(from, cookie);
		const broken = [...pages].filter(([, { status }]) => status >= 400)
			.map(([address, { status }]) => `${address}: ${status}`);

		assert.ok(pages.size > 100, `${pages.size} pages`);
		assert.deepEqual(broken, []);
		assert.deepEqual([...new Set(lostFragments(pages))], []);
	});
}
