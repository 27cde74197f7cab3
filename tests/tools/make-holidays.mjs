// Reduces the npm package chinese-days to sql/holidays.csv: the days of the country's calendar that
// are not as their day of the week says. Build-time only; each autumn, when the State Council has
// announced the next year, raise the package and run it again:
//
//   npm install --prefix tests --save-exact --ignore-scripts chinese-days@latest
//   node tests/tools/make-holidays.mjs >sql/holidays.csv

import { readFileSync } from 'node:fs';

const first_year = '2023'; // the trial of the demo begins behind it
const package_folder = new URL('../node_modules/chinese-days/', import.meta.url);
const read = (file) => JSON.parse(readFileSync(new URL(file, package_folder), 'utf8'));

const { version } = read('package.json');
const { holidays, workdays } = read('dist/chinese-days.json');

const isWeekend = (day) => [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
const named = (about) => about.split(',')[1];
const rows = [
	...Object.entries(holidays).filter(([day]) => !isWeekend(day)).map(([day, about]) => [day, 0, named(about)]),
	...Object.entries(workdays).filter(([day]) => isWeekend(day)).map(([day, about]) => [day, 1, named(about)]),
].filter(([day]) => day >= first_year).sort(([a], [b]) => (a < b ? -1 : 1));

console.log(`# Weekdays that are free in mainland China, and Saturdays and Sundays that are worked to make up for
# them, as facts from the npm package chinese-days ${version} (MIT), announced for the years up to
# ${rows.at(-1)[0].slice(0, 4)}. Made by tests/tools/make-holidays.mjs.
day,is_workday,name`);
for (const row of rows)
	console.log(row.join(','));
