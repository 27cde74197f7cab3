// Every route of every server, for every sign-in of the demo, on an object of their own, of
// somebody else, of another region, and on one that is not there. The rows come from `bangfu routes
// --json`: a route that is not named below fails the test, and so does a name that is no route.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demo_phones, Visitor } from '../tools/account.mjs';
import { ownSite } from '../tools/site.mjs';

const site = await ownSite();
const lines = (await site.bangfu('routes', '--json')).out.trim().split('\n');
const routes = lines.map((line) => JSON.parse(line)).filter(({ message }) => !message);

// What each sign-in is, as routes say it: everybody signed in is that as well.
const roles = {
	nobody: [], donor: [], family: ['family'], village: ['village'], other_village: ['village'],
	township: ['township'], county: ['county'], prepare: ['pay.prepare'], approve: ['pay.approve'],
	city: ['city', 'config'], province: ['province', 'config'], inspector: ['inspector'],
	national: ['national'],
};
const visitors = { nobody: new Visitor(site) };

for (const role of Object.keys(roles).filter((one) => one !== 'nobody'))
	visitors[role] = await new Visitor(site).signInAs(role);

// ---- the objects ---------------------------------------------------------------------------------

const one = async (statement) => (await site.sql(statement))[0]?.[0];
const shaoyang = 430500, bijie = 520500;

// Objects of another province, which nobody of the demo's sign-ins has to do with: for everybody who
// may use the route they answer as what is not there.
const foreign = {
	post: await one(`SELECT ref FROM post WHERE city = ${bijie} AND listed = 'open'
		AND form = 'money' ORDER BY id LIMIT 1`),
	draft: await one(`SELECT ref FROM post WHERE city = ${bijie} AND phase = 'review' LIMIT 1`),
	delivery: await one(`SELECT d.id FROM delivery d JOIN household h ON h.id = d.household_id
		WHERE h.city = ${bijie} LIMIT 1`),
	pledge: await one(`SELECT p.id FROM pledge p WHERE p.city = ${bijie} LIMIT 1`),
	payout: await one(`SELECT o.id FROM payout o JOIN household h ON h.id = o.household_id
		WHERE h.city = ${bijie} LIMIT 1`),
	step: await one(`SELECT s.id FROM review_step s JOIN post p ON p.id = s.post_id
		WHERE p.city = ${bijie} AND s.state = 'open' LIMIT 1`),
	person: await one(`SELECT g.account_id FROM role_grant g WHERE g.role = 'city' AND g.region = ${bijie}`),
	grant: await one(`SELECT g.id FROM role_grant g WHERE g.role = 'city' AND g.region = ${bijie}`),
	household: await one(`SELECT h.id FROM household h WHERE h.city = ${bijie} LIMIT 1`),
	payee: await one(`SELECT e.id FROM payee_account e JOIN household h ON h.id = e.household_id
		WHERE h.city = ${bijie} LIMIT 1`),
	appeal: 999999999,
	refund: await one(`SELECT f.id FROM refund f JOIN payment p ON p.id = f.payment_id JOIN post q ON q.id = p.post_id
		WHERE q.city = ${bijie} LIMIT 1`) ?? 999999999,
	order: await one(`SELECT p.number FROM payment p JOIN post q ON q.id = p.post_id
		WHERE q.city = ${bijie} LIMIT 1`),
};
const county = `(SELECT g.region FROM role_grant g JOIN session s ON s.account_id = g.account_id
	WHERE g.role = 'county' LIMIT 1)`;
const village = `(SELECT g.region FROM role_grant g JOIN session s ON s.account_id = g.account_id
	WHERE g.role = 'village' LIMIT 1)`;
const of_county = await one(`SELECT ref FROM post WHERE county = ${county} AND listed = 'open' LIMIT 1`);
const of_village = await one(`SELECT p.ref FROM post p WHERE p.village = ${village} AND p.opened_at
	IS NOT NULL AND p.submitter_id IN (SELECT account_id FROM session) LIMIT 1`);
const payout = await one(`SELECT o.id FROM payout o JOIN household h ON h.id = o.household_id
	WHERE h.county = ${county} AND o.kind = 'help' LIMIT 1`);
const own = [
	['county', `/review/${of_county}`],
	['village', `/mine/${of_village}`],
	['prepare', `/pay/payouts/${payout}`],
	['approve', `/pay/payouts/${payout}`],
	...['city', 'province', 'inspector', 'national'].flatMap((role) =>
		[[role, `/console/cities/${shaoyang}`], [role, `/console/cities/${shaoyang}/donations`]]),
];

// Something good for each field that any form has, so that only the object can be refused.
const fields = {
	version: 1, step: foreign.step, field: 'title', return_reason: 'x', reason_code: 'untrue', reject_reason: 'x',
	urgency: 1, appeal: foreign.appeal, appeal_text: 'x', outcome: 'upheld', outcome_reason: 'x', case_number: 'x',
	public_text: 'x', need: 'medical', value: 1, wish: 'lift', end_reason: 'x', stays: of_county, confirm_reason: 'x', thanks: 'x',
	thanks_outcome: 'show', connection_wish: 'ended', update_words: 'x', withdraw_reason: 'x', switch_reason: 'x', quantity: 1, words: 'x', sum: 10,
	cancel_reason: 'x', received_quantity: 1, way: 'village_point', title: 'x', promise: 1, name: 'x',
	thanks_outcome: 'show', withdraw_reason: 'x', switch_reason: 'x', quantity: 1, words: 'x', sum: 10,
	cancel_reason: 'x', received_quantity: 1, way: 'village_point', title: 'x', promise: 1, alt: 'xx', consent: 1, picture_id: 1, name: 'x',
	phone: '13800000000', address: 'x', evidence: 'x', reason: 'x', settle_reason: 'x', code: '123456',
	rest: 'leave', part_fen: 1, what: 'wallet', decline_reason: 'x', holder: '钟**', card_number: '9999000000000000', refuse_reason: 'x',
	checklist: 1, evidence: '0'.repeat(64),
	dispute_reason: 'x', arrived: 0, need_kind: 'medical', form: 'money', handle: '10000000001', role: 'county', password: 'a-long-password',
};
const tokens = {};

for (const role of Object.keys(roles).filter((role) => role !== 'nobody')) {
	const page = await visitors[role].ask('/account/sign-out');

	tokens[role] = visitors[role].secrets(page, '/account/sign-out');
}
const books = async () => (await site.sql(`SELECT (SELECT COUNT(*) FROM state_history),
	(SELECT COUNT(*) FROM event), (SELECT COUNT(*) FROM review_step WHERE decided_at IS NOT NULL),
	(SELECT SUM(version) FROM post), (SELECT SUM(version) FROM city_plugin),
	(SELECT COUNT(*) FROM payment_stop), (SELECT COUNT(*) FROM setting), (SELECT COUNT(*) FROM payment), (SELECT COUNT(*) FROM payout),
	(SELECT COUNT(*) FROM delivery WHERE confirmed_at IS NOT NULL), (SELECT COUNT(*) FROM suspension),
	(SELECT COUNT(*) FROM appeal), (SELECT COUNT(*) FROM role_grant), (SELECT COUNT(*) FROM hold)`))[0];
const before = await books();

test('the demo has the objects that are asked for', () => {
	for (const [name, value] of Object.entries(foreign))
		assert.ok(value, `foreign ${name}`);
	for (const [role, address] of own)
		assert.doesNotMatch(address, /undefined/, role);
	assert.equal(new Set(lines.map((line) => `${JSON.parse(line).method} ${JSON.parse(line).path}`)).size,
		lines.length, 'no address stands twice');
});

// ---- what is expected ------------------------------------------------------------------------------

/*
 * For each path: nothing where it names no object; else a foreign one. `reads` says who finds the
 * foreign one in spite of that (visitors' pages, and what is given to strangers by design), and what
 * the answer is then. `answers`: what a GET of somebody who may answers, where it is not 200.
 */
const MISSING = 404;
const anybody = Object.keys(roles);
const object = (address) => ({ address });
const everybodys = (address, answers = 200) => ({ address, reads: anybody, answers });
const review = (rest = '') => object(`/review/${foreign.post}${rest}`);
const console_city = (rest = '') => ({ address: `/console/cities/${bijie}${rest}`, reads: ['national'] });
const plain = {};
const expectations = {
	'GET /': plain, 'GET /search': plain, 'GET /about': plain, 'GET /help': plain,
	'GET /open-accounts': plain,
	'GET /view/{display}': { address: '/view/normal', answers: 303 },
	'GET /demo/outbox': { answers: 303 },
	'GET /mine': plain,
	'GET /mine/{ref}': object(`/mine/${foreign.draft}`),
	'POST /mine/{ref}/withdraw': object(`/mine/${foreign.draft}/withdraw`),
	'POST /mine/{ref}/end': object(`/mine/${foreign.draft}/end`),
	'POST /mine/{ref}/rest': object(`/mine/${foreign.draft}/rest`),
	'POST /mine/{ref}/appeal': object(`/mine/${foreign.draft}/appeal`),
	'GET /mine/{ref}/pictures': object(`/mine/${foreign.draft}/pictures`),
	'POST /mine/{ref}/pictures/add': object(`/mine/${foreign.draft}/pictures/add`),
	'POST /mine/{ref}/pictures/remove': object(`/mine/${foreign.draft}/pictures/remove`),
	'POST /mine/{ref}/pictures/withdraw': object(`/mine/${foreign.draft}/pictures/withdraw`),
	'GET /mine/deliveries/{delivery}': object(`/mine/deliveries/${foreign.delivery}`),
	'POST /mine/deliveries/{delivery}/confirm': object(`/mine/deliveries/${foreign.delivery}/confirm`),
	'POST /mine/deliveries/{delivery}/thanks': object(`/mine/deliveries/${foreign.delivery}/thanks`),
	'GET /review/thanks': plain,
	'POST /review/thanks/{delivery}': object(`/review/thanks/${foreign.delivery}`),
	'GET /mine/connections': plain,
	'GET /mine/connections/{ref}': object('/mine/connections/0000000000'),
	'POST /mine/connections/{ref}/move': object('/mine/connections/0000000000/move'),
	'POST /mine/connections/{ref}/write': object('/mine/connections/0000000000/write'),
	'GET /mine/connect/{ref}': object(`/mine/connect/${foreign.draft}`),
	'POST /mine/connect/{ref}': object(`/mine/connect/${foreign.draft}`),
	'POST /review/updates/{update}': object('/review/updates/999999999'),
	'GET /review': plain,
	'GET /review/find': { answers: 422 },
	'GET /review/{ref}': review(),
	'POST /review/{ref}/suspend': review('/suspend'),
	'POST /review/{ref}/end': review('/end'),
	'POST /review/{ref}/duplicate': review('/duplicate'),
	'POST /review/{ref}/answer': review('/answer'),
	'POST /review/{ref}/take': review('/take'),
	'POST /review/{ref}/relative': review('/relative'),
	'POST /review/{ref}/approve': review('/approve'),
	'POST /review/{ref}/return': review('/return'),
	'POST /review/{ref}/reject': review('/reject'),
	'POST /review/{ref}/second': review('/second'),
	'POST /review/{ref}/appeal': review('/appeal'),
	'GET /console': plain,
	'GET /console/cities/{where}': console_city(),
	'GET /console/replay': object(`/console/replay?number=${foreign.post}`),
	'GET /console/caps/{where}': object(`/console/caps/${bijie}`),
	'POST /console/caps/{where}/set': object(`/console/caps/${bijie}/set`),
	'GET /console/people': plain,
	'GET /console/audit/{person}': object(`/console/audit/${foreign.person}`),
	'GET /console/exports': plain,
	'POST /console/exports': object('/console/exports'),
	'POST /console/exports/{export}/agree': object('/console/exports/999999999/agree'),
	'POST /console/exports/{export}/file': object('/console/exports/999999999/file'),
	'GET /console/jobs': plain,
	'POST /console/jobs/{job}/run': object('/console/jobs/none/run'),
	'GET /console/figures/{where}': { address: `/console/figures/${bijie}`, reads: ['national'] },
	'GET /console/cities/{where}/{part}': console_city('/donations'),
	'POST /console/payments/{where}/stop': object(`/console/payments/${bijie}/stop`),
	'POST /console/payments/{where}/lift': object(`/console/payments/${bijie}/lift`),
	'POST /console/cities/{where}/{part}/schedule': object(`/console/cities/${bijie}/donations/schedule`),
	'POST /console/cities/{where}/{part}/cancel': object(`/console/cities/${bijie}/donations/cancel`),
	'POST /console/cities/{where}/{part}/drain': object(`/console/cities/${bijie}/donations/drain`),
	'POST /console/cities/{where}/{part}/resume': object(`/console/cities/${bijie}/donations/resume`),
	'GET /healthz': plain, 'GET /readyz': plain,
	// the web server keeps it to the host itself, or gives it
	'GET /metrics': { answers: [200, 403, 404] },
	'GET /{city}/': everybodys('/bijie/'),

	'GET /account/': plain,
	'GET /account/payee/': plain,
	'GET /account/payee/{of_household}': object(`/account/payee/${foreign.household}`),
	'POST /account/payee/{of_household}': object(`/account/payee/${foreign.household}`),
	'GET /account/people/{of_region}': object(`/account/people/${bijie}`),
	'POST /account/people/{of_region}': object(`/account/people/${bijie}`),
	'GET /account/people/roles/{grant}': object(`/account/people/roles/${foreign.grant}`),
	'POST /account/people/roles/{grant}': object(`/account/people/roles/${foreign.grant}`),
	'GET /account/sign-in': { answers: [200, 303] },
	'POST /account/sign-in': plain,
	'GET /account/sign-out': plain,
	'POST /account/sign-out': plain,
	'POST /account/sign-out-everywhere': plain,
	'GET /account/register': { answers: [200, 303] },
	'POST /account/register': plain,
	'GET /account/register/{ticket}': object('/account/register/none'),
	'POST /account/register/{ticket}': object('/account/register/none'),
	'GET /account/forgot': { answers: [200, 303] },
	'POST /account/forgot': plain,
	'GET /account/forgot/{ticket}': object('/account/forgot/none'),
	'POST /account/forgot/{ticket}': object('/account/forgot/none'),
	'GET /account/second-factor': plain,
	'POST /account/second-factor': plain,
	'POST /account/second-factor/make': plain,
	'GET /account/password': plain,
	'POST /account/password': plain,
	'GET /account/close': plain,
	'POST /account/close': plain,
	'GET /account/notices': plain,
	'POST /account/notices/read': plain,
	'GET /account/messages': plain,
	'POST /account/messages': plain,
	'GET /account/outbox': plain,

	// what is public can be given to, from anywhere
	'GET /pay/goods/': plain,
	'GET /pay/goods/give/{ref}': object(`/pay/goods/give/${foreign.draft}`),
	'POST /pay/goods/give/{ref}': object(`/pay/goods/give/${foreign.draft}`),
	'GET /pay/goods/pledges/{pledge}': object(`/pay/goods/pledges/${foreign.pledge}`),
	'POST /pay/goods/pledges/{pledge}/address': object(`/pay/goods/pledges/${foreign.pledge}/address`),
	'POST /pay/goods/pledges/{pledge}/dispatch': object(`/pay/goods/pledges/${foreign.pledge}/dispatch`),
	'POST /pay/goods/pledges/{pledge}/cancel': object(`/pay/goods/pledges/${foreign.pledge}/cancel`),
	'POST /pay/goods/pledges/{pledge}/dispute': object(`/pay/goods/pledges/${foreign.pledge}/dispute`),
	'GET /pay/goods/arrivals': plain,
	'GET /pay/goods/arrivals/{pledge}': object(`/pay/goods/arrivals/${foreign.pledge}`),
	'POST /pay/goods/arrivals/{pledge}': object(`/pay/goods/arrivals/${foreign.pledge}`),
	'POST /pay/goods/arrivals/{pledge}/dispute': object(`/pay/goods/arrivals/${foreign.pledge}/dispute`),
	'POST /pay/goods/arrivals/{pledge}/thanks': object(`/pay/goods/arrivals/${foreign.pledge}/thanks`),
	'GET /pay/goods/disputes': plain,
	'GET /pay/goods/disputes/{pledge}': object(`/pay/goods/disputes/${foreign.pledge}`),
	'POST /pay/goods/disputes/{pledge}': object(`/pay/goods/disputes/${foreign.pledge}`),
	'GET /pay/give/{ref}': object(`/pay/give/${foreign.draft}`),
	'POST /pay/give/{ref}': object(`/pay/give/${foreign.draft}`),
	'GET /pay/orders/{order}': object(`/pay/orders/${foreign.order}`),
	'POST /pay/orders/{order}': object(`/pay/orders/${foreign.order}`),
	'GET /pay/gifts': plain,
	'GET /pay/receipts/{order}': object(`/pay/receipts/${foreign.order}`),
	'GET /pay/gifts/{order}/refund': object(`/pay/gifts/${foreign.order}/refund`),
	'POST /pay/gifts/{order}/refund': object(`/pay/gifts/${foreign.order}/refund`),
	'GET /pay/gifts/{order}/rest': object(`/pay/gifts/${foreign.order}/rest`),
	'POST /pay/gifts/{order}/rest': object(`/pay/gifts/${foreign.order}/rest`),
	'GET /pay/wallet': plain,
	'GET /pay/refunds': plain,
	'GET /pay/refunds/{refund}': object(`/pay/refunds/${foreign.refund}`),
	'POST /pay/refunds/{refund}/agree': object(`/pay/refunds/${foreign.refund}/agree`),
	'POST /pay/refunds/{refund}/decline': object(`/pay/refunds/${foreign.refund}/decline`),
	'GET /pay/payees/': plain,
	'GET /pay/payees/{payee}': object(`/pay/payees/${foreign.payee}`),
	'POST /pay/payees/{payee}/verify': object(`/pay/payees/${foreign.payee}/verify`),
	'POST /pay/payees/{payee}/refuse': object(`/pay/payees/${foreign.payee}/refuse`),
	'GET /pay/verify': plain,
	'GET /pay/payouts': plain,
	'GET /pay/payouts/posts/{ref}': object(`/pay/payouts/posts/${foreign.post}`),
	'POST /pay/payouts/posts/{ref}': object(`/pay/payouts/posts/${foreign.post}`),
	'GET /pay/payouts/{payout}': object(`/pay/payouts/${foreign.payout}`),
	'POST /pay/payouts/{payout}/approve': object(`/pay/payouts/${foreign.payout}/approve`),
	'POST /pay/payouts/{payout}/cancel': object(`/pay/payouts/${foreign.payout}/cancel`),

	'GET /{city}/donations/': everybodys('/bijie/donations/'),
	'GET /{city}/donations/posts/{ref}': everybodys(`/bijie/donations/posts/${foreign.post}`),
	'GET /{city}/donations/write': { address: '/bijie/donations/write' },
	// a post is begun for a household: without one that is theirs nobody begins any
	'POST /{city}/donations/write': { address: '/bijie/donations/write', posted: [404, 422] },
	'GET /{city}/donations/posts/{ref}/ledger': everybodys(`/bijie/donations/posts/${foreign.post}/ledger`),
	'GET /{city}/donations/posts/{ref}/edit': object(`/bijie/donations/posts/${foreign.draft}/edit`),
	'POST /{city}/donations/posts/{ref}/edit': object(`/bijie/donations/posts/${foreign.draft}/edit`),
	'GET /{city}/donations/posts/{ref}/preview': object(`/bijie/donations/posts/${foreign.draft}/preview`),
	'POST /{city}/donations/posts/{ref}/preview': object(`/bijie/donations/posts/${foreign.draft}/preview`),
};

test('each route has its expectation, and each expectation its route', () => {
	const names = routes.map(({ method, path }) => `${method} ${path}`);

	assert.deepEqual(names.filter((name) => !expectations[name]), [], 'without an expectation');
	assert.deepEqual(Object.keys(expectations).filter((name) => !names.includes(name)), [], 'no route');
	for (const { name, path, who } of routes)
		assert.ok(who.length, `${name} at ${path} says who may`);
});

test('everybody finds what is their own', async () => {
	for (const [role, address] of own)
		assert.equal((await visitors[role].ask(address)).status, 200, `${role} at ${address}`);
});

// ---- every route, for everybody --------------------------------------------------------------------

const isFor = (who, role) => who.includes('anyone') ||
	(role !== 'nobody' && (who.includes('signed in') || who.some((one_of) => roles[role].includes(one_of))));
const is = (status, wanted) => [wanted].flat().includes(status);

for (const { method, path, who } of routes)
	test(`${method} ${path} is for ${who.join(', ')}`, async () => {
		const expected = expectations[`${method} ${path}`];
		const address = expected.address ?? path;

		for (const role of Object.keys(roles)) {
			const visitor = method === 'GET' ? visitors[role] : { ask: (where, options) =>
				new Visitor(site).ask(where, { ...options,
					headers: { cookie: visitors[role].cookie } }) };
			const body = new URLSearchParams(expected.address ? { ...fields, ...tokens[role] } : {});
			const options = { judged: false, ...(method === 'POST' ? { method, body } : {}) };
			const { status, headers } = await visitor.ask(address, options);
			const says = `${role}: ${status}`;

			if (!isFor(who, role)) {
				const sign_in = role === 'nobody' && method === 'GET' && status === 303 &&
					headers.get('location').includes('/account/sign-in?back=');

				assert.ok(sign_in || is(status, role === 'nobody' ? 401 : 403), says);
			} else if (method === 'POST' && expected.address && role !== 'nobody') {
				assert.ok(is(status, expected.posted ?? MISSING), says);
			} else if (method === 'POST') {
				// without its token a form is shown again, or there is nothing to show it on
				assert.ok(is(status, [403, 404, 422]), says);
			} else if (expected.address && !expected.reads?.includes(role) && !expected.answers &&
				path !== '/{city}/donations/write') {
				assert.equal(status, MISSING, says);
			} else {
				assert.ok(is(status, expected.answers ?? 200) ||
					(status === 303 && headers.get('location').startsWith('/account/second-factor')), says);
			}
		}
	});

test('nothing was changed by any of it, and the inspector can change nothing at all', async () => {
	assert.deepEqual(await books(), before);
	for (const { method, path, who } of routes)
		if (method === 'POST' && who.includes('inspector'))
			assert.fail(`${path} is for inspectors`);
});
