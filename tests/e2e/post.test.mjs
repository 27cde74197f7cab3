// A help post from end to end: a family writes it, village, township and county check it, and it
// is in the list, in the search and in the API. Then a manager writes for a family.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Visitor } from '../tools/account.mjs';
import { get, shown } from '../tools/http.mjs';
import { ownSite } from '../tools/site.mjs';

const site = await ownSite();
const people = {};
const write = '/shaoyang/donations/write';
const words = { title: '入冬的两床厚棉被', story: '去年屋顶漏雨，旧棉被全湿了，一直没有换。',
	item: '三斤重的厚棉被', target_fen: '600.50', reason: '家里两人生病，没有余钱。',
	price_source: '县城集市的价格', story_shown: '1' };

for (const role of ['family', 'village', 'other_village', 'township', 'county'])
	people[role] = await new Visitor(site).signInAs(role);

// Begins a post and saves its words; its reference.
async function drafted(author, begun, said = words) {
	const answer = await author.send(write, begun);

	assert.equal(answer.status, 303, shown(answer.text));
	const edit = answer.headers.get('location');

	assert.match(edit, /^\/shaoyang\/donations\/posts\/[0-9A-Z]{10}\/edit$/);
	assert.equal((await author.send(edit, said)).status, 303);
	return edit.split('/')[4];
}

const preview = (ref) => `/shaoyang/donations/posts/${ref}/preview`;
const send = (author, ref, fields = { promise: '1' }) => author.send(preview(ref), fields);
const decide = (role, ref, act, fields = {}) =>
	people[role].send(`/review/${ref}`, fields, `/review/${ref}/${act}`);

// Everything on the list of an office, ticked.
const ticked = Object.fromEntries([1, 2, 3, 4, 5].map((item) => [`item_${item}`, '1']));

async function publish(ref) {
	for (const [role, fields] of [['other_village', ticked], ['township', ticked],
		['county', { ...ticked, urgency: '2' }]])
		assert.equal((await decide(role, ref, 'approve', fields)).status, 303, role);
}

test('a family writes, three levels check, and everybody sees it', async () => {
	const { family } = people;
	const ref = await drafted(family, { need_kind: 'necessities', form: 'money' });
	const page = `/shaoyang/donations/posts/${ref}`;

	// saved, and nobody else's
	const saved = await family.ask(`${page}/edit`);

	assert.match(saved.text, /value="600\.50"/);
	assert.match(saved.text, /去年屋顶漏雨/);
	assert.equal((await people.village.ask(`${page}/edit`)).status, 404);
	assert.equal((await get(site, `${page}/edit`)).status, 303);
	assert.equal((await get(site, page)).status, 404);

	// what was typed wrongly is kept, what is missing is named
	const refused = await family.send(`${page}/edit`, { ...words, target_fen: 'viel' });

	assert.equal(refused.status, 422);
	assert.match(refused.text, /value="viel"/);
	assert.equal((await send(family, ref, {})).status, 422);
	assert.equal((await send(family, ref)).status, 303);
	assert.match(shown((await family.ask(`/mine/${ref}`)).text), /村级核实中/);
	assert.equal((await get(site, page)).status, 404);

	// nobody is skipped
	assert.equal((await people.township.ask(`/review/${ref}`)).status, 200);
	assert.doesNotMatch((await people.township.ask('/review')).text, new RegExp(ref));
	assert.match((await people.other_village.ask('/review')).text, new RegExp(ref));
	await publish(ref);

	const open = await get(site, page);

	assert.equal(open.status, 200);
	assert.match(shown(open.text), /600\.50/);
	const { json } = await get(site, '/api/v1/shaoyang/donations/');

	assert.equal(json.posts.items[0].ref, ref);
	assert.equal(json.posts.items[0].target_fen, 60050);
	assert.match((await get(site, `/search?q=${encodeURIComponent('厚棉被')}`)).text, new RegExp(ref));
	assert.match((await get(site, `/search?q=${ref}`)).text, new RegExp(ref));
	assert.match(shown((await family.ask('/mine')).text), /入冬的两床厚棉被/);
	assert.equal((await family.send(`/mine/${ref}`, {}, `/mine/${ref}/withdraw`)).status, 303);
	assert.equal((await get(site, page)).status, 404);
	assert.doesNotMatch((await get(site, `/search?q=${encodeURIComponent('厚棉被')}`)).text,
		new RegExp(ref));
});

test('a manager writes for a family, and the other account of the village checks', async () => {
	const { village } = people;
	const households = [...(await village.ask(write)).text.matchAll(/<option value="(\d+)"/g)];
	const ref = await drafted(village, { need_kind: 'housing', form: 'goods', relation: 'neighbour',
		of_household: households.at(-1)[1] },
	{ ...words, item: '瓦片', quantity: '300', unit: '块', target_fen: '' });

	assert.equal((await send(village, ref)).status, 303);
	assert.match(shown((await village.ask('/review')).text), /由村里的另一个账号核实/);
	assert.match(shown((await village.ask(`/review/${ref}`)).text), /须由他人核实/);
	assert.match(shown((await people.other_village.ask(`/review/${ref}`)).text), /代为填写：邻居/);

	// sent back with a reason, corrected, rejected, appealed
	assert.equal((await decide('other_village', ref, 'return',
		{ field: 'amount', return_reason: '数量太多' })).status, 303);
	assert.match(shown((await village.ask(`/mine/${ref}`)).text), /数量太多/);
	assert.equal((await village.send(`/shaoyang/donations/posts/${ref}/edit`,
		{ ...words, item: '瓦片', quantity: '200', unit: '块', target_fen: '' })).status, 303);
	assert.equal((await send(village, ref)).status, 303);
	assert.equal((await decide('other_village', ref, 'reject',
		{ reason_code: 'covered', reject_reason: '已有危房改造' })).status, 303);
	assert.equal((await village.send(`/mine/${ref}`, { appeal_text: '没有改造过' },
		`/mine/${ref}/appeal`)).status, 303);
	assert.match(shown((await people.township.ask('/review')).text), /申诉/);
	assert.equal((await decide('township', ref, 'appeal',
		{ outcome: 'upheld', outcome_reason: '明年列入' })).status, 303);
	assert.match(shown((await village.ask(`/mine/${ref}`)).text), /明年列入/);
});

// ---- sent more often than once ---------------------------------------------------------------

test('a draft that is begun by a double click is one draft, and each form of a page is its own', async () => {
	const { family } = people;
	const page = await family.ask(write);
	const form = { ...family.secrets(page, write), need_kind: 'other', form: 'money' };
	const answers = await Promise.all([1, 2, 3].map(() => family.post(write, form)));
	const places = answers.map((answer) => answer.headers.get('location'));

	assert.deepEqual(answers.map((answer) => answer.status), [303, 303, 303]);
	assert.equal(new Set(places).size, 1, places.join(' '));

	// the same form with other content is not what was done: it is shown again, with what was typed
	const edit = places[0];
	const first = { ...family.secrets(await family.ask(edit), edit), ...words };

	assert.equal((await family.post(edit, first)).status, 303);
	assert.equal((await family.post(edit, first)).status, 303);
	const other = await family.post(edit, { ...first, title: '另一个标题' });

	assert.equal(other.status, 409);
	assert.match(shown(other.text), /这份表单您之前提交过/);
	assert.match(other.text, /value="另一个标题"/);

	const mine = await family.ask(`/mine/${edit.split('/')[4]}`);
	const keys = [...mine.text.matchAll(/name="_key" value="([^"]+)"/g)].map(([, key]) => key);

	assert.ok(keys.length > 0);
	assert.equal(new Set(keys).size, keys.length);
});

test('of two forms that are open, the second one learns of the first', async () => {
	const { village } = people;
	const households = [...(await village.ask(write)).text.matchAll(/<option value="(\d+)"/g)];
	const ref = await drafted(village, { need_kind: 'other', form: 'money', relation: 'relative',
		of_household: households.at(-1)[1] });
	const edit = `/shaoyang/donations/posts/${ref}/edit`;
	const fields = village.secrets(await village.ask(edit), edit);

	assert.equal((await village.post(edit, { ...words, ...fields, title: '第一个标题' })).status, 303);
	const second = await village.send(edit, { ...words, title: '第二个标题', version: fields.version });

	assert.equal(second.status, 409);
	assert.match(second.text, /value="第二个标题"/);
	assert.match(shown(second.text), /第一个标题/);
	assert.equal((await village.send(`/en/mine/${ref}`, {}, `/en/mine/${ref}/withdraw`)).status, 303);
	assert.equal((await village.ask(edit)).status, 200);
});

test('all invariants hold afterwards', async () => {
	const verified = await site.bangfu('verify');

	assert.equal(verified.code, 0, verified.out);
});
