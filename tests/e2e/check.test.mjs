// `bangfu check` names file and line of what is wrong with a changed site; a plugin that is wrong
// is left out, and the site answers without it.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { run } from '../tools/process.mjs';
import { sharedSite, top } from '../tools/site.mjs';

const site = await sharedSite();
const scratch = mkdtempSync(path.join(tmpdir(), 'bangfu-broken-'));
const test_plugins = path.join(top, process.env.BUILD ?? 'var/build', 'tests/plugins');

after(() => rmSync(scratch, { recursive: true }));

// A copy of the product in which something is changed, and what check says of it.
async function check(name, change) {
	const copy = path.join(scratch, name);
	const config = path.join(copy, 'bangfu.conf');

	cpSync(site.product, copy, { recursive: true });
	writeFileSync(config, readFileSync(site.config, 'utf8').replaceAll(site.product, copy));
	cpSync(path.join(site.folder, 'form.key'), path.join(copy, 'form.key'));
	change(copy, config);
	return run(site.program, ['check', '--config', config]);
}

function edit(file, from, to) {
	const text = readFileSync(file, 'utf8');

	assert.ok(text.includes(from), `${file} holds ${from}`);
	writeFileSync(file, text.replace(from, to));
}

const lineOf = (file, text) => readFileSync(file, 'utf8').split('\n')
	.findIndex((line) => line.includes(text)) + 1;

test('a whole site is well', async () => {
	const { code, err } = await check('whole', () => {});

	assert.equal(err, '');
	assert.equal(code, 0);
});

test('an unknown name in a template stops the start', async () => {
	let file;
	const { code, err } = await check('template', (copy) => {
		file = path.join(copy, 'templates/city.html');
		edit(file, 'figures.families', 'figures.famlies');
	});

	assert.equal(code, 1);
	assert.match(err, new RegExp(`city\\.html:${lineOf(file, 'famlies')}: .*famlies`));
});

test('a template that is not well-formed stops the start', async () => {
	const { code, err } = await check('malformed', (copy) =>
		edit(path.join(copy, 'templates/about.html'), '</h1>', '</h2>'));

	assert.equal(code, 1);
	assert.match(err, /about\.html:\d+: /);
});

test('a text without a translation stops the start', async () => {
	const { code, err } = await check('translation', (copy) =>
		edit(path.join(copy, 'templates/help.html'), '</h1>', ' (never translated)</h1>'));

	assert.equal(code, 1);
	assert.match(err, /help\.html:\d+: .*never translated/);
});

test('a query against a column that is not there stops the start', async () => {
	let file;
	const { code, err } = await check('query', (copy) => {
		file = path.join(copy, 'sql/site.sql');
		edit(file, 'f.published_posts', 'f.publisched_posts');
	});

	assert.equal(code, 1);
	assert.match(err, /site\.sql:\d+: .*publisched_posts/);
});

test('an unknown setting and a senseless value are named with their lines', async () => {
	const { code, err } = await check('setting', (copy, config) =>
		writeFileSync(config, `${readFileSync(config, 'utf8')}\n[server]\ncolour = red\nbody_max_kib = many\n`));

	assert.equal(code, 1);
	assert.match(err, /bangfu\.conf:\d+: there is no setting "colour"/);
	assert.match(err, /bangfu\.conf:\d+: body_max_kib is /);
});

test('too few workers for the kept connections are refused', async () => {
	const { code, err } = await check('workers', (copy, config) =>
		edit(config, 'web_server_keepalive = 0', 'web_server_keepalive = 10'));

	assert.equal(code, 1);
	assert.match(err, /workers is 24: 20 kept connections and a reserve of 6 need at least 26/);
});

test('a plugin query that is wrong is named with its file', async () => {
	const { code, err } = await check('plugin-query', (copy) =>
		edit(path.join(copy, 'plugins/donations/sql/posts.sql'), 'SELECT ', 'SELECT no_such_column, '));

	assert.equal(code, 1);
	assert.match(err, /donations\/sql\/posts\.sql:\d+: .*no_such_column/);
});

for (const name of readdirSync(path.join(top, 'tests/plugins'), { withFileTypes: true })
	.filter((entry) => entry.isDirectory() && entry.name.startsWith('bad_') ||
		['missing_symbol', 'no_entry'].includes(entry.name)).map((entry) => entry.name)) {
	test(`the plugin ${name} is refused by its name`, async () => {
		const { code, err } = await check(name, (copy) => {
			cpSync(path.join(test_plugins, `${name}.so`), path.join(copy, `var/build/plugins/${name}.so`));
			cpSync(path.join(top, 'tests/plugins', name), path.join(copy, 'plugins', name),
				{ recursive: true });
		});

		const page = await run(site.program,
			['get', '/shaoyang/', '--config', path.join(scratch, name, 'bangfu.conf')]);

		assert.equal(code, 1);
		assert.match(err, new RegExp(`plugin.*${name}|plugins/${name}/`));
		assert.equal(page.code, 0);
		assert.match(page.out, /^Status: 200/);
		// The others are well, and none is taken for its neighbour.
		assert.doesNotMatch(err, /plugin "donations"/);
		assert.match(page.out, /href="\/shaoyang\/donations\/"/);
	});
}

test('routes lists every address and get answers one', async () => {
	const routes = await site.bangfu('routes');
	const page = await site.bangfu('get', '/shaoyang/donations/');
	const missing = await site.bangfu('get', '/nowhere');

	assert.equal(routes.code, 0);
	assert.match(routes.out, /\/posts\/\{ref\}/);
	assert.equal(page.code, 0);
	assert.match(page.out, /^Status: 200/);
	assert.equal(missing.code, 1);
});

test('a missing configuration and an unknown verb are said', async () => {
	const no_file = await run(site.program, ['check', '--config', '/nowhere/bangfu.conf']);
	const no_verb = await run(site.program, ['dance']);

	assert.equal(no_file.code, 1);
	assert.match(no_file.err, /\/nowhere\/bangfu\.conf/);
	assert.equal(no_verb.code, 2);
});

test('demo data of a day that the calendar does not have are refused', async () => {
	for (const day of ['2026-02-30', '2026-13-01', '2026--1-01', '2026-11-24x']) {
		const { code, err } = await site.bangfu('demo-data', '--as-of', day);

		assert.equal(code, 2, day);
		assert.ok(err.includes(`--as-of is "${day}"`), err);
	}
});
