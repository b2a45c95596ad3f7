// Runs the journeys one after another against one demo. `node run.mjs BINARY [--shots DIR] [--only NAME]`.
// Closes with a line that says how many passed and failed.
import { mkdirSync, readdirSync } from 'node:fs';
import { startDemo } from './lib/product.mjs';
import { launch } from './lib/browser.mjs';

const [binary, ...rest] = process.argv.slice(2);
const option = (name) => (rest.includes(name) ? rest[rest.indexOf(name) + 1] : undefined);
const shots = option('--shots');
if (shots) mkdirSync(shots, { recursive: true });

const product = await startDemo(binary);
const browser = await launch();
let passed = 0;
let failed = 0;
try {
  for (const file of readdirSync(new URL('./journeys/', import.meta.url)).sort()) {
    const { journeys } = await import(`./journeys/${file}`);
    for (const [name, play] of Object.entries(journeys)) {
      if (option('--only') && !name.includes(option('--only'))) continue;
      try {
        await play({ product, browser, shots });
        passed++;
        console.log(`ok      ${name}`);
      } catch (e) {
        failed++;
        console.log(`FAILED  ${name}\n${e.stack}`);
      }
    }
  }
} finally {
  await browser.close();
  await product.stop();
}
if (failed) console.log(product.output().slice(-4000));
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);
