// make bench: bangfu against its peers, as ratios of one run (tests/bench/README.md).
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Visitor } from '../tools/account.mjs';
import { shown } from '../tools/http.mjs';
import { run } from '../tools/process.mjs';
import { siteAt, startSite, top } from '../tools/site.mjs';
import { cutPage, read } from './cut.mjs';
import { startPeers, stopPeers } from './peers.mjs';

const quick = Boolean(process.env.QUICK);
const rounds = quick ? 3 : 5;
const seconds = quick ? 3 : 5;

// A page (pages.mjs), and what bangfu must be at least, as a multiple of the peer; none: the peer
// is shown for its size.
const figures = [
	{ name: 'P1', what: 'city list, 20 posts', page: 'list',
		peers: { bare: 0.85, php: 4, static: null, kept: null } },
	{ name: 'P2', what: 'one post, its gifts and thanks', page: 'post',
		peers: { bare: 0.85, php: 4 } },
	{ name: 'P5', what: 'city list, signed in', page: 'list', signed_in: true,
		peers: { out: 0.7 } },
];

// ---- measuring -------------------------------------------------------------------------

async function tool(command, ...args) {
	const { code, text, out } = await run(command, args, { cwd: top });

	if (code !== 0)
		throw new Error(`${command} ${args.join(' ')}:\n${text}`);
	return out;
}

const ticks_a_second = 100; // of /proc on Linux

// Processor time that the processes of a session have used, in microseconds.
function processorTime(session) {
	const ticks = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
		try {
			const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');

			return Number(fields[3]) === session ? fields.slice(11, 15).map(Number) : [];
		} catch {
			return []; // It has ended.
		}
	});

	return ticks.reduce((sum, n) => sum + n, 0) * 1e6 / ticks_a_second;
}

// 32 clients for a while: requests a second, and the processor time that one took the peer's own
// processes. An answer that is not 200 spoils the figure.
async function load({ url, session, cookie }, address, duration_s) {
	const before_us = session && processorTime(session);
	const out = await tool('wrk', '-t2', '-c32', '--timeout', '10s', `-d${duration_s}s`,
		...cookie ? ['-H', `Cookie: ${cookie}`] : [], url + address);

	if (/Non-2xx|Socket errors/.test(out))
		throw new Error(`not every request was answered by ${url}:\n${out}`);
	const requests = Number(out.match(/(\d+) requests in/)[1]);

	return {
		rate: Number(out.match(/Requests\/sec:\s+([\d.]+)/)[1]),
		own_us: session ? (processorTime(session) - before_us) / requests : 0,
	};
}

function assertSame(name, expected, found) {
	const [a, b] = [expected, found].map(shown);
	const at = [...a].findIndex((letter, i) => letter !== b[i]);

	if (a !== b)
		throw new Error(`${name} shows something else than bangfu:\n` +
			`  bangfu: …${a.slice(at, at + 80)}\n  ${name}: …${b.slice(at, at + 80)}`);
}

// What a donor of the demo sends with each request; the page must know them.
async function cookieOfDonor(site, address) {
	const donor = await new Visitor(site).signInAs('donor');
	const { text } = await donor.ask(address);

	if (text === (await read(site.url + address)).text)
		throw new Error(`${address} shows somebody who is signed in nothing of their own`);
	return donor.cookie;
}

const sorted = (numbers) => [...numbers].sort((a, b) => a - b);

function summary(numbers) {
	const s = sorted(numbers);
	const middle = s.length >> 1;

	return { median: s.length % 2 ? s[middle] : (s[middle - 1] + s[middle]) / 2,
		min: s[0], max: s.at(-1) };
}

// Bangfu and its peers in turn, round by round: what disturbs one disturbs all.
async function measure(site, figure) {
	const page = await cutPage(site, figure.page);
	const peers = await startPeers(site, Object.keys(figure.peers), page);
	const loads = Object.fromEntries(peers.map(({ name }) => [name, []]));

	if (figure.signed_in)
		peers[0].cookie = await cookieOfDonor(site, page.address);
	for (const peer of peers) {
		assertSame(peer.name, page.text, (await read(peer.url + page.address)).text);
		await load(peer, page.address, 1);
	}
	for (let round = 0; round < rounds; round++)
		for (const peer of peers)
			loads[peer.name].push(await load(peer, page.address, seconds));
	stopPeers();
	return loads;
}

// Rows of the table: the ratio of each round, then the median of the ratios.
function compare(figure, loads) {
	const of = (name, what) => loads[name].map((one) => one[what]);

	return Object.entries(figure.peers).map(([peer, goal]) => {
		const rates = of(peer, 'rate');
		const ratio = summary(of('bangfu', 'rate').map((rate, round) => rate / rates[round]));

		return { figure: figure.name, what: figure.what, peer, goal, ratio,
			bangfu: summary(of('bangfu', 'rate')), other: summary(rates),
			bangfu_us: summary(of('bangfu', 'own_us')), other_us: summary(of(peer, 'own_us')),
			met: goal === null ? null : ratio.median >= goal };
	});
}

// Instructions that rendering the page takes, for each byte of it; the same in every run.
async function instructionsPerByte(site, { address, text: page }) {
	const { text } = await run('valgrind', ['--tool=callgrind', '--callgrind-out-file=/dev/null',
		'--collect-atstart=no', '--toggle-collect=bf_view_render',
		site.program, 'get', address, '--config', site.config], { cwd: top });
	const collected = text.match(/Collected : (\d+)/);

	if (!collected || collected[1] === '0')
		throw new Error(`callgrind counted nothing:\n${text.slice(-2000)}`);
	return Number(collected[1]) / Buffer.byteLength(page);
}

// ---- showing ---------------------------------------------------------------------------

const whole = (n) => Math.round(n).toLocaleString('en-US');
const span = ({ median, min, max }, show) => `${show(median)} (${show(min)}–${show(max)})`;

function printTable(rows) {
	const widths = [8, 8, 24, 24, 20, 16, 8, 4];
	const line = (...cells) => console.log(
		cells.map((cell, i) => String(cell).padEnd(widths[i])).join(''));

	line('figure', 'peer', 'bangfu, requests/s', 'peer, requests/s', 'ratio', 'own µs, b : p', 'goal',
		'met');
	for (const row of rows)
		line(row.figure, row.peer, span(row.bangfu, whole), span(row.other, whole),
			span(row.ratio, (n) => n.toFixed(2)),
			`${whole(row.bangfu_us.median)} : ${whole(row.other_us.median)}`,
			row.goal === null ? '–' : `≥ ${row.goal}`, row.met === null ? '–' : row.met ? 'yes' : 'NO');
}

function writeResults(results) {
	const git = (...args) => execFileSync('git', args, { cwd: top, encoding: 'utf8' }).trim();
	const commit = git('describe', '--always', '--dirty');
	const file = path.join(top, `var/bench/${commit}.json`);

	mkdirSync(path.dirname(file), { recursive: true });
	writeFileSync(file, `${JSON.stringify({ commit, time: new Date(), rounds, seconds, ...results },
		null, '\t')}\n`);
	console.log(`written to ${path.relative(top, file)}`);
}

// ---- the run ---------------------------------------------------------------------------

let site;

async function finish() {
	stopPeers();
	await site?.stop?.();
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
	process.once(signal, () => finish().then(() => process.exit(130)));
try {
	site = process.env.BANGFU_SITE ? siteAt(process.env.BANGFU_SITE)
		: await startSite({ scale: process.env.SCALE || 1 });
	const rows = [];

	// Bangfu and all its peers are connected at a time.
	await site.sql('SET GLOBAL max_connections = 400');
	for (const figure of figures)
		rows.push(...compare(figure, await measure(site, figure)));
	const instructions = await instructionsPerByte(site, await cutPage(site, 'list'));

	printTable(rows);
	console.log(`P13: rendering takes ${instructions.toFixed(1)} instructions a byte`);
	writeResults({ rows, instructions_a_byte: instructions });
} catch (error) {
	console.error(error.message);
	process.exitCode = 1;
} finally {
	await finish();
}
