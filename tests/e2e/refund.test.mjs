// Money that a donor wants back: asked for, kept out of payouts, agreed to by one or two people,
// kept in the wallet and given again; and who may do nothing of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Visitor } from '../tools/account.mjs';
import { shown } from '../tools/http.mjs';
import { ownSite, until } from '../tools/site.mjs';

const site = await ownSite();
const visitor = (role) => new Visitor(site).signInAs(role);
const donor = await visitor('donor');
const family = await visitor('family');
const preparer = await visitor('prepare');
const approver = await visitor('approve');
const one = async (statement) => (await site.sql(statement))[0]?.join(' ');
const [, , preparer_id, approver_id] = (await site.sql('SELECT account_id FROM session ORDER BY id')).flat();

// The county has few posts in so small a demo, so they do it for their city; both approve refunds.
await site.sql(`INSERT INTO role_grant (account_id, role, region, from_at)
	SELECT g.account_id, r.role, z.region, g.from_at
	FROM role_grant g JOIN city z ON z.slug = 'shaoyang'
	JOIN (SELECT 'pay.prepare' AS role UNION SELECT 'pay.approve') r
	WHERE g.account_id IN (${preparer_id}, ${approver_id}) AND g.role LIKE 'pay.%'`);

const posts = (await site.sql(`SELECT p.ref, p.id FROM post p
	WHERE p.listed = 'open' AND p.form = 'money' AND p.plugin = 'donations' AND p.pending_fen = 0
	AND p.target_fen - p.taken_fen > 15000 AND p.city = (SELECT region FROM city WHERE slug = 'shaoyang')
	AND NOT EXISTS (SELECT 1 FROM payout o WHERE o.post_id = p.id
		AND o.requested_at > UTC_TIMESTAMP(3) - INTERVAL 7 DAY)
	ORDER BY p.sent_fen, p.id`)).map(([ref, id]) => ({ ref, id }));
const nextPost = () => posts.shift() ?? assert.fail('the demo has too few open posts in the city');
const takenOf = async ({ id }) => Number(await one(`SELECT taken_fen FROM post WHERE id = ${id}`));
const keptOf = async ({ id }) => Number(await one(`SELECT kept_fen FROM post_kept WHERE post_id = ${id}`));

async function give(post, yuan) {
	const sent = await donor.send(`/pay/give/${post.ref}`,
		{ sum: 'other', other_fen: yuan, words: '', dedication: '', facts_read: 'yes' });

	assert.equal(sent.status, 303, shown(sent.text));
	const at_gateway = sent.headers.get('location');

	await new Visitor(site).send(at_gateway, { play: 'pay' });
	const order = at_gateway.split('/').at(-1);

	await until(20, async () => await one(`SELECT state FROM payment WHERE number = '${order}'`) === 'succeeded');
	return order;
}

const ask = (order, fields, who = donor) =>
	who.send(`/pay/gifts/${order}/refund`, { part_fen: '', way: 'channel', why: '', ...fields });
const refundOf = (order) => one(`SELECT f.id FROM refund f JOIN payment p ON p.id = f.payment_id
	WHERE p.number = '${order}' ORDER BY f.id DESC LIMIT 1`);
const stateOf = (refund) => one(`SELECT state FROM refund WHERE id = ${refund}`);
const agree = (who, refund) => who.send(`/pay/refunds/${refund}`, {}, `/pay/refunds/${refund}/agree`);

test('acceptance 8: of 100.00, 60.00 given back, 40.01 is refused and 40.00 passes', async () => {
	const post = nextPost(), before = await takenOf(post), kept = await keptOf(post);
	const order = await give(post, '100');

	assert.match((await donor.ask(`/pay/gifts/${order}/refund`)).text, /value="100"/);
	assert.equal((await ask(order, { part_fen: '60', why: '重复了' })).status, 303);
	const first = await refundOf(order);

	// it is kept out of payouts while somebody decides, and shown as asked for
	assert.equal(await keptOf(post), kept + 4000);
	assert.equal(await takenOf(post), before + 10000);
	assert.match(shown((await donor.ask(`/pay/gifts/${order}/refund`)).text), /等待审批/);
	const refused = await ask(order, { part_fen: '40.01' });

	assert.equal(refused.status, 422);
	assert.match(shown(refused.text), /已不能全部退回/);
	assert.match(refused.text, /value="40\.01"/);

	// who asks does not decide, nor who has no such role
	assert.equal((await donor.ask(`/pay/refunds/${first}`)).status, 403);
	assert.match((await approver.ask('/pay/refunds')).text, new RegExp(`/pay/refunds/${first}"`));
	assert.match(shown((await approver.ask(`/pay/refunds/${first}`)).text), /重复了/);
	assert.equal((await agree(approver, first)).status, 303);
	await until(20, async () => await stateOf(first) === 'succeeded');
	// the gateway takes parts a minute apart
	await site.sql(`UPDATE refund SET sent_at = sent_at - INTERVAL 2 MINUTE WHERE id = ${first}`);
	assert.equal(await takenOf(post), before + 4000);

	assert.equal((await ask(order, { part_fen: '40' })).status, 303);
	assert.equal((await agree(approver, await refundOf(order))).status, 303);
	await until(20, async () => await stateOf(await refundOf(order)) === 'succeeded');
	assert.equal(await takenOf(post), before);
	assert.match(shown((await donor.ask(`/pay/gifts/${order}/refund`)).text), /已全部拨付给受助家庭，或已经退回/);
});

test('what a payout has taken does not come back, and what is asked for is not paid out', async () => {
	const post = nextPost(), kept = await keptOf(post);
	const order = await give(post, '120');

	assert.equal((await ask(order, { part_fen: '20' })).status, 303);
	const prepared = await preparer.send(`/pay/payouts/posts/${post.ref}`);

	assert.equal(prepared.status, 303, shown(prepared.text));
	const payout = prepared.headers.get('location').split('/').at(-1);

	assert.equal(Number(await one(`SELECT fen FROM payout WHERE id = ${payout}`)), kept + 10000);
	assert.match(shown((await donor.ask(`/pay/gifts/${order}/refund`)).text), /已全部拨付给受助家庭，或已经退回/);
	const refund = await refundOf(order);
	const declined = await approver.send(`/pay/refunds/${refund}`, { decline_reason: '' },
		`/pay/refunds/${refund}/decline`);

	assert.equal(declined.status, 422);
	assert.equal((await approver.send(`/pay/refunds/${refund}`, { decline_reason: '家里等着用' },
		`/pay/refunds/${refund}/decline`)).status, 303);
	assert.match(shown((await donor.ask(`/pay/gifts/${order}/refund`)).text), /未同意.*家里等着用/);
	assert.equal((await agree(approver, refund).catch(() => ({ status: 'no form' }))).status, 'no form');
	assert.equal(await keptOf(post), 2000);
});

test('above 1,000 yuan two people agree, and nobody twice', async () => {
	const [ref, id] = (await site.sql(`SELECT p.ref, p.id FROM post p WHERE p.listed = 'open' AND p.form = 'money'
		AND p.plugin = 'donations' AND p.pending_fen = 0 AND p.target_fen - p.taken_fen > 100100
		AND p.city = (SELECT region FROM city WHERE slug = 'shaoyang') ORDER BY p.id LIMIT 1`))[0];
	const order = await give({ ref, id }, '1000.01');

	assert.equal((await ask(order, { part_fen: '1000.01', way: 'wallet' })).status, 303);
	const refund = await refundOf(order);

	assert.equal((await agree(approver, refund)).status, 303);
	assert.equal(await stateOf(refund), 'requested');
	assert.match(shown((await approver.ask(`/pay/refunds/${refund}`)).text), /您已同意，还须另一人同意/);
	assert.equal((await agree(preparer, refund)).status, 303);
	assert.equal(await stateOf(refund), 'succeeded');
	assert.match(shown((await donor.ask('/pay/wallet')).text), /1,000\.01/);
});

test('what is in the wallet is given again, at once and once', async () => {
	const post = nextPost(), before = await takenOf(post), address = `/pay/give/${post.ref}`;
	const page = await donor.ask(address);

	assert.match(shown(page.text), /从我的钱包支付/);
	const form = { ...donor.secrets(page, address), sum: 'other', other_fen: '100.01', words: '', dedication: '',
		from_wallet: 'yes' };
	const answers = await Promise.all([1, 2].map(() => donor.post(address, form)));

	assert.deepEqual(answers.map(({ status }) => status), [303, 303]);
	assert.equal(answers[0].headers.get('location'), answers[1].headers.get('location'));
	assert.equal(await takenOf(post), before + 10001);
	assert.match((await donor.ask(answers[0].headers.get('location'))).text, /\/pay\/receipts\//);
	assert.match(shown((await donor.ask('/pay/wallet')).text), /再次捐出/);

	const short = await donor.send(address, { sum: 'other', other_fen: '49999', words: '', dedication: '',
		facts_read: 'yes', from_wallet: 'yes' });

	assert.equal(short.status, 422);
	assert.match(shown(short.text), /您钱包里的钱不够这么多/);
	assert.match((await family.ask(address)).text, /name="sum"/);
	assert.doesNotMatch((await family.ask(address)).text, /from_wallet/);
});

test('nobody sees or asks back another person’s gift', async () => {
	const order = await give(nextPost(), '10');

	assert.equal((await family.ask(`/pay/gifts/${order}/refund`)).status, 404);
	assert.equal((await new Visitor(site).ask(`/pay/gifts/${order}/refund`)).status, 303);
});

test('all invariants hold afterwards', async () => {
	const verified = await site.bangfu('verify');

	assert.equal(verified.code, 0, verified.out);
});
