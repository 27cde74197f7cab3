// Pictures of a post, the whole way round: uploaded with consent, looked at by the sealed press, seen
// by the office and by visitors, taken back by the family.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import { Visitor } from '../tools/account.mjs';
import { get, shown } from '../tools/http.mjs';
import { ownSite, until } from '../tools/site.mjs';

const site = await ownSite();
const family = await new Visitor(site).signInAs('family');
const donor = await new Visitor(site).signInAs('donor');
const offices = { village: await new Visitor(site).signInAs('other_village'),
	township: await new Visitor(site).signInAs('township'), county: await new Visitor(site).signInAs('county') };
const folder = path.join(site.folder, 'files');

// ---- a picture that knows where it was taken -------------------------------------------------

const PLACE = 'HONGQI-VILLAGE-27.123N-111.032E';

function chunk(type, data) {
	const body = Buffer.concat([Buffer.from(type, 'latin1'), data]), size = Buffer.alloc(4), sum = Buffer.alloc(4);

	size.writeUInt32BE(data.length);
	sum.writeUInt32BE(crc32(body));
	return Buffer.concat([size, body, sum]);
}

// EXIF with one text, which holds the place.
function exif() {
	const text = Buffer.from(`${PLACE}\0`, 'latin1'), head = Buffer.alloc(26);

	head.write('II*\0', 0, 'latin1');
	head.writeUInt32LE(8, 4);
	head.writeUInt16LE(1, 8);
	head.writeUInt16LE(0x010e, 10);
	head.writeUInt16LE(2, 12);
	head.writeUInt32LE(text.length, 14);
	head.writeUInt32LE(26, 18);
	return Buffer.concat([head, text]);
}

function png(width = 900, height = 600) {
	const header = Buffer.alloc(13), rows = Buffer.alloc((width * 3 + 1) * height, 120);

	header.writeUInt32BE(width);
	header.writeUInt32BE(height, 4);
	header.set([8, 2, 0, 0, 0], 8);
	for (let y = 0; y < height; y++)
		rows[y * (width * 3 + 1)] = 0;
	return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header),
		chunk('eXIf', exif()), chunk('tEXt', Buffer.from(`Comment\0${PLACE}`, 'latin1')),
		chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

// ---- the pages -------------------------------------------------------------------------------

// An own post of the family's, in the words of who begins one.
async function draft() {
	const answer = await family.send('/shaoyang/donations/write', { need_kind: 'housing', form: 'money' });

	assert.equal(answer.status, 303);
	return answer.headers.get('location').match(/posts\/([0-9A-Z]{10})/)[1];
}
const pageOf = (ref) => `/mine/${ref}/pictures`;

async function upload(ref, bytes, fields = { alt: '漏雨的屋顶', consent: '1' }, visitor = family) {
	const page = await visitor.ask(pageOf(ref));
	const form = new FormData();

	for (const [name, value] of Object.entries({ ...visitor.secrets(page, `${pageOf(ref)}/add`), ...fields }))
		form.append(name, value);
	if (bytes)
		form.append('picture', new Blob([bytes]), 'roof.png');
	return visitor.ask(`${pageOf(ref)}/add`, { method: 'POST', body: form });
}

const statesOf = async (ref) => (await site.sql(`SELECT c.state, c.name FROM picture c
	JOIN post p ON p.id = c.post_id WHERE p.ref = '${ref}' ORDER BY c.id`));
const looked = (ref) => until(20, async () => (await statesOf(ref)).every(([state]) => state !== 'uploaded'));
const filesOf = (name) => readdirSync(folder).filter((file) => file.includes(name)).sort();
const words = { title: '入冬的两床厚棉被', story: '去年屋顶漏雨，旧棉被全湿了，一直没有换。',
	item: '三斤重的厚棉被', target_fen: '600.50', reason: '家里两人生病，没有余钱。',
	price_source: '县城集市的价格', story_shown: '1' };
// Everything on the list of an office, ticked.
const ticked = Object.fromEntries([1, 2, 3, 4, 5].map((item) => [`item_${item}`, '1']));

// The three offices see the picture, and approve.
async function publish(ref, name) {
	const address = `/shaoyang/donations/posts/${ref}`;

	assert.equal((await family.send(`${address}/edit`, words)).status, 303);
	assert.equal((await family.send(`${address}/preview`, { promise: '1' })).status, 303);
	for (const [level, office] of Object.entries(offices)) {
		assert.ok((await office.ask(`/review/${ref}`)).text.includes(`/files/${name}-s.jpg`), level);
		assert.equal((await office.send(`/review/${ref}`, { ...ticked, ...(level === 'county' ? { urgency: '2' } : {}) },
			`/review/${ref}/approve`)).status, 303, level);
	}
}

// ---- tests -----------------------------------------------------------------------------------

const ref = await draft();

test('the pages of the post lead to its pictures, which says that there are none', async () => {
	assert.ok((await family.ask(`/mine/${ref}`)).text.includes(`href="${pageOf(ref)}"`));
	assert.ok((await family.ask(`/shaoyang/donations/posts/${ref}/edit`)).text.includes(`href="${pageOf(ref)}"`));
	assert.match(shown((await family.ask(pageOf(ref))).text), /还没有照片/);
	assert.match(shown((await family.ask(`/en${pageOf(ref)}`)).text), /There are no pictures yet/);
});

test('without a picture, words or consent nothing is kept', async () => {
	for (const [bytes, fields, field] of [[null, { alt: '屋顶', consent: '1' }, 'picture'],
		[png(), { alt: '', consent: '1' }, 'alt'], [png(), { alt: '屋顶' }, 'consent']]) {
		const page = await upload(ref, bytes, fields);

		assert.equal(page.status, 422, field);
		assert.match(page.text, new RegExp(`id="add_picture-${field}-message"`));
	}
	assert.deepEqual(await statesOf(ref), []);
	assert.deepEqual(readdirSync(folder), []);
});

test('a picture becomes two that no longer know where it was taken; its original is gone', async () => {
	assert.equal((await upload(ref, png())).status, 303);
	await looked(ref);
	const [[state, name]] = await statesOf(ref);

	assert.equal(state, 'ready');
	assert.deepEqual(filesOf(name), [`${name}-l.jpg`, `${name}-s.jpg`]);
	for (const file of [`${name}-l.jpg`, `${name}-s.jpg`]) {
		const answer = await fetch(`${site.url}/files/${file}`);
		const bytes = Buffer.from(await answer.arrayBuffer());

		assert.equal(answer.status, 200);
		assert.equal(answer.headers.get('content-type'), 'image/jpeg');
		assert.equal(answer.headers.get('cache-control'), 'public, max-age=60');
		assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
		assert.deepEqual([...bytes.subarray(0, 3)], [0xff, 0xd8, 0xff]);
		assert.ok(!bytes.includes(PLACE) && !bytes.includes('Exif'), 'the place is in it');
	}
	assert.ok((await family.ask(pageOf(ref))).text.includes(`/files/${name}-s.jpg`));
	assert.equal((await get(site, `/files/${name}.in`)).status, 404);
});

test('what is no picture, or ends too early, is refused with its reason on the page', async () => {
	const other = await draft();

	assert.equal((await upload(other, Buffer.from('<svg onload="x"/>'))).status, 303);
	assert.equal((await upload(other, png().subarray(0, 400))).status, 303);
	await looked(other);
	assert.deepEqual((await statesOf(other)).map(([state]) => state), ['refused', 'refused']);
	for (const [, name] of await statesOf(other))
		assert.deepEqual(filesOf(name), []);
	const words = shown((await family.ask(pageOf(other))).text);

	assert.match(words, /这个文件不是能打开的照片/);
	assert.match(words, /文件损坏或不完整/);
});

test('a form that is too long is refused, and other addresses take no files', async () => {
	const status = async (address, size) => {
		try {
			return (await family.ask(address, { method: 'POST', judged: false,
				body: Buffer.alloc(size), headers: { 'content-type': 'application/octet-stream' } })).status;
		} catch {
			return 413; /* closed before all was sent */
		}
	};

	assert.equal(await status(`${pageOf(ref)}/add`, 9 << 20), 413);
	assert.equal(await status(`${pageOf(ref)}/remove`, 1 << 20), 413);
});

test('there are at most nine, and one that is removed makes place', async () => {
	const full = await draft();

	for (let i = 0; i < 9; i++)
		assert.equal((await upload(full, png(40, 30))).status, 303);
	assert.equal((await upload(full, png(40, 30))).status, 422);
	await looked(full);
	const page = await family.ask(pageOf(full));
	const [, name] = (await statesOf(full))[0];
	const fields = family.secrets(page, `${pageOf(full)}/remove`);

	assert.equal((await family.post(`${pageOf(full)}/remove`, fields)).status, 303);
	assert.equal((await statesOf(full)).length, 8);
	assert.deepEqual(filesOf(name), []);
});

test('nobody else sees the page, or adds to it', async () => {
	assert.equal((await donor.ask(pageOf(ref))).status, 403);
	assert.equal((await new Visitor(site).ask(pageOf(ref))).status, 303);
});

test('acceptance 18: a consent that is taken back takes the pictures from page, API and file address', async () => {
	const [[, name]] = await statesOf(ref);
	const page = `/shaoyang/donations/posts/${ref}`, api = `/api/v1${page}`, file = `/files/${name}-l.jpg`;

	await publish(ref, name);
	assert.ok((await get(site, page)).text.includes(`/files/${name}-s.jpg`), 'on the page');
	assert.ok((await get(site, api)).text.includes(name), 'in the API');
	assert.equal((await fetch(site.url + file)).status, 200);
	// the post is published: nothing can be added, and all can be taken back
	assert.doesNotMatch((await family.ask(pageOf(ref))).text, /pictures\/add/);
	assert.equal((await family.send(pageOf(ref), {}, `${pageOf(ref)}/withdraw`)).status, 303);
	assert.deepEqual(await statesOf(ref), []);
	assert.deepEqual(filesOf(name), []);
	assert.equal((await fetch(site.url + file)).status, 404);
	assert.ok(!(await get(site, page)).text.includes(name));
	assert.ok(!(await get(site, api)).text.includes(name));
	assert.equal((await site.sql(`SELECT COUNT(*) FROM event WHERE type = 'picture.removed'`))[0][0], '2');
});

test('files that no row needs are swept, and a picture that lost its files is told', async () => {
	const other = await draft(), long_ago = new Date(Date.now() - 3600_000);
	const lost = '0'.repeat(32);
	const stray = [`${lost}-l.jpg`, `${lost}.in`, `.${lost}.in`];
	const sweep = () => site.sql(`UPDATE job_run SET asked_at = UTC_TIMESTAMP(3), asked_by = 1
		WHERE name = 'sweep_pictures'`);
	const error = async () => (await site.sql(`SELECT failing, last_error FROM job_run
		WHERE name = 'sweep_pictures'`))[0];

	assert.equal((await upload(other, png(40, 30))).status, 303);
	await looked(other);
	const [[, name]] = await statesOf(other);

	for (const file of stray) {
		writeFileSync(path.join(folder, file), 'x');
		utimesSync(path.join(folder, file), long_ago, long_ago);
	}
	for (const file of filesOf(name))
		utimesSync(path.join(folder, file), long_ago, long_ago);
	await sweep();
	await until(20, () => stray.every((file) => !existsSync(path.join(folder, file))));
	assert.equal(filesOf(name).length, 2, 'what a row needs stays');
	assert.equal((await error())[0], '0');
	unlinkSync(path.join(folder, `${name}-l.jpg`));
	await sweep();
	await until(20, async () => (await error())[0] === '1');
	assert.match((await error())[1], /1 pictures have lost their files/);
});
