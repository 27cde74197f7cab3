// What is open to everybody's eyes: the ledger of a post, fen by fen, that an anonymous donor is in
// none of it, receipts on paper, and the chain of the days, in which a changed byte is found.
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { test } from 'node:test';
import { Visitor } from '../tools/account.mjs';
import { addresses, get, shown } from '../tools/http.mjs';
import { ownSite, until } from '../tools/site.mjs';

const site = await ownSite();
const donor = await new Visitor(site).signInAs('donor');
const one = async (statement) => (await site.sql(statement))[0]?.join(' ');
const post = ([ref, id, slug]) =>
	({ ref, id, page: `/${slug}/donations/posts/${ref}`, ledger: `/${slug}/donations/posts/${ref}/ledger` });
const select = (where, order) => site.sql(`SELECT p.ref, p.id, z.slug FROM post p
	JOIN city z ON z.region = p.city WHERE p.plugin = 'donations' AND p.listed IS NOT NULL AND ${where}
	ORDER BY ${order}`).then((rows) => rows.map(post));
const open_posts = await select(`p.listed = 'open' AND p.form = 'money' AND z.slug = 'shaoyang'
	AND p.target_fen - p.taken_fen - p.pending_fen >= 20000`, 'p.id');
const nextPost = () => open_posts.shift() ?? assert.fail('the demo has too few open posts');

// Pages of five rows, so that the ledgers of so small a demo go over several.
appendFileSync(site.config, '\n[site]\npage_rows = 5\n');
process.kill(site.pid('bangfu'), 'SIGHUP');
await until(20, async () => (await (await fetch(`${site.url}/api/v1/shaoyang/donations/`)).json())
	.posts.items?.length === 5);

// All rows of a ledger, page by page, from the newest on; and the page's own figures.
async function readLedger({ ledger }) {
	const rows = [];
	let answer, after = '';

	do {
		answer = (await get(site, `/api/v1${ledger}${after && `?after=${after}`}`)).json;
		rows.push(...answer.rows.items ?? answer.rows);
		after = answer.rows.next;
	} while (after);
	return { rows, sums: answer.sums, post: answer.post };
}

async function give(to, fields) {
	const sent = await donor.send(`/pay/give/${to.ref}`,
		{ sum: 'other', other_fen: '12.34', words: '', dedication: '', facts_read: 'yes', ...fields });
	const at_gateway = sent.headers.get('location');
	const number = at_gateway.split('/').at(-1);

	await new Visitor(site).send(at_gateway, { play: 'pay' });
	await until(20, async () => await one(`SELECT state FROM payment WHERE number = '${number}'`)
		=== 'succeeded');
	return number;
}

const sumOf = (rows, ...kinds) =>
	rows.filter(({ what }) => kinds.includes(what)).reduce((sum, row) => sum + row.fen, 0);

// ---- the ledger of a post ----------------------------------------------------------------------

test('the ledger of each kind of post adds up to the figures of its page', async () => {
	const posts = [
		(await select('p.form = \'money\' AND p.confirmed_fen > 0', 'p.gift_count DESC'))[0],
		(await select('p.form = \'money\' AND p.sent_fen > p.confirmed_fen', 'p.id'))[0],
		(await select(`p.id IN (SELECT q.post_id FROM payment q JOIN refund f ON f.payment_id = q.id
			WHERE f.state = 'succeeded')`, 'p.id'))[0],
		(await select('p.form = \'money\' AND p.gift_count = 0', 'p.id'))[0],
	];

	for (const which of posts) {
		assert.ok(which, 'the demo has one of each');
		const { rows, sums } = await readLedger(which);
		const shown_post = (await get(site, `/api/v1${which.page}`)).json.post;
		let kept = 0;

		for (const row of rows.toReversed()) {
			kept += row.change_fen;
			assert.equal(row.kept_fen, kept, which.ref);
			assert.ok(row.kept_fen >= 0, which.ref);
			assert.equal(Math.abs(row.change_fen), row.change_fen ? row.fen : 0);
		}
		assert.equal(kept, sums.kept_fen);
		assert.equal(sums.kept_fen, Number(await one(`SELECT -COALESCE(SUM(balance_fen), 0)
			FROM ledger_account WHERE code = 'escrow:${which.id}'`)));
		assert.equal(sums.given_fen - sums.back_fen, shown_post.taken_fen, 'P2, from the ledger\'s side');
		assert.equal(sums.given_fen - sums.back_fen - sums.out_fen, sums.kept_fen);
		assert.equal(sumOf(rows, 'gift', 'grant'), sums.given_fen);
		assert.equal(sumOf(rows, 'back', 'charged_back'), sums.back_fen);
		assert.equal(sumOf(rows, 'sent') - sumOf(rows, 'returned'), shown_post.sent_fen);
		assert.equal(sumOf(rows, 'confirmed'), shown_post.confirmed_fen);
		assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length, 'no row twice');
		assert.equal(rows.length, Number(await one(`SELECT (SELECT COUNT(*) FROM ledger_line l
			JOIN ledger_account a ON a.id = l.ledger_account_id AND a.code = 'escrow:${which.id}')
			+ (SELECT COUNT(*) + COUNT(confirmed_at) + COUNT(returned_at) FROM delivery
			WHERE post_id = ${which.id} AND fen IS NOT NULL)`)), 'none left out');
	}
});

test('a long ledger goes on page by page, and each page says what was kept', async () => {
	const [which] = await select('p.form = \'money\'', 'p.gift_count DESC');
	const first = await get(site, which.ledger);
	const next = addresses(first.text, 'href').find((address) => address.includes('after='));

	assert.match(shown(first.text), /逐笔明细/);
	const second = await get(site, `${which.ledger}${next.slice(next.indexOf('?'))}`);

	assert.equal(second.status, 200);
	assert.notEqual(first.text.match(/<tbody>.*<\/tbody>/s)[0], second.text.match(/<tbody>.*<\/tbody>/s)[0]);
	assert.match((await get(site, `${which.ledger}?after=1.1`)).text, /在此之前没有记录/);
	assert.notEqual((await get(site, `${which.ledger}?after=x`)).status, 500);
});

test('a gift stands in the ledger at once, under the name that its donor chose', async () => {
	const which = nextPost();
	const before = (await readLedger(which)).sums;

	assert.ok(addresses((await get(site, which.page)).text, 'href').includes(which.ledger));
	await give(which);
	const { rows, sums } = await readLedger(which);

	assert.deepEqual([rows[0].what, rows[0].fen, rows[0].kept_fen, rows[0].donor],
		['gift', 1234, before.kept_fen + 1234, await one(`SELECT a.shown_name FROM account a
			JOIN session s ON s.account_id = a.id ORDER BY s.id LIMIT 1`)]);
	assert.equal(sums.kept_fen, rows[0].kept_fen);
	assert.match(shown((await get(site, which.ledger)).text), /捐助.*\+ ?12\.34/);
	assert.match(shown((await get(site, `/en${which.ledger}`)).text), /Kept for the family now/);
});

test('a post of goods has no ledger of money and says so; one that is not listed has none', async () => {
	const [goods] = await select('p.form = \'goods\'', 'p.id');
	const [draft] = await site.sql(`SELECT p.ref, p.id, z.slug FROM post p JOIN city z ON z.region = p.city
		WHERE p.listed IS NULL AND p.plugin = 'donations' LIMIT 1`);

	assert.match(shown((await get(site, goods.ledger)).text), /不涉及资金/);
	assert.ok(!(await get(site, goods.page)).text.includes(goods.ledger));
	assert.equal((await get(site, post(draft).ledger)).status, 404);
	assert.equal((await get(site, open_posts[0].ledger.replace('shaoyang', 'bijie'))).status, 404);
});

test('acceptance 13: an anonymous donor with a canary name is on no public page of the post', async () => {
	const which = nextPost();
	const canary = '金丝雀';
	const [[id, name]] = await site.sql(`SELECT a.id, a.shown_name FROM account a
		JOIN session s ON s.account_id = a.id ORDER BY s.id LIMIT 1`);

	await site.sql(`UPDATE account SET shown_name = '${canary}' WHERE id = ${id}`);
	await give(which, { anonymous: 'yes', words: '加油' });
	const pages = [which.page, which.ledger, '/shaoyang/', '/shaoyang/donations/',
		'/shaoyang/donations/?sort=urgent', '/', '/open-accounts', '/search?q=%E6%A3%89',
		`/search?q=${which.ref}`, `/search?q=${encodeURIComponent(canary)}`];

	for (const page of pages)
		for (const root of ['', '/en', '/api/v1']) {
			const answer = await get(site, root + page);

			assert.equal(answer.status, 200, root + page);
			// what was searched for stands in the field of the search, and in its echo
			const text = page.includes('/search') && page.includes('%E9%87%91')
				? answer.text.replaceAll(new RegExp(`value="${canary}"|[“"]${canary}[”"]`, 'g'), '')
					.replaceAll(encodeURIComponent(canary), '')
				: answer.text;

			assert.equal(text.split(canary).length - 1, 0, root + page);
			assert.equal(text.split(encodeURIComponent(canary)).length - 1, 0, root + page);
		}
	const newest = (await readLedger(which)).rows[0];

	assert.deepEqual([newest.what, newest.fen, newest.donor], ['gift', 1234, null]);
	assert.match(shown((await get(site, which.ledger)).text), /匿名/);
	await site.sql(`UPDATE account SET shown_name = '${name}' WHERE id = ${id}`);
});

test('the workers of pages read of the ledger what the page shows, and write nothing of it', async () => {
	for (const statement of ['SELECT mirrors FROM ledger_journal LIMIT 1', 'SELECT gateway_id FROM payment LIMIT 1',
		'SELECT fen FROM payment LIMIT 1', 'INSERT INTO ledger_line (journal_id, ledger_account_id, fen) VALUES (1, 1, 1)',
		'UPDATE ledger_journal SET step = \'x\'', 'SELECT * FROM refund LIMIT 1'])
		await assert.rejects(site.sql(statement, 'bangfu_web'), /denied/, statement);
	await site.sql('SELECT id, subject_kind, subject_id, step, at FROM ledger_journal LIMIT 1', 'bangfu_web');
});

// ---- receipts --------------------------------------------------------------------------------------

const caption = /<figcaption[^>]*>([^<]*)<\/figcaption>/;

test('a receipt has a square and an address in whole, and both lead to the page that checks it', async () => {
	const number = await give(nextPost());
	const receipt = (await donor.ask(`/pay/receipts/${number}`)).text;
	const url = new URL(receipt.match(caption)[1]);
	const side = Number(receipt.match(/viewBox="0 0 (\d+) \1"/)[1]);
	const dark = [...receipt.match(/ d="(M\d+ \d+h\d+v1h-\d+z[^"]*)"/)[1].matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)];

	assert.equal(url.port, new URL(site.url).port);
	assert.equal((side - 8 - 17) % 4, 0, 'a square has 17 modules and 4 a version, and 4 light ones around');
	assert.deepEqual(dark[0].slice(1, 4).map(Number), [4, 4, 7], 'it begins with the corner that a camera looks for');
	assert.ok(dark.length > side);
	assert.match(shown((await get(site, url.pathname + url.search)).text), /此凭证由本平台开具.*12\.34 元/s);
	const english = (await donor.ask(`/en/pay/receipts/${number}`)).text;

	assert.match(english.match(caption)[1], /\/en\/pay\/verify\?number=bangfu-/);
	assert.notEqual(english.match(/ d="(M4 4h7[^"]*)"/)[1], dark.input);
	assert.match(shown((await get(site, new URL(english.match(caption)[1]).pathname
		+ new URL(english.match(caption)[1]).search)).text), /This receipt was issued here/);
});

test('acceptance 17: a receipt with one changed digit was not issued here', async () => {
	const number = await give(nextPost());
	const url = new URL((await donor.ask(`/pay/receipts/${number}`)).text.match(caption)[1]);
	const text = url.searchParams.get('number');
	const check = async (which) => shown((await get(site, `/pay/verify?number=${which}`)).text);

	assert.match(await check(text), /此凭证由本平台开具/);
	assert.match(await check(text.toLowerCase()), /此凭证由本平台开具/);
	let changed = 0;

	for (const { index, 0: digit } of text.matchAll(/\d/g))
		for (const other of '0123456789'.replace(digit, '')) {
			const wrong = text.slice(0, index) + other + text.slice(index + 1);

			assert.match(await check(wrong), /本平台没有开具此凭证/, wrong);
			changed++;
		}
	assert.ok(changed >= 45, 'year and number have five digits at least');
});

// ---- the chain of the days -----------------------------------------------------------------------

const openAccounts = async () => (await get(site, '/api/v1/open-accounts')).json;
const chainOf = async () => {
	const { code, text } = await site.bangfu('verify');

	return { code, said: text.match(/^i8_chain .*(\n {4}.*)*/m)[0] };
};

test('before the first day is over, the page of the open accounts says so', async () => {
	const page = shown((await get(site, '/open-accounts')).text);

	assert.equal((await openAccounts()).days.items.length, 0);
	assert.match(page, /还没有已结账的日子。第一天是 \d{4}-\d\d-\d\d/);
	assert.match(page, /无法证明它们从未被改动。.*虚构的历史数据都属于这种情况/);
	assert.match(shown((await get(site, '/en/open-accounts')).text), /No day has been closed yet/);
});

test('F35: a day that is over is closed and signed; a changed byte is named with journal and day', async () => {
	// A day goes by: what was given here today becomes yesterday's.
	await site.sql(`DROP TRIGGER ledger_journal_update;
		UPDATE ledger_journal SET day = day - INTERVAL 1 DAY WHERE day IS NOT NULL;
		UPDATE ledger_day SET day = day - INTERVAL 1 DAY`);
	await until(40, async () => (await openAccounts()).days.items.length === 1);
	const { days: { items: [day] }, keys: [key] } = await openAccounts();
	const page = await get(site, '/open-accounts');
	const count = await one(`SELECT COUNT(*) FROM ledger_journal WHERE day = '${day.day}'`);

	assert.equal(day.journals, Number(count));
	for (const text of [day.day, day.head, day.signature, key.public_key, key.id])
		assert.ok(page.text.includes(text), text);
	// by another library than the one that signed: an Ed25519 key is 32 bytes behind a fixed head
	const public_key = createPublicKey({ format: 'der', type: 'spki',
		key: Buffer.from(`302a300506032b6570032100${key.public_key}`, 'hex') });

	assert.ok(verify(null, Buffer.from(`${day.day} ${day.head}`), public_key, Buffer.from(day.signature, 'hex')));
	assert.match((await chainOf()).said, /^i8_chain +1 sealed_days, 0 broken/);

	await give(nextPost());
	assert.notEqual(await one('SELECT CAST(MAX(day) AS CHAR) FROM ledger_journal'), day.day,
		'a closed day takes no journal');
	const journal = await one(`SELECT MAX(id) FROM ledger_journal WHERE day = '${day.day}'`);

	await site.sql(`UPDATE ledger_journal SET step = 'pait' WHERE id = ${journal}`);
	const found = await chainOf();

	assert.equal(found.code, 1);
	assert.match(found.said, /1 broken/);
	assert.ok(found.said.includes(`journal ${journal} of ${day.day} is not what was sealed`), found.said);
	await site.sql(`UPDATE ledger_journal SET step = 'paid' WHERE id = ${journal}`);
	assert.match((await chainOf()).said, /0 broken/);
});

test('bangfu verify holds behind all of it', async () => {
	const { code, text } = await site.bangfu('verify');

	assert.equal(code, 0, text);
});
