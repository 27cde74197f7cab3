// The simulated gateway, asked and answered by this test in the core's place: orders, what the payer
// may choose, the notices that follow, refunds and bills.
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { get, shown } from '../tools/http.mjs';
import { ownSite, until } from '../tools/site.mjs';

const site = await ownSite();
const keys = generateKeyPairSync('ed25519');
const raw = (key) => key.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
const gatewayKey = createPublicKey({ format: 'der', type: 'spki', key: Buffer.concat([
	Buffer.from('302a300506032b6570032100', 'hex'),
	Buffer.from(site.read('sandbox.pub').split(' ')[1], 'base64')]) });

// ---- the merchant that the gateway knows ------------------------------------------------

const heard = []; // notices: { headers, body, nonce, good }
let answerWith = () => 200;

const merchant = createServer(async (request, response) => {
	const body = Buffer.concat(await request.toArray()).toString();
	const of = (name) => request.headers[`bangfu-${name}`];
	const text = `${of('timestamp')}\n${of('nonce')}\n${body}\n`;

	heard.push({ path: request.url, nonce: of('nonce'), message: JSON.parse(body),
		good: verify(null, Buffer.from(text), gatewayKey, Buffer.from(of('signature'), 'base64')),
		age_s: Date.now() / 1000 - Number(of('timestamp')) });
	response.writeHead(answerWith(heard.at(-1)), { 'content-type': 'application/json' });
	response.end('{"result":"ok"}');
});

await new Promise((resolve) => { merchant.listen(0, '127.0.0.1', resolve); });
after(() => merchant.close());

const config = `${site.folder}/sandbox.conf`;

writeFileSync(`${site.folder}/money.pub`, `test ${raw(keys.publicKey)}\n`);
writeFileSync(config, readFileSync(config, 'utf8')
	.replace(/^url = .*$/m, `url = http://127.0.0.1:${merchant.address().port}`));
for (const name of ['sandbox', 'sandbox-jobs'])
	process.kill(site.pid(name), 'SIGHUP');

function signed(method, path, body, { nonce = randomBytes(16).toString('hex'), shift_s = 0, key = keys.privateKey } = {}) {
	const timestamp = String(Math.floor(Date.now() / 1000) + shift_s);
	const text = `${timestamp}\n${nonce}\n${method} ${path}\n${body}\n`;

	return { 'bangfu-timestamp': timestamp, 'bangfu-nonce': nonce, 'bangfu-key-id': 'test',
		'bangfu-signature': sign(null, Buffer.from(text), key).toString('base64'),
		'content-type': 'application/json' };
}

async function ask(method, path, message, options) {
	const body = message ? JSON.stringify(message) : '';
	const response = await fetch(`${site.url}/sandbox${path}`, { method,
		headers: signed(method, path, body, options), body: message ? body : undefined });
	const text = await response.text();

	if (response.status === 200) {
		const of = (name) => response.headers.get(`bangfu-${name}`);

		assert.ok(verify(null, Buffer.from(`${of('timestamp')}\n${of('nonce')}\n${text}\n`), gatewayKey,
			Buffer.from(of('signature'), 'base64')), 'the answer is signed');
	}
	return { status: response.status, json: response.status === 200 ? JSON.parse(text) : null };
}

let count = 0;
const newOrder = (more) => ({ merchant: 'bangfu', order: `T${process.pid}x${count++}`, currency: 'CNY',
	fen: 1250, closes_at: new Date(Date.now() + 600000).toISOString(), notify: '/pay/notice',
	title: '两床棉被', ...more });

async function opened(more) {
	const order = newOrder(more);
	const answer = await ask('POST', '/orders', order);

	assert.equal(answer.status, 200);
	return { ...order, ...answer.json };
}

// What a payer does with a browser.
async function play(order, how) {
	const page = await get(site, order.pay);
	const secret = (name) => page.text.match(new RegExp(`name="${name}" value="([^"]+)"`))[1];

	return get(site, order.pay, { method: 'POST',
		headers: { cookie: page.headers.get('set-cookie').split(';')[0] },
		body: new URLSearchParams({ _token: secret('_token'), _key: secret('_key'), play: how }) });
}

const noticesOf = (order) => heard.filter((one) => one.message.order === order.order);
const state = async (order) => (await ask('GET', `/orders/${order.order}`)).json.state;

await until(20, async () => (await ask('POST', '/orders', newOrder())).status === 200);

// ---- orders -----------------------------------------------------------------------------

test('an order is opened once, however often it is asked for', async () => {
	const order = newOrder();
	const [one, again] = [await ask('POST', '/orders', order), await ask('POST', '/orders', order)];

	assert.deepEqual(one.json, again.json);
	assert.equal(one.json.state, 'open');
	assert.equal((await ask('POST', '/orders', { ...order, fen: 1251 })).status, 409);
	assert.equal((await ask('GET', '/orders/unknown')).status, 404);
});

test('what is not signed by the merchant, of now and for the first time, does nothing', async () => {
	const order = newOrder();
	const stranger = generateKeyPairSync('ed25519').privateKey;
	const nonce = randomBytes(16).toString('hex');

	for (const options of [{ key: stranger }, { shift_s: -400 }, { shift_s: 400 }, { nonce: 'short' }])
		assert.equal((await ask('POST', '/orders', order, options)).status, 401);
	assert.equal((await fetch(`${site.url}/sandbox/orders`, { method: 'POST', body: '{}' })).status, 401);
	assert.equal((await ask('GET', `/orders/${order.order}`)).status, 404);
	assert.equal((await ask('POST', '/orders', order, { nonce })).status, 200);
	assert.equal((await ask('POST', '/orders', order, { nonce })).status, 409);
});

for (const [what, more] of [['no sum', { fen: 0 }], ['a fraction', { fen: 1.5 }], ['a text as sum', { fen: '5' }],
	['another currency', { currency: 'USD' }], ['another merchant', { merchant: 'x' }],
	['no time', { closes_at: 'soon' }], ['an address elsewhere', { notify: 'http://x/' }]])
	test(`an order with ${what} is malformed`, async () => {
		assert.equal((await ask('POST', '/orders', newOrder(more))).status, 400);
	});

// ---- paying -----------------------------------------------------------------------------

test('who pays comes back to the site, and the merchant is told', async () => {
	const order = await opened();
	const page = await get(site, order.pay);
	const paid = await play(order, 'pay');

	assert.match(shown(page.text), /两床棉被/);
	assert.match(shown(page.text), /12\.50 元/);
	assert.equal(paid.status, 303);
	assert.equal(paid.headers.get('location'), `/pay/orders/${order.order}`);
	await until(10, () => noticesOf(order).length === 1);
	const [notice] = noticesOf(order);

	assert.ok(notice.good);
	assert.equal(notice.path, '/pay/notice');
	assert.deepEqual({ ...notice.message, at: '' }, { kind: 'payment', merchant: 'bangfu',
		order: order.order, gateway_id: order.gateway_id, currency: 'CNY', fen: 1250,
		result: 'succeeded', at: '' });
	assert.equal(await state(order), 'succeeded');
	assert.match(shown((await get(site, order.pay)).text), /已支付/);
});

test('an order that was closed, or whose time is over, cannot be paid', async () => {
	const [closed, over] = [await opened(),
		await opened({ closes_at: new Date(Date.now() - 1000).toISOString() })];

	assert.equal((await ask('POST', `/orders/${closed.order}/close`, { merchant: 'bangfu', order: closed.order }))
		.json.state, 'closed');
	for (const order of [closed, over]) {
		assert.equal(await state(order), 'closed');
		assert.match(shown((await get(site, order.pay)).text), /订单已关闭/);
	}
	assert.deepEqual(noticesOf(closed), []);
});

test('a paid order stays paid when it is closed', async () => {
	const order = await opened();

	await play(order, 'pay');
	assert.equal((await ask('POST', `/orders/${order.order}/close`, { merchant: 'bangfu', order: order.order }))
		.json.state, 'succeeded');
});

// How a notice goes wrong, and what the merchant sees of it.
const ways = {
	fail: (notices) => notices[0].message.result === 'failed' && notices[0].good,
	twice: (notices) => notices.length === 5 && new Set(notices.map((one) => one.nonce)).size === 1,
	disordered: (notices) => notices.map((one) => one.message.result).join() === 'succeeded,failed',
	wrong_amount: (notices) => notices[0].good && notices[0].message.fen === 1251,
	wrong_merchant: (notices) => notices[0].good && notices[0].message.merchant !== 'bangfu',
	forged: (notices) => !notices[0].good,
	old: (notices) => notices[0].good && notices[0].age_s > 3000,
};

for (const [how, holds] of Object.entries(ways))
	test(`the payer may choose: ${how}`, async () => {
		const order = await opened();

		assert.equal((await play(order, how)).status, 303);
		await until(10, () => noticesOf(order).length > 0 && holds(noticesOf(order)));
	});

test('a notice that is not heard is sent again', async () => {
	const order = await opened();

	answerWith = (notice) => (notice.message.order === order.order && noticesOf(order).length === 1 ? 503 : 200);
	await play(order, 'pay');
	await until(15, () => noticesOf(order).length === 2);
	assert.equal(noticesOf(order)[0].nonce, noticesOf(order)[1].nonce);
	answerWith = () => 200;
});

// ---- refunds and bills ------------------------------------------------------------------

test('no more is given back than was paid, each refund once', async () => {
	const order = await opened();
	const refund = (number, fen) => ask('POST', '/refunds', { merchant: 'bangfu', order: order.order,
		refund: `${order.order}-${number}`, currency: 'CNY', fen, order_fen: 1250, kind: 'payer' });

	assert.equal((await refund(1, 100)).status, 409, 'not paid yet');
	await play(order, 'pay');
	const [one, again] = [await refund(2, 1000), await refund(2, 1000)];

	assert.deepEqual(one.json, again.json);
	assert.equal(one.json.state, 'succeeded');
	assert.equal((await refund(2, 999)).status, 409, 'another sum under its number');
	assert.equal((await refund(3, 251)).status, 409, 'one fen too much');
	assert.equal((await refund(3, 250)).status, 200);
	const day = new Date(Date.now() + 8 * 3600000).toISOString().slice(0, 10);
	const lines = (await ask('GET', `/bills/${day}`)).json.lines.filter((line) => line.number.startsWith(order.order));

	assert.deepEqual(lines.map((line) => [line.kind, line.fen]).sort(),
		[['payment', 1250], ['refund', 1000], ['refund', 250]]);
});

test('the gateway reads and writes nothing but its own', async () => {
	for (const table of ['payment', 'account', 'ledger_line', 'household'])
		await assert.rejects(site.sql(`SELECT * FROM ${table} LIMIT 1`, 'bangfu_sandbox'), /command denied/);
	for (const user of ['bangfu_web'])
		await assert.rejects(site.sql('SELECT * FROM sandbox_order LIMIT 1', user), /command denied/);
});
