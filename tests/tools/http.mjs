// Requests of tests. Every HTML page that a test meets is parsed and judged as HTML.
import assert from 'node:assert/strict';
import net from 'node:net';
import { HtmlValidate } from 'html-validate';

const validator = new HtmlValidate({
	root: true,
	extends: ['html-validate:recommended'],
	rules: {
		// Matters of writing that the compiled pages settle by themselves.
		'attribute-boolean-style': 'off',
		'no-trailing-whitespace': 'off',
		// Scripts and styles come from our own host, by names that hold their hash.
		'require-sri': 'off',
	},
});

export async function assertHtml(text, where) {
	const report = await validator.validateString(text);
	const faults = report.results.flatMap((result) => result.messages).map(
		(m) => `${where}:${m.line}:${m.column}: ${m.message} (${m.ruleId})`);

	assert.deepEqual(faults, []);
}

// Asks and reads: { status, headers, text, json }. Redirects are not followed. Who makes a load may
// have its pages go unjudged.
export async function get(site, address, { judged = true, ...options } = {}) {
	const response = await fetch(site.url + address, { redirect: 'manual', ...options });
	const answer = { status: response.status, headers: response.headers };
	const type = response.headers.get('content-type') ?? '';

	answer.text = await response.text();
	if (judged && type.startsWith('text/html') && answer.text)
		await assertHtml(answer.text, address);
	if (type.startsWith('application/json'))
		answer.json = JSON.parse(answer.text);
	return answer;
}

// Sends bytes as they are: for requests that no proper client makes.
export function raw(site, bytes, { seconds = 20, from } = {}) {
	return new Promise((resolve, reject) => {
		const { hostname, port } = new URL(site.url);
		const socket = net.connect({ host: hostname, port, localAddress: from });
		let text = '';

		socket.setEncoding('latin1');
		socket.setTimeout(seconds * 1000, () => socket.destroy(new Error('no answer in time')));
		socket.on('data', (chunk) => { text += chunk; });
		socket.on('error', reject);
		socket.on('close', () => {
			const [head, ...body] = text.split('\r\n\r\n');
			const [first, ...lines] = head.split('\r\n');
			const headers = new Headers(lines.map((line) => line.split(/: (.*)/s, 2)));

			resolve({ status: Number(first.split(' ')[1]), headers, text: body.join('\r\n\r\n') });
		});
		socket.write(bytes);
	});
}

// The answers of many requests, `at_once` at a time.
export async function many(items, at_once, ask) {
	const left = [...items.entries()];
	const answers = [];

	await Promise.all(Array.from({ length: at_once }, async () => {
		for (let next = left.shift(); next; next = left.shift())
			answers[next[0]] = await ask(next[1]);
	}));
	return answers;
}

// What a page shows as text, white space folded.
export function shown(html) {
	return html.replace(/<(script|style)\b.*?<\/\1>/gs, ' ').replace(/<[^>]*>/g, ' ')
		.replace(/&#160;|&nbsp;/g, ' ').replace(/&lt;/g, '<').replace(/&gt;/g, '>')
		.replace(/&quot;|&#34;/g, '"').replace(/&#39;/g, "'").replace(/&amp;/g, '&')
		.replace(/\s+/g, ' ');
}

// The addresses that a page names in an attribute, decoded.
export function addresses(html, attribute) {
	return [...html.matchAll(new RegExp(`\\s${attribute}="([^"]*)"`, 'g'))]
		.map((match) => match[1].replace(/&amp;/g, '&'));
}
