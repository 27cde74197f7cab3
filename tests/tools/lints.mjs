// What can be said of the sources and of the built files without running them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './process.mjs';
import { top } from './site.mjs';

// ---- the sources -----------------------------------------------------------------------

// Floors of cgi/, from the ground up: a file includes its own floor or below.
const floors = [
	['base', 'press'], ['db', 'http', 'view'], ['domain'], ['plugin'], ['site', 'demo', 'sandbox'], ['server'],
];
const floorOf = (folder) => floors.findIndex((names) => names.includes(folder));

function find(folder, pattern) {
	const below = path.join(top, folder);

	if (!existsSync(below))
		return [];
	return readdirSync(below, { recursive: true })
		.filter((name) => !/(^|\/)node_modules\//.test(name))
		.map((name) => path.join(folder, name)).filter((name) => pattern.test(name)).sort();
}

const read = (name) => readFileSync(path.join(top, name), 'utf8');
const lines = (name) => read(name).split('\n');
const cFiles = () => ['cgi', 'plugins', 'tests']
	.flatMap((folder) => find(folder, /\.[ch]$/));

// A lint finds faults: texts with file and line.
const verdict = (name, faults) => ({ name, ok: faults.length === 0, detail: faults.join('\n') });

// Faults of each line of some files for which says(line, file) is a text.
function perLine(names, says) {
	return names.flatMap((name) => lines(name).flatMap((line, i) => {
		const fault = says(line, name);

		return fault ? [`${name}:${i + 1}: ${fault}`] : [];
	}));
}

function floorFaults() {
	return perLine(find('cgi', /^cgi\/\w+\/.*\.[ch]$/), (line, name) => {
		const included = line.match(/^#include "(\w+)\//);
		const own = floorOf(name.split('/')[1]);

		if (own < 0)
			return line === '' ? null : 'this folder has no floor in tests/tools/lints.mjs';
		return included && floorOf(included[1]) > own
			? `a file of ${name.split('/')[1]} includes ${included[1]}, which stands above it` : null;
	});
}

// Each library has one room.
const rooms = [
	{ call: /\bmysql_\w+\s*\(/, room: /^cgi\/db\//, what: 'the database library' },
	{ call: /\bFCGX_\w+\s*\(/, room: /^cgi\/(http|server)\//, what: 'the FastCGI library' },
	{ call: /\b(malloc|calloc|realloc|strdup)\s*\(/, room: /^cgi\/base\//,
		what: 'memory outside a pool' },
];

function roomFaults() {
	return perLine(find('cgi', /\.c$/).concat(find('plugins', /\.c$/)), (line, name) => {
		const code = line.replace(/"(\\.|[^"\\])*"/g, '""').replace(/\/\*.*/, '');
		const wrong = rooms.find(({ call, room }) => call.test(code) && !room.test(name));

		return /^\s*\*/.test(line) || !wrong ? null : `${wrong.what} is not used here: ${line.trim()}`;
	});
}

// A text that a value is formatted into must be no SQL, HTML or address.
function formatFaults() {
	const risky = /<\/?[a-z!]|\b(SELECT|INSERT|UPDATE|DELETE|WHERE)\b|https?:\/\/|\b(href|src)=/;

	return find('cgi', /\.c$/).concat(find('plugins', /\.c$/)).flatMap((name) => {
		const text = read(name);

		return [...text.matchAll(/printf\s*\(((?:[^;"]|"(?:\\.|[^"\\])*")*)\)\s*;/g)].flatMap((call) => {
			const format = [...call[1].matchAll(/"((?:\\.|[^"\\])*)"/g)].map((m) => m[1]).join('');
			const line = text.slice(0, call.index).split('\n').length;

			return /%[-.*\d]*s/.test(format) && risky.test(format)
				? [`${name}:${line}: a text is formatted into "${format}"`] : [];
		});
	});
}

// conf/bangfu.conf tells every setting of config.c, with its default.
function settingFaults() {
	const settings = [...read('cgi/base/config.c')
		.matchAll(/\{ "(\w+)", "(\w+)", SETTING_\w+, AT\(\w+\), "([^"]*)"/g)]
		.map(([, section, name, preset]) => `[${section}] ${name} = ${preset}`.trimEnd());
	let section = '';
	const told = lines('conf/bangfu.conf').flatMap((line) => {
		section = line.match(/^\[(\w+)\]/)?.[1] ?? section;
		return [...line.matchAll(/^;(\w+) =(.*)$/g)]
			.map(([, name, preset]) => `[${section}] ${name} = ${preset.trim()}`.trimEnd());
	});

	return [
		...settings.filter((one) => !told.includes(one)).map((one) => `not told: ${one}`),
		...told.filter((one) => !settings.includes(one)).map((one) => `not so: ${one}`),
		...(settings.length ? [] : ['no setting was found in cgi/base/config.c']),
	];
}

function readmeFaults() {
	const headings = ['What lives here', 'Reading order', 'How to add one'];
	const folders = ['cgi', 'plugins', 'templates', 'sql', 'conf', 'tests'];
	const plugins = readdirSync(path.join(top, 'plugins'), { withFileTypes: true })
		.filter((entry) => entry.isDirectory()).map((entry) => `plugins/${entry.name}`);
	const missing = ['.', ...folders, ...plugins].map((folder) => path.join(folder, 'README.md'))
		.filter((name) => !existsSync(path.join(top, name)));
	const shapeless = folders.map((folder) => `${folder}/README.md`)
		.filter((name) => !missing.includes(name))
		.flatMap((name) => headings.filter((heading) => !read(name).includes(`## ${heading}`))
			.map((heading) => `${name} has no heading "${heading}"`));

	return [...missing.map((name) => `${name} is missing`), ...shapeless];
}

// ---- tools that judge --------------------------------------------------------------------

async function tool(name, command, args, options) {
	const { code, text } = await run(command, args, { cwd: top, ...options });

	return { name, ok: code === 0, detail: text };
}

const shellFiles = () => ['.ci/run', 'conf/bangfu.cgi',
	...['conf', 'tests', 'templates', 'sql'].flatMap((folder) => find(folder, /\.sh$/))];

async function translations() {
	const files = ['templates', 'plugins'].flatMap((folder) => find(folder, /\.po$/));
	const results = [];

	for (const file of files) {
		const left = await run('msgattrib', ['--untranslated', '--no-obsolete', file], { cwd: top });
		const fuzzy = await run('msgattrib', ['--only-fuzzy', '--no-obsolete', file], { cwd: top });

		results.push(await tool(`${file} is well formed`, 'msgfmt',
			['--check', '--output-file=/dev/null', file]));
		results.push({ name: `${file} is complete`, ok: left.code === 0 && !left.out && !fuzzy.out,
			detail: left.text + fuzzy.text });
	}
	if (!results.length)
		results.push({ name: 'there are translations', ok: false });
	return results;
}

const areas = 'bangfu|cgi|base|db|http|view|domain|demo|sandbox|plugin|site|server|templates|sql|conf|' +
	'tests|plugins|plugins/\\w+';

// "area: what" in 72 columns, an empty line, a body wrapped at 72.
export function messageFaults(message) {
	const [subject, empty = '', ...body] = message.trimEnd().split('\n');
	const faults = [];

	if (!new RegExp(`^(${areas})(, (${areas}))*: \\S`).test(subject))
		faults.push('the subject does not begin with an area');
	if (subject.length > 72)
		faults.push(`the subject has ${subject.length} characters, 72 are the most`);
	if (subject.endsWith('.'))
		faults.push('the subject ends with a full stop');
	if (empty)
		faults.push('the second line is not empty');
	for (const line of body)
		if (line.length > 72 && /\s/.test(line.trim()))
			faults.push(`this line has ${line.length} characters: ${line}`);
	return faults;
}

// Of the newest hundred commits, from the day on which they were first looked at.
async function commitMessages() {
	const { code, out, text } = await run('git', ['log', '-100', '--no-merges',
		'--since=2026-11-25T00:00:00Z', '--format=%h%n%B%x00'], { cwd: top });

	if (code !== 0)
		return { name: 'messages of commits have their form', ok: false, detail: text };
	return verdict('messages of commits have their form', out.split('\0').map((one) => one.trim())
		.filter(Boolean).flatMap((one) => {
			const [hash, ...message] = one.split('\n');

			return messageFaults(message.join('\n')).map((fault) => `${hash}: ${fault}`);
		}));
}

export async function all() {
	return [
		verdict('each file includes its own floor or below', floorFaults()),
		verdict('each library is called in its room', roomFaults()),
		verdict('no text is formatted into SQL, HTML or an address', formatFaults()),
		verdict('conf/bangfu.conf tells every setting with its default', settingFaults()),
		verdict('each folder has its README', readmeFaults()),
		await tool('the C is laid out by .clang-format', 'clang-format',
			['--dry-run', '-Werror', ...cFiles()]),
		await tool('shellcheck finds nothing', 'shellcheck', shellFiles()),
		await tool('the style sheet and the icons are what their sources make',
			'flock', ['var/design.lock', 'templates/design/build.sh', 'check', 'var/design'], {
				env: { ...process.env, PATH: `${path.dirname(process.execPath)}:${process.env.PATH}` },
			}),
		...await translations(),
		await commitMessages(),
	];
}

// ---- the built files ---------------------------------------------------------------------

// Defined dynamic symbols of a file that are its own, not copied from the C library.
async function exported(file) {
	const { out } = await run('nm', ['--dynamic', '--defined-only', '--format=posix', file],
		{ cwd: top });

	return out.split('\n').filter((line) => line && !line.includes('@'))
		.map((line) => line.split(' ')[0]).sort();
}

// The functions and tables of bangfu.h as a compiler reads them.
async function declared() {
	const { out } = await run('clang', ['-std=c11', '-fsyntax-only', '-Xclang', '-ast-dump',
		'-fno-color-diagnostics', '-x', 'c', 'cgi/bangfu.h'], { cwd: top });

	return [...new Set([...out.matchAll(/(?:FunctionDecl|VarDecl) .* (bf_\w+) '/g)]
		.map((m) => m[1]))].sort();
}

// Marks that the linker makes; it exports them where a library (xlsxwriter) has its own.
const linker_marks = ['__bss_start', '_edata', '_end'];

async function exportFaults(build) {
	const host = (await exported(`${build}/bangfu`)).filter((name) => !linker_marks.includes(name));
	const header = await declared();
	const faults = [
		...host.filter((name) => !header.includes(name)).map((name) => `the host exports ${name}`),
		...header.filter((name) => !host.includes(name)).map((name) => `the host lacks ${name}`),
	];

	for (const plugin of find(`${build}/plugins`, /\.so$/)) {
		const names = await exported(plugin);

		if (names.join() !== 'bf_plugin_v1')
			faults.push(`${plugin} exports ${names.join(', ') || 'nothing'}, not bf_plugin_v1 alone`);
	}
	return faults;
}

const flags = ['-O2', '-fstack-protector-strong', '-fstack-clash-protection',
	'-ftrivial-auto-var-init=zero', '-fvisibility=hidden',
	...(process.arch === 'x64' ? ['-fcf-protection'] : [])];

// The compiler writes its flags into what it makes.
async function flagFaults(build) {
	const objects = ['obj', 'plugins'].flatMap((folder) => find(`${build}/${folder}`, /\.(o|so)$/));
	const faults = objects.length ? [] : ['there are no objects'];

	for (const object of objects) {
		const { out } = await run('readelf', ['--string-dump=.debug_str', object], { cwd: top });
		const producer = out.split('\n').find((line) => line.includes('GNU C')) ?? '';
		const missing = flags.filter((flag) => !producer.includes(flag));

		if (missing.length)
			faults.push(`${object} was made without ${missing.join(' ')}`);
	}
	return faults;
}

async function hardeningFaults(file, executable) {
	const { out } = await run('readelf', ['--wide', '--file-header', '--dynamic',
		'--program-headers', '--dyn-syms', file], { cwd: top });
	const expected = [
		['is position independent', /Type:\s+DYN/],
		['binds at its start', /BIND_NOW|FLAGS.* NOW/],
		['has read-only relocations', /GNU_RELRO/],
		['has a stack that is not executable', /GNU_STACK(?!.*\bRWE\b)/],
		...(executable ? [['checks its stack', /__stack_chk_fail/],
			['checks its buffers', /__\w+_chk\b(?<!__stack_chk)/]] : []),
	];

	return expected.filter(([, pattern]) => !pattern.test(out)).map(([what]) => `${file}: not so: ${what}`);
}

export async function binaries(build) {
	const plugins = [...find(`${build}/plugins`, /\.so$/), ...find(`${build}/press`, /\.so$/)];

	return [
		verdict('what is exported is what bangfu.h declares', await exportFaults(build)),
		verdict('every object was made with the hardening flags', await flagFaults(build)),
		verdict('what was linked is hardened', [
			...await hardeningFaults(`${build}/bangfu`, true),
			...(await Promise.all(plugins.map((file) => hardeningFaults(file, false)))).flat(),
		]),
	];
}
