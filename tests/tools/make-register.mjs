// Writes a register of invented households as CSV to standard output: make-register.mjs COUNT
// [VILLAGE] [SKIP]. Each has three people; the numbers are of the province 99, which nobody has.
import { once } from 'node:events';

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const relations = ['head', 'spouse', 'child'];
const surnames = '王李张刘陈杨黄赵吴周';

// A different one for each n, with the check character that belongs to it.
export function idNumber(n) {
	const day = Math.floor(n / 1000);
	const digits = `990523${1900 + Math.floor(day / 336) % 120}`
		+ `${String(Math.floor(day / 28) % 12 + 1).padStart(2, '0')}`
		+ `${String(day % 28 + 1).padStart(2, '0')}${String(n % 1000).padStart(3, '0')}`;
	const sum = weights.reduce((before, weight, i) => before + weight * Number(digits[i]), 0);

	return digits + '10X98765432'[sum % 11];
}

export const header = 'household,village,relation,name,id_number,birth_year\n';

export function household(n, village) {
	return relations.map((relation, i) => {
		const name = surnames[(n + i) % surnames.length] + '某';

		return `${n},${village},${relation},${name},${idNumber(n * relations.length + i)},\n`;
	}).join('');
}

if (import.meta.filename === process.argv[1]) {
	const [count, village = '430523100001', skip = '0'] = process.argv.slice(2);

	process.stdout.write(header);
	for (let n = Number(skip); n < Number(skip) + Number(count); n++)
		if (!process.stdout.write(household(n, village)))
			await once(process.stdout, 'drain');
}
