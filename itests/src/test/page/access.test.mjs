// Who may, and for whom the page works: tokens, keyboards, screen readers, phones, dark rooms.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { barriers, converted, launch, open, openRecording, sample, url, token } from './harness.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

test('asks for the token where the address has none', async () => {
  const { page, shot, close } = await open(browser, { address: url, waits: false });
  await page.waitForSelector('#token-dialog[open]');
  await shot('token');
  await page.fill('#token', token);
  await page.click('#token-dialog button[type=submit]');
  await page.waitForSelector('#style-fields input');
  await page.reload();
  await page.waitForSelector('#style-fields input');
  assert.equal(await page.locator('#token-dialog[open]').count(), 0, 'it is kept as long as the tab');
  await close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`has no barriers that axe-core finds, ${colorScheme}`, async () => {
    const { page, shot, close } = await open(browser, { colorScheme, bypassCSP: true });
    assert.deepEqual(await barriers(page), []);
    await openRecording(page, sample('statement.flac'));
    assert.deepEqual(await barriers(page), []);
    await shot(`convert-${colorScheme}`, { fullPage: true });
    await page.click('#tab-dialogue');
    assert.deepEqual(await barriers(page), []);
    await page.selectOption('#model', 'scripted');
    await page.fill('#question', 'What do you say?');
    await page.click('#send');
    await page.waitForSelector('.turn.it[aria-busy=false] .player');
    assert.deepEqual(await barriers(page), []);
    await shot(`dialogue-${colorScheme}`);
    await close();
  });
}

test('a keyboard is enough', async () => {
  const { page, close } = await open(browser);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'tab-convert');
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'tab-dialogue');
  assert.equal(await page.isVisible('#dialogue'), true);
  assert.equal(await page.isVisible('#convert'), false);
  await page.keyboard.press('Home');
  const order = [];
  for (let i = 0; i < 6; i++) {
    await page.keyboard.press('Tab');
    order.push(await page.evaluate(() => document.activeElement.id || document.activeElement.name.replace(/-\d+$/, '')));
  }
  assert.deepEqual(order, ['theme', 'choose', 'record', 'speaker', 'emotion', 'pitch']);
  await page.keyboard.press('ArrowLeft'); // one of the choices, as with any radio buttons
  assert.equal(await page.locator('#style-fields input[name^=pitch]:checked').inputValue(), 'low');
  await close();
});

test('the theme follows the system, until one is chosen', async () => {
  const { page, close } = await open(browser, { colorScheme: 'dark' });
  const is = (theme) => page.waitForSelector(`html[data-theme=${theme}]`);
  await is('dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await is('light');
  await page.click('#theme');
  await page.click('#theme');
  await is('dark');
  await page.reload();
  await is('dark');
  await close();
});

test('fits a phone', async () => {
  const phone = { width: 390, height: 844, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
  const { page, shot, close } = await open(browser, phone);
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await shot('phone-empty');
  assert.equal(await overflow(), 0);
  await openRecording(page, sample('question.flac'));
  await converted(page);
  assert.equal(await overflow(), 0);
  await page.evaluate(() => scrollTo(0, 0));
  await shot('phone-convert');
  const small = await page.locator('button:visible').evaluateAll((all) =>
    all.filter((b) => b.getBoundingClientRect().height < 32).map((b) => b.outerHTML.slice(0, 80)));
  assert.deepEqual(small, []);
  await page.click('#tab-dialogue');
  await page.selectOption('#model', 'scripted');
  await page.fill('#question', 'What do you say?');
  await page.click('#send');
  await page.waitForSelector('.turn.it[aria-busy=false] .player');
  assert.equal(await overflow(), 0);
  const composer = await page.locator('#composer').boundingBox();
  assert.ok(composer.y + composer.height <= 844, 'the composer is on the screen');
  await shot('phone-dialogue');
  await close();
});
