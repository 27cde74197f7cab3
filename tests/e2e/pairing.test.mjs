// A donor whose help has come asks a family to stay in touch; it says yes, they write, an official
// reads it first; and what is refused on that way.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Visitor } from '../tools/account.mjs';
import { shown } from '../tools/http.mjs';
import { ownSite, until } from '../tools/site.mjs';

const site = await ownSite();
const visitor = (role) => new Visitor(site).signInAs(role);
const donor = await visitor('donor');
const family = await visitor('family');
const county = await visitor('county');
const one = async (statement) => (await site.sql(statement))[0]?.join(' ');
const [donor_id, , county_id] = (await site.sql('SELECT account_id FROM session ORDER BY id')).flat();

// A gift of the demo that has come becomes the donor's: named, and another one anonymous. The demo's
// family is the one that was helped, its county the official's.
const helped = await site.sql(`SELECT g.id, q.ref, q.household_id, q.county FROM gift g
	JOIN post q ON q.id = g.post_id AND q.state = 'met'
	WHERE NOT g.returned AND g.account_id <> ${donor_id} AND NOT EXISTS (SELECT 1 FROM delivery d
	WHERE d.post_id = q.id AND (d.received_at IS NULL OR d.returned_at IS NOT NULL))
	AND (SELECT COUNT(*) FROM delivery d WHERE d.post_id = q.id) > 0
	GROUP BY q.household_id ORDER BY g.id LIMIT 2`);
const [named, unnamed] = helped.map(([gift, ref, household, in_county]) =>
	({ gift, ref, household, county: in_county }));

for (const { gift, county: region } of [named, unnamed]) {
	await site.sql(`UPDATE gift SET account_id = ${donor_id}, anonymous = ${Number(gift === unnamed.gift)}
		WHERE id = ${gift}`);
	await site.sql(`INSERT INTO role_grant (account_id, role, region, from_at)
		VALUES (${county_id}, 'county', ${region}, '2026-01-01')`);
}

const become = (household) => site.sql(`UPDATE household_account a JOIN membership m
	ON m.household_id = ${household} AND m.role = 'head' AND m.to_at IS NULL
	SET a.household_id = ${household}, a.person_id = m.person_id
	WHERE a.account_id = (SELECT account_id FROM session ORDER BY id LIMIT 1 OFFSET 1)`);

async function ask({ ref }) {
	const sent = await donor.send(`/mine/connect/${ref}`);

	assert.equal(sent.status, 303, shown(sent.text));
	return sent.headers.get('location');
}

const move = async (who, address, connection_wish) => {
	const page = await who.ask(address);
	const secrets = who.secrets(page, `${address}/move`);

	return who.post(`${address}/move`, { ...secrets, connection_wish });
};
const write = (who, address, update_words) => who.send(address, { update_words }, `${address}/write`);

async function pass(thanks_outcome) {
	const waiting = await county.ask('/review/thanks');
	const action = waiting.text.match(/action="(\/review\/updates\/\d+)"/)[1];

	assert.equal((await county.send('/review/thanks', { thanks_outcome }, action)).status, 303);
}

test('a donor asks, the family says yes, and words reach the other side once they were read', async () => {
	await become(named.household);
	const address = await ask(named);

	assert.match(address, /^\/mine\/connections\/[0-9A-Z]{10}$/);
	assert.match(shown((await donor.ask(`/mine/connect/${named.ref}`)).text), /您已经提出过/);
	assert.match((await family.ask('/mine/connections')).text, new RegExp(address));
	assert.equal((await move(family, address, 'active')).status, 303);
	assert.equal(await one(`SELECT state FROM pairing WHERE household_id = ${named.household}`), 'active');

	assert.equal((await write(family, address, '谢谢您，孩子考了第三名。')).status, 303);
	assert.match((await family.ask(address)).text, /孩子考了第三名/);
	assert.doesNotMatch((await donor.ask(address)).text, /孩子考了第三名/);
	await pass('show');
	assert.match((await donor.ask(address)).text, /孩子考了第三名/);

	assert.equal((await write(donor, address, '这句话不该显示。')).status, 303);
	await pass('hide');
	assert.doesNotMatch((await family.ask(address)).text, /这句话不该显示/);
	await until(20, async () => await one(`SELECT COUNT(*) FROM notice WHERE account_id = ${donor_id}
		AND template IN ('pairing_accepted', 'pairing_updated')`) === '2');

	assert.equal((await move(family, address, 'ended')).status, 303);
	assert.match(shown((await donor.ask(address)).text), /已结束/);
	assert.doesNotMatch((await donor.ask(address)).text, /name="update_words"/);
});

test('an anonymous donor stays a donor, and ways past the platform are refused beside the field', async () => {
	await site.sql(`UPDATE account SET shown_name = '金丝雀' WHERE id = ${donor_id}`);
	await become(unnamed.household);
	const address = await ask(unnamed);

	assert.equal((await move(family, address, 'active')).status, 303);
	for (const page of ['/mine/connections', address]) {
		const { text } = await family.ask(page);

		assert.match(text, /一位捐助者/);
		assert.doesNotMatch(text, /金丝雀/);
	}
	for (const words of ['电话 138 1234 5678', '一三八一二三四五六七八', '微信 lihua88', 'a@example.org']) {
		const refused = await write(donor, address, words);

		assert.equal(refused.status, 422, words);
		assert.match(refused.text, /bf-error-message[^>]*>请不要写/, words);
		assert.ok(refused.text.includes(words), 'what was typed is kept');
	}
	assert.equal(await one('SELECT COUNT(*) FROM pairing_update WHERE waits_since IS NOT NULL'), '0');
});

test('who is neither of the two finds nothing, and who gave nothing cannot ask', async () => {
	const stranger = await visitor('prepare');
	const ref = await one('SELECT ref FROM pairing LIMIT 1');

	assert.equal((await stranger.ask(`/mine/connections/${ref}`)).status, 404);
	assert.equal((await stranger.ask(`/mine/connect/${named.ref}`)).status, 404);
	assert.equal((await new Visitor(site).ask(`/mine/connections/${ref}`)).status, 303);
	assert.doesNotMatch((await stranger.ask('/mine/connections')).text, new RegExp(ref));
});
