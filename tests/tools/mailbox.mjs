// A mail server that keeps what it is given: enough of SMTP for a client that sends letters.
import { createServer } from 'node:net';

const line_end = '\r\n';

function readLetter(from, to, data) {
	const [head, body] = data.split(line_end + line_end, 2);
	const headers = Object.fromEntries(head.split(line_end).map((line) => {
		const [name, ...rest] = line.split(': ');

		return [name.toLowerCase(), rest.join(': ')];
	}));
	const word = headers.subject.match(/^=\?UTF-8\?B\?(.*)\?=$/)[1];

	return { from, to, headers, subject: Buffer.from(word, 'base64').toString(),
		text: Buffer.from(body, 'base64').toString() };
}

// One visit. `box.busy`: each letter is refused for now.
function serve(socket, box) {
	let rest = '';
	let data = null;
	let from = '';
	let to = [];
	const say = (line) => socket.write(line + line_end);
	const verbs = {
		EHLO: () => say('250 mailbox'),
		HELO: () => say('250 mailbox'),
		MAIL: (line) => { from = line.match(/<(.*)>/)[1]; to = []; say('250 ok'); },
		RCPT: (line) => { to.push(line.match(/<(.*)>/)[1]); say('250 ok'); },
		DATA: () => { data = []; say('354 go on'); },
		QUIT: () => { say('221 bye'); socket.end(); },
	};
	const endLetter = () => {
		box.visits++;
		if (!box.busy)
			box.letters.push(readLetter(from, to.join(), data.join(line_end)));
		data = null;
		say(box.busy ? '451 later, please' : '250 taken');
	};
	const take = (line) => {
		if (data === null)
			return (verbs[line.split(' ')[0].toUpperCase()] ?? (() => say('502 unknown')))(line);
		return line === '.' ? endLetter() : data.push(line.replace(/^\./, ''));
	};

	say('220 mailbox');
	socket.setEncoding('utf8').on('error', () => {}).on('data', (chunk) => {
		const lines = (rest + chunk).split(line_end);

		rest = lines.pop();
		lines.forEach(take);
	});
}

// { url, letters, calls, visits, busy, stop }: `letters` are those that were taken, in their order,
// `visits` how many came, `calls` how often somebody connected.
export async function openMailbox(address = '127.0.0.1') {
	const box = { letters: [], calls: 0, visits: 0, busy: false };
	const server = createServer((socket) => {
		box.calls++;
		serve(socket, box);
	});

	await new Promise((resolve) => server.listen(0, address, resolve));
	box.url = `smtp://${address}:${server.address().port}`;
	box.stop = () => new Promise((resolve) => server.close(resolve));
	return box;
}
