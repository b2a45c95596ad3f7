// Plays the journeys one after another against one demo: `node run.mjs BINARY [--shots DIR] [--only NAME] [--running DIR]`.
// With --running the demo of that folder is used and left alone. Closes with a line that says how many passed and failed.
import { mkdirSync, readdirSync } from 'node:fs';
import { runningDemo, startDemo } from './lib/product.mjs';
import { complaints, launch } from './lib/browser.mjs';

const [binary, ...rest] = process.argv.slice(2);
const option = (name) => (rest.includes(name) ? rest[rest.indexOf(name) + 1] : undefined);
const shots = option('--shots');
if (shots) mkdirSync(shots, { recursive: true });

// What stood on the screens when a journey failed; its browsers are closed.
async function remains(name) {
  for (const context of browser.contexts()) {
    for (const page of context.pages()) {
      console.log(`--- ${page.url()}\n${(await page.locator('body').innerText().catch(() => '')).slice(0, 1500)}`);
      if (shots) await page.screenshot({ path: `${shots}/failed-${name.replace(/\W+/g, '-')}-${at++}.png` }).catch(() => {});
    }
    for (const wrong of complaints.get(context) ?? []) console.log(`--- ${wrong}`);
    complaints.delete(context);
    await context.close();
  }
}

const running = option('--running');
const product = running ? runningDemo(running) : await startDemo(binary);
const browser = await launch();
const began = Date.now();
let passed = 0;
let failed = 0;
let at = 0;
try {
  for (const file of readdirSync(new URL('./journeys/', import.meta.url)).sort()) {
    const { journeys } = await import(`./journeys/${file}`);
    for (const [name, play] of Object.entries(journeys)) {
      if (option('--only') && !name.includes(option('--only'))) continue;
      // Links opened from one place are counted; each journey begins with a fresh count.
      if (product.movable) await product.advance(11 * 60);
      // A browser on a crowded machine can stumble over nothing: a journey that fails is played once more, and both are told.
      for (let turn = 1; turn <= 2; turn++) {
        const from = Date.now();
        try {
          await play({ product, browser, shots });
          passed++;
          console.log(`ok      ${name} (${((Date.now() - from) / 1000).toFixed(1)} s)${turn > 1 ? ', the second time' : ''}`);
          break;
        } catch (e) {
          console.log(`${turn > 1 ? 'FAILED ' : 'again  '} ${name}\n${e.stack}`);
          await remains(name);
          if (turn > 1) failed++;
          else if (product.movable) await product.advance(11 * 60);
        }
      }
    }
  }
} finally {
  await browser.close();
  await product.stop();
}
if (failed) console.log(product.output().slice(-4000));
console.log(`${passed} passed, ${failed} failed, ${((Date.now() - began) / 1000).toFixed(0)} s`);
process.exit(failed || !passed ? 1 : 0);
