// Gifts while things die. Donors give through nginx and the simulated gateway; meanwhile workers
// are killed, the database is killed, its connections are severed, COMMITs or the word of them are
// lost. Each donor keeps a log of what it was told, and sends the same form again where it was told
// nothing. Afterwards the books must say the same: once what was acknowledged, never what was
// refused.
//
// SEED= repeats the choices of a run (not its timing), LONG=1 does ten times as much.
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Visitor } from '../tools/account.mjs';
import { ownSite, until } from '../tools/site.mjs';

const seed = Number(process.env.SEED || randomInt(1, 2 ** 31));
const amount = process.env.LONG ? { kills: 1000, crashes: 20, severed: 400, commits: 400 }
	: { kills: 100, crashes: 3, severed: 40, commits: 40 };
const patience_ms = 60000;
const test_options = { timeout: process.env.LONG ? 1800000 : 120000 };
const donor_phones = ['10000071001', '10000071002', '10000071003', '10000071004', '10000071005',
	'10000071006'];
// What comes of a payment, by what was chosen at the gateway: state, gift, receipt, journal.
const outcomes = { pay: 'succeeded 1 1 1', twice: 'succeeded 1 1 1', late: 'succeeded 1 1 1',
	silent: 'succeeded 1 1 1', disordered: 'succeeded 1 1 1', fail: 'failed 0 0 0',
	leave: 'expired 0 0 0' };
const shares = { pay: 45, twice: 15, late: 8, silent: 8, disordered: 8, fail: 11, leave: 5 };

// ---- chance --------------------------------------------------------------------------------

// Numbers from 0 to 1 that a seed repeats (mulberry32).
function chance(from) {
	let a = from >>> 0;

	return () => {
		a = (a + 0x6d2b79f5) >>> 0;
		let t = Math.imul(a ^ (a >>> 15), a | 1);

		t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
	};
}

const pick = (random, list) => list[Math.floor(random() * list.length)];

function pickPlay(random) {
	let left = random() * Object.values(shares).reduce((a, b) => a + b);

	return Object.keys(shares).find((play) => (left -= shares[play]) < 0);
}

// ---- the site and its donors ---------------------------------------------------------------

const site = await ownSite();
const posts = (await site.sql(`SELECT p.ref, p.plugin, z.slug FROM post p
	JOIN capacity c ON c.post_id = p.id AND c.kind = 'money_gap' JOIN city z ON z.region = p.city
	WHERE p.listed = 'open' AND p.form = 'money' AND c.total - c.open_sum - c.taken_sum >= 10000
	ORDER BY p.id`)).map(([ref, plugin, slug]) => ({ ref, page: `/${slug}/${plugin}/posts/${ref}` }));
const donors = await Promise.all(donor_phones.map(async (phone, i) => ({
	visitor: await new Visitor(site).register({ name: '江远帆', phone, password: 'quiet-otter-58-reads' }),
	gateway: new Visitor(site),
	random: chance(seed + i + 1),
})));

console.log(`SEED=${seed}`);

// ---- a gift --------------------------------------------------------------------------------

const unjudged = { judged: false }; // this is a load: other tests judge these pages as HTML

// The answer of a request that is sent again, the same, as long as nobody can say what came of it.
async function settled(entry, send) {
	const end = Date.now() + patience_ms;

	for (;;) {
		const answer = await send().catch((error) => {
			if (error.message !== 'fetch failed' && error.message !== 'terminated')
				throw error;
		});

		if (answer && answer.status < 500)
			return answer;
		entry.lost++;
		assert.ok(Date.now() < end, `${JSON.stringify(entry)}: no answer, the last ${answer?.status}`);
		await sleep(100);
	}
}

const read = (entry, visitor, address) => settled(entry, () => visitor.ask(address, unjudged));
const send = (entry, visitor, address, fields) =>
	settled(entry, () => visitor.ask(address,
		{ method: 'POST', body: new URLSearchParams(fields), ...unjudged }));

// Most gifts are small, so that the posts do not fill; some are more than any post may lack.
function sumOf(random) {
	const fen = random() < 0.08 ? 5000000 : 100 + Math.floor(random() * 400);

	return { fen, fields: { sum: 'other', other_fen: (fen / 100).toFixed(2), words: '', dedication: '',
		...(fen >= 50000 ? { facts_read: 'yes' } : {}) } };
}

// Sends the form with its key, by chance twice at once. Where it was taken in the log has its number.
async function promise(donor, entry, address, form) {
	const times = donor.random() < 0.15 ? [1, 2] : [1];
	const answers = await Promise.all(times.map(() => send(entry, donor.visitor, address, form)));

	for (const answer of answers) {
		const where = answer.headers.get('location') ?? '';
		const number = where.match(/^\/(?:sandbox\/pay|pay\/orders)\/([0-9A-Z]{20})$/)?.[1];
		const told = number ? 'ok' : 'fail';

		assert.ok(number || answer.status === 422, `${JSON.stringify(entry)}: ${answer.status} ${where}`);
		assert.ok(entry.outcome === 'unknown' || (entry.outcome === told && entry.number === number),
			`${JSON.stringify(entry)} was told two things: ${told} ${number}`);
		Object.assign(entry, { outcome: told, number });
	}
	return answers[0].headers.get('location');
}

// From the page of the payment to the gateway, where the way there was lost.
async function wayToGateway(donor, entry) {
	const address = `/pay/orders/${entry.number}`;
	const page = await read(entry, donor.visitor, address);

	assert.equal(page.status, 200, address);
	return (await send(entry, donor.visitor, address, donor.visitor.secrets(page, address)))
		.headers.get('location');
}

async function payAtGateway(donor, entry, address) {
	const page = await read(entry, donor.gateway, address);

	assert.equal(page.status, 200, address);
	const answer = await send(entry, donor.gateway, address,
		{ ...donor.gateway.secrets(page, address), play: entry.play });

	// where it leads to itself it was played before, and the answer was lost
	assert.equal(answer.status, 303, address);
	const back = await read(entry, donor.visitor, `/pay/orders/${entry.number}`);

	assert.equal(back.status, 200, `the page of ${entry.number}`);
}

// One gift of a donor; what it is told goes into the log.
async function give(donor, log) {
	const post = pick(donor.random, posts);
	const address = `/pay/give/${post.ref}`;
	const sum = sumOf(donor.random);
	const entry = { outcome: 'unknown', fen: sum.fen, play: pickPlay(donor.random), lost: 0 };

	assert.equal((await read(entry, donor.visitor, post.page)).status, 200, post.page);
	const form = { ...donor.visitor.secrets(await read(entry, donor.visitor, address), address),
		...sum.fields };

	entry.key = form._key;
	log.push(entry);
	let where = await promise(donor, entry, address, form);

	if (entry.outcome !== 'ok' || entry.play === 'leave')
		return;
	if (where.startsWith('/pay/'))
		where = await wayToGateway(donor, entry);
	assert.match(where, /^\/sandbox\/pay\//, JSON.stringify(entry));
	await payAtGateway(donor, entry, where);
}

// ---- what dies -------------------------------------------------------------------------------

function nameOf(pid) {
	try {
		return readFileSync(`/proc/${pid}/comm`, 'utf8');
	} catch {
		return ''; // it has ended meanwhile
	}
}

// The processes of a server that answer requests, and that its master replaces.
function workers(server) {
	const master = site.pid(server);

	return readFileSync(`/proc/${master}/task/${master}/children`, 'utf8').trim().split(' ')
		.filter((pid) => nameOf(pid).startsWith('bangfu:work')).map(Number);
}

async function killWorkers(random, going) {
	for (let i = 0; i < amount.kills && going(); i++) {
		const server = pick(random, ['money', 'money', 'money', 'money', 'sandbox', 'bangfu']);

		await until(10, () => workers(server).length > 0);
		process.kill(pick(random, workers(server)), 'SIGKILL');
		await sleep(80);
	}
}

const isGone = (pid) => !existsSync(`/proc/${pid}/stat`)
	|| / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

async function killDatabase(random, going) {
	for (let i = 0; i < amount.crashes && going(); i++) {
		const pid = site.pid('mariadb');

		await sleep(500 + random() * 1000);
		process.kill(pid, 'SIGKILL');
		await until(10, () => isGone(pid));
		assert.equal((await site.startDatabase()).code, 0);
	}
}

// Rather a connection that is at work: that is a COMMIT, most of the time.
async function severConnections(random, going) {
	for (let i = 0; i < amount.severed && going(); i += 10)
		await site.sql(`DELIMITER //
BEGIN NOT ATOMIC
	DECLARE victim BIGINT;
	DECLARE CONTINUE HANDLER FOR 1094 SET victim = NULL; -- it has gone by itself
	FOR n IN 1..10 DO
		SET victim = (SELECT id FROM information_schema.processlist WHERE user = 'bangfu_money'
			ORDER BY command = 'Sleep', RAND(${Math.floor(random() * 2 ** 31)} + n) LIMIT 1);
		IF victim IS NOT NULL THEN
			EXECUTE IMMEDIATE CONCAT('KILL CONNECTION ', victim);
		END IF;
		DO SLEEP(0.05);
	END FOR;
END //`);
}

// Of the database's protocol: the packet's length and number, "a query", its text.
const commit_packet = Buffer.from('\x07\0\0\0\x03COMMIT');

// Stands before the database. Of COMMITs that pass, `lose` says whether the request is to be lost
// ("request") or only the word that it was done ("reply").
function proxy(socket, database, lose) {
	const server = net.createServer((client) => {
		const db = net.connect(database);
		const end = () => {
			client.destroy();
			db.destroy();
		};
		let back = (chunk) => client.write(chunk);

		client.on('data', (chunk) => {
			const what = chunk.subarray(-commit_packet.length).equals(commit_packet) && lose();

			if (what === 'reply')
				back = end;
			if (what === 'request')
				end();
			else
				db.write(chunk);
		});
		db.on('data', (chunk) => back(chunk));
		for (const side of [client, db])
			side.on('error', end).on('close', end);
	});

	return new Promise((resolve) => {
		server.unref().listen(socket, () => {
			chmodSync(socket, 0o777);
			resolve(server);
		});
	});
}

// The workers and jobs for money reach the database through a proxy that loses one COMMIT in six.
async function loseCommits(random, going) {
	const lost = { request: 0, reply: 0 };
	const config = path.join(site.folder, 'money.conf');
	const socket = path.join(site.folder, 'run/proxy.sock');
	const direct = path.join(site.folder, 'run/db.sock');

	await proxy(socket, direct, () => {
		const what = random() < 0.5 ? 'request' : 'reply';

		return random() < 1 / 6 && lost[what]++ < amount.commits / 2 && what;
	});
	writeFileSync(config, readFileSync(config, 'utf8').replace(/^(\[database\]\nsocket = ).*$/m, `$1${socket}`));
	for (const server of ['money', 'money-jobs'])
		process.kill(site.pid(server), 'SIGHUP');
	await until(test_options.timeout / 2000, () => !going()
		|| Math.min(lost.request, lost.reply) >= amount.commits / 2);
}

// ---- afterwards --------------------------------------------------------------------------------

const number = async (statement) => Number((await site.sql(statement))[0][0]);

// Time passes for what waits for it: orders whose payer left, questions and notices put off.
async function letTimePass(log, last) {
	const left = log.filter((entry) => entry.outcome === 'ok' && entry.play === 'leave')
		.map((entry) => `'${entry.number}'`);

	if (left.length)
		await site.sql(`UPDATE hold h JOIN payment p ON p.hold_id = h.id
			SET h.expires_at = UTC_TIMESTAMP(3), p.closes_at = UTC_TIMESTAMP(3)
			WHERE p.number IN (${left}) AND h.state = 'open'`);
	await until(60, async () => {
		await site.sql(`UPDATE sandbox_notice SET due_at = UTC_TIMESTAMP(3) WHERE NOT done
			AND due_at > UTC_TIMESTAMP(3);
			UPDATE payment SET query_at = UTC_TIMESTAMP(3), leased_until = NULL
			WHERE id > ${last} AND state IN ('created', 'pending')
			AND (leased_until > UTC_TIMESTAMP(3) OR query_at > UTC_TIMESTAMP(3));
			UPDATE hold SET leased_until = NULL
			WHERE state = 'open' AND expires_at <= UTC_TIMESTAMP(3) AND leased_until IS NOT NULL`)
			.catch((error) => assert.match(error.message, /Deadlock/)); // with who works on them
		await sleep(500);
		return await number(`SELECT COUNT(*) FROM payment WHERE id > ${last}
			AND state IN ('created', 'pending')`) === 0
			&& await number('SELECT COUNT(*) FROM sandbox_notice WHERE NOT done') === 0;
	});
}

// What is there of the payments behind one, by the key of the form that asked for it.
const effects = async (last) => (await site.sql(`SELECT p.number, COALESCE(i.idempotency_key, '-'), p.fen,
	CONCAT_WS(' ', p.state, (SELECT COUNT(*) FROM gift g WHERE g.hold_id = p.hold_id),
		(SELECT COUNT(*) FROM receipt r WHERE r.payment_id = p.id),
		(SELECT COUNT(*) FROM ledger_journal j WHERE j.subject_kind = 'payment' AND j.subject_id = p.id))
	FROM payment p
	LEFT JOIN idempotency i ON i.location = p.number AND i.actor = CONCAT('account:', p.account_id)
	WHERE p.id > ${last} ORDER BY p.id`)).map((columns) => columns.join(' '));

// I3: exactly what the donors were told, and the books agree.
async function compare(log, last) {
	const told = log.filter((entry) => entry.outcome === 'ok');
	const gifts = told.filter((entry) => outcomes[entry.play].startsWith('succeeded'));

	assert.deepEqual(log.filter((entry) => entry.outcome === 'unknown'), []);
	assert.deepEqual((await effects(last)).sort(), told.map(({ number: of, key, fen, play }) =>
		`${of} ${key} ${fen} ${outcomes[play]}`).sort());
	assert.equal(await number(`SELECT COUNT(*) FROM receipt WHERE payment_id > ${last}`), gifts.length);
	assert.deepEqual(await site.sql(`SELECT issuer, year FROM receipt GROUP BY issuer, year
		HAVING MAX(number) <> COUNT(*) OR MIN(number) <> 1`), [], 'receipts without a gap');
	const { code, text } = await site.bangfu('verify');

	assert.equal(code, 0, text.split('\n').filter((line) => !/ 0 broken/.test(line)).join('\n'));
}

// Gives as long as something dies, then looks at what came of it.
async function giveWhile(dies, stream) {
	const log = [];
	const last = await number('SELECT COALESCE(MAX(id), 0) FROM payment');
	let going = true;
	const works = [() => dies(chance(seed ^ stream), () => going),
		...donors.map((donor) => async () => {
			while (going)
				await give(donor, log);
		})];
	const ends = await Promise.allSettled(works.map((work) => work().finally(() => { going = false; })));
	const [failed] = ends.filter((end) => end.status === 'rejected');

	if (failed)
		throw failed.reason;
	const lost = log.reduce((sum, entry) => sum + entry.lost, 0);

	console.log(`${log.length} gifts, ${lost} answers lost and settled`);
	await letTimePass(log, last);
	await compare(log, last);
	return { gifts: log.length, lost };
}

test(`no gift is lost or doubled while workers are killed, SEED=${seed}`, test_options, async () => {
	const { gifts } = await giveWhile(killWorkers, 0x1000);

	assert.ok(gifts >= amount.kills / 2, `${gifts} gifts`);
});

test(`no gift is lost or doubled while the database is killed, SEED=${seed}`, test_options, async () => {
	const { gifts, lost } = await giveWhile(killDatabase, 0x2000);

	assert.ok(gifts >= 5 * amount.crashes, `${gifts} gifts`);
	assert.ok(lost >= amount.crashes, 'nobody noticed');
});

test(`no gift is lost or doubled while connections are severed, SEED=${seed}`, test_options, async () => {
	const { gifts } = await giveWhile(severConnections, 0x3000);

	assert.ok(gifts >= amount.severed / 4, `${gifts} gifts`);
});

test(`no gift is lost or doubled while commits are lost, SEED=${seed}`, test_options, async () => {
	const { gifts } = await giveWhile(loseCommits, 0x4000);

	assert.ok(gifts >= amount.commits / 8, `${gifts} gifts`);
});
