// The other web server: the site by FastCGI and as plain CGI under Apache, by conf/apache.conf.in.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, chownSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { addresses, get } from '../tools/http.mjs';
import { kill, start } from '../tools/process.mjs';
import { sharedSite, top } from '../tools/site.mjs';

const site = await sharedSite();

function freePort() {
	return new Promise((resolve) => {
		const server = net.createServer().listen(0, '127.0.0.1', () => {
			const { port } = server.address();

			server.close(() => resolve(port));
		});
	});
}

// Apache in a folder of its own, as the user of the site, for as long as work takes.
async function withApache(defines, work) {
	const folder = mkdtempSync(path.join(tmpdir(), 'bangfu-apache-'));
	const { uid, gid } = statSync(site.folder);
	const port = await freePort();
	const names = {
		PORT: port, TMP: folder, LOG: folder, RUN: path.join(site.folder, 'run'), CGI: folder,
		BUILD: path.dirname(site.program), TREE: site.product, CONFIG: site.config,
		MODULES: '/usr/lib/apache2/modules', FILES: path.join(site.folder, 'files'),
	};
	const config = readFileSync(path.join(top, 'conf/apache.conf.in'), 'utf8')
		.replace(/@([A-Z]+)@/g, (all, name) => names[name] ?? all)
		.replace(`PidFile "${names.RUN}/`, `PidFile "${folder}/`)
		.replace(`ScriptSock "${names.RUN}/`, `ScriptSock "${folder}/`);

	writeFileSync(path.join(folder, 'apache.conf'), config);
	cpSync(path.join(top, 'conf/bangfu.cgi'), path.join(folder, 'bangfu.cgi'));
	chownSync(folder, uid, gid);
	const apache = start('/usr/sbin/apache2', ['-f', path.join(folder, 'apache.conf'), '-DFOREGROUND',
		...defines.map((one) => `-D${one}`)], { uid, gid, stdio: 'ignore' });
	const ended = new Promise((resolve) => apache.on('close', resolve));

	try {
		const url = `http://127.0.0.1:${port}`;

		for (let i = 0; i < 100 && !await fetch(url).then(() => true, () => false); i++)
			await new Promise((resolve) => setTimeout(resolve, 100));
		await work({ url });
	} finally {
		kill(apache, 'SIGTERM');
		await ended;
		rmSync(folder, { recursive: true });
	}
}

async function looksRight(apache) {
	const page = await get(apache, '/shaoyang/donations/');
	const english = await get(apache, '/en/shaoyang/');
	const found = await get(apache, '/search?q=%E6%A3%89%E8%A2%AB');
	const asset = addresses(page.text, 'href').find((one) => one.endsWith('.css'));
	const json = await get(apache, '/api/v1/shaoyang/donations/?state=ended');

	assert.equal(page.status, 200);
	assert.match(page.headers.get('content-security-policy'), /default-src 'none'/);
	assert.equal(english.status, 200);
	assert.equal(found.status, 200);
	assert.equal((await get(apache, asset)).status, 200);
	assert.equal(json.json.posts.items.length, 20);
	assert.equal((await get(apache, '/nowhere')).status, 404);
	assert.equal((await get(apache, '/about', { method: 'POST', body: 'a=1' })).status, 405);
}

test('the site works under Apache by FastCGI', () => withApache([], looksRight));
test('the site works under Apache as plain CGI', () => withApache(['PLAIN_CGI'], looksRight));
