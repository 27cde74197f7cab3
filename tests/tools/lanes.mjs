// The lanes of make check, in the order in which they begin. A lane is
//   { name, after: lanes that must have passed, behind: lanes that must have ended,
//     run(context): results }
// and a result { name, ok, detail }. What cannot run has failed.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run as runTests } from 'node:test';
import * as lints from './lints.mjs';
import { run } from './process.mjs';
import { startDatabase, startSite, top } from './site.mjs';

const gcc_build = 'var/check/gcc';
const clang_build = 'var/check/clang';
const file_limit_ms = process.env.LONG ? 3600000 : 300000;
const with_gcc = [`BUILD=${gcc_build}`];
const with_clang = [`BUILD=${clang_build}`, 'CC=clang', 'SANITIZE=1'];

// ---- builds ----------------------------------------------------------------------------

// Two runs in one checkout take turns; the second finds all made.
async function make(name, variables, targets) {
	const { code, text } = await run('flock', ['var/check.lock', 'make', '--no-print-directory', '--keep-going',
		'--output-sync',
		`-j${os.cpus().length}`, 'WERROR=1', ...variables, ...targets], { cwd: top });

	return [{ name, ok: code === 0, detail: text.replace(/^[A-Z]+ +\S+\n/gm, '') }];
}

function files(...below) {
	const folder = path.join(top, ...below);

	return existsSync(folder)
		? readdirSync(folder, { recursive: true }).map((name) => path.join(folder, name)) : [];
}

// ---- programs that count their own tests --------------------------------------------------

// A cmocka program, by its TAP lines.
async function cmocka(program, socket) {
	const { code, text } = await run(program, [], {
		cwd: top,
		env: { ...process.env, CMOCKA_MESSAGE_OUTPUT: 'TAP', BANGFU_TEST_DB_SOCKET: socket },
	});
	const name = path.basename(program);
	const results = [...text.matchAll(/^(not )?ok \d+ - (.*)$/gm)].map(
		([, not, test]) => ({ name: `${name}: ${test}`, ok: !not, detail: text }));

	if (!results.length || (code !== 0 && results.every((result) => result.ok)))
		results.push({ name: `${name} ends well (it ended with ${code})`, ok: false, detail: text });
	return results;
}

async function unitTests(build, variables, context) {
	const programs = files('tests/unit').filter((name) => /test_\w+\.c$/.test(name))
		.map((name) => path.join(top, build, path.relative(path.join(top, 'tests'), name).slice(0, -2)));
	const results = await make('the unit tests are built', variables, ['unit-tests']);

	for (const program of programs)
		results.push(...await cmocka(program, context.database.socket));
	return results;
}

// The database server of the unit tests that need one.
async function database(context) {
	context.database = await startDatabase();
	context.defer.push(context.database.stop);
	return [{ name: 'an empty database starts', ok: true }];
}

// Files of node:test. What a file prints is shown with its faults.
function nodeTests(folder) {
	return (context) => new Promise((resolve, reject) => {
		const results = [];
		const tests = files(folder).filter((name) => name.endsWith('.test.mjs')).sort();

		if (context.site)
			process.env.BANGFU_SITE = context.site.folder;
		process.env.BUILD = gcc_build;
		runTests({ files: tests, concurrency: 1, timeout: file_limit_ms, signal: context.abort.signal })
			.on('test:pass', ({ name, details }) => {
				if (details.type !== 'suite' && !tests.includes(name))
					results.push({ name, ok: true });
			})
			.on('test:fail', ({ name, file, details }) => {
				if (details.type !== 'suite')
					results.push({ name: `${path.basename(file ?? '')}: ${name}`, ok: false,
						detail: details.error?.cause?.stack ?? details.error?.message });
			})
			.on('error', reject)
			.on('end', () => resolve(results))
			.resume();
	});
}

// ---- fuzzing ---------------------------------------------------------------------------

// The seeds are replayed, then new inputs are tried for FUZZ_SECONDS. What breaks is kept.
async function fuzzOne(program, context) {
	const name = path.basename(program);
	const target = name.replace('fuzz_', '');
	const seeds = path.join(top, 'tests/fuzz/corpus', target);
	const found = path.join(context.scratch, name);
	const crashes = path.join(top, 'var/check/crashes', name);
	const seconds = process.env.FUZZ_SECONDS || 3;

	if (!existsSync(seeds))
		return [{ name: `${name} has seeds in tests/fuzz/corpus/${target}`, ok: false }];
	cpSync(seeds, found, { recursive: true });
	mkdirSync(crashes, { recursive: true });
	const { code, text } = await run(program, [found, `-max_total_time=${seconds}`, '-timeout=10',
		'-rss_limit_mb=2048', '-print_final_stats=1', `-artifact_prefix=${crashes}/`],
		{ cwd: top, seconds: Number(seconds) + 120 });

	return [{ name, ok: code === 0, detail: text.slice(-6000) }];
}

async function fuzz(context) {
	const results = await make('the fuzz targets are built', with_clang, ['fuzzers']);

	for (const source of files('tests/fuzz').filter((name) => /\/fuzz_\w+\.c$/.test(name)).sort())
		results.push(...await fuzzOne(
			path.join(top, clang_build, 'fuzz', path.basename(source, '.c')), context));
	return results;
}

// ---- the site and what it holds -------------------------------------------------------------

// One site at the pilot's size for all lanes that look at it.
async function site(context) {
	process.env.BUILD = gcc_build;
	context.site = await startSite({ scale: process.env.SCALE || 1 });
	context.defer.push(context.site.stop);
	return [{ name: 'the site starts with its demo data', ok: true }];
}

async function verb(context, ...words) {
	const { code, text } = await context.site.bangfu(...words);

	return { name: `bangfu ${words.join(' ')}`, ok: code === 0, detail: text };
}

// That a server's files are all well, and that none of its queries reads a large table.
async function explained(context, config) {
	const { code, text } = await run(context.site.program, ['check', '--explain', '--config', config]);

	return { name: `bangfu check --explain of ${path.basename(config)}`, ok: code === 0, detail: text };
}

// Each invariant through the database's own client, without the product's code: no rows, it holds.
// The statement beside it, NAME_counted, says how much was looked at.
async function invariants(context) {
	const results = [];

	for (const file of files('sql/verify').filter((name) => name.endsWith('.sql')).sort()) {
		for (const [, name, statement] of
			readFileSync(file, 'utf8').matchAll(/^-- name: *(\w+)$(.*?)(?=^-- name:|$(?![^]))/gms)) {
			if (name.endsWith('_counted'))
				continue;
			const rows = await context.site.sql(statement, 'bangfu_verify');

			results.push({ name: `${path.basename(file)}: ${name}`, ok: rows.length === 0,
				detail: rows.slice(0, 10).join('\n') });
		}
	}
	return results;
}

export const lanes = [
	{ name: 'build', after: [],
		run: () => make('gcc builds it without a warning', with_gcc, ['all', 'test-plugins']) },
	{ name: 'site', after: ['build'], run: site },
	{ name: 'lint', after: [], run: lints.all },
	{ name: 'database', after: [], run: database },
	{ name: 'clang', after: [],
		run: () => make('clang builds it without a warning', with_clang,
			[`${clang_build}/libbangfu.a`]) },
	{ name: 'unit', after: ['build', 'database'],
		run: (context) => unitTests(gcc_build, with_gcc, context) },
	{ name: 'sanitize', after: ['clang', 'database'],
		run: (context) => unitTests(clang_build, with_clang, context) },
	{ name: 'binaries', after: ['build'], run: () => lints.binaries(gcc_build) },
	{ name: 'explain', after: ['site'],
		run: (context) => Promise.all(context.site.configs.map((config) => explained(context, config))) },
	{ name: 'verify', after: ['site'],
		run: async (context) => [await verb(context, 'verify'), ...await invariants(context)] },
	{ name: 'e2e', after: ['site'], run: nodeTests('tests/e2e') },
	{ name: 'fuzz', after: ['clang'], run: fuzz },
	{ name: 'browser', after: ['site'], run: nodeTests('tests/browser') },
	// Measures seconds: when the lanes that use most of the machine are done.
	{ name: 'faults', after: ['build'], behind: ['e2e', 'browser', 'fuzz'],
		run: nodeTests('tests/faults') },
];
