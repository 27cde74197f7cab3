// Processes that tests start: each in a group of its own, and none outlives us.
import { spawn } from 'node:child_process';

const running = new Set();

export function start(command, args, options = {}) {
	const child = spawn(command, args, { detached: true, ...options });

	running.add(child);
	child.on('close', () => running.delete(child));
	return child;
}

const farewell_ms = 2000;

// Runs to the end. Answers { code, out, err, text }; text is both streams in their order. Who
// leaves processes behind that still hold the streams has failed.
export function run(command, args, { input = '', seconds = 600, ...options } = {}) {
	return new Promise((resolve) => {
		const child = start(command, args, options);
		const result = { code: null, out: '', err: '', text: '' };
		let farewell;
		let left = false;
		const timer = setTimeout(() => {
			result.text += `\nkilled after ${seconds} s\n`;
			kill(child);
		}, seconds * 1000);
		const take = (stream) => (chunk) => {
			result[stream] += chunk;
			result.text += chunk;
		};

		child.stdout.setEncoding('utf8').on('data', take('out'));
		child.stderr.setEncoding('utf8').on('data', take('err'));
		child.on('error', (error) => {
			clearTimeout(timer);
			resolve({ ...result, code: 127, text: `${command}: ${error.message}` });
		});
		child.on('exit', () => {
			farewell = setTimeout(() => {
				result.text += '\nleft processes behind\n';
				left = true;
				kill(child);
				child.stdout.destroy();
				child.stderr.destroy();
			}, farewell_ms);
		});
		child.on('close', (code, signal) => {
			clearTimeout(timer);
			clearTimeout(farewell);
			if (signal)
				result.text += `\nended by ${signal}\n`;
			resolve({ ...result, code: left ? 1 : code ?? 128 });
		});
		child.stdin.on('error', () => {}).end(input);
	});
}

export function kill(child, signal = 'SIGKILL') {
	try {
		process.kill(-child.pid, signal);
	} catch {
		// It has gone by itself.
	}
}

export function killAll() {
	for (const child of running)
		kill(child);
}
