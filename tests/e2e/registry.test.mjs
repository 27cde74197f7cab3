// Registers come in as files: good households are kept, the others are named by line, what was cut
// off goes on, and a run can be taken back while nobody has gone on with it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { header, household, idNumber } from '../tools/make-register.mjs';
import { ownSite, until } from '../tools/site.mjs';
import { run } from '../tools/process.mjs';

const site = await ownSite();
const [, config] = site.configs;
const scratch = mkdtempSync(path.join(tmpdir(), 'bangfu-register-'));
const [[village]] = await site.sql('SELECT MIN(code) FROM region WHERE level = 5');

after(() => rmSync(scratch, { recursive: true }));

const money = (...args) => run(site.program, [...args, '--config', config]);

function file(name, content) {
	const place = path.join(scratch, name);

	writeFileSync(place, content);
	return place;
}

const some = (from, count) => Array.from({ length: count },
	(_, i) => household(from + i, village)).join('');
const count = async (where) => Number((await site.sql(
	`SELECT COUNT(*) FROM household h WHERE ${where}`))[0][0]);
const refusals = (place) => readFileSync(`${place}.refused.tsv`, 'utf8').split('\n').slice(1, -1);

test('a register comes in once, however often it is sent', async () => {
	const place = file('once.csv', `\ufeff${header}${some(0, 250)}`);
	const preview = await money('import', place, '--preview');

	assert.match(preview.out, /nothing was kept: 250 households: 250 new/);
	assert.equal(await count('h.import_run IS NOT NULL'), 0);
	const first = await money('import', place);

	assert.equal(first.err, '');
	assert.match(first.out, /run 1: 250 households: 250 new, 0 there already, 0 refused/);
	assert.equal(await count("h.import_run = 1 AND h.state = 'identity_matched'"), 250);
	const second = await money('import', place);

	assert.match(second.out, /250 households: 0 new, 250 there already/);
	assert.equal(second.code, 0);
	assert.equal(await count('h.import_run IS NOT NULL'), 250);
	const [[clear]] = await site.sql(`SELECT COUNT(*) FROM person
		WHERE CONVERT(id_sealed USING latin1) LIKE '%${idNumber(0).slice(0, 12)}%'
		OR CONVERT(name_sealed USING utf8mb4) LIKE '%某%'`);

	assert.equal(clear, '0');
});

test('what cannot be taken is named by line, and costs the others nothing', async () => {
	const line = (...fields) => `${fields.join(',')}\n`;
	const place = file('bad.csv', header
		+ household(1000, village)                                       // lines 2 to 4
		+ line('x1', village, 'head', '王某', '110105194912310021', '')  // 5
		+ line('x2', village, 'head', '王某', idNumber(0), '')           // 6
		+ line('x3', '999999999999', 'head', '王某', idNumber(9000), '') // 7
		+ line('x4', village, 'spouse', '王某', idNumber(9001), '')      // 8
		+ line('x5', village, 'head', '王某')                            // 9
		+ household(1001, village)                                       // 10 to 12
		+ line('', village, 'head', '王某', idNumber(9002), ''));        // 13
	const { code, out } = await money('import', place);
	const listed = refusals(place);

	assert.equal(code, 1);
	assert.match(out, /8 households: 1 new, 0 there already, 7 refused/);
	assert.deepEqual(listed.map((text) => text.split('\t').slice(0, 2).join(' ')),
		['5 number', '6 number', '7 village', '8 relation', '9 ', '10 ', '13 ']);
	assert.match(listed[1], /another household.*name the same, year of birth the same, village/);
	// whose the last line is nobody knows, so the household before it is not taken either
	assert.match(listed[5], /a line behind it cannot be read/);
	assert.ok(!listed.join('').includes(idNumber(0)), 'no number in a list');
});

test('the encoding of older systems is read', async () => {
	const text = `户编号,村,身份,姓名,身份证号码,出生年份\n老1,${village},户主,王某,${idNumber(99000)},\n`;
	const plain = file('utf8.csv', text.replace('老', 'old'));
	const place = path.join(scratch, 'gb.csv');
	const { code } = await run('iconv', ['-f', 'UTF-8', '-t', 'GB18030', '-o', place, plain]);

	assert.equal(code, 0);
	assert.match((await money('import', place)).out, /1 households: 1 new/);
	assert.match((await money('import', plain)).out, /1 households: 0 new, 1 there already/);
});

test('nonsense and files that are not there get a clear answer', async () => {
	const nonsense = await money('import', file('nonsense.csv', Buffer.alloc(5_000_000, 'x\0')));

	assert.equal(nonsense.code, 1);
	assert.match(nonsense.err, /nonsense\.csv: the first line must be "household,village/);
	assert.match((await money('import', path.join(scratch, 'no.csv'))).err, /no\.csv: No such file/);
	assert.match((await site.bangfu('import', file('a.csv', header))).err, /settings of the pool money/);
	assert.match((await money('import')).err, /import wants a FILE, or --undo RUN/);
	const many = file('many.csv', header + 'x\n'.repeat(12000));

	assert.match((await money('import', many)).out, /12000 refused\n.*for the first 10000/);
	assert.equal(refusals(many).length, 10000);
});

test('a run that is killed goes on where it was', async () => {
	const place = file('killed.csv', header + `bad\n` + some(2000, 1200));
	const child = spawn(site.program, ['import', place, '--config', config]);
	const ended = new Promise((resolve) => child.on('close', resolve));

	await until(60, async () => await count(`h.client_id = '${village}/2001'`) > 0);
	child.kill('SIGKILL');
	await ended;
	const before = await count(`h.client_id REGEXP '/(2[0-9]{3}|3[01][0-9]{2})$'`);

	assert.ok(before > 0 && before < 1199, `${before} were there`);
	// the line that is none may be of the first household: both are refused
	const { out } = await money('import', place);

	assert.match(out, /which was cut off, is whole: 1201 households: 1199 new, 0 there already, 2 ref/);
	assert.deepEqual(refusals(place).map((text) => text.split('\t')[0]), ['2', '3']);
});

test('a run is taken back while nobody has gone on with it', async () => {
	const place = file('undo.csv', header + some(5000, 300));
	const { out } = await money('import', place);
	const number = out.match(/run (\d+)/)[1];
	const [[one]] = await site.sql(`SELECT MIN(id) FROM household WHERE import_run = ${number}`);

	await site.sql(`INSERT INTO household_account (account_id, household_id, person_id, from_at)
		SELECT a.id, ${one}, 1, UTC_TIMESTAMP(3) FROM account a
		WHERE NOT EXISTS (SELECT 1 FROM household_account x WHERE x.account_id = a.id) LIMIT 1`);
	const refused = await money('import', '--undo', number);

	assert.equal(refused.code, 1);
	assert.match(refused.out, new RegExp(`household ${one} is "identity_matched"`));
	assert.equal(await count(`h.import_run = ${number} AND h.state <> 'undone'`), 300);
	await site.sql(`DELETE FROM household_account WHERE household_id = ${one}`);
	assert.match((await money('import', '--undo', number)).out, /taken back: 300 households/);
	assert.equal(await count(`h.import_run = ${number} AND h.state <> 'undone'`), 0);
	const [[kept]] = await site.sql(`SELECT COUNT(*) FROM membership m JOIN person p
		ON p.id = m.person_id JOIN household h ON h.id = m.household_id
		WHERE h.import_run = ${number} AND (p.id_hash IS NOT NULL OR p.name_sealed IS NOT NULL)`);

	assert.equal(kept, '0');
	// and may come again
	assert.match((await money('import', place)).out, /300 households: 300 new/);
	assert.match((await money('import', '--undo', '99')).err, /there is no run 99/);
	const verify = await site.bangfu('verify');

	assert.equal(verify.code, 0, verify.out);
});
