/*
 * build: app.css from scss/ and icons.svg from the list below, byte for byte the same from the
 * same sources.
 *
 *   node build.mjs MODULES           writes ../assets/app.css and ../assets/icons.svg
 *   node build.mjs MODULES --check   compares instead, exit code 1 where they differ
 *
 * MODULES is the node_modules folder that package-lock.json describes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const CSS_LIMIT_BYTES = 14 * 1024; /* compressed: what one phone's first round trip carries */

/* Symbol in icons.svg -> icon of lucide. A symbol need-X belongs to the need kind X. */
const ICONS = {
	'a-large-small': 'a-large-small',
	'arrow-right': 'arrow-right',
	'badge-check': 'badge-check',
	calendar: 'calendar',
	'chevron-right': 'chevron-right',
	'circle-check': 'circle-check',
	'clipboard-check': 'clipboard-check',
	clock: 'clock',
	coins: 'coins',
	'file-text': 'file-text',
	gift: 'gift',
	'graduation-cap': 'graduation-cap',
	'hand-coins': 'hand-coins',
	'hand-heart': 'hand-heart',
	'heart-handshake': 'heart-handshake',
	info: 'info',
	lock: 'lock',
	'map-pin': 'map-pin',
	'message-circle': 'message-circle',
	'need-disaster': 'umbrella',
	'need-education': 'book-open',
	'need-employment': 'briefcase',
	'need-housing': 'house',
	'need-medical': 'stethoscope',
	'need-necessities': 'package',
	'need-other': 'life-buoy',
	'need-production': 'wheat',
	'need-training': 'wrench',
	phone: 'phone',
	printer: 'printer',
	search: 'search',
	'share-2': 'share-2',
	'shield-check': 'shield-check',
	'shopping-basket': 'shopping-basket',
	sprout: 'sprout',
	stethoscope: 'stethoscope',
	'triangle-alert': 'triangle-alert',
	truck: 'truck',
	users: 'users',
};

const here = dirname(fileURLToPath(import.meta.url));
const assets = resolve(here, '../assets');
const modules = resolve(process.argv[2] ?? '');
const check = process.argv[3] === '--check';

function styles()
{
	const sass = createRequire(join(modules, 'x.js'))('sass');
	const { css } = sass.compile(join(here, 'scss/app.scss'), {
		loadPaths: [modules],
		style: 'compressed',
		charset: false,
		quietDeps: true,
	});

	const notice = readFileSync(join(here, 'notice.css'), 'utf8');
	return notice + css.replaceAll('govuk-', 'bf-') + '\n';
}

function symbol([id, icon])
{
	const svg = readFileSync(join(modules, 'lucide-static/icons', icon + '.svg'), 'utf8');
	const shapes = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>'));

	return `<symbol id="${id}" viewBox="0 0 24 24">${shapes.replace(/\s*\n\s*/g, '')}</symbol>\n`;
}

function icons()
{
	const notice = '<!-- Icons of Lucide, ISC and MIT licence: LICENSES.txt -->\n';
	const symbols = Object.entries(ICONS).map(symbol).join('');

	return `<svg xmlns="http://www.w3.org/2000/svg">\n${notice}${symbols}</svg>\n`;
}

function deliver(name, made)
{
	const file = join(assets, name);

	if (!check) {
		writeFileSync(file, made);
		console.log(`${name}: ${made.length} bytes, ${gzipSync(made, { level: 9 }).length} compressed`);
	} else if (readFileSync(file, 'utf8') !== made) {
		console.error(`${relative(process.cwd(), file)}: differs from its sources; ` +
			'run templates/design/build.sh and commit the result');
		process.exitCode = 1;
	}
}

const css = styles();

if (gzipSync(css, { level: 9 }).length > CSS_LIMIT_BYTES) {
	console.error(`app.css: more than ${CSS_LIMIT_BYTES} bytes compressed`);
	process.exitCode = 1;
}
deliver('app.css', css);
deliver('icons.svg', icons());
