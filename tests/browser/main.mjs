// Runs the steps of a mode in a browser: node main.mjs MODE OUTDIR CHROMIUM

import { chromium } from "playwright-core";

import { Server } from "./server.mjs";

const [mode, out, executablePath] = process.argv.slice(2);
const { steps } = await import(`./${mode}.mjs`);

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const STEP_MS = 10000;

const server = await Server.prepare(`${out}/app`, `${out}/data/test.sqlite3`);
await server.start();
const browser = await chromium.launch({ executablePath, args: FLAGS });
const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
context.setDefaultTimeout(STEP_MS);
const page = await context.newPage();

const console_errors = [];
const foreign = [];
page.on("console", (message) => {
  if (message.type() === "error") {
    console_errors.push(message.text());
  }
});
page.on("pageerror", (error) => console_errors.push(error.message));
page.on("request", (request) => {
  if (!request.url().startsWith(server.url)) {
    foreign.push(request.url());
  }
});

// What a step works with.
const world = {
  browser,
  context,
  page,
  server,
  errors: console_errors,
  foreign,
  shot: (name, target = page) => target.screenshot({ path: `${out}/shots/${name}.png`, animations: "disabled" }),
};

let passed = 0;
let failed = 0;
try {
  await page.goto(server.url);
  for (const [name, step] of steps) {
    try {
      await step(world);
      passed += 1;
      console.log(`ok    ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL  ${name}\n      ${error.message.split("\n").slice(0, 6).join("\n      ")}`);
      await world.shot(`failed-${failed}`).catch(() => {});
      // Steps follow each other: what comes after a failure would say nothing.
      console.log(`      ${steps.length - passed - failed} steps left out`);
      break;
    }
  }
} finally {
  await browser.close();
  await server.stop();
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
