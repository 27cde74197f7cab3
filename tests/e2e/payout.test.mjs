// From the kept gift to the thanked donor: prepared by one, approved by another, sent, arrived,
// confirmed by the family, met, thanked; and who sees and may do nothing of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Visitor } from '../tools/account.mjs';
import { get, shown } from '../tools/http.mjs';
import { ownSite, until } from '../tools/site.mjs';

const site = await ownSite();
const visitor = (role) => new Visitor(site).signInAs(role);
const donor = await visitor('donor');
const family = await visitor('family');
const preparer = await visitor('prepare');
const approver = await visitor('approve');
const one = async (statement) => (await site.sql(statement))[0]?.join(' ');

// In the order in which they signed in.
const [, , preparer_id, approver_id] = (await site.sql('SELECT account_id FROM session ORDER BY id'))
	.flat();

// Their county has few posts in so small a demo, so they do it for their city.
await site.sql(`INSERT INTO role_grant (account_id, role, region, from_at) SELECT g.account_id, g.role,
	z.region, g.from_at FROM role_grant g JOIN city z ON z.slug = 'shaoyang'
	WHERE g.account_id IN (${preparer_id}, ${approver_id}) AND g.role LIKE 'pay.%'`);

const here = `(SELECT region FROM city WHERE slug = 'shaoyang')`;
const openPosts = (where) => site.sql(`SELECT p.ref, p.id FROM post p
	WHERE p.listed = 'open' AND p.form = 'money' AND p.plugin = 'donations' AND p.pending_fen = 0
	AND p.target_fen - p.taken_fen > 10000 AND NOT EXISTS (SELECT 1 FROM payout o
	WHERE o.post_id = p.id AND o.requested_at > UTC_TIMESTAMP(3) - INTERVAL 7 DAY) AND ${where}
	ORDER BY p.sent_fen, p.id`);
const posts = (await openPosts(`p.city = ${here}`)).map(([ref, id]) => ({ ref, id }));
const nextPost = () => posts.shift() ?? assert.fail('the demo has too few open posts in the city');

async function give(post, fields) {
	const sent = await donor.send(`/pay/give/${post.ref}`,
		{ sum: 'other', other_fen: '', words: '', dedication: '', facts_read: 'yes', ...fields });
	const at_gateway = sent.headers.get('location');

	assert.equal(sent.status, 303);
	await new Visitor(site).send(at_gateway, { play: 'pay' });
	const number = at_gateway.split('/').at(-1);

	await until(20, async () => await one(`SELECT state FROM payment WHERE number = '${number}'`)
		=== 'succeeded');
}

const preparePage = ({ ref }) => `/pay/payouts/posts/${ref}`;

async function prepare(post) {
	const sent = await preparer.send(preparePage(post));

	assert.equal(sent.status, 303, shown(sent.text));
	return sent.headers.get('location').split('/').at(-1);
}

const approve = (payout, who = approver) =>
	who.send(`/pay/payouts/${payout}`, {}, `/pay/payouts/${payout}/approve`);
const stateOf = (payout) => one(`SELECT state FROM payout WHERE id = ${payout}`);

// ---- the whole way -----------------------------------------------------------------------------

test('a gift becomes money at the family, a met post and thanks that others can read', async () => {
	const post = nextPost();

	// The demo's family becomes the one that asks.
	await site.sql(`UPDATE household_account a JOIN post p ON p.id = ${post.id}
		JOIN membership m ON m.household_id = p.household_id AND m.role = 'head' AND m.to_at IS NULL
		SET a.household_id = p.household_id, a.person_id = m.person_id`);
	await give(post, { sum: 'rest' });
	const queue = await preparer.ask('/pay/payouts');

	assert.ok(queue.text.includes(`/pay/payouts/posts/${post.ref}`), 'it can be prepared');
	const payout = await prepare(post);

	assert.match(shown((await preparer.ask(`/pay/payouts/${payout}`)).text), /须由另一人审批/);
	assert.equal((await approve(payout)).status, 303);
	await until(20, async () => await stateOf(payout) === 'confirmed');
	assert.equal(await one(`SELECT state FROM post WHERE id = ${post.id}`), 'full',
		'not met before the family says so');
	assert.match(shown((await donor.ask('/pay/gifts')).text), /已拨付给家庭/);

	const mine = await family.ask('/mine');
	const came = mine.text.match(/\/mine\/deliveries\/(\d+)/)[0];

	assert.match(shown(mine.text), /收到的帮助.*请确认/s);
	assert.equal((await family.send(came, {}, `${came}/confirm`)).status, 303);
	assert.equal(await one(`SELECT state FROM post WHERE id = ${post.id}`), 'met');
	assert.equal((await family.send(came, { thanks: '谢谢大家，今年冬天不冷了。' }, `${came}/thanks`)).status, 303);
	const address = `/shaoyang/donations/posts/${post.ref}`;

	assert.doesNotMatch((await get(site, address)).text, /今年冬天不冷了/);
	assert.doesNotMatch((await donor.ask('/pay/gifts')).text, /今年冬天不冷了/);
	const county = await visitor('county');

	// An official of the family's county: the demo's is of another one.
	await site.sql(`INSERT INTO role_grant (account_id, role, region, from_at)
		SELECT (SELECT account_id FROM session ORDER BY id DESC LIMIT 1), 'county', p.county, '2026-01-01'
		FROM post p WHERE p.id = ${post.id}`);
	const waiting = await county.ask('/review/thanks');
	const pass = waiting.text.match(/action="(\/review\/thanks\/\d+)"/)[1];

	assert.match(waiting.text, /今年冬天不冷了/);
	assert.equal((await county.send('/review/thanks', { thanks_outcome: 'show' }, pass)).status, 303);
	assert.match((await get(site, address)).text, /今年冬天不冷了/);
	assert.match((await donor.ask('/pay/gifts')).text, /今年冬天不冷了/);
	assert.match(shown((await county.ask('/review/thanks')).text), /没有待查看的感谢/);
});

// ---- refused -----------------------------------------------------------------------------------

test('who prepared it does not approve it, and what is cancelled is kept', async () => {
	const post = nextPost();

	await give(post, { other_fen: '60' });
	const payout = await prepare(post);

	// The preparer holds both grants now, and still is the same person.
	await site.sql(`INSERT INTO role_grant (account_id, role, region, from_at)
		SELECT account_id, 'pay.approve', region, from_at FROM role_grant
		WHERE role = 'pay.prepare' AND account_id = ${preparer_id}`);
	const page = await preparer.ask(`/pay/payouts/${payout}`);

	assert.ok(!page.text.includes(`/pay/payouts/${payout}/approve`), 'no button for it');
	const secrets = preparer.secrets(page, `/pay/payouts/${payout}/cancel`);

	assert.equal((await preparer.post(`/pay/payouts/${payout}/approve`, secrets)).status, 403);
	assert.equal(await stateOf(payout), 'requested');
	const empty = await preparer.send(`/pay/payouts/${payout}`, { cancel_reason: '' }, `/pay/payouts/${payout}/cancel`);

	assert.equal(empty.status, 422);
	assert.equal((await approver.send(`/pay/payouts/${payout}`, { cancel_reason: '账户有误' },
		`/pay/payouts/${payout}/cancel`)).status, 303);
	assert.match(shown((await approver.ask(`/pay/payouts/${payout}`)).text), /已取消.*账户有误/s);
	assert.equal(await stateOf(payout), 'cancelled');
	assert.equal((await approver.ask(`/pay/payouts/${payout}`)).text.includes('/approve"'), false);
});

test('a form sent twice at once prepares one payout', async () => {
	const post = nextPost();

	await give(post, { other_fen: '70' });
	const page = await preparer.ask(preparePage(post));
	const form = preparer.secrets(page, preparePage(post));
	const answers = await Promise.all([1, 2, 3].map(() => preparer.post(preparePage(post), form)));

	assert.deepEqual(answers.map((answer) => answer.status), [303, 303, 303]);
	assert.equal(new Set(answers.map((answer) => answer.headers.get('location'))).size, 1);
	assert.equal(await one(`SELECT COUNT(*) FROM payout WHERE post_id = ${post.id}`), '1');
	const again = await preparer.send(preparePage(post)).catch(() => preparer.ask(preparePage(post)));

	assert.match(shown(again.text), /没有待拨付的款项/);
});

test('another region is not there', async () => {
	const [[ref]] = await openPosts(`p.city <> ${here}`);
	const [[payout]] = await site.sql(`SELECT o.id FROM payout o JOIN post p ON p.id = o.post_id
		WHERE p.city <> ${here} LIMIT 1`);

	for (const address of [preparePage({ ref }), `/pay/payouts/${payout}`])
		assert.equal((await preparer.ask(address)).status, 404, address);
	const secrets = preparer.secrets(await preparer.ask('/account/sign-out'), '/account/sign-out');

	assert.equal((await preparer.post(preparePage({ ref }), secrets)).status, 404);
	assert.equal(await one(`SELECT COUNT(*) FROM payout o JOIN post p ON p.id = o.post_id
		WHERE p.ref = '${ref}' AND o.prepared_by = ${preparer_id}`), '0');
	assert.ok(!(await preparer.ask('/pay/payouts')).text.includes(ref));
});

test('the desk is for those who pay out, with a second factor proven just now', async () => {
	assert.equal((await get(site, '/pay/payouts')).status, 303);
	assert.equal((await donor.ask('/pay/payouts')).status, 403);
	await site.sql(`UPDATE session SET second_factor_at = second_factor_at - INTERVAL 6 MINUTE
		WHERE account_id = ${approver_id}`);
	assert.equal((await approver.ask('/pay/payouts')).headers.get('location'),
		`/account/second-factor?back=${encodeURIComponent('/pay/payouts')}`);
	assert.equal((await preparer.ask('/pay/payouts')).status, 200);
});

test('who is signed out, or another family, confirms nothing', async () => {
	const [[delivery]] = await site.sql('SELECT MAX(id) FROM delivery WHERE post_id IS NOT NULL');

	assert.equal((await get(site, `/mine/deliveries/${delivery}`)).status, 303);
	assert.equal((await donor.ask(`/mine/deliveries/${delivery}`)).status, 403);
	const [[foreign]] = await site.sql(`SELECT d.id FROM delivery d WHERE d.kind = 'money'
		AND d.household_id NOT IN (SELECT household_id FROM household_account) LIMIT 1`);

	assert.equal((await family.ask(`/mine/deliveries/${foreign}`)).status, 404);
});

test('the web\'s account confirms, and cannot send or receive', async () => {
	for (const statement of ['UPDATE delivery SET received_at = NULL', 'UPDATE delivery SET fen = 1',
		'UPDATE post SET sent_fen = 0', 'INSERT INTO delivery (id) VALUES (1)', 'UPDATE payout SET state = state'])
		await assert.rejects(site.sql(statement, 'bangfu_web'), /command denied/, statement);
});

test('the books agree behind all of this', async () => {
	const { code, text } = await site.bangfu('verify');

	assert.equal(code, 0, text.split('\n').filter((line) => !/ 0 broken/.test(line)).join('\n'));
});
