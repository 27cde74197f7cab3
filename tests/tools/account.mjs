// A visitor with cookies, who fills forms and signs in.
import assert from 'node:assert/strict';
import { get, shown } from './http.mjs';

export const demo_password = 'osmanthus-lantern';
export const demo_phones = { donor: '10000000001', family: '10000000002', village: '10000000003',
	other_village: '10000000004', township: '10000000005', county: '10000000006',
	prepare: '10000000007', approve: '10000000008', city: '10000000010', province: '10000000011',
	inspector: '10000000012', national: '10000000013' };

const decoded = (text) => text.replace(/&#39;/g, "'").replace(/&#34;/g, '"').replace(/&amp;/g, '&');

export class Visitor {
	constructor(site) {
		this.site = site;
		this.cookies = new Map();
	}

	get cookie() {
		return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
	}

	async ask(address, options = {}) {
		const answer = await get(this.site, address,
			{ ...options, headers: { cookie: this.cookie, ...options.headers } });

		for (const line of answer.headers.getSetCookie()) {
			const [name, value] = line.split(';')[0].split('=');

			if (/max-age=0/i.test(line))
				this.cookies.delete(name);
			else
				this.cookies.set(name, value);
		}
		return answer;
	}

	// The hidden fields of the form on a page that is sent to an address.
	secrets(page, action) {
		const form = page.text.match(new RegExp(`<form[^>]* action="${action}"[^>]*>.*?</form>`, 's'));

		assert.ok(form, `a form for ${action}`);
		return Object.fromEntries([...form[0].matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([tag]) =>
			[tag.match(/ name="([^"]*)"/)[1], decoded(tag.match(/ value="([^"]*)"/)?.[1] ?? '')]));
	}

	// Opens a page and sends the form on it.
	async send(address, fields = {}, action = address.split('?')[0], headers = {}) {
		const page = await this.ask(address);

		return this.post(action, { ...this.secrets(page, action), ...fields }, headers);
	}

	post(action, fields, headers = {}) {
		return this.ask(action, { method: 'POST', body: new URLSearchParams(fields), headers });
	}

	signIn(handle, password = demo_password, back = '') {
		return this.send(`/account/sign-in${back ? `?back=${encodeURIComponent(back)}` : ''}`,
			{ handle, password });
	}

	// Opens an account, with the code that is "sent".
	async register({ name, phone, password }) {
		const waiting = (await this.send('/account/register', { name, handle: phone, password }))
			.headers.get('location');

		assert.equal((await this.send(waiting, { code: await codeFor(this.site, phone) })).status, 303, phone);
		return this;
	}

	async digits(handle) {
		const page = shown((await get(this.site, '/account/outbox')).text);

		return page.match(new RegExp(`100\\*{4}${handle.slice(-4)} \\S+ (\\d{6})`))[1];
	}

	// Signs in to an account of the demo, with the second factor where it has one.
	async signInAs(role) {
		const phone = demo_phones[role];
		const answer = await this.signIn(phone);

		assert.equal(answer.status, 303, role);
		if (answer.headers.get('location').includes('second-factor'))
			assert.equal((await this.send('/account/second-factor',
				{ code: await this.digits(phone) })).status, 303, role);
		return this;
	}
}

// The code that was "sent" last to a phone or address.
export async function codeFor(site, handle) {
	const page = shown((await get(site, '/account/outbox')).text);

	return page.match(new RegExp(`${handle} [^0-9]*?(\\d{6}) `))?.[1];
}
