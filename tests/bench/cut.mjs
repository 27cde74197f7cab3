// What the peers need, cut out of bangfu's own page and sources, so that it never drifts.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { top } from '../tools/site.mjs';

// Headers that bangfu makes anew for each answer, and those that are the web server's.
const not_fixed = ['connection', 'content-length', 'date', 'etag', 'keep-alive', 'server',
	'server-timing', 'transfer-encoding', 'x-request-id'];

// The part of a text between two marks, which must be there; the marks stay outside.
function between(text, from, to) {
	const begin = text.indexOf(from) + from.length;
	const end = text.indexOf(to, begin);

	if (begin < from.length || end < 0)
		throw new Error(`the page has no ${from} … ${to}`);
	return { begin, end };
}

// The fixed parts of a list page around its total and its cards; names of needs and counties by
// their codes, from its filter.
export function cutList({ text, headers }) {
	const total = between(text, '<h2 class="bf-count">共 <b>', '</b>');
	const cards = between(text, '<ul class="bf-cards">\n', '\n</ul>');
	const options = (name) => {
		const { begin, end } = between(text, `name="${name}">`, '</select>');

		return [...text.slice(begin, end).matchAll(/value="(\w+)">([^<]+)/g)]
			.map(([, code, label]) => [code, label]);
	};

	return {
		headers: [...headers].filter(([name]) => !not_fixed.includes(name))
			.map(([name, value]) => `${name}: ${value}`),
		head: text.slice(0, total.begin),
		middle: text.slice(total.end, cards.begin),
		tail: text.slice(cards.end),
		icons: text.match(/href="(\/assets\/icons\.\w+\.svg)#/)[1],
		names: Object.fromEntries([...options('need'), ...options('county')]),
	};
}

// What bangfu prepares for a named query with such parameters (cgi/db/query.h), and the values of
// its question marks in their order.
export function statement(file, name, given) {
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
