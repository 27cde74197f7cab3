// The account that a family's money goes to: entered, checked by the bank, verified by the county,
// waited for; and money that the bank sends back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Visitor } from '../tools/account.mjs';
import { get, shown } from '../tools/http.mjs';
import { ownSite, until } from '../tools/site.mjs';

const site = await ownSite();
const visitor = (role) => new Visitor(site).signInAs(role);
const family = await visitor('family');
const county = await visitor('county');
const donor = await visitor('donor');
const one = async (statement) => (await site.sql(statement))[0]?.join(' ');
const household = await one('SELECT household_id FROM household_account');
const own = `/account/payee/${household}`;
const sound = '9999 0000 0000 0012', returning = '9999000000000194', other_name = '9999000000000087';
const newest = (column) => one(`SELECT ${column} FROM payee_account WHERE household_id = ${household}
	ORDER BY version DESC LIMIT 1`);
const enter = (number, who = family) => who.send(own, { holder: '李大山', card_number: number });
const reaches = (state) => until(20, async () => await newest('state') === state);

// The demo's official is of the family's county here.
await site.sql(`INSERT INTO role_grant (account_id, role, region, from_at) SELECT g.account_id, 'county',
	h.county, g.from_at FROM role_grant g JOIN household h ON h.id = ${household} WHERE g.role = 'county'
	AND g.account_id = (SELECT account_id FROM session ORDER BY id LIMIT 1 OFFSET 1) LIMIT 1`);

test('a number that cannot be one is refused beside its field, and kept', async () => {
	for (const [number, words] of [['9999000000000013', /数字写错或漏写/], ['4111111111111111', /9999开头/]]) {
		const answer = await enter(number);

		assert.equal(answer.status, 422);
		assert.match(shown(answer.text), words);
		assert.ok(answer.text.includes(`value="${number}"`), 'what was typed is kept');
	}
	assert.equal(await newest('version'), '1');
});

test('a family enters an account, the bank looks at it, the county verifies it', async () => {
	assert.equal((await enter(sound)).status, 303);
	await reaches('bank_checked');
	const list = await county.ask('/pay/payees/');
	const address = list.text.match(/\/pay\/payees\/\d+/)[0];

	assert.match((await county.ask(address)).text, /0012/);
	assert.equal((await county.send(address, {}, `${address}/verify`)).status, 303);
	assert.equal(await newest('state'), 'verified');
	assert.match(shown((await family.ask(own)).text), /0012.*使用中.*已停用/s);
	assert.match(shown((await county.ask('/pay/payees/')).text), /没有待核实的账户/);
	const page = (await county.ask(address)).text;

	assert.ok(!page.includes('/verify"'), 'no button for what is decided');
	for (const text of [page, (await family.ask(own)).text])
		assert.ok(!text.includes('99990000'), 'only the last digits are shown');
});

test('the village manager who entered an account before is told of a change', async () => {
	const by = await one(`SELECT entered_by FROM payee_account WHERE household_id = ${household} AND version = 1`);

	await until(20, async () => await one(`SELECT COUNT(*) FROM notice WHERE account_id = ${by}
		AND template = 'payee_entered'`) === '1');
});

test('the bank does not know the name, and the county says why not', async () => {
	assert.equal((await enter(other_name)).status, 303);
	await reaches('refused');
	assert.match(shown((await family.ask(own)).text), /未通过.*姓名与卡号不符/s);
	assert.equal((await enter(returning)).status, 303);
	await reaches('bank_checked');
	const address = `/pay/payees/${await newest('id')}`;

	assert.equal((await county.send(address, { refuse_reason: '' }, `${address}/refuse`)).status, 422);
	assert.equal((await county.send(address, { refuse_reason: '卡已挂失' }, `${address}/refuse`)).status, 303);
	assert.match(shown((await family.ask(own)).text), /卡已挂失/);
	assert.equal(await one(`SELECT last_digits FROM payee_account WHERE verified_household = ${household}`), '0012');
});

test('others enter and see nothing of it', async () => {
	assert.equal((await get(site, own)).status, 303);
	assert.equal((await donor.ask(own)).status, 403);
	assert.equal((await family.ask('/account/payee/999999')).status, 404);
	assert.equal((await family.ask('/pay/payees/')).status, 403);
	assert.equal((await county.ask('/pay/payees/999999')).status, 404);
	for (const statement of ['SELECT number_sealed FROM payee_account', 'SELECT number_hash FROM payee_account',
		'UPDATE payee_account SET state = state'])
		await assert.rejects(site.sql(statement, 'bangfu_web'), /command denied/, statement);
});

test('the books agree behind all of this', async () => {
	const { code, text } = await site.bangfu('verify');

	assert.equal(code, 0, text.split('\n').filter((line) => !/ 0 broken/.test(line)).join('\n'));
});
