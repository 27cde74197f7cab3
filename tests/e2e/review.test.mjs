// The desk of an office: its list to answer, and what a county says where a post is not met.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Visitor } from '../tools/account.mjs';
import { get, shown } from '../tools/http.mjs';
import { ownSite } from '../tools/site.mjs';

const site = await ownSite();
const people = {};

for (const role of ['village', 'other_village', 'township', 'county', 'city'])
	people[role] = await new Visitor(site).signInAs(role);

let passed_village; // a post
const write = '/shaoyang/donations/write';
const words = { title: '入冬的两床厚棉被', story: '去年屋顶漏雨，旧棉被全湿了，一直没有换。',
	item: '三斤重的厚棉被', target_fen: '600.50', reason: '家里两人生病，没有余钱。',
	price_source: '县城集市的价格', story_shown: '1' };
const ticked = Object.fromEntries([1, 2, 3, 4, 5].map((item) => [`item_${item}`, '1']));

async function submitted(item) {
	const { village } = people;
	const households = [...(await village.ask(write)).text.matchAll(/<option value="(\d+)"/g)];
	const begun = await village.send(write, { need_kind: 'necessities', form: 'money',
		relation: 'village_manager', of_household: households.at(-1)[1] });
	const edit = begun.headers.get('location');
	const preview = edit.replace(/edit$/, 'preview');

	assert.equal((await village.send(edit, { ...words, item })).status, 303);
	assert.equal((await village.send(preview, { promise: '1' })).status, 303);
	return edit.split('/')[4];
}

const decide = (role, ref, act, fields = {}) =>
	people[role].send(`/review/${ref}`, fields, `/review/${ref}/${act}`);

test('an item without an answer has its message beside it, and the rest is kept', async () => {
	const ref = await submitted('厚棉被');
	const page = await people.other_village.ask(`/review/${ref}`);

	assert.match(shown(page.text), /我亲眼看到所缺或损坏的东西。/);
	const refused = await decide('other_village', ref, 'approve', { item_1: '1', item_3: '1' });

	assert.equal(refused.status, 422);
	assert.match(refused.text, /id="approve-item_2-message"/);
	assert.match(refused.text, /id="approve-item_4-message"/);
	assert.doesNotMatch(refused.text, /id="approve-item_[135]-message"/);
	assert.match(refused.text, /name="item_3" type="checkbox" value="1" checked/);
	assert.match(refused.text, /name="item_2" type="checkbox" value="1" aria-invalid="true"/);
	assert.equal((await decide('other_village', ref, 'approve', ticked)).status, 303);

	// the author reads what was checked, in both languages
	assert.match(shown((await people.village.ask(`/mine/${ref}`)).text), /核实了什么.*我亲眼看到/);
	assert.match(shown((await people.village.ask(`/en/mine/${ref}`)).text),
		/What was checked.*I have seen with my own eyes/);
	assert.equal((await site.sql(`SELECT CONCAT(c.version, ' ', c.items) FROM review_check c
		JOIN review_step s ON s.id = c.step_id JOIN post p ON p.id = s.post_id
		WHERE p.ref = '${ref}'`))[0][0], '1 evidence_read,family_known,need_seen,amount_fits');
	// a household has so many posts at a time
	assert.equal((await people.village.send(`/mine/${ref}`, {}, `/mine/${ref}/withdraw`)).status, 303);
});

test('who decides about what has changed meanwhile reads it again', async () => {
	const ref = await submitted('电饭锅');
	const page = await people.other_village.ask(`/review/${ref}`);
	const secrets = people.other_village.secrets(page, `/review/${ref}/approve`);

	await site.sql(`UPDATE post_text x JOIN post p ON p.id = x.post_id
		SET x.reason = '换了一个理由' WHERE p.ref = '${ref}'`);
	const answer = await people.other_village.post(`/review/${ref}/approve`, { ...secrets, ...ticked });

	assert.equal(answer.status, 409);
	assert.match(shown(answer.text), /换了一个理由/);
	assert.equal((await decide('other_village', ref, 'approve', ticked)).status, 303);
	passed_village = ref;
});

test('a county says once how a post goes on that is not met, and visitors read it', async () => {
	const { county } = people;
	const ref = passed_village;

	for (const role of ['township', 'county'])
		assert.equal((await decide(role, ref, 'approve', { ...ticked, urgency: '1' })).status, 303, role);
	assert.doesNotMatch((await people.county.ask('/review')).text, new RegExp(`/review/${ref}"`));

	// what the job does a month later (tests/unit/domain/test_overdue.c)
	await site.sql(`INSERT INTO escalation (post_id, county, at, due_at) SELECT id, county,
		UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL 7 DAY FROM post WHERE ref = '${ref}'`);
	await site.sql(`INSERT INTO event (type, subject_id, city, region, at) SELECT 'post.escalated',
		id, city, township, UTC_TIMESTAMP(3) FROM post WHERE ref = '${ref}'`);
	const [[deadline]] = await site.sql(`SELECT deadline_at FROM post WHERE ref = '${ref}'`);
	const action = `/review/${ref}/answer`;

	assert.match((await county.ask('/review')).text, new RegExp(`/review/${ref}"`));
	const refused = await county.send(`/review/${ref}`, { unmet_answer: 'extend', answer_text: '' }, action);

	assert.equal(refused.status, 422);
	assert.match(refused.text, /id="answer_unmet-answer_text-message"/);
	assert.equal((await county.send(`/review/${ref}`,
		{ unmet_answer: 'extend', answer_text: '<b>价格</b>上涨，再等一个月' }, action)).status, 303);
	assert.equal((await site.sql(`SELECT DATEDIFF(deadline_at, '${deadline}') FROM post
		WHERE ref = '${ref}'`))[0][0], '30');
	const slug = (await site.sql(`SELECT c.slug FROM post p JOIN city c ON c.region = p.city
		WHERE p.ref = '${ref}'`))[0][0];
	const page = await get(site, `/${slug}/donations/posts/${ref}`);

	assert.equal(page.status, 200);
	assert.match(page.text, /为什么还在等待/);
	assert.match(page.text, /&lt;b&gt;价格&lt;\/b&gt;上涨，再等一个月/);
	assert.match(shown((await county.ask(`/review/${ref}`)).text), /访客在求助页面可以看到/);
	assert.doesNotMatch((await county.ask('/review')).text, new RegExp(`/review/${ref}"`));
});

test('what a county rejects a second person looks at: the city, where the county has nobody else', async () => {
	const { county, city } = people;
	const ref = await submitted('水壶');
	const rejects = { reason_code: 'ineligible', reject_reason: '不在政策范围内' };

	for (const role of ['other_village', 'township'])
		assert.equal((await decide(role, ref, 'approve', ticked)).status, 303, role);
	assert.equal((await decide('county', ref, 'reject', rejects)).status, 303);
	assert.match(shown((await people.village.ask(`/mine/${ref}`)).text), /县级核实中/);

	// who proposed it waits, and cannot agree with themselves
	const own = await county.ask(`/review/${ref}`);

	assert.match(shown(own.text), /这是您提出的/);
	assert.ok(!own.text.includes(`/review/${ref}/second`), 'no form for it');
	assert.doesNotMatch(own.text, new RegExp(`/review/${ref}/approve`));
	assert.match((await city.ask('/review')).text, new RegExp(`/review/${ref}"`));

	// to decline it, the city says why; then the step is the county's again
	const second = (fields) => city.send(`/review/${ref}`, fields, `/review/${ref}/second`);
	const refused = await second({ second_outcome: 'declined', second_note: '' });

	assert.equal(refused.status, 422);
	assert.match(refused.text, /id="second-second_note-message"/);
	assert.equal((await second({ second_outcome: 'declined', second_note: '请再核实一次' })).status, 303);
	assert.equal((await city.ask(`/review/${ref}`)).status, 404);
	assert.match((await county.ask(`/review/${ref}`)).text, new RegExp(`/review/${ref}/approve`));

	assert.equal((await decide('county', ref, 'reject', rejects)).status, 303);
	assert.equal((await second({ second_outcome: 'confirmed', second_note: '' })).status, 303);
	assert.match(shown((await people.village.ask(`/mine/${ref}`)).text), /已驳回.*不在政策范围内/);

	// the city has had its say: an appeal goes above it
	assert.equal((await people.village.send(`/mine/${ref}`, { appeal_text: '请再看一次' },
		`/mine/${ref}/appeal`)).status, 303);
	assert.doesNotMatch((await city.ask('/review')).text, new RegExp(`/review/${ref}"`));
	assert.deepEqual((await site.sql(`SELECT a.level, a.office FROM appeal a
		JOIN post p ON p.id = a.post_id WHERE p.ref = '${ref}'`))[0], ['province', '430000']);
});

test('all invariants hold afterwards', async () => {
	const verified = await site.bangfu('verify');

	assert.equal(verified.code, 0, verified.out);
});
