// A real Chromium on the page of a real server, both started by the test that runs this.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

export const { EMOVA_URL: url, EMOVA_TOKEN: token, EMOVA_SAMPLES: samples, EMOVA_SHOTS: shots, CHROMIUM: executablePath } = process.env;
const PATIENCE = 30_000; // ms; a conversion takes one second where the machine has nothing else to do
const axe = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

/** With a microphone that hears a sample, and a camera that sees a test picture. */
export const launch = () =>
  chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${process.env.EMOVA_MICROPHONE}`,
      '--autoplay-policy=no-user-gesture-required',
    ],
  });

/**
 * The page in a context of its own, ready to use. What goes wrong behind it is collected: messages of errors and of
 * the content security policy, and requests that leave the server.
 */
export async function open(browser, { width = 1360, height = 940, address = `${url}#token=${token}`, waits = true, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, permissions: ['microphone', 'camera'], acceptDownloads: true, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const trouble = [];
  page.on('pageerror', (e) => trouble.push(e.stack));
  page.on('console', (m) => m.type() === 'error' && !m.text().startsWith('Failed to load resource') && trouble.push(m.text()));
  page.on('request', (r) => !r.url().startsWith(url) && !/^(blob|data):/.test(r.url()) && trouble.push(`left the server: ${r.url()}`));
  await page.goto(address);
  if (waits) await page.waitForSelector('#style-fields input');
  return {
    page,
    trouble,
    shot: (name, more = {}) => (mkdirSync(shots, { recursive: true }), page.screenshot({ path: join(shots, `${name}.png`), ...more })),
    async close() {
      await context.close();
      assert.deepEqual(trouble, []);
    },
  };
}

/** What axe-core finds wrong for people with a keyboard, a screen reader or weak eyes. Needs a context with bypassCSP. */
export async function barriers(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary}`));
}

/** The server's answer, as a program gets it. */
export async function api(path, options = {}) {
  const response = await fetch(new URL(path, url), { ...options, headers: { Authorization: `Bearer ${token}`, ...options.headers } });
  assert.equal(response.status, 200, `${path}: ${response.status}`);
  return response.json();
}

export const sample = (name) => join(samples, name);

/** Opens a recording and waits for its conversion. */
export async function openRecording(page, file) {
  await page.setInputFiles('#file', file);
  await converted(page);
}

/** The next conversion's end: its description, in which the parts and the seconds stand. */
export async function converted(page, pattern = /·/) {
  await page.waitForFunction(
    ([source]) => new RegExp(source).test(document.querySelector('#after .track-title p').textContent) && document.getElementById('after').getAttribute('aria-busy') === 'false',
    [pattern.source],
  );
  return page.textContent('#after .track-title p');
}

/** A number of a track's readout: `median F0`, `units`, `at`. */
export async function readout(page, track, name) {
  const found = page.locator(`#${track} .readout span`, { hasText: new RegExp(`^${name} `) });
  await found.waitFor();
  return parseFloat((await found.textContent()).slice(name.length));
}

/** Length of a track in seconds, by its clock. */
export async function duration(page, track) {
  const [minutes, seconds] = (await page.textContent(`#${track} .clock`)).split(' / ')[1].split(':');
  return Number(minutes) * 60 + Number(seconds);
}
