// A gift from the post to the receipt, through the simulated gateway and each of its ways: what is
// refused and kept, what comes of a payment, and that the books agree behind all of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Visitor } from '../tools/account.mjs';
import { get, shown } from '../tools/http.mjs';
import { ownSite, until } from '../tools/site.mjs';

const site = await ownSite();
const donor = await new Visitor(site).signInAs('donor');

// Posts of Shaoyang that ask for money and lack at least so much, each for one test.
const posts = (await site.sql(`SELECT p.ref, c.total - c.open_sum - c.taken_sum, p.id FROM post p
	JOIN capacity c ON c.post_id = p.id AND c.kind = 'money_gap'
	WHERE p.listed = 'open' AND p.form = 'money' AND p.plugin = 'donations'
	AND c.total - c.open_sum - c.taken_sum >= 20000 ORDER BY p.id`))
	.map(([ref, left, id]) => ({ ref, left: Number(left), id }));
const nextPost = () => posts.shift() ?? assert.fail('the demo has too few open posts');
const giveAddress = ({ ref }) => `/pay/give/${ref}`;
const good = { sum: 'other', other_fen: '12.50', words: '加油', dedication: '', facts_read: '' };

const give = (post, fields = good, visitor = donor) => visitor.send(giveAddress(post), fields);
const leftOf = async (post) => Number((await site.sql(
	`SELECT total - open_sum - taken_sum FROM capacity WHERE post_id = ${post.id}`))[0][0]);

// Sends a gift and chooses at the gateway how the payment goes; answers the payment's number.
async function pay(post, how, fields = good) {
	const sent = await give(post, fields);
	const at_gateway = sent.headers.get('location');

	assert.equal(sent.status, 303);
	assert.match(at_gateway, /^\/sandbox\/pay\/[0-9A-Z]{20}$/);
	const back = await new Visitor(site).send(at_gateway, { play: how });

	assert.equal(back.headers.get('location'), `/pay/orders/${at_gateway.split('/').at(-1)}`);
	return at_gateway.split('/').at(-1);
}

const paymentOf = async (number) => (await site.sql(`SELECT state, COALESCE(settled_as, '-'),
	(SELECT COUNT(*) FROM receipt r WHERE r.payment_id = p.id),
	(SELECT COUNT(*) FROM ledger_journal j WHERE j.subject_kind = 'payment' AND j.subject_id = p.id)
	FROM payment p WHERE number = '${number}'`))[0].join(' ');
const isGift = async (number) => await paymentOf(number) === 'succeeded gift 1 1';

// ---- the form --------------------------------------------------------------------------------

test('who is signed out is led to the sign-in and back', async () => {
	const answer = await get(site, giveAddress(posts[0]));

	assert.equal(answer.status, 303);
	assert.equal(answer.headers.get('location'),
		`/account/sign-in?back=${encodeURIComponent(giveAddress(posts[0]))}`);
	assert.equal((await get(site, `/api/v1${giveAddress(posts[0])}`)).status, 401);
});

test('a refused gift says why beside its field, keeps what was typed and charges nothing', async () => {
	const post = posts[0];

	for (const [fields, field, words] of [
		[{ ...good, sum: '' }, 'sum', /金额/],
		[{ ...good, other_fen: '' }, 'other_fen', /请填写其他金额/],
		[{ ...good, other_fen: '0.5' }, 'other_fen', /其他金额/],
		[{ ...good, other_fen: '1.234' }, 'other_fen', /其他金额/],
		[{ ...good, other_fen: '500' }, 'facts_read', /500 元及以上/],
		[{ ...good, words: '长'.repeat(201) }, 'words', /最多 200/]]) {
		const page = await give(post, fields);

		assert.equal(page.status, 422, field);
		assert.match(page.text, new RegExp(`id="give_send-${field}-message"`), field);
		assert.match(shown(page.text), words);
		assert.ok(page.text.includes(`value="${fields.words}"`), 'the words are kept');
	}
	assert.equal(await leftOf(post), post.left);
});

test('a family cannot give to itself', async () => {
	const family = await new Visitor(site).signInAs('family');

	// The demo's family becomes one that asks for money.
	await site.sql(`UPDATE household_account a JOIN post p ON p.id = ${posts[0].id}
		JOIN membership m ON m.household_id = p.household_id AND m.role = 'head' AND m.to_at IS NULL
		SET a.household_id = m.household_id, a.person_id = m.person_id`);
	const page = await give(posts[0], good, family);

	assert.equal(page.status, 422);
	assert.match(shown(page.text), /不能给自己捐助/);
	assert.equal(await leftOf(posts[0]), posts[0].left);
});

// ---- one gift, all the way -------------------------------------------------------------------

test('a gift is kept for the family, has its receipt, and anybody can check that', async () => {
	const post = nextPost();
	const number = await pay(post, 'pay');

	await until(10, () => isGift(number));
	assert.equal(await leftOf(post), post.left - 1250);
	const order = await donor.ask(`/pay/orders/${number}`);
	const receipt = await donor.ask(`/pay/receipts/${number}`);
	const gifts = await donor.ask('/pay/gifts');

	assert.match(shown(order.text), /谢谢您，捐助已收到/);
	assert.equal(order.headers.get('refresh'), null);
	assert.match(shown(receipt.text), /12\.50 元/);
	assert.ok(gifts.text.includes(`/pay/receipts/${number}`));
	const text = receipt.text.match(/<code>(bangfu-\d{4}-\d+-[0-9A-Z]{8})<\/code>/)[1];
	const check = async (which) => shown((await get(site, `/pay/verify?number=${which}`)).text);

	assert.match(await check(text), /此凭证由本平台开具.*12\.50 元/s);
	assert.doesNotMatch(await check(text), /\*\*|加油/, 'nothing about the donor');
	for (let i = 'bangfu-2026-'.length; i < text.length; i++) {
		const changed = text.slice(0, i) + (text[i] === '7' ? '8' : '7') + text.slice(i + 1);

		assert.match(await check(changed), /本平台没有开具此凭证/, changed); // acceptance 17
	}
});

test('what belongs to somebody else is not there', async () => {
	const number = await pay(nextPost(), 'pay');
	const other = await new Visitor(site).signInAs('village');

	await until(10, () => isGift(number));
	for (const address of [`/pay/orders/${number}`, `/pay/receipts/${number}`])
		assert.equal((await other.ask(address)).status, 404, address);
	assert.ok(!(await other.ask('/pay/gifts')).text.includes(number));
});

test('an anonymous gift names nobody anywhere', async () => { // acceptance 13, of pages and JSON
	const post = nextPost();
	const [[name]] = await site.sql(`SELECT shown_name FROM account a JOIN session s ON s.account_id = a.id
		ORDER BY s.id LIMIT 1`);

	await site.sql(`UPDATE account SET shown_name = '金丝雀' WHERE shown_name = '${name}'
		AND id IN (SELECT account_id FROM session)`);
	const number = await pay(post, 'pay', { ...good, anonymous: 'yes', dedication: '' });

	await until(10, () => isGift(number));
	for (const address of [`/shaoyang/donations/posts/${post.ref}`,
		`/api/v1/shaoyang/donations/posts/${post.ref}`, `/search?q=${encodeURIComponent('金丝雀')}`]) {
		const text = (await get(site, address)).text;

		assert.ok(!text.replaceAll(/value="[^"]*"|“金丝雀”/g, '').includes('金丝雀'), address);
	}
	await site.sql(`UPDATE account SET shown_name = '${name}' WHERE shown_name = '金丝雀'`);
});

// ---- doubled, lost and disturbed -------------------------------------------------------------

test('a form that is sent twice at once gives once', async () => {
	const post = nextPost();
	const page = await donor.ask(giveAddress(post));
	const form = { ...donor.secrets(page, giveAddress(post)), ...good };
	const answers = await Promise.all([1, 2, 3, 4].map(() => donor.post(giveAddress(post), form)));
	const numbers = answers.map((answer) => answer.headers.get('location')?.split('/').at(-1));

	assert.deepEqual(answers.map((answer) => answer.status), [303, 303, 303, 303]);
	assert.equal(new Set(numbers).size, 1);
	assert.equal(await leftOf(post), post.left - 1250);
	const other = await donor.post(giveAddress(post), { ...form, other_fen: '13' });

	assert.equal(other.status, 409, 'the same key for another gift');
	assert.equal(await leftOf(post), post.left - 1250);
});

test('who comes back without having been at the gateway is led there again, to the same order', async () => {
	const post = nextPost();
	const page = await donor.ask(giveAddress(post));
	const form = { ...donor.secrets(page, giveAddress(post)), ...good };
	const first = (await donor.post(giveAddress(post), form)).headers.get('location');
	// the answer was lost, and the browser sends the form again
	const order = (await donor.post(giveAddress(post), form)).headers.get('location');
	const again = await donor.send(order);

	assert.equal(order, `/pay/orders/${first.split('/').at(-1)}`);
	assert.equal(again.status, 303);
	assert.equal(again.headers.get('location'), first);
	assert.equal(await leftOf(post), post.left - 1250);
	await new Visitor(site).send(first, { play: 'pay' });
	await until(10, () => isGift(order.split('/').at(-1)));
	assert.doesNotMatch((await donor.ask(order)).text, new RegExp(`<form[^>]* action="${order}"`));
});

test('a gift of all that is missing, sent again, is not refused for what it took itself', async () => {
	const post = nextPost();
	const page = await donor.ask(giveAddress(post));
	const form = { ...donor.secrets(page, giveAddress(post)), ...good, sum: 'rest', other_fen: '',
		facts_read: 'yes' };
	const first = await donor.post(giveAddress(post), form);

	assert.equal(first.status, 303);
	assert.equal(await leftOf(post), 0);
	const again = await donor.post(giveAddress(post), form);

	assert.equal(again.status, 303);
	assert.equal(again.headers.get('location'),
		`/pay/orders/${first.headers.get('location').split('/').at(-1)}`);
	assert.equal(await leftOf(post), 0);
});

for (const how of ['twice', 'late', 'disordered', 'silent', 'forged', 'old', 'wrong_amount', 'wrong_merchant'])
	test(`a payment is settled once, whatever becomes of its notice: ${how}`, async () => {
		const post = nextPost();
		const number = await pay(post, how);

		// A notice that does not come, or is not believed, is asked after.
		await until(25, () => isGift(number));
		assert.equal(await leftOf(post), post.left - 1250);
	});

test('notices that are not believed are kept to look at', async () => {
	const reasons = (await site.sql('SELECT reason FROM gateway_refusal')).flat().join('\n');

	for (const reason of [/signature is wrong/, /300 s off/, /amount|fen/, /another merchant/])
		assert.match(reasons, reason);
});

test('a payment that fails charges nothing and gives the gap free', async () => {
	const post = nextPost();
	const number = await pay(post, 'fail');

	await until(10, async () => (await paymentOf(number)) === 'failed - 0 0');
	assert.equal(await leftOf(post), post.left);
	assert.match(shown((await donor.ask(`/pay/orders/${number}`)).text), /支付未成功/);
});

test('an order whose time is over ends together with its hold, also while its payment is locked', async () => {
	const post = nextPost();
	const number = (await give(post)).headers.get('location').split('/').at(-1);
	const locking = site.sql(`START TRANSACTION; SELECT id FROM payment WHERE number = '${number}' FOR UPDATE;
		DO SLEEP(2); COMMIT`);

	await until(5, async () => (await site.sql(`SELECT id FROM information_schema.processlist
		WHERE info LIKE 'DO SLEEP%'`)).length > 0);
	await site.sql(`UPDATE hold SET expires_at = UTC_TIMESTAMP(3)
		WHERE state = 'open' AND capacity_id IN (SELECT id FROM capacity WHERE post_id = ${post.id})`);
	await locking;
	await until(10, async () => (await paymentOf(number)) === 'expired - 0 0');
	assert.equal(await leftOf(post), post.left);
});

test('more than is left is refused before it is charged', async () => {
	const post = nextPost();
	const rest = await give(post, { ...good, sum: 'rest', other_fen: '', facts_read: 'yes' });

	assert.equal(rest.status, 303);
	assert.equal(await leftOf(post), 0);
	const page = await give(post).catch(() => donor.ask(giveAddress(post)));

	assert.match(shown(page.text), /眼下已不缺钱|不再接受捐助/);
});

test('the books agree behind all of this', async () => {
	const { code, text } = await site.bangfu('verify');

	assert.equal(code, 0, text.split('\n').filter((line) => !/ 0 broken/.test(line)).join('\n'));
});
