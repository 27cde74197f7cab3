// Who is told what, where they find it, and that a channel which does not work undoes nothing.
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Visitor } from '../tools/account.mjs';
import { shown } from '../tools/http.mjs';
import { ownSite, until } from '../tools/site.mjs';

const site = await ownSite();
const spool = path.join(site.folder, 'spool');
const donor = await new Visitor(site).signInAs('donor');
const family = await new Visitor(site).signInAs('family');
const accountOf = async (handle) => (await site.sql(`SELECT account_id FROM login_handle
	WHERE masked = '100****${handle}'`))[0][0];
const donor_account = await accountOf('0001');
const family_account = await accountOf('0002');

// A post of Shaoyang that asks for money; the demo's family becomes the one that it is for.
const [[ref, household]] = await site.sql(`SELECT p.ref, p.household_id FROM post p
	JOIN capacity c ON c.post_id = p.id AND c.kind = 'money_gap'
	WHERE p.listed = 'open' AND p.form = 'money' AND p.plugin = 'donations'
	AND c.total - c.open_sum - c.taken_sum >= 20000 ORDER BY p.id LIMIT 1`);

await site.sql(`UPDATE household_account a JOIN membership m ON m.household_id = ${household}
	AND m.role = 'head' AND m.to_at IS NULL
	SET a.household_id = m.household_id, a.person_id = m.person_id
	WHERE a.account_id = ${family_account}`);

// A gift of 12.50 yuan to the family, paid; answers the payment's number.
async function give() {
	const sent = await donor.send(`/pay/give/${ref}`, { sum: 'other', other_fen: '12.50',
		words: '', dedication: '', facts_read: '' });
	const gateway = sent.headers.get('location');

	assert.equal(sent.status, 303);
	await new Visitor(site).send(gateway, { play: 'pay' });
	return gateway.split('/').at(-1);
}

const toldOf = (account, number, template) => site.sql(`SELECT d.channel, d.state, d.tries, d.id
	FROM notice n JOIN payment p ON p.number = '${number}' AND n.payment_id = p.id
	LEFT JOIN notice_delivery d ON d.notice_id = n.id
	WHERE n.account_id = ${account} AND n.template = '${template}'`);
const sentFor = async (account, number, template) =>
	(await toldOf(account, number, template))[0]?.[1] === 'sent';
const message = (id) => readFileSync(path.join(spool, `${id}.sms`), 'utf8');

test('a gift tells its donor and the family, each once and in words', async () => {
	const number = await give();

	await until(10, () => sentFor(donor_account, number, 'gift_arrived'));
	await until(10, () => sentFor(family_account, number, 'gift_taken'));
	const told_donor = await toldOf(donor_account, number, 'gift_arrived');
	const told_family = await toldOf(family_account, number, 'gift_taken');

	assert.equal(told_donor.length, 1);
	assert.equal(told_family.length, 1);
	assert.match(message(told_donor[0][3]), /To: 100\*{4}0001\n.*谢谢您：您的捐助已收到.*\/account\/notices\n$/s);
	assert.match(message(told_family[0][3]), /To: 100\*{4}0002\n.*有人向您的求助捐助了/s);

	const page = await donor.ask('/account/notices');

	assert.match(shown(page.text), /新 谢谢您：您的捐助已收到/);
	assert.ok(page.text.includes(`href="/pay/orders/${number}"`), 'it leads to the gift');
	assert.match(shown((await donor.ask('/en/account/notices')).text), /your gift has arrived/);
	const of_family = await family.ask('/account/notices');

	assert.match(shown(of_family.text), /有人向您的求助捐助了/);
	assert.ok(of_family.text.includes(`/donations/posts/${ref}`), 'it leads to the post');
	assert.ok(!of_family.text.includes(number), "a donor's payment is not the family's");
	assert.match(shown((await donor.ask('/account/outbox')).text), /100\*{4}0001 谢谢您.*已发出/);
});

test('unread notices are counted on every page until they are read', async () => {
	assert.match(shown((await donor.ask('/')).text), /\d+ 条通知/);
	const answer = await donor.send('/account/notices', {}, '/account/notices/read');

	assert.equal(answer.status, 303);
	assert.doesNotMatch(shown((await donor.ask('/')).text), /\d+ 条通知/);
	assert.doesNotMatch(shown((await donor.ask('/account/notices')).text), /新 谢谢您/);
});

test('who was told nothing finds an empty page that says so', async () => {
	const other = await new Visitor(site).signInAs('prepare');

	await site.sql(`DELETE FROM notice WHERE account_id = ${await accountOf('0007')}`);
	assert.match(shown((await other.ask('/account/notices')).text), /这里还没有内容/);
});

test('messages come in the language that a person chose, and money is always told', async () => {
	const first = (await donor.ask('/account/messages')).text;

	assert.equal(first.match(/ checked(="checked")?[ >/]/g)?.length, 2, 'all is wanted at first');
	assert.equal((await donor.send('/account/messages', { language: 'fr' })).status, 422);
	const answer = await donor.send('/account/messages', { language: 'en', mail: 'yes' });

	assert.equal(answer.headers.get('location'), '/account/notices');
	const chosen = (await donor.ask('/account/messages')).text;

	assert.match(chosen, /<option value="en"[^>]* selected/);
	assert.equal(chosen.match(/ checked(="checked")?[ >/]/g)?.length, 1);
	const number = await give();

	await until(10, () => sentFor(donor_account, number, 'gift_arrived'));
	assert.match(message((await toldOf(donor_account, number, 'gift_arrived'))[0][3]),
		/Thank you: your gift has arrived.*\/en\/account\/notices\n$/s);
	assert.equal((await donor.send('/account/messages', { language: 'zh', sms: 'yes', mail: 'yes' })).status, 303);
});

// acceptance 42; F32
test('while nothing can be sent a gift stands, and each copy leaves once afterwards', async () => {
	chmodSync(spool, 0o500);
	const number = await give();

	await until(10, async () => (await toldOf(donor_account, number, 'gift_arrived'))[0]?.[2] === '1');
	await until(10, async () => (await toldOf(family_account, number, 'gift_taken'))[0]?.[2] === '1');
	assert.equal((await toldOf(donor_account, number, 'gift_arrived'))[0][1], 'queued');
	const [[state, settled, receipts]] = await site.sql(`SELECT state, settled_as,
		(SELECT COUNT(*) FROM receipt r WHERE r.payment_id = p.id) FROM payment p WHERE number = '${number}'`);

	assert.equal(`${state} ${settled} ${receipts}`, 'succeeded gift 1');
	assert.match(shown((await donor.ask('/account/notices')).text), /新 谢谢您：您的捐助已收到/,
		'the account tells at once');
	const before = readdirSync(spool);

	chmodSync(spool, 0o700);
	await site.sql("UPDATE notice_delivery SET next_at = UTC_TIMESTAMP(3) WHERE state = 'queued'");
	await until(10, () => sentFor(donor_account, number, 'gift_arrived'));
	await until(10, () => sentFor(family_account, number, 'gift_taken'));
	const [[donor_copy], [family_copy]] = [await toldOf(donor_account, number, 'gift_arrived'),
		await toldOf(family_account, number, 'gift_taken')];

	assert.equal(donor_copy[2], '2', 'the second try');
	assert.ok(!before.includes(`${donor_copy[3]}.sms`));
	assert.match(message(donor_copy[3]), /您的捐助已收到/);
	assert.match(message(family_copy[3]), /有人向您的求助捐助了/);
	assert.deepEqual(readdirSync(spool).filter((name) => name.startsWith('.')), [], 'no half file');
});

test('events that are read again tell nobody again, and the books agree', async () => {
	const told = async () => (await site.sql(`SELECT (SELECT COUNT(*) FROM notice),
		(SELECT COUNT(*) FROM notice_delivery)`))[0].join();
	const before = await told();
	const first = (await site.sql('SELECT MIN(event_id) - 1 FROM notice WHERE event_id IS NOT NULL'))[0][0];

	await site.sql(`BEGIN; UPDATE event_cursor SET event_id = ${first};
		DELETE FROM event_done; COMMIT`);
	await until(10, async () => (await site.sql(`SELECT COUNT(*) FROM event e WHERE e.id > ${first}
		AND NOT EXISTS (SELECT 1 FROM event_done d WHERE d.event_id = e.id)`))[0][0] === '0');
	assert.equal(await told(), before);
	const verified = await site.bangfu('verify');

	assert.equal(verified.code, 0, verified.text);
	assert.match(verified.text, /i15_once/);
});
