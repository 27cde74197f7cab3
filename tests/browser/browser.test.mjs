// What only a browser can tell: the rules of accessibility, a narrow screen, the keyboard, no
// script, print. Debian's Chromium, steered by playwright-core.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, test } from 'node:test';
import { chromium } from 'playwright-core';
import { Visitor, demo_password, demo_phones } from '../tools/account.mjs';
import { sharedSite } from '../tools/site.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const site = await sharedSite();
const browser = await chromium.launch({
	executablePath: '/usr/bin/chromium',
	args: process.getuid() === 0 ? ['--no-sandbox'] : [], // it refuses to be root in its sandbox
});
const list = await (await fetch(`${site.url}/api/v1/shaoyang/donations/?state=met`)).json();
const pages = ['/', '/shaoyang/', '/shaoyang/donations/', '/shaoyang/donations/?need=gold',
	'/shaoyang/donations/?need=other&state=ended&sort=seen',
	`/shaoyang/donations/posts/${list.posts.items[0].ref}`, '/search', '/search?q=%E6%A3%89%E8%A2%AB',
	'/search?q=zzqqxx', '/about', '/help', '/open-accounts', '/nowhere', '/account/sign-in', '/account/register',
	'/account/forgot', '/account/outbox',
	`/shaoyang/donations/posts/${list.posts.items.find(({ form }) => form === 'money').ref}/ledger`];
const own_pages = ['/', '/account/', '/account/notices', '/account/messages', '/account/password',
	'/account/close', '/account/sign-out', '/account/second-factor', '/mine', '/pay/gifts', '/pay/goods/',
	'/pay/goods/arrivals'];
const languages = ['', '/en'];
const narrow = { width: 320, height: 640 };

after(() => browser.close());

// A page in a browser window of its own, and what went wrong in it.
async function open(address, work, options = {}) {
	const context = await browser.newContext({ bypassCSP: options.axe, ...options });
	const faults = [];

	context.setDefaultTimeout(15000);
	if (options.elder)
		await context.addCookies([{ name: 'view', value: 'elder', url: site.url }]);
	for (const [name, value] of options.visitor?.cookies ?? [])
		await context.addCookies([{ name, value, url: site.url }]);
	const page = await context.newPage();

	page.on('pageerror', (error) => faults.push(`${address}: ${error.message}`));
	page.on('console', (message) => {
		// A page of ours that is an error by its status is logged by the browser as one.
		if (message.type() === 'error' && !/status of 4\d\d/.test(message.text()))
			faults.push(`${address}: ${message.text()}`);
	});
	try {
		await page.goto(site.url + address);
		await work(page);
	} finally {
		await context.close();
	}
	assert.deepEqual(faults, []);
}

async function assertAccessible(page, address) {
	await page.evaluate(axe);
	const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
		runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
	}));

	assert.deepEqual(violations.map(({ id, help, nodes }) =>
		`${address}: ${id}: ${help}: ${nodes[0].html}`), []);
}

// Nothing may stand out of the screen, or people must scroll sideways to read.
async function assertFits(page, address) {
	const out = await page.evaluate(() => {
		const width = document.documentElement.clientWidth;

		return document.documentElement.scrollWidth <= width ? []
			: [...document.querySelectorAll('body *')]
				.filter((one) => one.getBoundingClientRect().right > width + 1)
				.map((one) => one.outerHTML.slice(0, 120));
	});

	assert.deepEqual(out, [], address);
}

for (const root of languages) {
	for (const address of pages.map((one) => root + one)) {
		test(`${address} keeps the rules of accessibility`, () =>
			open(address, (page) => assertAccessible(page, address), { axe: true }));
		test(`${address} fits a screen of 320 pixels, in larger text too`, async () => {
			await open(address, (page) => assertFits(page, address), { viewport: narrow });
			await open(address, async (page) => {
				await assertFits(page, address);
				await assertAccessible(page, address);
			}, { viewport: narrow, elder: true, axe: true });
		});
	}
}

for (const root of languages)
	for (const address of own_pages.map((one) => root + one))
		test(`${address} of somebody signed in is accessible and fits 320 pixels`, async () => {
			const visitor = await new Visitor(site).signInAs('family');

			for (const elder of [false, true])
				await open(address, async (page) => {
					assert.equal(new URL(page.url()).pathname, address);
					await assertFits(page, address);
					await assertAccessible(page, address);
				}, { viewport: narrow, axe: true, elder, visitor });
		});

// Those who write and check posts: their lists, and the first post on each. A second factor is
// good once, so each signs in once.
const at_desks = {};

for (const root of languages)
	for (const [role, ...addresses] of [['family', '/mine'], ['village', '/mine', '/review',
		'/shaoyang/donations/write'], ['township', '/review'], ['county', '/review']])
		for (const address of addresses.map((one) => root + one))
			test(`${address} and its first post are accessible and fit 320 pixels for a ${role}`,
				async () => {
					const visitor = await (at_desks[role] ??= new Visitor(site).signInAs(role));
					const list = await visitor.ask(address);
					const first = list.text.match(new RegExp(`href="(${address}/[0-9A-Z]{10})"`))?.[1];

					for (const one of [address, first].filter(Boolean))
						await open(one, async (page) => {
							assert.equal(new URL(page.url()).pathname, one);
							await assertFits(page, one);
							await assertAccessible(page, one);
						}, { viewport: narrow, axe: true, visitor });
				});

// A desk needs its role, and a code of a second factor counts once: one sign-in for each.
for (const [role, start, further] of [
	['prepare', '/pay/payouts', [/\/pay\/payouts\/posts\/[0-9A-Z]{10}/, /\/pay\/payouts\/\d+/]],
	['village', '/mine', [/\/mine\/deliveries\/\d+/]],
	['other_village', '/review/thanks', []],
	['inspector', '/console', [/\/console\/people/, /\/console\/exports/]],
	['city', '/console/people', [/\/console\/audit\/\d+/]],
	['province', '/account/people/430500', [/\/account\/people\/roles\/\d+/]],
	['national', '/console/jobs', []]])
	test(`the desk ${start} and what it leads to are accessible and fit 320 pixels`, async () => {
		const visitor = await new Visitor(site).signInAs(role);
		const text = (await visitor.ask(start)).text;
		const found = further.map((address) => text.match(address)?.[0]).filter(Boolean);

		for (const address of [start, ...found].flatMap((one) => languages.map((root) => root + one)))
			for (const elder of [false, true])
				await open(address, async (page) => {
					assert.equal(new URL(page.url()).pathname, address);
					await assertFits(page, address);
					await assertAccessible(page, address);
				}, { viewport: narrow, axe: true, elder, visitor });
	});

test('one signs in and out without script, on a screen of 320 pixels', () =>
	open('/shaoyang/', async (page) => {
		await page.click('a[href^="/account/sign-in"]');
		await page.fill('input[name="handle"]', demo_phones.family);
		await page.fill('input[name="password"]', 'not this one');
		await page.click('main button[type="submit"]');
		assert.equal(await page.inputValue('input[name="handle"]'), demo_phones.family);
		assert.equal(await page.inputValue('input[name="password"]'), '');
		assert.equal(await page.getAttribute('input[name="password"]', 'aria-invalid'), 'true');
		await page.fill('input[name="password"]', demo_password);
		await page.click('main button[type="submit"]');
		assert.equal(new URL(page.url()).pathname, '/shaoyang/');
		await page.click('a[href="/account/sign-out"]');
		await page.click('main button[type="submit"]');
		assert.ok(await page.isVisible('a[href^="/account/sign-in"]'));
	}, { viewport: narrow, javaScriptEnabled: false }));

test('goods are promised, looked for and taken back without script, on 320 pixels', async () => {
	const { posts } = await (await fetch(`${site.url}/api/v1/shaoyang/donations/?state=open`)).json();
	const visitor = await new Visitor(site).signInAs('donor');
	const asks = await Promise.all(posts.items.map(({ ref }) => visitor.ask(`/pay/goods/give/${ref}`)));
	const form = `/pay/goods/give/${posts.items[asks.findIndex(({ text }) =>
		text.includes('name="quantity"'))].ref}`;
	let promise;

	await open(form, async (page) => {
		await page.fill('input[name="quantity"]', '0');
		await page.click('main form button');
		assert.equal(await page.getAttribute('input[name="quantity"]', 'aria-invalid'), 'true');
		await assertFits(page, form);
		await page.fill('input[name="quantity"]', '1');
		await page.click('main form button');
		promise = new URL(page.url()).pathname;
		await page.click('form[action$="/address"] button');
		assert.match(await page.innerText('address'), /村民委员会/);
		await assertFits(page, promise);
	}, { viewport: narrow, javaScriptEnabled: false, visitor });
	for (const address of [form, promise, '/pay/goods/', `/en${form}`, `/en${promise}`])
		await open(address, async (page) => {
			await assertFits(page, address);
			await assertAccessible(page, address);
		}, { viewport: narrow, axe: true, visitor });
	await open(promise, async (page) => {
		await page.click('form[action$="/cancel"] button');
		assert.equal(await page.locator('main form').count(), 0);
		await assertFits(page, promise);
	}, { viewport: narrow, javaScriptEnabled: false, visitor });
});

test('the larger view has larger text and larger targets', async () => {
	const measure = (page) => page.evaluate(() => ({
		text: parseFloat(getComputedStyle(document.querySelector('main p')).fontSize),
		target: Math.min(...[...document.querySelectorAll('main .bf-button')]
			.filter((one) => one.offsetParent).map((one) => one.getBoundingClientRect().height)),
	}));
	let usual, larger;

	await open('/shaoyang/donations/', async (page) => { usual = await measure(page); });
	await open('/shaoyang/donations/', async (page) => { larger = await measure(page); },
		{ elder: true });
	assert.ok(usual.target >= 44, `${usual.target} px`);
	assert.ok(larger.text >= 18 && larger.text > usual.text, `${larger.text} px`);
	assert.ok(larger.target >= 60, `${larger.target} px`);
});

test('without script a visitor gets from the country to a post and searches', () =>
	open('/', async (page) => {
		await page.click('a[href="/shaoyang/"]');
		await page.click('main a[href="/shaoyang/donations/"]');
		await page.selectOption('select[name="state"]', 'met');
		await page.click('.bf-filter button[type="submit"]');
		assert.match(page.url(), /state=met/);
		await page.click('main a[href*="/posts/"]');
		assert.match(page.url(), /\/posts\/[0-9A-Z]{10}$/);
		await page.fill('header input[name="q"]', '棉被');
		await page.click('header form button[type="submit"]');
		assert.match(page.url(), /\/search\?q=/);
		assert.ok(await page.locator('main a[href*="/posts/"]').count() > 0);
	}, { javaScriptEnabled: false }));

test('by keyboard the first stop skips to the content', () =>
	open('/shaoyang/', async (page) => {
		await page.keyboard.press('Tab');
		const link = page.locator(':focus');

		assert.equal(await link.getAttribute('href'), '#main');
		const box = await link.boundingBox();

		assert.ok(box.width > 20 && box.y >= 0, 'it is seen while it has the focus');
		await page.keyboard.press('Enter');
		assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
	}));

test('by keyboard every stop is seen', () =>
	open('/shaoyang/donations/', async (page) => {
		for (let i = 0; i < 25; i++) {
			await page.keyboard.press('Tab');
			const seen = await page.evaluate(() => {
				const style = getComputedStyle(document.activeElement);

				return document.activeElement === document.body || style.outlineStyle !== 'none' ||
					style.boxShadow !== 'none';
			});

			assert.ok(seen, await page.evaluate(() => document.activeElement.outerHTML.slice(0, 200)));
		}
	}));

test('a refused field is described by its message', () =>
	open('/shaoyang/donations/?need=gold', async (page) => {
		const field = page.locator('select[name="need"]');
		const described = await field.getAttribute('aria-describedby');

		assert.equal(await field.getAttribute('aria-invalid'), 'true');
		assert.notEqual((await page.locator(`#${described.split(' ')[0]}`).innerText()).trim(), '');
	}));

test('on paper a post has its content and no switches', () =>
	open(pages[5], async (page) => {
		await page.emulateMedia({ media: 'print' });
		assert.ok(await page.locator('h1').isVisible());
		assert.ok(!await page.locator('.bf-header__search').isVisible());
		assert.ok(!await page.locator('.bf-skip-link').isVisible());
		assert.ok((await page.pdf()).length > 5000);
	}));

test('text can be enlarged to twice its size', () =>
	open('/shaoyang/donations/', async (page) => {
		await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
		await assertFits(page, 'at 200 %');
	}, { viewport: { width: 640, height: 800 }, bypassCSP: true }));
