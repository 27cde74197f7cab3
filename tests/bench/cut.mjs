// What the peers get from bangfu, cut out of its own pages and sources, so that it never drifts.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { top } from '../tools/site.mjs';
import { pages } from './pages.mjs';

// Headers that bangfu makes anew for each answer, and those that are the web server's.
const not_fixed = ['connection', 'content-length', 'date', 'etag', 'keep-alive', 'server',
	'server-timing', 'transfer-encoding', 'x-request-id'];

export async function read(url) {
	const response = await fetch(url, { headers: { 'accept-encoding': 'identity' } });

	return { text: await response.text(), headers: response.headers };
}

// What is before, between and behind the groups of some patterns, which come in this order.
function cutAround(text, patterns) {
	const parts = [];
	let end = 0;

	for (const pattern of patterns) {
		const match = text.slice(end).match(new RegExp(pattern, 'ds'));

		if (!match)
			throw new Error(`the page has no ${pattern}`);
		const [from, to] = match.indices[1].map((at) => end + at);

		parts.push(text.slice(end, from));
		end = to;
	}
	return [...parts, text.slice(end)];
}

// Needs, counties and phases by their codes, from the filter of the list.
async function filterNames(site) {
	const { address } = await pages.list(site);
	const { text } = await read(site.url + address);
	const names = ['need', 'county', 'state'].flatMap((name) => {
		const [, options] = text.match(new RegExp(`name="${name}">(.*?)</select>`, 's'));

		return [...options.matchAll(/value="(\w+)">([^<]+)/g)];
	});

	return Object.fromEntries(names.map(([, code, label]) => [code, label]));
}

// What bangfu prepares for a named query with such parameters (cgi/db/query.h), and the values of
// its question marks in their order.
function statement(file, name, given) {
	const text = readFileSync(path.join(top, file), 'utf8');
	const body = text.match(new RegExp(`^-- name: ${name}$(.*?);$`, 'ms'))[1];
	const holds = (condition) => {
		const [, not, param, word] = condition.match(/^(!?)(\w+)(?:=(\w+))?$/);
		const is = word ? given[param] === word : given[param] !== undefined;

		return not ? !is : is;
	};
	const allHold = (guard) => guard.split(',').every((condition) => holds(condition.trim()));
	const named = body.split('\n').filter((line) => !line.startsWith('--'))
		.filter((line) => !line.includes('--?') || allHold(line.split('--?')[1]))
		.map((line) => line.split('--?')[0].trimEnd()).join('\n').trim();

	return {
		sql: named.replace(/:\w+/g, '?'),
		values: [...named.matchAll(/:(\w+)/g)].map(([, param]) => given[param]),
	};
}

// All that a peer needs to serve one of the pages, and the page as bangfu shows it.
export async function cutPage(site, name) {
	const { address, file, queries, rows, names } = await pages[name](site);
	const { text, headers } = await read(site.url + address);

	return {
		name, address, text,
		headers: [...headers].filter(([header]) => !not_fixed.includes(header))
			.map(([header, value]) => `${header}: ${value}`),
		parts: cutAround(text, rows),
		icons: text.match(/href="(\/assets\/icons\.\w+\.svg)#/)[1],
		names: { ...await filterNames(site), ...names },
		queries: Object.fromEntries(Object.entries(queries)
			.map(([query, given]) => [query, statement(file, query, given)])),
	};
}
