// Money that is left at the end of a help post finds its way whatever happens beside it: a donor
// asks in two ways, is refused, or a payout is taken back late.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Visitor } from '../tools/account.mjs';
import { shown } from '../tools/http.mjs';
import { ownSite, until } from '../tools/site.mjs';

const site = await ownSite();
const people = {};

for (const role of ['donor', 'village', 'prepare', 'approve'])
	people[role] = await new Visitor(site).signInAs(role);
const { donor, village, prepare, approve } = people;
const one = async (statement) => (await site.sql(statement))[0]?.join(' ');
const [, , prepare_id, approve_id] =
	(await site.sql('SELECT account_id FROM session ORDER BY id')).flat();

// The county has few posts in so small a demo, so they do it everywhere.
await site.sql(`INSERT IGNORE INTO role_grant (account_id, role, region, from_at)
	SELECT a.id, r.role, z.region, UTC_TIMESTAMP(3) - INTERVAL 1 DAY FROM account a
	JOIN city z
	JOIN (SELECT 'pay.prepare' AS role UNION SELECT 'pay.approve') r
	WHERE a.id IN (${prepare_id}, ${approve_id})`);

const posts = (await site.sql(`SELECT p.ref, p.id FROM post p
	WHERE p.listed = 'open' AND p.form = 'money' AND p.plugin = 'donations' AND p.pending_fen = 0
	AND p.taken_fen = 0 AND p.target_fen > 6000 ORDER BY p.target_fen DESC`))
	.map(([ref, id]) => ({ ref, id }));
const nextPost = () => posts.shift() ?? assert.fail('the demo has too few posts without a gift');
const stateOf = ({ id }) => one(`SELECT state FROM post WHERE id = ${id}`);
const isState = (post, state) => until(20, async () => await stateOf(post) === state);

async function give(who, post, yuan) {
	const sent = await who.send(`/pay/give/${post.ref}`,
		{ sum: 'other', other_fen: yuan, words: '', dedication: '', facts_read: 'yes' });

	assert.equal(sent.status, 303, shown(sent.text));
	const at_gateway = sent.headers.get('location');

	await new Visitor(site).send(at_gateway, { play: 'pay' });
	const order = at_gateway.split('/').at(-1);

	await until(20, async () => await one(`SELECT state FROM payment WHERE number = '${order}'`) === 'succeeded');
	return order;
}

const deadline = ({ id }) => site.sql(`UPDATE post SET deadline_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE id = ${id}`);
const familyIsLate = ({ id }) => site.sql(`UPDATE post_rest SET family_until = UTC_TIMESTAMP(3) WHERE post_id = ${id}`);
const donorsAreLate = ({ id }) => site.sql(`UPDATE post_rest SET donors_until = UTC_TIMESTAMP(3) WHERE post_id = ${id}`);
const donorsAreAsked = ({ id }) => until(20, async () =>
	await one(`SELECT donors_until IS NOT NULL FROM post_rest WHERE post_id = ${id}`) === '1');
const askBack = (who, order, fields) =>
	who.send(`/pay/gifts/${order}/refund`, { part_fen: '', way: 'channel', why: '', ...fields });
const refundOf = (order) => one(`SELECT f.id FROM refund f JOIN payment p ON p.id = f.payment_id
	WHERE p.number = '${order}' ORDER BY f.id LIMIT 1`);
const escrowOf = ({ id }) => one(`SELECT balance_fen FROM ledger_account WHERE code = 'escrow:${id}'`);

async function end(post) {
	await deadline(post);
	await isState(post, 'expired');
	await familyIsLate(post);
}

test('a donor who asks for the money back beside the choice holds nobody else up', async () => {
	const post = nextPost(), other = nextPost();
	const order = await give(donor, post, '30'), silent = await give(village, other, '20');

	const address = `/pay/gifts/${order}/refund`;
	const form = donor.secrets(await donor.ask(address), address);

	await end(post);
	await donorsAreAsked(post);
	// with the form of before; the page of now leads to the choice
	const asked = await donor.post(address, { ...form, part_fen: '10', way: 'channel', why: '' });

	assert.equal(asked.status, 422);
	assert.match(shown(asked.text), /这条求助已结束。请在您这笔捐款的页面上选择/);
	const now = (await donor.ask(address)).text;

	assert.match(now, new RegExp(`/pay/gifts/${order}/rest`));
	assert.doesNotMatch(now, /name="part_fen"/);
	await end(other);
	await donorsAreAsked(other);
	await donorsAreLate(post);
	await donorsAreLate(other);
	await isState(other, 'closed');
	await until(20, async () => await one(`SELECT f.state FROM refund f JOIN payment p ON p.id = f.payment_id
		WHERE p.number = '${silent}'`) === 'succeeded');
	await isState(post, 'closed');
	assert.equal(await escrowOf(post), '0');
});

test('what a donor was refused is asked about as well', async () => {
	const post = nextPost(), order = await give(donor, post, '40');

	assert.equal((await askBack(donor, order, { part_fen: '40' })).status, 303);
	await end(post);
	assert.equal((await approve.send(`/pay/refunds/${await refundOf(order)}`, { decline_reason: '家里等着用' },
		`/pay/refunds/${await refundOf(order)}/decline`)).status, 303);
	await donorsAreAsked(post);
	await donorsAreLate(post);
	await isState(post, 'closed');
	assert.equal(await escrowOf(post), '0');
});

test('a payout that is taken back after the end goes to the donors', async () => {
	const post = nextPost();

	await give(donor, post, '60');
	const prepared = await prepare.send(`/pay/payouts/posts/${post.ref}`);

	assert.equal(prepared.status, 303, shown(prepared.text));
	const payout = prepared.headers.get('location').split('/').at(-1);

	await end(post);
	// the job passes it over while the payout is not decided about: a later post is asked first
	const later = nextPost();

	await give(village, later, '10');
	await end(later);
	await donorsAreAsked(later);
	assert.equal(await one(`SELECT donors_until IS NULL FROM post_rest WHERE post_id = ${post.id}`), '1');
	assert.equal((await prepare.send(`/pay/payouts/${payout}`, { cancel_reason: '户主要求' },
		`/pay/payouts/${payout}/cancel`)).status, 303);
	await donorsAreAsked(post);
	await donorsAreLate(post);
	await isState(post, 'closed');
	assert.equal(await escrowOf(post), '0');
});

test('all invariants hold afterwards', async () => {
	const verified = await site.bangfu('verify');

	assert.equal(verified.code, 0, verified.out);
});
