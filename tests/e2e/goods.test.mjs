// Goods from the post to the family: promised, sent, counted; what is refused, and what lapses by
// itself. The books agree behind all of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Visitor } from '../tools/account.mjs';
import { get, shown } from '../tools/http.mjs';
import { ownSite, until } from '../tools/site.mjs';

const site = await ownSite();
const donor = await new Visitor(site).signInAs('donor');
const family = await new Visitor(site).signInAs('family');
const manager = await new Visitor(site).signInAs('village');

// Posts that ask for goods and of which nothing is promised yet, each for one test.
const posts = (await site.sql(`SELECT p.ref, p.quantity, p.id, p.household_id, p.village, z.slug FROM post p
	JOIN city z ON z.region = p.city
	JOIN capacity c ON c.post_id = p.id AND c.kind = 'goods_line'
	WHERE p.listed = 'open' AND p.form = 'goods' AND p.plugin = 'donations'
	AND c.open_sum + c.taken_sum = 0 AND p.quantity BETWEEN 2 AND 40 ORDER BY p.quantity, p.id`))
	.map(([ref, quantity, id, household, village, slug]) =>
		({ ref, quantity: Number(quantity), id, household, village, slug }));
const nextPost = () => posts.shift() ?? assert.fail('the demo has too few open posts');
const promiseAddress = ({ ref }) => `/pay/goods/give/${ref}`;

const publicAddress = ({ slug, ref }) => `/${slug}/donations/posts/${ref}`;

const promise = (post, quantity, fields = {}, visitor = donor) =>
	visitor.send(promiseAddress(post), { quantity, words: '', ...fields });
const leftOf = async (post) => Number((await site.sql(
	`SELECT total - open_sum - taken_sum FROM capacity WHERE post_id = ${post.id}`))[0][0]);
const stateOf = async (id) => (await site.sql(`SELECT state FROM pledge WHERE id = ${id}`))[0][0];
const phaseOf = async (post) => (await site.sql(`SELECT phase FROM post WHERE id = ${post.id}`))[0][0];
const actOn = (visitor, id, act, fields = {}) =>
	visitor.send(`/pay/goods/pledges/${id}`, fields, `/pay/goods/pledges/${id}/${act}`);
const arrive = (visitor, id, fields) => visitor.send(`/pay/goods/arrivals/${id}`, fields);

// Promises so many and answers the number of the promise.
async function promised(post, quantity, fields = {}) {
	const sent = await promise(post, quantity, fields);

	assert.equal(sent.status, 303);
	const [, id] = sent.headers.get('location').match(/^\/pay\/goods\/pledges\/(\d+)$/);

	return id;
}

// The demo's family becomes the one that asks, and the demo's manager the one of its village.
async function meet(post) {
	await site.sql(`UPDATE household_account SET household_id = ${post.household}, person_id =
		(SELECT person_id FROM membership WHERE household_id = ${post.household} AND role = 'head'
			AND to_at IS NULL)`);
	await site.sql(`INSERT INTO role_grant (account_id, role, region, from_at)
		SELECT g.account_id, 'village', ${post.village}, g.from_at FROM role_grant g
		JOIN session s ON s.account_id = g.account_id WHERE g.role = 'village'
		AND NOT EXISTS (SELECT 1 FROM role_grant o WHERE o.account_id = g.account_id
			AND o.region = ${post.village}) LIMIT 1`);
}

const told = (visitor, words) =>
	until(10, async () => words.test(shown((await visitor.ask('/account/notices')).text)));

// ---- promising -------------------------------------------------------------------------------

test('a post that asks for goods leads to the form, and who is signed out to the sign-in', async () => {
	const page = await get(site, publicAddress(posts[0]));
	const answer = await get(site, promiseAddress(posts[0]));

	assert.ok(page.text.includes(`href="${promiseAddress(posts[0])}"`));
	assert.equal(answer.status, 303);
	assert.equal(answer.headers.get('location'),
		`/account/sign-in?back=${encodeURIComponent(promiseAddress(posts[0]))}`);
});

test('who has promised nothing, or waits for nothing, is told what to do', async () => {
	assert.match(shown((await donor.ask('/pay/goods/')).text), /您还没有认领过物品/);
	assert.match(shown((await donor.ask('/en/pay/goods/')).text), /You have not promised any goods yet/);
	assert.match(shown((await family.ask('/pay/goods/arrivals')).text), /目前没有在途物品/);
	assert.equal((await donor.ask('/pay/goods/arrivals')).status, 403);
});

test('a refused promise says why beside its field, keeps what was typed and holds nothing', async () => {
	const post = posts[0];

	for (const [quantity, words] of [['', /数量/], ['0', /数量/], ['-1', /数量/], ['1.5', /数量/],
		['x', /数量/], [String(post.quantity + 1), /剩余数量少于您想认领的数量/]]) {
		const page = await promise(post, quantity, { words: '保重' });

		assert.equal(page.status, 422, quantity);
		assert.match(page.text, /id="promise_send-quantity-message"/);
		assert.match(shown(page.text), words);
		assert.ok(page.text.includes('value="保重"'), 'the words are kept');
	}
	assert.equal(await leftOf(post), post.quantity);
});

test('a family cannot promise to itself', async () => {
	const post = nextPost(), another = promiseAddress(posts.at(-1));
	const form = family.secrets(await family.ask(another), another);

	await meet(post);
	const answer = await family.post(promiseAddress(post), { ...form, quantity: 1, words: '' });

	assert.equal(answer.status, 422);
	assert.match(shown(answer.text), /这是您自己的家庭/);
	assert.equal(await leftOf(post), post.quantity);
});

test('a form that is sent twice at once promises once', async () => {
	const post = nextPost();
	const page = await donor.ask(promiseAddress(post));
	const form = { ...donor.secrets(page, promiseAddress(post)), quantity: 1, words: '' };
	const answers = await Promise.all([1, 2, 3, 4].map(() => donor.post(promiseAddress(post), form)));

	assert.deepEqual(answers.map((answer) => answer.status), [303, 303, 303, 303]);
	assert.equal(new Set(answers.map((answer) => answer.headers.get('location'))).size, 1);
	assert.equal(await leftOf(post), post.quantity - 1);
	assert.equal((await donor.post(promiseAddress(post), { ...form, quantity: 2 })).status, 409);
	assert.equal(await leftOf(post), post.quantity - 1);
});

// ---- all the way -----------------------------------------------------------------------------

test('goods go from the post to the family, and the post is met', async () => {
	const post = nextPost();

	await meet(post);
	const id = await promised(post, post.quantity, { words: '注意保暖' });

	assert.equal(await leftOf(post), 0);
	const full = await promise(post, 1).catch(() => donor.ask(promiseAddress(post)));

	assert.match(shown(full.text), /目前已全部被认领/);
	const before = await donor.ask(`/pay/goods/pledges/${id}`);

	assert.doesNotMatch(before.text, /村民委员会/, 'no address before a look');
	for (let looks = 1; looks <= 2; looks++) {
		const seen = await actOn(donor, id, 'address');

		assert.equal(seen.status, 200);
		assert.match(shown(seen.text), new RegExp(`村民委员会.*${post.ref}`, 's'));
		assert.equal((await site.sql(`SELECT COUNT(*) FROM event WHERE type = 'pledge.address_seen'
			AND subject_id = ${id}`))[0][0], String(looks));
	}
	assert.match(shown((await actOn(donor, id, 'dispatch', { way: 'courier', courier_number: '' })).text),
		/请填写快递单号/);
	assert.equal(await stateOf(id), 'claimed');
	assert.equal((await actOn(donor, id, 'dispatch',
		{ way: 'courier', courier_number: 'SF1234567890' })).status, 303);
	assert.equal(await phaseOf(post), 'full');
	assert.match(shown((await family.ask('/pay/goods/arrivals')).text), /在途.*SF1234567890/s);
	const many = await arrive(family, id, { quantity: post.quantity + 1 });

	assert.equal(many.status, 422);
	assert.match(shown(many.text), /请重新清点/);
	assert.equal((await arrive(family, id, { quantity: post.quantity })).status, 303);
	assert.equal(await phaseOf(post), 'met');
	assert.equal((await family.send(`/pay/goods/arrivals/${id}`, { thanks: '孩子们都穿上了，谢谢！' },
		`/pay/goods/arrivals/${id}/thanks`)).status, 303);
	assert.equal(await stateOf(id), 'thanked');
	assert.doesNotMatch((await donor.ask(`/pay/goods/pledges/${id}`)).text, /孩子们/, 'not yet read');
	await site.sql('UPDATE delivery SET thanks_shown = 1 WHERE thanks LIKE \'孩子们%\'');
	assert.match(shown((await donor.ask(`/pay/goods/pledges/${id}`)).text), /全部到达.*孩子们/s);
	assert.match(shown((await get(site, publicAddress(post))).text), /这家的困难已经解决/);
	await told(family, /给您家的物品已在路上/);
	await told(donor, /您寄出的物品已送达/);
});

test('what a manager counts as missing can be promised anew', async () => {
	const post = nextPost();

	await meet(post);
	const id = await promised(post, post.quantity, { anonymous: 'yes' });

	await actOn(donor, id, 'dispatch', { way: 'village_point', courier_number: '' });
	const arrival = await manager.ask(`/pay/goods/arrivals/${id}`);

	assert.match(shown(arrival.text), /匿名捐助人/);
	const unsaid = await arrive(manager, id, { quantity: post.quantity - 1, note: '' });

	assert.equal(unsaid.status, 422);
	assert.match(shown(unsaid.text), /请填写物品交给了谁/);
	assert.equal((await arrive(manager, id, { quantity: post.quantity - 1, note: '在村部交给本人' })).status, 303);
	assert.equal(await phaseOf(post), 'open');
	assert.equal(await leftOf(post), 1);
	assert.match(shown((await donor.ask(`/pay/goods/pledges/${id}`)).text), /缺少的部分可以重新认领/);
});

test('what does not arrive is looked into by the county, and given back', async () => {
	const post = nextPost();
	const county = await new Visitor(site).signInAs('county');

	await meet(post);
	await site.sql(`UPDATE role_grant SET region = (SELECT county FROM post WHERE id = ${post.id})
		WHERE role = 'county' AND account_id IN (SELECT account_id FROM session)`);
	assert.match(shown((await county.ask('/pay/goods/disputes')).text), /没有待核查的物品/);
	const id = await promised(post, post.quantity);

	await actOn(donor, id, 'dispatch', { way: 'courier', courier_number: 'SF1234567890' });
	const ask = `/pay/goods/arrivals/${id}/dispute`;

	assert.equal((await family.send(`/pay/goods/arrivals/${id}`, { concern: '' }, ask)).status, 422);
	assert.equal((await family.send(`/pay/goods/arrivals/${id}`, { concern: '十天没有收到' }, ask)).status, 303);
	assert.match(shown((await donor.ask(`/pay/goods/pledges/${id}`)).text), /县里正在核查/);
	assert.match(shown((await county.ask('/pay/goods/disputes')).text), /十天没有收到/);
	assert.equal((await manager.ask(`/pay/goods/disputes/${id}`)).status, 403);
	const address = `/pay/goods/disputes/${id}`;

	assert.match(shown((await county.send(address, { arrived: post.quantity + 1, reason: 'x' })).text),
		/不能超过寄出数量/);
	assert.equal((await county.send(address, { arrived: 0, reason: '快递公司已确认丢失' })).status, 303);
	assert.equal(await stateOf(id), 'returned');
	assert.equal(await leftOf(post), post.quantity);
	assert.equal(await phaseOf(post), 'open');
	assert.match(shown((await donor.ask(`/pay/goods/pledges/${id}`)).text), /经县里核查/);
	await told(donor, /您寄出的物品未送达/);
});

// ---- what ends early -------------------------------------------------------------------------

test('a promise that is taken back is free at once, and only once', async () => {
	const post = nextPost();
	const id = await promised(post, 2);
	const page = await donor.ask(`/pay/goods/pledges/${id}`);

	assert.equal((await actOn(donor, id, 'cancel')).status, 303);
	assert.equal(await leftOf(post), post.quantity);
	const dispatch = `/pay/goods/pledges/${id}/dispatch`;
	const late = await donor.post(dispatch,
		{ ...donor.secrets(page, dispatch), way: 'village_point', courier_number: '' });

	assert.equal(late.status, 422);
	const again = await donor.post(`/pay/goods/pledges/${id}/cancel`, donor.secrets(page, dispatch));

	assert.equal(again.status, 409);
	assert.equal(await leftOf(post), post.quantity);
	assert.equal(await stateOf(id), 'cancelled');
	assert.match(shown(late.text), /您已撤回认领/);
});

test('after 72 hours a promise lapses by itself', async () => {
	const post = nextPost();
	const id = await promised(post, 2);
	const page = await donor.ask(`/pay/goods/pledges/${id}`);

	await site.sql(`UPDATE hold SET expires_at = UTC_TIMESTAMP(3)
		WHERE id = (SELECT hold_id FROM pledge WHERE id = ${id})`);
	await until(20, async () => await stateOf(id) === 'lapsed');
	await told(donor, /未在 72 小时内寄出/);
	assert.equal(await leftOf(post), post.quantity);
	const address = `/pay/goods/pledges/${id}/address`;

	assert.equal((await donor.post(address, donor.secrets(page, address))).status, 404, 'no address any more');
	assert.match(shown((await donor.ask(`/pay/goods/pledges/${id}`)).text), /72 小时已过/);
});

test('what belongs to somebody else is not there', async () => {
	const post = nextPost();
	const id = await promised(post, 1);
	const other = await new Visitor(site).signInAs('township');

	assert.equal((await other.ask(`/pay/goods/pledges/${id}`)).status, 404);
	assert.equal((await family.ask(`/pay/goods/arrivals/${id}`)).status, 404, 'another family');
	for (const path of [`/pay/goods/pledges/${id}/cancel`, `/pay/goods/pledges/${id}/address`])
		assert.ok([403, 404].includes((await other.post(path, {})).status), path);
	assert.equal(await stateOf(id), 'claimed');
});

test('the books agree behind all of this', async () => {
	const { code, text } = await site.bangfu('verify');

	assert.equal(code, 0, text.split('\n').filter((line) => !/ 0 broken/.test(line)).join('\n'));
});
