// Accounts from end to end: registering, signing in and out, what is refused and in which words,
// whose a page and a form are, and that nothing secret lies about in clear.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Visitor, codeFor, demo_password, demo_phones } from '../tools/account.mjs';
import { get, shown } from '../tools/http.mjs';
import { addPlugin, ownSite } from '../tools/site.mjs';

const site = await ownSite({ env: { CACHE: '1' } });
const planted = { name: '欧阳静水', phone: '10000067676', password: 'brass-kettle-47-swims' };
const office = '/shaoyang/office/';

await addPlugin(site, 'office');

async function register(visitor, { name, phone, password }, root = '') {
	return visitor.send(`${root}/account/register`, { name, handle: phone, password });
}

async function newcomer(phone, password = planted.password) {
	const visitor = new Visitor(site);
	const waiting = (await register(visitor, { ...planted, phone, password })).headers.get('location');

	assert.equal((await visitor.send(waiting, { code: await codeFor(site, phone) })).status, 303);
	return visitor;
}

const is_signed_in = async (visitor) => (await visitor.ask('/account/')).status === 200;

// ---- register --------------------------------------------------------------------------

test('a code from the message opens an account, once', async () => {
	const visitor = new Visitor(site);
	const asked = await register(visitor, planted);
	const waiting = asked.headers.get('location');

	assert.equal(asked.status, 303);
	assert.match(waiting, /^\/account\/register\/[\w-]{43}$/);
	const wrong = await visitor.send(waiting, { code: 'x' });

	assert.equal(wrong.status, 422);
	assert.match(shown(wrong.text), /验证码不正确/);
	const code = await codeFor(site, planted.phone);
	const opened = await visitor.post(waiting, { ...visitor.secrets(wrong, waiting), code });

	assert.equal(opened.status, 303);
	assert.equal(opened.headers.get('location'), '/account/');
	const home = await visitor.ask('/account/');

	assert.equal(home.status, 200);
	assert.match(shown(home.text), /欧\*\*/);
	assert.match(shown(home.text), /100\*{4}7676/);
	assert.doesNotMatch(home.text, new RegExp(`${planted.name}|${planted.phone}`));
	assert.equal((await visitor.ask(waiting)).status, 404);
});

test('a refused form keeps what was typed, but no password', async () => {
	const visitor = new Visitor(site);

	for (const [fields, field] of [[{ handle: '123', name: '王小明', password: planted.password }, 'handle'],
		[{ handle: '10000012345', name: '王小明', password: '12345678' }, 'password'],
		[{ handle: '10000012345', name: '王小明', password: '10000012345' }, 'password'],
		[{ handle: '10000012345', name: '', password: planted.password }, 'name']]) {
		const page = await visitor.send('/account/register', fields);

		assert.equal(page.status, 422);
		assert.match(page.text, new RegExp(`<input[^>]*name="${field}"[^>]*aria-invalid="true"`));
		assert.match(page.text, new RegExp(`value="${fields.handle}"`));
		assert.ok(!page.text.includes(`"${fields.password}"`) || fields.password === fields.handle);
		assert.doesNotMatch(page.text.match(/<input[^>]*name="password"[^>]*>/)[0], / value=/);
	}
});

test('registering a number that has an account reads the same, and tells its holder', async () => {
	const [known, fresh] = [new Visitor(site), new Visitor(site)];
	const a = await register(known, { ...planted, phone: demo_phones.donor });
	const b = await register(fresh, { ...planted, phone: '10000054321' });
	const form = (text) => text.replace(/ value="[^"]*"/g, '').replace(/[\w-]{43}/g, '')
		.replace(/\?back=[^"]*/g, '');
	const pages = [await known.ask(a.headers.get('location')), await fresh.ask(b.headers.get('location'))];

	assert.equal(a.status, b.status);
	assert.equal(form(pages[0].text), form(pages[1].text));
	assert.match(shown((await get(site, '/account/outbox')).text), /10000000001 您已有账户/);
});

// ---- sign in ---------------------------------------------------------------------------

test('signing in leads where one wanted to go, and nowhere else', async () => {
	const visitor = new Visitor(site);
	const led = await visitor.ask(`/en${office}signed-in?a=b`);

	assert.equal(led.status, 303);
	assert.equal(led.headers.get('location'),
		`/en/account/sign-in?back=${encodeURIComponent(`/en${office}signed-in?a=b`)}`);
	const back = await visitor.signIn(demo_phones.donor, undefined, `${office}signed-in?a=b`);

	assert.equal(back.headers.get('location'), `${office}signed-in?a=b`);
	assert.match(back.headers.getSetCookie()[0], /^sid=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
	assert.equal((await visitor.ask(`${office}signed-in?a=b`)).status, 200);
	for (const foreign of ['//evil.example/', 'https://evil.example/', '/\\evil.example']) {
		const stranger = new Visitor(site);
		const page = await stranger.ask(`/account/sign-in?back=${encodeURIComponent(foreign)}`);
		const secrets = stranger.secrets(page, '/account/sign-in');
		const fields = { ...secrets, handle: demo_phones.donor, password: demo_password };

		assert.equal(secrets.back, '', foreign);
		assert.equal((await stranger.post('/account/sign-in', { ...fields, back: foreign })).status, 422);
		assert.equal((await stranger.post('/account/sign-in', fields)).headers.get('location'), '/account/');
	}
});

test('JSON answers 401', async () => {
	const answer = await get(site, `/api/v1${office}signed-in`);

	assert.equal(answer.status, 401);
	assert.equal(answer.json.error.status, 401);
	assert.equal((await get(site, '/api/v1/account/')).status, 401);
});

test('a wrong password and an unknown number are one answer, in one class of time', async () => {
	const tries = async (phone) => {
		const times = [];
		let page;

		for (let i = 0; i < 4; i++) {
			const visitor = new Visitor(site);
			const form = await visitor.ask('/account/sign-in');
			const fields = { ...visitor.secrets(form, '/account/sign-in'), handle: phone,
				password: 'not this one' };
			const began = performance.now();

			page = await visitor.post('/account/sign-in', fields);
			times.push(performance.now() - began);
		}
		return { page, best: Math.min(...times) };
	};
	const known = await tries(demo_phones.other_village);
	const unknown = await tries('10000099999');
	const plain = ({ page }) => page.text.replace(/ value="[^"]*"/g, '');

	assert.equal(known.page.status, 422);
	assert.equal(unknown.page.status, 422);
	assert.equal(plain(known), plain(unknown));
	assert.match(shown(known.page.text), /不匹配/);
	assert.ok(known.best > 10 && unknown.best > 10, `${known.best} ms, ${unknown.best} ms: both hash`);
	assert.ok(known.best / unknown.best < 3 && unknown.best / known.best < 3,
		`${known.best} ms, ${unknown.best} ms`);
});

test('five wrong passwords lock, the right one too, and the holder reads of it', async () => {
	const phone = '10000011111';
	const holder = await newcomer(phone);

	for (let i = 0; i < 5; i++)
		assert.match(shown((await new Visitor(site).signIn(phone, 'wrong one')).text), /不匹配/);
	const locked = await new Visitor(site).signIn(phone, planted.password);

	assert.equal(locked.status, 422);
	assert.match(shown(locked.text), /15 分钟/);
	assert.match(shown((await holder.ask('/')).text), /1 条通知/);
	assert.match(shown((await holder.ask('/account/notices')).text), /已锁定 15 分钟/);
	await holder.send('/account/notices', {}, '/account/notices/read');
	assert.doesNotMatch(shown((await holder.ask('/')).text), /条通知/);
});

test('a new sign-in has a new cookie, and the one before is worth nothing', async () => {
	const visitor = await new Visitor(site).signInAs('donor');
	const before = visitor.cookies.get('sid');

	await visitor.signInAs('donor');
	assert.notEqual(visitor.cookies.get('sid'), before);
	visitor.cookies.set('sid', before);
	assert.equal(await is_signed_in(visitor), false);
});

// ---- sign out ----------------------------------------------------------------------------

test('signing out ends this session, everywhere ends all', async () => {
	const [one, two, three] = await Promise.all([1, 2, 3].map(() => new Visitor(site).signInAs('donor')));
	const kept = two.cookies.get('sid');
	const left = await two.send('/account/sign-out');

	assert.equal(left.status, 303);
	assert.match(left.headers.getSetCookie()[0], /^sid=; .*Max-Age=0/);
	two.cookies.set('sid', kept);
	assert.equal(await is_signed_in(two), false);
	assert.equal(await is_signed_in(one), true);
	assert.equal((await one.send('/account/sign-out', {}, '/account/sign-out-everywhere')).status, 303);
	assert.equal(await is_signed_in(three), false);
	assert.equal((await one.ask('/account/sign-out')).status, 303, 'leads to the sign-in');
});

// ---- passwords ---------------------------------------------------------------------------

test('a changed password signs out all others', async () => {
	const phone = '10000022222';
	const here = await newcomer(phone);
	const there = new Visitor(site);

	await there.signIn(phone, planted.password);
	assert.equal(await is_signed_in(there), true);
	assert.equal((await here.send('/account/password',
		{ old_password: 'wrong one', password: 'copper-spoon-12-sings' })).status, 422);
	assert.equal((await here.send('/account/password',
		{ old_password: planted.password, password: 'copper-spoon-12-sings' })).status, 303);
	assert.equal(await is_signed_in(here), true);
	assert.equal(await is_signed_in(there), false);
	assert.equal((await there.signIn(phone, planted.password)).status, 422);
	assert.equal((await there.signIn(phone, 'copper-spoon-12-sings')).status, 303);
});

test('a forgotten password is set anew by code; an unknown number reads the same', async () => {
	const phone = '10000033333';

	await newcomer(phone);
	await site.sql("UPDATE one_time_code SET created_at = created_at - INTERVAL 2 MINUTE");
	const visitor = new Visitor(site);
	const waiting = (await visitor.send('/account/forgot', { handle: phone })).headers.get('location');
	const password = 'copper-spoon-12-sings';

	assert.equal((await visitor.send(waiting, { code: await codeFor(site, phone), password })).status, 303);
	assert.equal((await visitor.signIn(phone, password)).status, 303);
	const nobody = await new Visitor(site).send('/account/forgot', { handle: '10000088888' });

	assert.equal(nobody.status, 303);
	assert.match(nobody.headers.get('location'), /^\/account\/forgot\/[\w-]{43}$/);
	assert.equal(await codeFor(site, '10000088888'), undefined);
});

test('a closed account keeps its row and nothing of who it was', async () => {
	const phone = '10000044444';
	const visitor = await newcomer(phone);
	const [[id]] = await site.sql("SELECT account_id FROM login_handle WHERE masked = '100****4444'");

	assert.equal((await visitor.send('/account/close', { password: planted.password })).status, 303);
	assert.equal(await is_signed_in(visitor), false);
	assert.deepEqual(await site.sql(`SELECT shown_name, name_sealed, phone_masked, closed_at IS NOT NULL,
		(SELECT COUNT(*) FROM login_handle WHERE account_id = ${id}) +
		(SELECT COUNT(*) FROM credential WHERE account_id = ${id}) FROM account WHERE id = ${id}`),
	[['—', 'NULL', 'NULL', '1', '0']]);
	assert.equal((await new Visitor(site).signIn(phone, planted.password)).status, 422);
	const staff = await new Visitor(site).signInAs('village');

	assert.equal((await staff.send('/account/close', { password: 'osmanthus-lantern' })).status, 422);
});

// ---- who may ---------------------------------------------------------------------------

const opens = { donor: ['signed-in'], family: ['signed-in', 'family'], village: ['signed-in', 'village'],
	township: ['signed-in', 'township'], county: ['signed-in', 'county'],
	prepare: ['signed-in', 'prepare'], approve: ['signed-in', 'approve'] };

for (const [role, mine] of Object.entries(opens))
	test(`what is open to ${role} is open, and the rest is not`, async () => {
		const visitor = await new Visitor(site).signInAs(role);

		for (const page of ['signed-in', 'family', 'village', 'township', 'county', 'prepare', 'approve'])
			assert.equal((await visitor.ask(office + page)).status, mine.includes(page) ? 200 : 403, page);
	});

test('an office without its second factor is led to it, and the digits serve once', async () => {
	const visitor = new Visitor(site);
	const signed = await visitor.signIn(demo_phones.county, undefined, `${office}county`);
	const proof = signed.headers.get('location');

	assert.equal(proof, `/account/second-factor?back=${encodeURIComponent(`${office}county`)}`);
	const led = await visitor.ask(`${office}county`);

	assert.equal(led.status, 303);
	assert.equal(led.headers.get('location'), proof);
	assert.equal((await visitor.ask(`/api/v1${office}county`)).status, 403);
	assert.equal((await visitor.ask(`${office}township`)).status, 403);
	assert.equal((await visitor.send(proof, { code: '000000' })).status, 422);
	// The step of the test before is used: it is another account's, or the next one.
	await site.sql('UPDATE second_factor SET last_step = 0');
	const digits = await visitor.digits(demo_phones.county);
	const before = visitor.cookies.get('sid');
	const proven = await visitor.send(proof, { code: digits });

	assert.equal(proven.headers.get('location'), `${office}county`);
	assert.notEqual(visitor.cookies.get('sid'), before);
	assert.equal((await visitor.ask(`${office}county`)).status, 200);
	const again = new Visitor(site);

	await again.signIn(demo_phones.county);
	assert.equal((await again.send('/account/second-factor', { code: digits })).status, 422);
});

test('who sets up a second factor gets ten recovery codes, each for once', async () => {
	const visitor = await new Visitor(site).signInAs('village');

	assert.equal((await visitor.send('/account/second-factor', {}, '/account/second-factor/make')).status, 303);
	assert.match(shown((await visitor.ask('/account/second-factor')).text), /[A-Z2-7]{32}/);
	const done = await visitor.send('/account/second-factor',
		{ code: await visitor.digits(demo_phones.village) });
	const codes = [...done.text.matchAll(/<code>([a-z0-9]{5}-[a-z0-9]{5})<\/code>/g)].map((m) => m[1]);

	assert.equal(done.status, 200);
	assert.equal(new Set(codes).size, 10);
	assert.equal((await visitor.send('/account/second-factor', { code: codes[0] })).status, 303);
	assert.equal((await visitor.send('/account/second-factor', { code: codes[0] })).status, 422);
});

// ---- forms -----------------------------------------------------------------------------

test('a form with the token of another session is refused', async () => {
	const [one, two] = [await new Visitor(site).signInAs('donor'), await new Visitor(site).signInAs('family')];
	const secrets = { ...one.secrets(await one.ask(office), `${office}act`), words: 'x' };
	const signed_out = new Visitor(site);
	const loose = { ...signed_out.secrets(await signed_out.ask(office), `${office}act`), words: 'x' };

	assert.equal((await one.post(`${office}act`, secrets)).status, 303);
	two.cookies.set('form', one.cookies.get('form'));
	assert.equal((await two.post(`${office}act`, secrets)).status, 403);
	two.cookies.set('form', signed_out.cookies.get('form'));
	assert.equal((await two.post(`${office}act`, loose)).status, 403);
	assert.equal((await signed_out.post(`${office}act`, loose)).status, 401);
	assert.equal((await two.post('/account/sign-out', secrets)).status, 403);
	assert.equal(await is_signed_in(two), true);
});

test('a form that comes after its session ended is kept until one has signed in again', async () => {
	const visitor = await new Visitor(site).signInAs('donor');
	const words = '写了很久的一段话';
	const fields = { ...visitor.secrets(await visitor.ask(`${office}signed-in`), `${office}act`), words };

	visitor.cookies.delete('sid');
	const late = await visitor.post(`${office}act`, fields);

	assert.equal(late.status, 401);
	assert.match(late.text, /href="\/account\/sign-in"[^>]*>在新窗口登录/);
	await visitor.signInAs('donor');
	const again = await visitor.post(`${office}act`, fields);

	assert.equal(again.status, 403);
	assert.match(again.text, new RegExp(`<textarea[^>]*>\\s*${words}`));
	assert.equal((await visitor.post(`${office}act`,
		{ ...visitor.secrets(again, `${office}act`), words })).status, 303);
});

test('a form from elsewhere is refused, token or not', async () => {
	const visitor = await new Visitor(site).signInAs('donor');

	assert.equal((await visitor.send('/account/sign-out', {}, undefined,
		{ 'sec-fetch-site': 'cross-site' })).status, 403);
	assert.equal(await is_signed_in(visitor), true);
});

// ---- caches ------------------------------------------------------------------------------

test('a signed-out page sets no cookie, may be kept, and is the same for all', async () => {
	const visitor = await new Visitor(site).signInAs('donor');

	for (const address of ['/', '/shaoyang/', '/en/shaoyang/donations/', '/about']) {
		const plain = await get(site, address);
		const mine = await visitor.ask(address);
		const after = await get(site, address, { headers: { cookie: 'form=x; view=normal' } });

		assert.equal(plain.headers.get('set-cookie'), null);
		assert.match(plain.headers.get('cache-control'), /^public/);
		assert.equal(plain.text, after.text);
		assert.equal(mine.headers.get('cache-control'), 'no-store');
		assert.match(mine.text, /href="(\/en)?\/account\/sign-out"/);
		assert.doesNotMatch(after.text, /\/account\/sign-out"/);
		assert.match(after.text, /\/account\/sign-in\?back=/);
	}
});

test('a cookie that is no session is nobody', async () => {
	for (const sid of ['x', 'A'.repeat(43), '%27%20OR%201']) {
		const answer = await get(site, '/account/', { headers: { cookie: `sid=${sid}` } });

		assert.equal(answer.status, 303);
		assert.equal((await get(site, '/', { headers: { cookie: `sid=${sid}` } })).status, 200);
	}
});

// ---- secrets ---------------------------------------------------------------------------

const files = (folder) => readdirSync(folder, { recursive: true })
	.map((name) => path.join(folder, name)).filter((name) => statSync(name).isFile());

test('neither phone, name, password nor code lies anywhere in clear', async () => {
	const visitor = await new Visitor(site);

	assert.equal((await visitor.signIn(planted.phone, planted.password)).status, 303);
	const secrets = [planted.phone, planted.password, planted.name, visitor.cookies.get('sid')]
		.map((text) => Buffer.from(text));
	const found = [...files(path.join(site.folder, 'data')), ...files(path.join(site.folder, 'log'))]
		.flatMap((name) => {
			const bytes = readFileSync(name);

			return secrets.filter((secret) => bytes.includes(secret))
				.map((secret) => `${secret} in ${name}`);
		});

	assert.ok(files(path.join(site.folder, 'data')).some((name) => name.includes('credential')));
	assert.deepEqual(found, []);
});

test('the web\'s account writes nothing of a sign-in, and reads no password', async () => {
	for (const table of ['login_handle', 'credential', 'second_factor', 'recovery_code', 'session',
		'sign_in_try', 'one_time_code', 'registration', 'notice_delivery', 'role_grant', 'household_account'])
		for (const statement of [`DELETE FROM ${table}`, `INSERT INTO ${table} VALUES ()`])
			await assert.rejects(site.sql(statement, 'bangfu_web'), /command denied to user 'bangfu_web'/);
	for (const table of ['login_handle', 'credential', 'second_factor', 'recovery_code',
		'sign_in_try', 'one_time_code', 'registration', 'notice_delivery'])
		await assert.rejects(site.sql(`SELECT * FROM ${table}`, 'bangfu_web'), /command denied/);
	await assert.rejects(site.sql('UPDATE session SET account_id = 1', 'bangfu_web'), /command denied/);
	await assert.rejects(site.sql('SELECT name_sealed FROM account', 'bangfu_web'), /command denied/);
});

test('the books still agree', async () => {
	const { code, text } = await site.bangfu('verify');

	assert.equal(code, 0, text);
});
