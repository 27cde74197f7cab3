// The protocol: headers, caching, methods, limits, and requests that no proper client sends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addresses, get, many, raw } from '../tools/http.mjs';
import { sharedSite } from '../tools/site.mjs';

const site = await sharedSite();

test('every page carries the security headers', async () => {
	for (const address of ['/', '/nowhere', '/api/v1/', '/shaoyang/donations/?need=gold']) {
		const { headers } = await get(site, address);

		assert.match(headers.get('content-security-policy'), /default-src 'none'/, address);
		assert.match(headers.get('content-security-policy'), /frame-ancestors 'none'/, address);
		assert.doesNotMatch(headers.get('content-security-policy'), /unsafe/, address);
		assert.equal(headers.get('x-content-type-options'), 'nosniff', address);
		assert.equal(headers.get('x-frame-options'), 'DENY', address);
		assert.equal(headers.get('referrer-policy'), 'strict-origin-when-cross-origin', address);
		assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin', address);
		assert.match(headers.get('x-request-id'), /^[0-9a-f]{16}$/, address);
		assert.equal(headers.get('server'), 'nginx', address);
	}
});

test('no page holds a script, a style or an event of its own', async () => {
	for (const address of ['/', '/shaoyang/', '/shaoyang/donations/', '/search', '/nowhere']) {
		const { text } = await get(site, address);

		assert.doesNotMatch(text, /<script(?![^>]*\ssrc=)/, address);
		assert.doesNotMatch(text, /<style\b|\sstyle="|\son\w+="/, address);
	}
});

test('a page that has not changed is not sent again', async () => {
	const first = await get(site, '/about');
	const etag = first.headers.get('etag');
	const again = await get(site, '/about', { headers: { 'if-none-match': etag } });
	const other = await get(site, '/about', { headers: { 'if-none-match': 'W/"0"' } });

	assert.match(first.headers.get('cache-control'), /max-age=\d+/);
	assert.match(first.headers.get('vary'), /Cookie/i);
	assert.equal(again.status, 304);
	assert.equal(again.text, '');
	assert.equal(other.status, 200);
});

test('errors are not kept by caches', async () => {
	assert.match((await get(site, '/nowhere')).headers.get('cache-control'), /no-store/);
});

test('HEAD answers as GET does, without the body', async () => {
	const page = await get(site, '/about');
	const head = await get(site, '/about', { method: 'HEAD' });

	assert.equal(head.status, 200);
	assert.equal(head.text, '');
	assert.equal(head.headers.get('content-type'), page.headers.get('content-type'));
	assert.equal(head.headers.get('etag'), page.headers.get('etag'));
});

test('pages go out compressed to who can read it', async () => {
	const answer = await raw(site, 'GET / HTTP/1.1\r\nHost: localhost\r\n' +
		'Accept-Encoding: gzip\r\nConnection: close\r\n\r\n');

	assert.equal(answer.headers.get('content-encoding'), 'gzip');
});

test('a method that an address does not know is named with those it knows', async () => {
	for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
		const answer = await get(site, '/about', { method, ...(method !== 'DELETE' && {
			body: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' },
		}) });

		assert.equal(answer.status, 405, method);
		assert.match(answer.headers.get('allow'), /GET/, method);
	}
});

test('TRACE is refused', async () => {
	const { status } = await raw(site,
		'TRACE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');

	assert.equal(status, 405);
});

test('a body without its length is refused', async () => {
	const { status } = await raw(site,
		'POST /search HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');

	assert.equal(status, 411);
});

test('a body over the limit is refused by a page, far over it by the web server', async () => {
	const post = (bytes) => get(site, '/search', { method: 'POST', body: 'q='.padEnd(bytes, 'x'),
		headers: { 'content-type': 'application/x-www-form-urlencoded' } });
	const over = await post(100 * 1024);
	const unread = await raw(site, 'POST /search HTTP/1.1\r\nHost: localhost\r\n' +
		'Content-Length: 10000000\r\nConnection: close\r\n\r\n');

	assert.equal(over.status, 413);
	assert.ok(over.headers.get('x-request-id'));
	assert.equal(unread.status, 413);
});

test('malformed requests are refused, and the next one is served', async () => {
	const lines = [
		'GET /%00 HTTP/1.1', 'GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1', 'GET /a%2fb HTTP/1.1',
		'GET /%ff%fe HTTP/1.1', 'GET /%zz HTTP/1.1', 'GET /shaoyang//donations/ HTTP/1.1',
		'GET /search?q=%00 HTTP/1.1', 'GET /search?q=%ff HTTP/1.1',
		`GET /${'a'.repeat(5000)} HTTP/1.1`, `GET /search?${'a&'.repeat(1000)} HTTP/1.1`,
	];

	for (const line of lines) {
		const { status } = await raw(site, `${line}\r\nHost: localhost\r\nConnection: close\r\n\r\n`);

		assert.ok([400, 404, 414, 422].includes(status), `${line.slice(0, 60)}: ${status}`);
	}
	assert.equal((await get(site, '/healthz')).status, 200);
});

test('a header that looks like a variable of the server changes nothing', async () => {
	const { status } = await raw(site, 'GET / HTTP/1.1\r\nHost: localhost\r\nProxy: http://evil/\r\n' +
		'Content_Length: 99\r\nX-Forwarded-For: 10.0.0.1\r\nConnection: close\r\n\r\n');

	assert.equal(status, 200);
});

test('assets carry their hash and are kept for ever', async () => {
	const page = await get(site, '/');
	const assets = [...addresses(page.text, 'href'), ...addresses(page.text, 'src')]
		.filter((one) => one.startsWith('/assets/')).map((one) => one.split('#')[0]);

	assert.ok(assets.length >= 3);
	for (const asset of new Set(assets)) {
		const answer = await get(site, asset);

		assert.match(asset, /\.[0-9a-f]{8}\.\w+$/);
		assert.equal(answer.status, 200, asset);
		assert.match(answer.headers.get('cache-control'), /immutable/);
		assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
	}
});

test('a first visit to a city is small', async () => {
	const page = await get(site, '/shaoyang/');
	const named = new Set([...addresses(page.text, 'href'), ...addresses(page.text, 'src')]
		.map((one) => one.split('#')[0]).filter((one) => /^\/assets\/.*\.(css|js|svg)$/.test(one)));
	const sizes = await Promise.all(['/shaoyang/', ...named].map(async (address) => {
		const answer = await raw(site, `GET ${address} HTTP/1.1\r\nHost: localhost\r\n` +
			'Accept-Encoding: gzip\r\nConnection: close\r\n\r\n');

		return answer.text.length;
	}));
	const bytes = sizes.reduce((sum, size) => sum + size, 0);

	assert.ok(sizes.length <= 10, `${sizes.length} requests`);
	assert.ok(bytes <= 60000, `${bytes} bytes`);
});

test('health, readiness and metrics answer operators', async () => {
	const metrics = await get(site, '/metrics');

	assert.equal((await get(site, '/healthz')).text, 'ok\n');
	assert.equal((await get(site, '/readyz')).text, 'ready\n');
	assert.equal(metrics.status, 200);
	assert.match(metrics.text, /^bangfu_\w+(\{.*\})? \d/m);
});

test('metrics are for this host alone', async () => {
	const { status } = await raw(site,
		'GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', { from: '127.0.0.2' });

	assert.equal(status, 403);
});

test('an address that asks too often is told to wait', async () => {
	const answers = await many(Array.from({ length: 120 }), 20, () => raw(site,
		'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', { from: '127.0.0.3' }));
	const refused = answers.filter((answer) => answer.status === 429);

	assert.ok(refused.length >= 20, `${refused.length} of 120 were refused`);
	assert.ok(refused.every((answer) => answer.headers.get('retry-after')));
	assert.ok(answers.filter((answer) => answer.status === 200).length >= 60);
});

test('a person who sends forms too often is told to wait, and nobody else', async () => {
	const send = (sid) => raw(site, 'POST /account/sign-out HTTP/1.1\r\nHost: localhost\r\n' +
		`Cookie: sid=${sid}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`, { from: '127.0.0.4' });
	const answers = await many(Array.from({ length: 45 }), 5, () => send('busy'));
	const refused = answers.filter((answer) => answer.status === 429);

	assert.ok(refused.length >= 10, `${refused.length} of 45 were refused`);
	assert.ok(refused.every((answer) => answer.headers.get('retry-after')));
	assert.notEqual((await send('calm')).status, 429);
});
