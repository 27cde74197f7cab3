// The runner of make check: lanes, two at a time, and one line of counts at the end.
import { setMaxListeners } from 'node:events';
import { rmSync } from 'node:fs';
import { lanes } from './lanes.mjs';
import { killAll } from './process.mjs';
import { scratchFolder } from './site.mjs';

const at_once = 2;
const lines_shown = 40; // of a failure, at its beginning and at its end
const counts = { passed: 0, failed: 0 };
const context = { scratch: scratchFolder(), defer: [], abort: new AbortController() };

// The lanes that were asked for, with those they stand on.
function chosen(names) {
	const wanted = new Set();
	const add = (name) => {
		const lane = lanes.find((one) => one.name === name);

		if (!lane) {
			console.error(`there is no lane "${name}": ${lanes.map((one) => one.name).join(' ')}`);
			process.exitCode = 2;
			return;
		}
		lane.after.forEach(add);
		wanted.add(lane);
	};

	(names.length ? names : lanes.map((lane) => lane.name)).forEach(add);
	return lanes.filter((lane) => wanted.has(lane));
}

// The beginning and the end of what was found, each line indented.
function shortened(detail) {
	const lines = String(detail ?? '').trim().split('\n');

	if (lines.length > 2 * lines_shown)
		lines.splice(lines_shown, lines.length - 2 * lines_shown, '...');
	return lines[0] ? lines.map((line) => `\n    ${line}`).join('') : '';
}

function report(lane, results, seconds) {
	const failed = results.filter((result) => !result.ok);

	counts.passed += results.length - failed.length;
	counts.failed += failed.length;
	console.log(`${failed.length ? 'FAILED' : 'ok    '} ${lane.name}: ` +
		`${results.length} tests, ${seconds.toFixed(1)} s`);
	for (const { name, detail } of failed)
		console.log(`  not ok: ${name}${shortened(detail)}`);
	lane.ok = failed.length === 0;
}

async function runLane(lane) {
	const broken = lane.after.find((name) => !lanes.find((one) => one.name === name).ok);
	const began = Date.now();
	let results;

	try {
		results = broken ? [{ name: `it could not run: ${broken} failed`, ok: false }]
			: await lane.run(context);
	} catch (error) {
		results = [{ name: 'it ended early', ok: false, detail: error.stack }];
	}
	if (!results.length)
		results = [{ name: 'it holds no test', ok: false }];
	report(lane, results, (Date.now() - began) / 1000);
}

// Each lane begins when those before it are done and a place is free.
async function runAll(wanted) {
	const done = new Map();
	const places = [];

	for (const lane of wanted) {
		const ready = Promise.all([...lane.after, ...lane.behind ?? []].map((name) => done.get(name)));

		done.set(lane.name, (async () => {
			await ready;
			while (places.length >= at_once)
				await Promise.race(places);
			const work = runLane(lane);

			places.push(work);
			await work;
			places.splice(places.indexOf(work), 1);
		})());
	}
	await Promise.all(done.values());
}

async function finish() {
	context.abort.abort();
	for (const undo of context.defer.reverse())
		await undo();
	killAll();
	rmSync(context.scratch, { recursive: true, force: true });
}

async function interrupted() {
	counts.failed++;
	console.log('interrupted');
	await finish();
	console.log(`${counts.passed} passed, ${counts.failed} failed`);
	process.exit(130);
}

setMaxListeners(0, context.abort.signal); // each test file listens
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
	process.once(signal, interrupted);
const wanted = chosen(process.argv.slice(2));

if (!process.exitCode) {
	await runAll(wanted);
	process.exitCode = counts.failed ? 1 : 0;
} else {
	counts.failed++;
}
await finish();
console.log(`${counts.passed} passed, ${counts.failed} failed`);
