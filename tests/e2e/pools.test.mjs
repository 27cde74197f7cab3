// Two pools of workers: pages and plugins here, money and sign-in there. What keeps them apart.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { get } from '../tools/http.mjs';
import { ownSite, until } from '../tools/site.mjs';

const site = await ownSite();

// The files that the processes of a server have in memory.
function mapped(server) {
	const session = site.pid(server);

	return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
		try {
			const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');

			return Number(fields[3]) === session
				? readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n') : [];
		} catch {
			return []; // It has ended.
		}
	});
}

const plugins = (lines) => lines.filter((line) => line.includes('/build/plugins/'));
const logged = (server, id) => readFileSync(`${site.folder}/log/${server}.log`, 'utf8').includes(id);

test('no plugin is in the memory of what moves money', () => {
	assert.ok(plugins(mapped('bangfu')).some((line) => line.includes('donations.so')));
	assert.ok(mapped('money').some((line) => line.endsWith('/bangfu')));
	assert.deepEqual(plugins(mapped('money')), []);
});

test('an address goes to its pool, in each of its forms', async () => {
	for (const [address, server, other] of [
		['/account/x', 'money', 'bangfu'], ['/en/pay/x', 'money', 'bangfu'],
		['/api/v1/account/x', 'money', 'bangfu'], ['/accounts', 'bangfu', 'money'],
		['/shaoyang/pay', 'bangfu', 'money'], ['/', 'bangfu', 'money']]) {
		const id = (await get(site, address)).headers.get('x-request-id');

		// A line is written once its answer is sent: it may come after it.
		await until(5, () => logged(server, id));
		assert.ok(!logged(other, id), address);
	}
});

const money_tables = ['hold', 'hold_return', 'payment', 'refund', 'receipt', 'payout',
	'ledger_account', 'ledger_journal', 'ledger_line'];

for (const table of money_tables)
	test(`the web's account cannot write ${table}`, async () => {
		for (const statement of [`INSERT INTO ${table} (id) VALUES (1)`,
			`UPDATE ${table} SET id = id`, `DELETE FROM ${table}`])
			await assert.rejects(site.sql(statement, 'bangfu_web'), /command denied to user 'bangfu_web'/);
	});

// A post that is published comes with what can be taken of it, and that is then fixed.
test('the web\'s account cannot change what can be taken of a post', async () => {
	for (const statement of ['UPDATE capacity SET total = total + 1', 'DELETE FROM capacity'])
		await assert.rejects(site.sql(statement, 'bangfu_web'), /command denied/);
});

test('no account of a pool changes the schema', async () => {
	for (const user of ['bangfu_web', 'bangfu_money'])
		for (const statement of ['CREATE TABLE x (n INT)', 'DROP TRIGGER ledger_line_update',
			'ALTER TABLE ledger_line DROP KEY journal'])
			await assert.rejects(site.sql(statement, user), /command denied/);
});
