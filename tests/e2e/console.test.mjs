// The operator's day: signs in with the second factor, opens a sub-platform in one city, sees it
// there and nowhere else, closes it; stops the payments of a city. Who may not, and who sees nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { Visitor } from '../tools/account.mjs';
import { get, shown } from '../tools/http.mjs';
import { installPlugin, ownSite, until } from '../tools/site.mjs';

const site = await ownSite();
const city = await new Visitor(site).signInAs('city');
const province = await new Visitor(site).signInAs('province');
const inspector = await new Visitor(site).signInAs('inspector');
const national = await new Visitor(site).signInAs('national');
const donor = await new Visitor(site).signInAs('donor');
const family = await new Visitor(site).signInAs('family');
const shaoyang = 430500, huaihua = 431200, bijie = 520500;
const partPage = (where, part) => `/console/cities/${where}/${part}`;
const act = (visitor, where, part, what, fields) =>
	visitor.send(partPage(where, part), fields, `${partPage(where, part)}/${what}`);
const stateOf = async (part, where = shaoyang) => (await site.sql(
	`SELECT state FROM city_plugin WHERE city = ${where} AND plugin = '${part}'`))[0]?.[0];
const statuses = (address) => Promise.all(Array.from({ length: 20 },
	async () => (await get(site, address, { judged: false })).status));
const all = (list, status) => list.every((one) => one === status);

// ---- who sees what ---------------------------------------------------------------------------

test('who is signed out is led to the sign-in, who is no operator is refused', async () => {
	const answer = await get(site, '/console');

	assert.equal(answer.status, 303);
	assert.equal(answer.headers.get('location'), '/account/sign-in?back=%2Fconsole');
	assert.equal((await donor.ask('/console')).status, 403);
	assert.equal((await family.ask(`/console/cities/${shaoyang}`)).status, 403);
});

test('an operator has to prove the second factor first', async () => {
	const early = new Visitor(site);

	await early.signIn('10000000010');
	const answer = await early.ask('/console');

	assert.equal(answer.status, 303);
	assert.equal(answer.headers.get('location'), '/account/second-factor?back=%2Fconsole');
});

test('each operator finds the cities of their region, and no other', async () => {
	const rows = async (visitor) => [...(await visitor.ask('/console')).text
		.matchAll(/href="\/console\/cities\/(\d+)"/g)].map(([, code]) => Number(code));

	assert.deepEqual(await rows(city), [shaoyang]);
	assert.deepEqual(await rows(inspector), [shaoyang]);
	assert.deepEqual(await rows(province), [shaoyang, huaihua, 433100]);
	assert.equal((await rows(national)).length, 11);
	assert.match(shown((await province.ask('/console')).text), /省|Hunan|湖南/);
	assert.match(shown((await city.ask('/en/console')).text), /City official/);
});

test('a city of another region answers as if it were not there', async () => {
	for (const address of [`/console/cities/${bijie}`, partPage(bijie, 'donations')])
		for (const visitor of [city, province, inspector])
			assert.equal((await visitor.ask(address)).status, 404, address);
	assert.equal((await city.ask(`/console/cities/${huaihua}`)).status, 404);
	assert.equal((await city.ask('/console/cities/123456')).status, 404);
});

test('who may read and not switch has no forms, and is refused without them', async () => {
	for (const visitor of [inspector, national]) {
		const page = await visitor.ask(partPage(shaoyang, 'donations'));

		assert.equal(page.status, 200);
		assert.doesNotMatch(page.text, /<form[^>]* method="post"/);
		assert.equal((await visitor.post(`${partPage(shaoyang, 'donations')}/drain`,
			{ version: 1, switch_reason: 'x', public_text: 'x' })).status, 403);
	}
});

test('a city shows first what needs somebody, and its posts as a drawing, a table and a file', async () => {
	const [[county, post]] = await site.sql(`SELECT county, id FROM post
		WHERE city = ${shaoyang} AND phase = 'review' LIMIT 1`);

	await site.sql(`UPDATE review_step SET due_at = '2026-01-01' WHERE post_id = ${post}
		AND state IN ('open', 'assigned')`);
	const page = await city.ask(`/console/cities/${shaoyang}`);
	const file = await city.ask(`/console/figures/${shaoyang}`);
	const rows = await site.sql(`SELECT listed, SUM(posts) FROM post_count WHERE city = ${shaoyang}
		AND county = 0 AND need_kind = '' GROUP BY listed`);

	assert.ok(county);
	assert.match(shown(page.text), /条审核已超期/);
	assert.ok(page.text.indexOf('id="needs-title"') < page.text.indexOf('id="chart-title"'));
	assert.equal(file.headers.get('content-type'), 'text/csv; charset=utf-8');
	assert.match(file.headers.get('content-disposition'), /attachment; filename=figures-430500\.csv/);
	assert.equal(rows.length, 4);
	for (const [phase, posts] of rows) {
		assert.ok(file.text.includes(`\r\n${phase},${posts}\r\n`), phase);
		assert.match(page.text, new RegExp(`<td[^>]*>${posts}</td>`), phase);
	}
	assert.equal((page.text.match(/<rect /g) ?? []).length, 4);
	assert.equal((await city.ask(`/console/figures/${bijie}`)).status, 404);
});

test('an inspector replays the way of a post of the region, masked, and of no other', async () => {
	const refOf = async (where) => (await site.sql(`SELECT ref FROM post WHERE city = ${where}
		AND listed = 'open' LIMIT 1`))[0][0];
	const replay = async (visitor, where) => visitor.ask(`/console/replay?number=${await refOf(where)}`);
	const page = await replay(inspector, shaoyang);

	assert.equal(page.status, 200);
	assert.equal((page.text.match(/<tr>\s*<th class="bf-table__cell"/g) ?? []).length, 5);
	assert.match(shown(page.text), /\*\*/);
	assert.equal((await replay(inspector, bijie)).status, 404);
	assert.equal((await replay(province, huaihua)).status, 200);
	assert.equal((await replay(national, shaoyang)).status, 403, 'sums only');
	assert.equal((await inspector.ask('/console/replay?number=')).status, 422);
});

// ---- a sub-platform opens and closes -----------------------------------------------------------

test('a test plugin opens in one city, is there and nowhere else, and closes', async () => {
	const page = partPage(shaoyang, 'guestbook');

	assert.equal((await city.ask(page)).status, 404);
	await installPlugin(site, 'guestbook');
	await until(30, async () => all(await Promise.all(Array.from({ length: 20 },
		async () => (await city.ask(page)).status)), 200));
	assert.ok(all(await statuses('/shaoyang/guestbook/'), 404));

	const refused = await act(city, shaoyang, 'guestbook', 'schedule',
		{ open_on: '2020-01-01', switch_reason: '试点' });

	assert.equal(refused.status, 409);
	assert.match(shown(refused.text), /日期已过/);
	assert.ok(refused.text.includes('value="试点"'), 'what was typed is kept');
	assert.equal((await act(city, shaoyang, 'guestbook', 'schedule', { open_on: '' })).status, 422);

	assert.equal((await act(city, shaoyang, 'guestbook', 'schedule',
		{ open_on: '', switch_reason: '试点开始' })).status, 303);
	await until(10, async () => await stateOf('guestbook') === 'on');
	const opened = Date.now();

	await until(3, async () => all(await statuses('/shaoyang/guestbook/'), 200));
	assert.ok(Date.now() - opened < 2500, 'all workers know within a second or so');
	assert.ok(all(await statuses('/huaihua/guestbook/'), 404));
	assert.ok(all(await statuses('/bijie/guestbook/'), 404));
	assert.ok((await get(site, '/shaoyang/')).text.includes('href="/shaoyang/guestbook/"'));
	assert.ok(!(await get(site, '/huaihua/')).text.includes('guestbook'));

	assert.equal((await act(city, shaoyang, 'guestbook', 'drain',
		{ switch_reason: '试点结束', public_text: '留言本到此为止' })).status, 303);
	// nothing runs of it, so that it is off by itself
	await until(10, async () => await stateOf('guestbook') === 'off');
	await until(3, async () => all(await statuses('/shaoyang/guestbook/'), 404));

	const history = await inspector.ask(`${page}?earlier=3&later=4`);
	const words = shown(history.text);

	assert.match(words, /留言本到此为止/);
	assert.match(words, /试点开始/);
	assert.match(history.text, /<del[^>]*>试点开始<\/del>/);
	assert.match(history.text, /<ins[^>]*>试点结束<\/ins>/);
});

test('while it closes, nothing leads there, what runs is found, and a new post is refused', async () => {
	const before = await family.ask('/shaoyang/donations/write');

	assert.equal((await act(city, shaoyang, 'donations', 'drain',
		{ switch_reason: '先停一停', public_text: '这里暂不接受新的求助' })).status, 303);
	await until(3, async () => !(await get(site, '/shaoyang/')).text
		.includes('href="/shaoyang/donations/"'));
	assert.match(shown((await get(site, '/shaoyang/')).text), /这里暂不接受新的求助/);
	assert.ok(all(await statuses('/shaoyang/donations/'), 200));
	assert.ok((await get(site, '/huaihua/')).text.includes('href="/huaihua/donations/"'));

	const action = '/shaoyang/donations/write';
	const answer = await family.post(action, { ...family.secrets(before, action),
		need_kind: 'necessities', form: 'money' });

	assert.equal(answer.status, 409);
	assert.match(shown(answer.text), /暂时不接受新的求助|暂不/);
	const running = shown((await city.ask(partPage(shaoyang, 'donations'))).text);

	assert.match(running, /进行中的求助 [1-9]/);
	assert.equal(await stateOf('donations'), 'draining');
	assert.equal((await act(province, shaoyang, 'donations', 'resume', { switch_reason: '恢复' })).status, 303);
	assert.equal(await stateOf('donations'), 'on');
});

test('a form that has grown old changes nothing', async () => {
	const page = await city.ask(partPage(shaoyang, 'donations'));
	const action = `${partPage(shaoyang, 'donations')}/drain`;
	const old = { ...city.secrets(page, action), switch_reason: '旧', public_text: '旧' };

	old.version = String(Number(old.version) - 1);
	assert.equal((await city.post(action, old)).status, 409);
	assert.equal(await stateOf('donations'), 'on');
});

// ---- caps --------------------------------------------------------------------------------------

test('a cap is tried, saved as a version, and only tightened', async () => {
	const page = `/console/caps/${shaoyang}`;
	const [[posts, beyond]] = await site.sql(`SELECT COUNT(*), COUNT(IF(target_fen > 20000, 1, NULL))
		FROM post WHERE city = ${shaoyang} AND listed IN ('open', 'full') AND need_kind = 'necessities'`);
	const dry = (yuan) => `${page}?need=necessities&value=${yuan}`;
	const save = (yuan, reason = '资金有限') => city.send(dry(yuan), { value: yuan, from_day: '',
		switch_reason: reason }, `${page}/set`);

	assert.match(shown((await city.ask(dry(200))).text), new RegExp(`${posts}条公开的求助中有${beyond}条超过`));
	assert.equal((await save(200)).status, 303);
	assert.match(shown((await city.ask(dry(200))).text), /第1版：¥200，自.*资金有限/);
	const refused = await save(5000, '放宽');

	assert.equal(refused.status, 409);
	assert.match(shown(refused.text), /超过了上级允许的数额/);
	assert.equal((await save(900, '恢复')).status, 303);
	assert.match(shown((await province.ask(dry(900))).text), /第2版：¥900/);
	assert.equal((await inspector.ask(page)).status, 403);
	assert.equal((await city.ask('/console/caps/430000')).status, 404);
	assert.equal((await province.ask('/console/caps/430000')).status, 200);
});

// ---- payments -----------------------------------------------------------------------------------

test('one person stops the payments of a city, donors are told, and two turn them on', async () => {
	const [[ref]] = await site.sql(`SELECT p.ref FROM post p JOIN capacity c ON c.post_id = p.id
		WHERE p.city = ${shaoyang} AND p.listed = 'open' AND p.form = 'money'
		AND p.plugin = 'donations' AND c.total - c.open_sum - c.taken_sum >= 20000 LIMIT 1`);
	const address = `/pay/give/${ref}`;
	const fields = { sum: '10', other_fen: '', words: '', dedication: '' };
	const form = donor.secrets(await donor.ask(address), address);
	const payments = async () => Number((await site.sql('SELECT COUNT(*) FROM payment'))[0][0]);
	const before = await payments();
	const cityPage = `/console/cities/${shaoyang}`;

	assert.equal((await city.send(cityPage, { case_number: '2026-9', public_text: '正在对账，请稍后再来' },
		`/console/payments/${shaoyang}/stop`)).status, 303);
	const page = await donor.ask(address);

	assert.match(shown(page.text), /正在对账，请稍后再来/);
	assert.ok(!page.text.includes('name="sum"'));
	const refused = await donor.post(address, { ...form, ...fields });

	assert.equal(refused.status, 422);
	assert.match(shown(refused.text), /正在对账，请稍后再来/);
	assert.equal(await payments(), before);

	const lift = (visitor) => visitor.send(cityPage, { switch_reason: '账目无误' },
		`/console/payments/${shaoyang}/lift`);

	assert.equal((await lift(city)).status, 303);
	assert.match(shown((await city.ask(cityPage)).text), /需要第二个人同意/);
	assert.match(shown((await province.ask('/console')).text), /1个城市有同事申请恢复支付/);
	assert.equal((await lift(province)).status, 303);
	assert.match(shown((await city.ask(cityPage)).text), /支付正常/);
	assert.equal((await donor.send(address, fields)).status, 303);
});

// ---- people and their roles ----------------------------------------------------------------------

const peopleOf = async (visitor, address) => {
	const found = [];

	for (let next = address; next;) {
		const page = await visitor.ask(next);

		assert.equal(page.status, 200, next);
		found.push(...[...page.text.matchAll(/<tr>\s*<th class="bf-table__cell"/g)]);
		next = page.text.match(/rel="next" href="([^"]*)"/)?.[1].replaceAll('&amp;', '&');
		if (next?.startsWith('?'))
			next = address.split('?')[0] + next;
	}
	return found.length;
};
const grantsIn = async (region, rest = '') => Number((await site.sql(`SELECT COUNT(*) FROM role_grant g
	JOIN region_ancestor u ON u.region = g.region AND u.ancestor = ${region} WHERE g.to_at IS NULL ${rest}`))[0][0]);

test('operators find who holds which role in their region, all of them and nobody else', async () => {
	const [[approvers_county]] = await site.sql(`SELECT g.region FROM role_grant g JOIN region_ancestor u
		ON u.region = g.region AND u.ancestor = ${shaoyang} WHERE g.role = 'pay.approve' LIMIT 1`);

	assert.equal(await peopleOf(inspector, '/console/people'), await grantsIn(shaoyang));
	assert.equal(await peopleOf(province, '/console/people?role=county'), await grantsIn(430000, `AND g.role = 'county'`));
	assert.equal(await peopleOf(city, `/console/people?role=pay.approve&of_region=${approvers_county}`), 1);
	assert.match(shown((await city.ask(`/console/people?of_region=${bijie}`)).text), /没有找到/);
	assert.match(shown((await city.ask('/console/people?person_name=X')).text), /没有找到/);
	assert.doesNotMatch((await inspector.ask('/console/people')).text, /\/account\/people\//);
	for (const visitor of [donor, family, national])
		assert.equal((await visitor.ask('/console/people')).status, 403);
});

test('a role is given by phone, the last needed one stays, another one ends with its reason', async () => {
	const fresh = await new Visitor(site).register({ name: '王新来', phone: '10000077777',
		password: 'a-long-enough-password' });
	const [[grant, county]] = await site.sql(`SELECT g.id, g.region FROM role_grant g JOIN region_ancestor u
		ON u.region = g.region AND u.ancestor = ${shaoyang} WHERE g.role = 'pay.approve' LIMIT 1`);
	const place = `/account/people/${county}`, role = `/account/people/roles/${grant}`;
	const give = (handle, what, visitor = city) => visitor.send(place, { handle, role: what });
	const ended = async () => (await site.sql(`SELECT to_at IS NOT NULL FROM role_grant WHERE id = ${grant}`))[0][0];

	assert.equal((await fresh.ask('/console')).status, 403);
	const last = await city.send(role, { end_reason: '调离' });

	assert.equal(last.status, 409);
	assert.match(shown(last.text), /最后一/);
	assert.ok(last.text.includes('value="调离"'), 'what was typed is kept');
	assert.equal(await ended(), '0');

	const nobody = await give('10000099999', 'pay.approve');

	assert.equal(nobody.status, 422);
	assert.match(shown(nobody.text), /还没有注册/);
	assert.equal((await give('x', 'pay.approve')).status, 422);
	assert.equal((await give('10000077777', 'city')).status, 409, 'a county has no city official');
	assert.equal((await give('10000077777', 'national')).status, 403, 'nobody here gives it');
	assert.equal((await give('10000077777', 'pay.approve')).status, 303);
	assert.equal((await give('10000077777', 'pay.approve')).status, 409, 'the person has it');
	assert.equal((await fresh.ask('/pay/payouts')).status, 303, 'the second factor comes first');

	assert.equal((await city.send(role, { end_reason: '' })).status, 422);
	assert.equal((await city.send(role, { end_reason: '调离' })).status, 303);
	assert.equal(await ended(), '1');
	assert.match(shown((await city.ask(role)).text), /此角色已结束.*调离/s);
	assert.equal((await site.sql(`SELECT COUNT(*) FROM event WHERE type = 'grant.ended' AND subject_id = ${grant}`))[0][0], '1');
});

test('nobody gives or ends roles outside their region, nor their own', async () => {
	const [[foreign]] = await site.sql(`SELECT g.id FROM role_grant g JOIN region_ancestor u
		ON u.region = g.region AND u.ancestor = ${bijie} WHERE g.role = 'county' LIMIT 1`);
	const [[own]] = await site.sql(`SELECT g.id FROM role_grant g WHERE g.role = 'city' AND g.region = ${shaoyang}`);
	const own_page = await city.ask(`/account/people/roles/${own}`);

	assert.equal((await city.ask(`/account/people/roles/${foreign}`)).status, 404);
	assert.equal((await city.ask(`/account/people/${bijie}`)).status, 404);
	assert.match(shown(own_page.text), /不能更改自己的角色/);
	assert.doesNotMatch(own_page.text, /name="end_reason"/);
	const [[above]] = await site.sql(`SELECT g.id FROM role_grant g WHERE g.role = 'config' AND g.region = ${shaoyang}
		AND g.account_id NOT IN (SELECT account_id FROM role_grant WHERE role = 'city')`);
	const page = await city.ask(`/account/people/roles/${above}`);

	assert.match(shown(page.text), /无权授予或撤销/);
	assert.doesNotMatch(page.text, /name="end_reason"/);
	assert.equal((await city.post(`/account/people/roles/${above}`,
		{ ...city.secrets(await city.ask('/account/sign-out'), '/account/sign-out'), end_reason: 'x' })).status, 403);
	assert.equal((await inspector.ask(`/account/people/${shaoyang}`)).status, 403);
});

// ---- lists that leave the house ---------------------------------------------------------------------

// The parts of an XLSX file by their names.
function partsOf(bytes) {
	const parts = {};
	const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');

	assert.ok(end > 0, 'the end of a zip file');
	for (let at = bytes.readUInt32LE(end + 16), left = bytes.readUInt16LE(end + 10); left; left--) {
		const [packed, names, extras, remarks, from] = [bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28),
			bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32), bytes.readUInt32LE(at + 42)];
		const begin = from + 30 + bytes.readUInt16LE(from + 26) + bytes.readUInt16LE(from + 28);

		parts[bytes.toString('utf8', at + 46, at + 46 + names)] =
			inflateRawSync(bytes.subarray(begin, begin + packed)).toString('utf8');
		at += 46 + names + extras + remarks;
	}
	return parts;
}

const listsPage = '/console/exports';
const askFor = (visitor, fields) => visitor.send(listsPage,
	{ list: 'posts', of_region: shaoyang, phase: '', need: '', since: '', purpose: '年度统计', ...fields });
const newestList = async (column) => (await site.sql(`SELECT ${column} FROM list_export ORDER BY id DESC LIMIT 1`))[0]?.[0];
const anySecrets = async (visitor) => visitor.secrets(await visitor.ask('/account/sign-out'), '/account/sign-out');
const takeIt = async (visitor, kind, id, form) => {
	const action = `${listsPage}/${id}/file`;
	const secrets = form ?? visitor.secrets(await visitor.ask(listsPage), action);
	const answer = await fetch(`${site.url}${action}`, { method: 'POST', headers: { cookie: visitor.cookie },
		body: new URLSearchParams({ ...secrets, kind }) });
	const bytes = Buffer.from(await answer.arrayBuffer());

	return { status: answer.status, headers: answer.headers, bytes, text: bytes.toString('utf8') };
};

test('who may takes a list of the region with a purpose, and each file is put down', async () => {
	assert.equal((await city.ask(listsPage)).status, 403, 'settings alone take nothing out');
	for (const handle of ['10000000010', '10000000006'])
		assert.equal((await province.send(`/account/people/${shaoyang}`, { handle, role: 'export' })).status, 303);
	assert.equal((await askFor(city, { purpose: '' })).status, 422);
	assert.equal((await askFor(city, { of_region: bijie })).status, 404);
	assert.equal((await askFor(city, { of_region: huaihua })).status, 404);
	assert.equal((await askFor(city, { since: '2030-01-01' })).status, 409, 'nothing is in it');

	await site.sql(`UPDATE post SET title = '=1+2,"x"' WHERE city = ${shaoyang} AND listed = 'open'
		ORDER BY id LIMIT 1`);
	assert.equal((await askFor(city, { phase: 'open' })).status, 303);
	const id = await newestList('id');
	const [[open]] = await site.sql(`SELECT COUNT(*) FROM post WHERE city = ${shaoyang} AND listed = 'open'`);
	const file = await takeIt(city, 'csv', id);
	const lines = file.text.split('\r\n');

	assert.equal(file.status, 200);
	assert.equal(file.headers.get('content-type'), 'text/csv; charset=utf-8');
	assert.equal(file.headers.get('content-disposition'), `attachment; filename=posts-${id}.csv`);
	assert.match(file.headers.get('cache-control'), /no-store/);
	assert.equal(lines.length, Number(open) + 3, 'the mark, the heads, the rows, and a line end behind them');
	assert.match(lines[0], new RegExp(`^\ufeff"导出人","[^"]+","20[^"]+","用途","年度统计",${id}$`));
	assert.match(lines[1], /^"[^"]+","[^"]+","[^"]+","资金或物品"/);
	assert.ok(file.text.includes(`"'=1+2,""x"""`), 'no cell is a formula');

	const book = await takeIt(city, 'xlsx', id);
	const parts = partsOf(book.bytes);

	assert.match(parts['xl/sharedStrings.xml'], /年度统计.*=1\+2,/s);
	assert.doesNotMatch(parts['xl/worksheets/sheet1.xml'], /<f>/, 'no formula');
	assert.equal(parts['xl/worksheets/sheet1.xml'].match(/<row /g).length, Number(open) + 2);
	assert.deepEqual(await site.sql(`SELECT kind, row_count FROM list_export_file WHERE export_id = ${id} ORDER BY id`),
		[['csv', open], ['xlsx', open]]);
	const seen = await inspector.ask(listsPage);

	assert.match(shown(seen.text), /年度统计.*已生成文件：2份/s);
	assert.doesNotMatch(seen.text, /\/file"/);
});

test('many rows need a second person, and a list has its day', async () => {
	const second = await new Visitor(site).signInAs('county');

	await site.sql(`INSERT INTO setting (name, region, plugin, version, value, from_at, changed_by, reason)
		VALUES ('export_rows_alone', 0, '', 2, 3, UTC_TIMESTAMP(3), NULL, 'a test')`);
	for (const list of ['households', 'payouts']) {
		assert.equal((await askFor(city, { list })).status, 303);
		const id = await newestList('id');
		const agree = `${listsPage}/${id}/agree`;

		assert.equal(await newestList('needs_second'), '1');
		assert.match(shown((await city.ask(listsPage)).text), /要先由第二个人同意/);
		assert.equal((await takeIt(city, 'csv', id, await anySecrets(city))).status, 409);
		assert.equal((await city.post(agree, await anySecrets(city))).status, 409, 'not by oneself');
		assert.equal((await second.send(listsPage, {}, agree)).status, 303);
		assert.equal((await takeIt(second, 'csv', id, await anySecrets(second))).status, 404, 'it is not theirs');
		const file = await takeIt(city, 'csv', id);

		assert.equal(file.status, 200);
		assert.equal(file.text.split('\r\n').length, Number(await newestList('row_count')) + 3);
		assert.match(shown((await second.ask(listsPage)).text), /已同意/);
	}
	await site.sql('UPDATE list_export SET expires_at = asked_at');
	assert.equal((await takeIt(city, 'csv', await newestList('id'), await anySecrets(city))).status, 409);
	assert.match(shown((await city.ask(listsPage)).text), /已过期/);
});

// ---- what somebody did -----------------------------------------------------------------------------

test('an inspector finds what somebody did, by day, in the region alone', async () => {
	const [[reviewer]] = await site.sql(`SELECT h.actor_id FROM state_history h JOIN post p ON p.id = h.object_id
		WHERE h.machine = 'post' AND h.to_state = 'open' AND p.city = ${shaoyang} GROUP BY h.actor_id
		ORDER BY COUNT(*) DESC LIMIT 1`);
	const [[moves]] = await site.sql(`SELECT COUNT(*) FROM state_history WHERE machine = 'post' AND actor_id = ${reviewer}`);
	const [[events]] = await site.sql(`SELECT COUNT(*) FROM event WHERE actor_id = ${reviewer} AND type NOT LIKE 'post.%'`);
	const [[day, on_day]] = await site.sql(`SELECT DATE(at + INTERVAL 8 HOUR) AS day, COUNT(*) FROM state_history
		WHERE machine = 'post' AND actor_id = ${reviewer} GROUP BY day ORDER BY 2 DESC LIMIT 1`);
	const [[foreign]] = await site.sql(`SELECT g.account_id FROM role_grant g WHERE g.role = 'city' AND g.region = ${bijie}`);

	assert.ok(Number(moves) > 20, 'more than one page');
	assert.equal(await peopleOf(inspector, `/console/audit/${reviewer}`), Number(moves) + Number(events));
	assert.equal(await peopleOf(inspector, `/console/audit/${reviewer}?from_day=${day}&to_day=${day}`), Number(on_day));
	assert.match(shown((await inspector.ask(`/console/audit/${reviewer}?from_day=2030-01-01`)).text), /没有记录/);
	assert.equal((await inspector.ask(`/console/audit/${foreign}`)).status, 404);
	assert.equal((await national.ask(`/console/audit/${reviewer}`)).status, 403);

	const [[me]] = await site.sql(`SELECT account_id FROM role_grant WHERE role = 'city' AND region = ${shaoyang}`);
	const words = shown((await inspector.ask(`/console/audit/${me}`)).text);

	for (const word of [/导出了名单/, /申请导出名单/, /授予了角色/, /结束了角色/, /开始关闭子平台/])
		assert.match(words, word);
});

// ---- jobs ------------------------------------------------------------------------------------------

const job = async (name, column) => (await site.sql(`SELECT ${column} FROM job_run WHERE name = '${name}'`))[0]?.[0];

test('jobs tell what they do, who configures a province lets one run at once', async () => {
	await until(10, async () => await job('sweep', 'last_at'));
	const before = await job('sweep', 'last_at');

	assert.match(shown((await national.ask('/console/jobs')).text), /sweep 正常 上次运行/);
	for (const visitor of [city, national])
		assert.doesNotMatch((await visitor.ask('/console/jobs')).text, /\/console\/jobs\/sweep\/run/);
	const form = province.secrets(await province.ask('/console/jobs'), '/console/jobs/sweep/run');

	assert.equal((await city.post('/console/jobs/sweep/run',
		city.secrets(await city.ask('/account/sign-out'), '/account/sign-out'))).status, 404);
	assert.equal((await province.post('/console/jobs/sweep/run', form)).status, 303);
	await until(5, async () => await job('sweep', 'last_at') > before && await job('sweep', 'asked_at IS NULL') === '1');
});

test('a job that fails stands first with its reason, and is well again by itself', async () => {
	await site.sql('RENAME TABLE notice_delivery TO notice_delivery_away');
	await until(10, async () => await job('outbox', 'failing') === '1');
	const page = await province.ask('/console/jobs');

	assert.match(shown(page.text), /有异常.*outbox 出错.*notice_delivery/s);
	assert.ok(page.text.indexOf('>outbox<') < page.text.indexOf('>settle<'));
	await site.sql('RENAME TABLE notice_delivery_away TO notice_delivery');
	await until(10, async () => await job('outbox', 'failing') === '0');
	assert.match(shown((await province.ask('/console/jobs')).text), /outbox 正常/);
});

test('a plugin that was left out is named with the reason', async () => {
	await installPlugin(site, 'bad_template');
	await until(30, async () => /未加载.*bad_template/s.test(shown((await province.ask('/console/jobs')).text)));
	assert.equal((await donor.ask('/console/jobs')).status, 403);
});

test('all invariants hold', async () => {
	const { code, text } = await site.bangfu('verify');

	assert.equal(code, 0, text);
});
