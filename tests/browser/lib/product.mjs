// Starts the built demo on free ports with a movable clock, in a folder of its own, and ends it with the run.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const freePort = () =>
  new Promise((done, fail) => {
    const s = createServer().once('error', fail);
    s.listen(0, '127.0.0.1', () => {
      const { port } = s.address();
      s.close(() => done(port));
    });
  });

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
  const file = join(dir, 'demo.json');
  for (let tries = 0; !existsSync(file); tries++) {
    if (child.exitCode !== null || tries > 1200) throw new Error(`the demo did not start:\n${output}`);
    await new Promise((r) => setTimeout(r, 100));
  }
  const demo = JSON.parse(readFileSync(file, 'utf8'));
  let offset = 0;
  return {
    demo,
    dir,
    base: `http://localhost:${web}`,
    sandboxBase: `http://127.0.0.1:${sandbox}`,
    output: () => output,
    now: () => Date.now() / 1000 + offset,
    advance(seconds) {
      offset += seconds;
      writeFileSync(clockFile, `${offset}\n`);
    },
    // Newest mails first: [headers, text].
    mails: () =>
      readdirSync(join(dir, 'mail'))
        .filter((f) => f.endsWith('.eml'))
        .sort()
        .reverse()
        .map((f) => readFileSync(join(dir, 'mail', f), 'utf8')),
    async stop() {
      child.kill('SIGTERM');
      await Promise.race([gone, new Promise((r) => setTimeout(r, 12_000))]);
      child.kill('SIGKILL');
      rmSync(root, { recursive: true, force: true });
    },
  };
}
