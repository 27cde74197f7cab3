// A posted form from end to end, by the plugin tests/plugins/guestbook: its secrets, what is
// refused and what is kept of it, where a good one leads, and who may not send it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { addresses, get, shown } from '../tools/http.mjs';
import { addPlugin, ownSite, until } from '../tools/site.mjs';

const site = await ownSite();
const book = '/shaoyang/guestbook/';
const good = { name: '王小明', gift_fen: '12.5', day: '2026-11-24', colour: 'green',
	words: 'first line\r\nsecond line', code: 'AB123' };

await addPlugin(site, 'guestbook');

const secret = (html, name) => html.match(new RegExp(`name="${name}" value="([^"]+)"`))?.[1];

// A visitor who opens the form: what the next post needs.
async function visitor(root = '') {
	const page = await get(site, root + book);

	return {
		page,
		root,
		cookie: page.headers.get('set-cookie').split(';')[0],
		secrets: { _token: secret(page.text, '_token'), _key: secret(page.text, '_key') },
	};
}

function send({ root, cookie, secrets }, fields, headers = {}) {
	return get(site, `${root}${book}notes`, {
		method: 'POST',
		body: new URLSearchParams({ ...secrets, ...fields }),
		headers: { cookie, ...headers },
	});
}

// What a field of a page shows as typed, decoded.
function typed(html, name) {
	const tag = html.match(new RegExp(`<(input|textarea)(?=[^>]* name="${name}")[^>]*>`));
	const value = tag[1] === 'textarea'
		? html.slice(tag.index + tag[0].length).split('</textarea>')[0].replace(/^\n/, '')
		: tag[0].match(/ value="([^"]*)"/)?.[1] ?? '';

	return value.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&#34;/g, '"')
		.replace(/&amp;/g, '&');
}

// The log's line of an answer, written once the answer is sent: it may come after it.
async function lineOf(answer) {
	const id = answer.headers.get('x-request-id');
	const written = () => readFileSync(path.join(site.folder, 'log/bangfu.log'), 'utf8').split('\n')
		.slice(0, -1).find((line) => line.startsWith('{') && line.includes(id));

	await until(5, written);
	return JSON.parse(written());
}

test('a second plugin serves beside the first', async () => {
	const city = (await get(site, '/shaoyang/')).text;

	assert.equal((await site.bangfu('check')).err, '');
	for (const address of ['/shaoyang/donations/', book]) {
		assert.ok(addresses(city, 'href').includes(address), address);
		assert.equal((await get(site, address)).status, 200, address);
	}
});

test('a form brings a token and a key of its own, a cookie, and is kept nowhere', async () => {
	const { page, cookie } = await visitor();
	const again = await get(site, book, { headers: { cookie } });

	assert.match(page.headers.get('set-cookie'), /^form=[\w-]{22}; Path=\/; HttpOnly; SameSite=Lax$/);
	for (const one of [page, again]) {
		assert.equal(one.headers.get('cache-control'), 'no-store');
		assert.equal(one.headers.get('etag'), null);
		assert.match(one.text, /<input type="hidden" name="_token" value="[\w-]{60,}">/);
		assert.match(one.text, /<input type="hidden" name="_key" value="[\w-]{16,}">/);
	}
	assert.equal(again.headers.get('set-cookie'), null);
	assert.notEqual(secret(page.text, '_token'), secret(again.text, '_token'));
	assert.notEqual(secret(page.text, '_key'), secret(again.text, '_key'));
});

test('a page without a posted form brings neither and may be kept', async () => {
	const page = await get(site, `${book}thanks/1250`);

	assert.equal(page.headers.get('set-cookie'), null);
	assert.match(page.headers.get('cache-control'), /^public/);
	assert.equal(secret(page.text, '_token'), undefined);
});

test('a good post leads to the page that thanks, in its language', async () => {
	for (const root of ['', '/en']) {
		const answer = await send(await visitor(root), good);
		const address = answer.headers.get('location');
		const thanks = await get(site, address);

		assert.equal(answer.status, 303);
		assert.equal(address, `${root}${book}thanks/1250`);
		assert.equal(answer.headers.get('cache-control'), 'no-store');
		assert.equal(thanks.status, 200);
		assert.match(shown(thanks.text), /12\.50/);
	}
});

test('what may be left empty may be left empty', async () => {
	const fields = { ...good, day: '', colour: '', words: '', code: '' };

	assert.equal((await send(await visitor(), fields)).status, 303);
});

// Field, what is sent, and the sentence beside it in both languages.
const refused = [
	['name', '', '您的姓名：请填写。', 'Your name: please fill this in.'],
	['name', '王', '您的姓名：至少 2 个字。', 'Your name: at least 2 characters.'],
	['name', '明'.repeat(21), '您的姓名：最多 20 个字。', 'Your name: at most 20 characters.'],
	['name', '王\u202e小明', '您的姓名：含有不能使用的字符。',
		'Your name: this holds characters that cannot be used.'],
	['gift_fen', '', '赠款：请填写。', 'Gift: please fill this in.'],
	['gift_fen', '1.234', '赠款：请填写金额（元），例如 12.50。',
		'Gift: please write an amount in yuan, such as 12.50.'],
	['gift_fen', '0.99', '赠款：不小于 1。', 'Gift: at least 1.'],
	['gift_fen', '10000.01', '赠款：不大于 10000。', 'Gift: at most 10000.'],
	['day', '2026-02-30', '日期：请填写日期，例如 2026-11-24。',
		'Day: please write a date, such as 2026-11-24.'],
	['colour', 'blue', '颜色：请从列表中选择。', 'Colour: please choose one of the list.'],
	['words', '长'.repeat(201), '留言：最多 200 个字。', 'Words: at most 200 characters.'],
	['code', 'ab<"&>1', '编码：格式不正确。', 'Code: this is not in the expected form.'],
];

function assertRefused(page, field, value, message) {
	const beside = page.text.match(new RegExp(
		`<(?:input|select|textarea)(?=[^>]* name="${field}")[^>]* aria-invalid="true"` +
		'[^>]* aria-describedby="([^"]+)"'));

	assert.equal(page.status, 422, field);
	assert.equal(page.headers.get('cache-control'), 'no-store');
	assert.ok(beside, `${field} is marked`);
	assert.equal(page.text.match(new RegExp(`<p id="${beside[1]}">([^<]*)</p>`))[1], message);
	assert.equal(page.text.match(/aria-invalid="true"/g).length, 1, 'one field is marked');
	for (const [name, sent] of Object.entries({ ...good, [field]: value }))
		if (name !== 'colour')
			assert.equal(typed(page.text, name), sent.replace(/\r\n/g, '\n'), `${name} is kept`);
	if (field !== 'colour')
		assert.match(page.text, /<option value="green" selected/);
}

for (const [field, value, chinese, english] of refused)
	test(`${field} "${value.slice(0, 12)}" is refused beside the field`, async () => {
		for (const [root, message] of [['', chinese], ['/en', english]]) {
			const person = await visitor(root);
			const page = await send(person, { ...good, [field]: value });

			assertRefused(page, field, value, message);
			const corrected = await send({ ...person, secrets: {
				_token: secret(page.text, '_token'), _key: secret(page.text, '_key') } }, good);

			assert.equal(corrected.status, 303);
		}
	});

test('links of a refused form lead to where the form can be read', async () => {
	const page = await send(await visitor(), { ...good, code: 'x' });

	assert.ok(addresses(page.text, 'href').includes(`/en${book}`));
	assert.ok(addresses(page.text, 'href').includes(`/view/elder?back=${encodeURIComponent(book)}`));
	assert.ok(!addresses(page.text, 'href').some((one) => one.includes('notes')));
});

test('a field that is sent twice is refused, one that nobody declared vanishes', async () => {
	const person = await visitor();
	const body = new URLSearchParams({ ...person.secrets, ...good });

	body.append('name', '李四');
	const twice = await get(site, `${book}notes`,
		{ method: 'POST', body, headers: { cookie: person.cookie } });
	const unknown = await send(person, { ...good, code: 'x', spy: 'seen-nowhere' });

	assert.equal(twice.status, 422);
	assert.match(shown(twice.text), /您的姓名：重复提交/);
	assert.equal((await send(person, { ...good, spy: 'seen-nowhere' })).status, 303);
	assert.equal(unknown.status, 422);
	assert.ok(!unknown.text.includes('seen-nowhere'));
});

// A post from elsewhere is refused with what to do, and does nothing.
function assertForeign(answer, why) {
	assert.equal(answer.status, 403, why);
	assert.equal(answer.headers.get('location'), null, why);
	assert.match(shown(answer.text), /此表单不是从本站页面提交的。请打开相应页面/, why);
	assert.ok(answer.text.includes(answer.headers.get('x-request-id')), why);
	assert.ok(addresses(answer.text, 'href').includes(`/en${book}`), why);
}

// A form of ours that has grown old comes back with all that was typed, and can be sent again.
async function assertShownAgain(answer, why) {
	const cookie = answer.headers.get('set-cookie')?.split(';')[0];
	const secrets = { _token: secret(answer.text, '_token'), _key: secret(answer.text, '_key') };

	assert.equal(answer.status, 403, why);
	assert.equal(answer.headers.get('location'), null, why);
	assert.match(shown(answer.text), /表单已过期.*尚未提交。您填写的内容已保留，请再提交一次。/, why);
	for (const [name, value] of Object.entries(good))
		if (name !== 'colour')
			assert.equal(typed(answer.text, name), value.replace(/\r\n/g, '\n'), `${why}: ${name}`);
	return { root: '', cookie, secrets };
}

test('a form without its token, key or cookie is not taken and not lost', async () => {
	const person = await visitor();
	const { _token, _key } = person.secrets;
	const changed = _token.slice(0, -1) + (_token.endsWith('A') ? 'B' : 'A');

	for (const [why, secrets] of [['no token', { _key }], ['no key', { _token }],
		['an empty token', { _token: '', _key }], ['a changed token', { _token: changed, _key }],
		['a cut token', { _token: _token.slice(0, 20), _key }]])
		await assertShownAgain(await send({ ...person, secrets }, good), why);
	assert.equal((await send(person, good)).status, 303);
});

test('a form whose cookie has gone is sent by pressing the button once more', async () => {
	const again = await assertShownAgain(
		await send({ ...await visitor(), cookie: 'form=' }, good), 'no cookie');

	assert.equal((await send(again, good)).status, 303);
});

test('a token of another visitor is not taken', async () => {
	const [one, other] = [await visitor(), await visitor()];

	await assertShownAgain(await send({ ...one, secrets: other.secrets }, good), 'their token');
	await assertShownAgain(await send({ ...one, cookie: other.cookie }, good), 'their cookie');
});

test('a post from another site is not let in, whatever it brings', async () => {
	const person = await visitor();
	const host = new URL(site.url).host;

	for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' },
		{ origin: 'https://evil.invalid' }, { origin: 'null' }, { origin: `http://${host}.evil.invalid` }])
		assertForeign(await send(person, good, headers), JSON.stringify(headers));
	for (const headers of [{ 'sec-fetch-site': 'same-origin' }, { origin: `http://${host}` }])
		assert.equal((await send(person, good, headers)).status, 303, JSON.stringify(headers));
});

test('a post that is not let in stands in the log, with its reason', async () => {
	const answer = await send(await visitor(), good, { 'sec-fetch-site': 'cross-site' });
	const line = await lineOf(answer);

	assert.equal(line.status, 403);
	assert.match(line.error, /route "note"/);
});

test('the text for people is shown, the text of the log is not', async () => {
	const chinese = await get(site, `${book}fail`);
	const english = await get(site, `/en${book}fail`);
	const json = await get(site, `/api/v1${book}fail?lang=en`);
	const line = await lineOf(chinese);

	for (const answer of [chinese, english, json]) {
		assert.equal(answer.status, 409);
		assert.ok(!answer.text.includes('secret words'));
		assert.equal(answer.headers.get('cache-control'), 'no-store');
	}
	assert.match(shown(chinese.text), /有人先了一步。/);
	assert.match(shown(english.text), /Somebody was quicker\./);
	assert.equal(json.json.error.text, 'Somebody was quicker.');
	assert.equal(line.error, 'secret words of the log');
});

test('an address that only takes posts says so', async () => {
	const page = await get(site, `${book}notes`);

	assert.equal(page.status, 405);
	assert.equal(page.headers.get('allow'), 'POST');
});
