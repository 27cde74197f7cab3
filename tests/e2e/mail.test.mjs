// Codes and notices as letters: handed to a mail server once each, whatever fails in between.
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { Visitor } from '../tools/account.mjs';
import { shown } from '../tools/http.mjs';
import { openMailbox } from '../tools/mailbox.mjs';
import { ownSite, until } from '../tools/site.mjs';

const address = 'planted@post.example';
const mailbox = await openMailbox();
const site = await ownSite({ env: { SMTP: mailbox.url } });
const spool = path.join(site.folder, 'spool');
const donor = new Visitor(site);
let account;

after(() => mailbox.stop());

const lettersTo = (to) => mailbox.letters.filter((letter) => letter.to === to);
const rows = (where) => site.sql(`SELECT d.state, d.tries, d.secret_sealed IS NULL, d.id
	FROM notice_delivery d LEFT JOIN notice n ON n.id = d.notice_id WHERE ${where} ORDER BY d.id`);
const retryNow = () => site.sql(`UPDATE notice_delivery SET next_at = UTC_TIMESTAMP(3)
	WHERE state = 'queued'`);

async function give() {
	const [[ref]] = await site.sql(`SELECT p.ref FROM post p JOIN capacity c ON c.post_id = p.id
		AND c.kind = 'money_gap' WHERE p.listed = 'open' AND p.plugin = 'donations'
		AND c.total - c.open_sum - c.taken_sum >= 20000 ORDER BY p.id LIMIT 1`);
	const sent = await donor.send(`/pay/give/${ref}`, { sum: 'other', other_fen: '12.50',
		words: '', dedication: '', facts_read: '' });
	const gateway = sent.headers.get('location');

	assert.equal(sent.status, 303);
	await new Visitor(site).send(gateway, { play: 'pay' });
	return gateway.split('/').at(-1);
}

test('a code to register comes as a letter, in the language of who asked', async () => {
	const waiting = (await donor.send('/en/account/register',
		{ name: '王小明', handle: address, password: 'a quiet river' })).headers.get('location');

	await until(10, () => lettersTo(address).length === 1);
	const [letter] = lettersTo(address);

	assert.equal(letter.from, 'bangfu@demo.invalid');
	assert.equal(letter.subject, 'A message from Bangfu');
	assert.match(letter.text, /^Your code to register\n\d{6}\n$/);
	assert.match(letter.headers.date, /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000$/);
	assert.ok(!Number.isNaN(Date.parse(letter.headers.date)));
	assert.match(letter.headers['message-id'], /^<message-\d+@demo\.invalid>$/);
	assert.ok(!JSON.stringify(letter.headers).includes(letter.text.match(/\d{6}/)[0]),
		'no code in what a screen shows before it is opened');
	const code = letter.text.match(/\d{6}/)[0];

	assert.equal((await donor.send(waiting, { code })).status, 303);
	[[account]] = await site.sql(`SELECT MAX(account_id) FROM login_handle WHERE kind = 'mail'`);
	assert.equal(readdirSync(spool).filter((name) => name.endsWith('.mail')).length, 0);
});

test('who has an account already is told there, and no code comes', async () => {
	await site.sql('UPDATE one_time_code SET created_at = created_at - INTERVAL 2 MINUTE');
	await new Visitor(site).send('/account/register',
		{ name: '王小明', handle: address, password: 'a quiet river' });
	await until(10, () => lettersTo(address).length === 2);
	assert.equal(lettersTo(address)[1].subject, '帮扶的消息');
	assert.match(lettersTo(address)[1].text, /^您已有账户.*\nhttp.*\/account\/sign-in\n$/);
});

test('a server that is busy is asked again after a minute, then the letter comes once', async () => {
	await site.sql('UPDATE one_time_code SET created_at = created_at - INTERVAL 2 MINUTE');
	mailbox.busy = true;
	const visits = mailbox.visits;
	const letters = lettersTo(address).length;

	await new Visitor(site).send('/account/forgot', { handle: address });
	await until(10, () => mailbox.visits > visits);
	const waits = "d.template = 'reset_code'";

	await until(10, async () => (await rows(waits))[0][0] === 'queued');
	const [[seconds]] = await site.sql(`SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(3), next_at)
		FROM notice_delivery WHERE template = 'reset_code'`);

	assert.ok(seconds > 50 && seconds <= 60, `again in ${seconds} s`);
	mailbox.busy = false;
	await retryNow();
	await until(10, async () => (await rows(waits))[0][0] === 'sent');
	assert.equal((await rows(waits))[0][1], '2');
	const codes = lettersTo(address).slice(letters);

	assert.equal(codes.length, 1);
	assert.match(codes[0].text, /\n\d{6}\n$/);
});

// acceptance 42; F32
test('with all channels down a gift stands; each channel delivers once afterwards', async () => {
	mailbox.busy = true;
	chmodSync(spool, 0o500);
	const before = mailbox.letters.length;
	const files = readdirSync(spool).length;
	const number = await give();
	const told = `n.template = 'gift_arrived' AND n.payment_id = (SELECT id FROM payment WHERE number = '${number}')`;
	const family = `n.template = 'gift_taken' AND n.post_id =
		(SELECT post_id FROM payment WHERE number = '${number}') AND d.state <> 'skipped'`;

	await until(10, async () => (await rows(told))[0]?.[1] === '1');
	const [[state, settled]] = await site.sql(`SELECT state, settled_as FROM payment
		WHERE number = '${number}'`);

	assert.equal(`${state} ${settled}`, 'succeeded gift');
	assert.match(shown((await donor.ask('/account/notices')).text), /新 谢谢您：您的捐助已收到/);
	assert.equal(mailbox.letters.length, before);
	assert.equal(readdirSync(spool).length, files);

	mailbox.busy = false;
	chmodSync(spool, 0o700);
	await retryNow();
	await until(10, async () => (await rows(told))[0][0] === 'sent');
	await until(10, async () => (await rows(family)).every(([sent]) => sent === 'sent'));
	assert.equal((await rows(told)).length, 1);
	const letters = mailbox.letters.slice(before).filter((letter) => letter.to === address);

	assert.equal(letters.length, 1);
	assert.match(letters[0].text, /^谢谢您：您的捐助已收到.*\nhttp.*\/account\/notices\n$/);
	assert.equal(readdirSync(spool).filter((name) => name.startsWith('.')).length, 0);
	await retryNow();
	assert.equal(new Set(mailbox.letters.map((letter) => letter.headers['message-id'])).size,
		mailbox.letters.length, 'no letter came twice');
});

test('the page of the demonstration shows what left, and the books agree', async () => {
	const page = shown((await donor.ask('/account/outbox')).text);

	assert.match(page, new RegExp(`${address} .*\\d{6}`));
	assert.ok(Number(account) > 0);
	const verified = await site.bangfu('verify');

	assert.equal(verified.code, 0, verified.text);
	assert.match(verified.text, /i15_messages/);
});

// Last, for it changes the settings: 127.0.0.2 is this host, but not one that bangfu takes for it.
test('beyond this host no letter goes without TLS', async () => {
	const open = await openMailbox('127.0.0.2');
	const money = path.join(site.folder, 'money.conf');

	writeFileSync(money, readFileSync(money, 'utf8').replace(mailbox.url, open.url));
	process.kill(site.pid('money-jobs'), 'SIGHUP');
	await site.sql(`UPDATE one_time_code SET created_at = created_at - INTERVAL 2 MINUTE;
		UPDATE notice_delivery SET state = 'sent' WHERE state = 'queued'`);
	for (let call = 1; open.calls === 0; call++) {
		assert.ok(call < 20, 'the new settings are in use');
		await new Visitor(site).send('/account/forgot', { handle: address });
		await until(10, async () => (await rows('1')).every(([state, tries]) =>
			state !== 'sending' && (state !== 'queued' || tries !== '0')));
		await site.sql('UPDATE one_time_code SET created_at = created_at - INTERVAL 2 DAY');
	}
	const [[state, tries]] = await rows("d.state = 'queued'");

	assert.equal(`${state} ${tries}`, 'queued 1');
	assert.equal(open.letters.length, 0);
	await open.stop();
});
