// Starts the built demo on free ports with a movable clock, in a folder of its own, and ends it with the run. Or takes one that runs.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { totp } from './totp.mjs';

export const freePort = () =>
  new Promise((done, fail) => {
    const s = createServer().once('error', fail);
    s.listen(0, '127.0.0.1', () => {
      const { port } = s.address();
      s.close(() => done(port));
    });
  });

export const pause = (ms) => new Promise((r) => setTimeout(r, ms));

export async function startDemo(binary, extra = []) {
  const root = mkdtempSync(join(tmpdir(), 'heldaway-browser-'));
  const dir = join(root, 'data');
  const clockFile = join(root, 'clock');
  writeFileSync(clockFile, '0\n');
  const [web, sandbox] = [await freePort(), await freePort()];
  const args = ['demo', '--data', dir, '--listen', `127.0.0.1:${web}`, '--sandbox', `127.0.0.1:${sandbox}`, '--clock-file', clockFile, ...extra];
  const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (b) => (output += b));
  child.stderr.on('data', (b) => (output += b));
  const gone = new Promise((r) => child.once('exit', r));
  for (let tries = 0; !existsSync(join(dir, 'demo.json')); tries++) {
    if (child.exitCode !== null || tries > 1200) throw new Error(`the demo did not start:\n${output}`);
    await pause(100);
  }
  const stop = async () => {
    child.kill('SIGTERM');
    await Promise.race([gone, pause(12_000)]);
    child.kill('SIGKILL');
    rmSync(root, { recursive: true, force: true });
  };
  return { ...runningDemo(dir), output: () => output, stop };
}

// A demo that runs already, by its folder. It is left running.
export function runningDemo(dir) {
  const demo = JSON.parse(readFileSync(join(dir, 'demo.json'), 'utf8'));
  const keys = demo.sandbox.plaid;
  const clockFile = demo.clock_file;
  let offset = clockFile ? Number(readFileSync(clockFile, 'utf8')) : 0;
  const spent = new Map();
  const now = () => Date.now() / 1000 + offset;
  async function advance(seconds) {
    offset += Math.ceil(seconds);
    writeFileSync(clockFile, `${offset}\n`);
    // The demo looks at the file five times a second.
    await pause(300);
  }
  return {
    demo,
    base: demo.base,
    now,
    advance,
    movable: Boolean(clockFile),
    // A code that has not been used, not by an earlier run either: each is good once.
    async code(login) {
      const step = () => Math.floor(now() / 30);
      if ((spent.get(login.email) ?? (clockFile ? Infinity : 0)) >= step()) await (clockFile ? advance(30) : pause(30_500 - (Date.now() % 30_000)));
      spent.set(login.email, step());
      return totp(login.totp, now());
    },
    mails: () =>
      readdirSync(demo.mail)
        .filter((f) => f.endsWith('.eml'))
        .sort()
        .reverse()
        .map((f) => readFileSync(join(demo.mail, f), 'utf8')),
    // A word to the rehearsal provider, as its own endpoints and its director take it.
    async sandbox(path, body, method = 'POST') {
      const headers = { 'content-type': 'application/json', 'plaid-client-id': keys.client_id, 'plaid-secret': keys.secret };
      const answer = await fetch(keys.base + path, { method, headers, body: method === 'POST' ? JSON.stringify(body) : undefined });
      if (!answer.ok) throw new Error(`the sandbox answered ${answer.status} to ${path}: ${await answer.text()}`);
      return answer.json();
    },
    output: () => '',
    async stop() {},
  };
}
