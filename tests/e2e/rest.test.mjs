// The end of a help post that was not filled: its family takes what is there, or each donor
// chooses; who does not choose gets the money back; then the post is closed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Visitor } from '../tools/account.mjs';
import { shown } from '../tools/http.mjs';
import { ownSite, until } from '../tools/site.mjs';

const site = await ownSite();
const people = {};

for (const role of ['donor', 'family', 'village', 'other_village', 'township', 'county', 'prepare', 'approve'])
	people[role] = await new Visitor(site).signInAs(role);
const { donor, family, village, prepare, approve } = people;
const one = async (statement) => (await site.sql(statement))[0]?.join(' ');

const posts = (await site.sql(`SELECT p.ref, p.id FROM post p
	WHERE p.listed = 'open' AND p.form = 'money' AND p.plugin = 'donations' AND p.taken_fen = 0
	AND p.pending_fen = 0 AND p.target_fen > 7000 ORDER BY p.target_fen DESC`))
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

// Everything on the list of an office, ticked.
const ticked = Object.fromEntries([1, 2, 3, 4, 5].map((item) => [`item_${item}`, '1']));

// A post of the family that signs in, written and checked.
async function publish() {
	const begun = await family.send('/shaoyang/donations/write', { need_kind: 'necessities', form: 'money' });
	const edit = begun.headers.get('location'), ref = edit.split('/')[4];

	await family.send(edit, { title: '入冬的棉被', story: '去年屋顶漏雨，旧棉被全湿了，一直没有换。', item: `棉被${ref}`,
		target_fen: '300', reason: '没有余钱，亲戚也帮不上。', price_source: '县城集市', story_shown: '1' });
	assert.equal((await family.send(`/shaoyang/donations/posts/${ref}/preview`, { promise: '1' })).status, 303);
	for (const role of ['other_village', 'township', 'county'])
		assert.equal((await people[role].send(`/review/${ref}`, { ...ticked, urgency: '1' }, `/review/${ref}/approve`)).status, 303, role);
	return { ref, id: await one(`SELECT id FROM post WHERE ref = '${ref}'`) };
}

const deadline = ({ id }) => site.sql(`UPDATE post SET deadline_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE id = ${id}`);
const familyIsLate = ({ id }) => site.sql(`UPDATE post_rest SET family_until = UTC_TIMESTAMP(3) WHERE post_id = ${id}`);
const donorsAreAsked = ({ id }) => until(20, async () =>
	await one(`SELECT donors_until IS NOT NULL FROM post_rest WHERE post_id = ${id}`) === '1');
const rest = (order) => `/pay/gifts/${order}/rest`;

test('a post on which nobody gave is over and closed at its deadline, once', async () => {
	const post = nextPost();

	await deadline(post);
	await isState(post, 'closed');
	assert.equal(await one(`SELECT GROUP_CONCAT(to_state ORDER BY step) FROM state_history
		WHERE machine = 'post' AND object_id = ${post.id} AND to_state IN ('expired', 'closed')`), 'expired,closed');
});

test('donors choose another family or the wallet, and who does not choose gets the money back', async () => {
	const post = nextPost(), other = nextPost();
	const moved = await give(donor, post, '30.01'), kept = await give(village, post, '20'),
		silent = await give(family, post, '10.02');

	await deadline(post);
	await isState(post, 'expired');
	await familyIsLate(post);
	await donorsAreAsked(post);
	assert.match(shown((await donor.ask(`/pay/orders/${moved}`)).text), /这条求助已结束/);
	assert.match(shown((await donor.ask(rest(moved))).text), /¥30\.01/);
	assert.equal((await village.ask(rest(moved))).status, 404);

	// to a post that is not there, then to one that is
	const refused = await donor.send(rest(moved), { what: 'move', to_ref: 'ZZZZZZZZZZ' });

	assert.equal(refused.status, 422);
	assert.match(shown(refused.text), /没有这个编号/);
	assert.match(refused.text, /value="ZZZZZZZZZZ"/);
	assert.equal((await donor.send(rest(moved), { what: 'move', to_ref: other.ref })).status, 303);
	assert.equal(await one(`SELECT taken_fen FROM post WHERE id = ${other.id}`), '3001');
	assert.match(shown((await donor.ask(rest(moved))).text), /您已转给另一个家庭/);
	assert.equal((await village.send(rest(kept), { what: 'wallet', to_ref: '' })).status, 303);
	assert.match(shown((await village.ask('/pay/wallet')).text), /¥20/);

	await site.sql(`UPDATE post_rest SET donors_until = UTC_TIMESTAMP(3) WHERE post_id = ${post.id}`);
	await isState(post, 'closed');
	assert.match(shown((await family.ask(rest(silent))).text), /原路退回/);
	assert.equal(await one(`SELECT balance_fen FROM ledger_account WHERE code = 'escrow:${post.id}'`), '0');
	await until(20, async () => await one(`SELECT f.state FROM refund f JOIN payment p ON p.id = f.payment_id
		WHERE p.number = '${silent}'`) === 'succeeded');
});

test('a family ends its post, takes what is there, and donors are not asked', async () => {
	const post = await publish();

	await give(donor, post, '60');
	const ended = await family.send(`/mine/${post.ref}`, {}, `/mine/${post.ref}/end`);

	assert.equal(ended.status, 303, shown(ended.text));
	assert.equal(await stateOf(post), 'expired');
	assert.match(shown((await family.ask(`/mine/${post.ref}`)).text), /已有的款项怎么办/);
	assert.equal((await donor.send(`/pay/give/${post.ref}`,
		{ sum: '10' }).catch(() => ({ status: 'no form' }))).status, 'no form');
	assert.equal((await family.send(`/mine/${post.ref}`, {}, `/mine/${post.ref}/rest`)).status, 303);
	assert.match(shown((await family.ask(`/mine/${post.ref}`)).text), /款项将拨付给您/);

	// 60 yuan are paid out although the post did not fill, confirmed, and the post is closed
	const prepared = await prepare.send(`/pay/payouts/posts/${post.ref}`);

	assert.equal(prepared.status, 303, shown(prepared.text));
	const payout = prepared.headers.get('location').split('/').at(-1);

	assert.equal((await approve.send(`/pay/payouts/${payout}`, {}, `/pay/payouts/${payout}/approve`)).status, 303);
	await until(30, async () => await one(`SELECT state FROM payout WHERE id = ${payout}`) === 'confirmed');
	assert.equal(await stateOf(post), 'expired');
	const delivery = await one(`SELECT id FROM delivery WHERE payout_id = ${payout}`);

	assert.equal((await family.send(`/mine/deliveries/${delivery}`, {}, `/mine/deliveries/${delivery}/confirm`)).status, 303);
	await isState(post, 'closed');
	assert.equal(await one(`SELECT COUNT(*) FROM rest_choice WHERE post_id = ${post.id}`), '0');
});

test('a family that leaves it to the donors, and donors of a post that the county ends', async () => {
	const post = await publish();
	const order = await give(donor, post, '55');

	await family.send(`/mine/${post.ref}`, {}, `/mine/${post.ref}/end`);
	const page = await family.ask(`/mine/${post.ref}`);
	const leave = [...page.text.matchAll(/<form[^>]*rest".*?<\/form>/gs)].map(([form]) => form)
		.find((form) => form.includes('"leave"'));
	const fields = Object.fromEntries([...leave.matchAll(/name="([^"]+)" (?:type="hidden" )?value="([^"]*)"/g)]
		.map(([, name, value]) => [name, value]));

	assert.equal((await family.post(`/mine/${post.ref}/rest`, { ...fields, rest: 'leave' })).status, 303);
	await donorsAreAsked(post);
	assert.equal((await donor.send(rest(order), { what: 'back', to_ref: '' })).status, 303);
	await isState(post, 'closed');
});

test('what a post that the county ends has kept goes to its donors, a payout under way as well', async () => {
	const post = await publish();
	const order = await give(donor, post, '70');
	const prepared = await prepare.send(`/pay/payouts/posts/${post.ref}`);
	const payout = prepared.headers.get('location').split('/').at(-1);

	assert.equal((await people.county.send(`/review/${post.ref}`, { case_number: 'K-2026-7',
		public_text: '正在核实一条反映' }, `/review/${post.ref}/suspend`)).status, 303);
	await site.sql(`INSERT INTO role_grant (account_id, role, region, from_at)
		SELECT o.prepared_by, 'county', p.county, UTC_TIMESTAMP(3) FROM payout o JOIN post p ON p.id = o.post_id
		WHERE o.id = ${payout}`);
	for (const who of [people.county, prepare])
		assert.equal((await who.send(`/review/${post.ref}`, { wish: 'cancel', end_reason: '反映属实' },
			`/review/${post.ref}/end`)).status, 303);
	assert.equal(await stateOf(post), 'cancelled');
	await donorsAreAsked(post);
	assert.equal(await one(`SELECT state FROM payout WHERE id = ${payout}`), 'cancelled');
	assert.match(shown((await donor.ask(rest(order))).text), /¥70/);
	assert.equal((await donor.send(rest(order), { what: 'back', to_ref: '' })).status, 303);
	await isState(post, 'closed');
});

test('all invariants hold afterwards', async () => {
	const verified = await site.bangfu('verify');

	assert.equal(verified.code, 0, verified.out);
	assert.match(verified.out, /choice_was_done|rest/);
});
