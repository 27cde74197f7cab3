// What visitors see: the pages, their figures, both languages, the larger view, the way on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addresses, get, shown } from '../tools/http.mjs';
import { sharedSite } from '../tools/site.mjs';

const site = await sharedSite();
const number = (n) => Number(n).toLocaleString('en-US');
const posts = (html) => addresses(html, 'href').filter((one) => /\/posts\/[0-9A-Z]{10}$/.test(one));
const queries = (answer) => Number(answer.headers.get('server-timing').match(/"(\d+) queries"/)[1]);

async function one(statement) {
	return (await site.sql(statement))[0];
}

test('the country page shows the figures that the tables hold', async () => {
	const page = await get(site, '/');
	const figures = await one(`SELECT
		(SELECT COUNT(*) FROM role_grant WHERE role = 'donor'),
		(SELECT COUNT(*) FROM household WHERE connected_at IS NOT NULL),
		(SELECT COUNT(*) FROM post WHERE opened_at IS NOT NULL),
		(SELECT COUNT(*) FROM post WHERE phase = 'met')`);

	assert.equal(page.status, 200);
	for (const figure of figures) {
		assert.ok(Number(figure) > 0);
		assert.ok(shown(page.text).includes(number(figure)), `${number(figure)} is shown`);
	}
});

test('the country page leads to the eleven pilot cities', async () => {
	const page = await get(site, '/');
	const cities = (await site.sql('SELECT slug FROM city')).map(([slug]) => `/${slug}/`);

	assert.equal(cities.length, 11);
	for (const city of cities)
		assert.ok(addresses(page.text, 'href').includes(city), `${city} is linked`);
});

test('a city shows its name, its figures and what it runs', async () => {
	const page = await get(site, '/shaoyang/');

	assert.equal(page.status, 200);
	assert.match(page.text, /<h1[^>]*>邵阳市<\/h1>/);
	assert.ok(addresses(page.text, 'href').includes('/shaoyang/donations/'));
});

test('a list shows twenty posts and leads to the next twenty, none twice', async () => {
	const address = '/shaoyang/donations/?state=ended'; // there are enough at any scale
	const first = await get(site, address);
	const next = new URL(addresses(first.text, 'href').find((one) => one.includes('after=')),
		site.url + address);
	const second = await get(site, next.pathname + next.search);

	assert.equal(new Set(posts(first.text)).size, 20);
	assert.ok(posts(second.text).length > 0);
	assert.deepEqual(posts(second.text).filter((one) => posts(first.text).includes(one)), []);
});

test('a list asks the database three times at most, a post five times', async () => {
	const list = await get(site, '/shaoyang/donations/');
	const post = await get(site, posts(list.text)[0]);

	assert.ok(queries(list) <= 3, `${queries(list)} queries`);
	assert.ok(queries(post) <= 5, `${queries(post)} queries`);
});

test('a list can be narrowed and ordered, and keeps the choice', async () => {
	const page = await get(site, '/shaoyang/donations/?need=medical&state=met&sort=urgent');

	assert.equal(page.status, 200);
	assert.match(page.text, /<option[^>]*value="medical"[^>]* selected/);
	assert.match(page.text, /<option[^>]*value="met"[^>]* selected/);
});

test('a wrong choice is told beside the field, and what was typed stays', async () => {
	const page = await get(site, '/shaoyang/donations/?need=gold&state=met');

	assert.equal(page.status, 422);
	assert.match(page.text, /<select(?=[^>]*name="need")(?=[^>]*aria-invalid="true")/);
	assert.match(page.text, /<option[^>]*value="met"[^>]* selected/);
});

test('a parameter that is sent twice is refused', async () => {
	assert.equal((await get(site, '/shaoyang/donations/?need=medical&need=housing')).status, 422);
});

test('a parameter that nobody declared changes nothing', async () => {
	const page = await get(site, '/shaoyang/donations/?spy=1');
	const json = await get(site, '/api/v1/shaoyang/donations/?spy=1');

	assert.equal(page.status, 200);
	assert.deepEqual(posts(page.text), posts((await get(site, '/shaoyang/donations/')).text));
	assert.ok(!json.text.includes('spy'));
});

test('a post shows its number, what is asked and who checked it', async () => {
	const list = await get(site, '/shaoyang/donations/');
	const address = posts(list.text)[0];
	const page = await get(site, address);
	const ref = address.split('/').pop();
	const [title] = await one(`SELECT title FROM post WHERE ref = '${ref}'`);

	assert.equal(page.status, 200);
	for (const text of [ref, title, '村', '乡镇', '县'])
		assert.ok(shown(page.text).includes(text), `"${text}" is shown`);
});

test('a post of another city is not there', async () => {
	const [ref] = await one(`SELECT ref FROM post JOIN city ON city.region = post.city
		WHERE slug = 'ganzhou' AND listed = 'open' LIMIT 1`);

	assert.equal((await get(site, `/ganzhou/donations/posts/${ref}`)).status, 200);
	assert.equal((await get(site, `/shaoyang/donations/posts/${ref}`)).status, 404);
});

test('a post is found by its words and by its number', async () => {
	const [ref, title] = await one("SELECT ref, title FROM post WHERE listed = 'open' LIMIT 1");
	const word = encodeURIComponent(title.slice(0, 4));

	assert.ok(posts((await get(site, `/search?q=${word}`)).text).length > 0);
	assert.ok(posts((await get(site, `/search?q=${ref}`)).text).some((at) => at.endsWith(ref)));
});

test('a search says what to do when it finds nothing or is too short', async () => {
	const nothing = shown((await get(site, '/search?q=zzqqxx')).text);
	const short = shown((await get(site, '/search?q=%E6%A3%89')).text);

	assert.match(nothing, /没有找到/);
	assert.notEqual(short, nothing);
});

test('what is typed is text, never markup', async () => {
	const page = await get(site, `/search?q=${encodeURIComponent('"><script>alert(1)</script>')}`);

	assert.equal(page.status, 200);
	assert.ok(!page.text.includes('<script>alert'));
	assert.ok(page.text.includes('&lt;script'));
});

test('English stands below /en, on every kind of page', async () => {
	for (const address of ['/', '/shaoyang/', '/shaoyang/donations/', '/search', '/about', '/help']) {
		const chinese = await get(site, address);
		const english = await get(site, `/en${address}`);

		assert.match(chinese.text, /<html[^>]* lang="zh-Hans-CN"/, address);
		assert.match(english.text, /<html[^>]* lang="en"/, address);
		assert.ok(addresses(chinese.text, 'href').includes(`/en${address}`), address);
		assert.ok(addresses(english.text, 'href').includes(address), address);
		assert.ok(!/[一-鿿]/.test(shown(english.text.match(/<h1.*?<\/h1>/s)[0])), address);
	}
});

test('the larger view is a cookie, set and taken back by a link', async () => {
	const larger = await get(site, '/view/elder?back=/shaoyang/');
	const cookie = larger.headers.get('set-cookie');
	const page = await get(site, '/shaoyang/', { headers: { cookie: cookie.split(';')[0] } });

	assert.equal(larger.status, 303);
	assert.equal(new URL(larger.headers.get('location'), site.url).pathname, '/shaoyang/');
	assert.match(cookie, /SameSite=Lax/);
	assert.match(page.text, /bf-template--elder/);
	assert.ok(addresses(page.text, 'href').some((one) => one.startsWith('/view/normal')));
});

test('the larger view leads to no other host', async () => {
	for (const back of ['//evil.invalid/', 'https://evil.invalid/', '/\\evil.invalid', '/%09/x']) {
		const answer = await get(site, `/view/elder?back=${encodeURIComponent(back)}`);

		assert.ok(!(answer.headers.get('location') ?? '').includes('evil'), back);
		assert.ok([303, 404, 422].includes(answer.status), `${back}: ${answer.status}`);
	}
});

test('what is not there answers with a page that leads on', async () => {
	for (const address of ['/nowhere', '/shaoyang/nowhere/', '/en/atlantis/',
		'/shaoyang/donations/posts/0000000000', '/shaoyang/donations/posts/not-a-ref']) {
		const page = await get(site, address);

		assert.equal(page.status, 404, address);
		assert.ok(page.headers.get('x-request-id'), address);
		assert.ok(page.text.includes(page.headers.get('x-request-id')), address);
		assert.ok(addresses(page.text, 'href').includes(address.startsWith('/en') ? '/en/' : '/'));
	}
});

test('the demo says so on every page', async () => {
	for (const address of ['/', '/shaoyang/', '/nowhere'])
		assert.match((await get(site, address)).text, /class="bf-demo"/, address);
});

test('names of families and donors are masked', async () => {
	const list = await get(site, '/shaoyang/donations/?state=met');
	const page = await get(site, posts(list.text)[0]);

	assert.match(shown(page.text), /[一-鿿]\*/);
});
