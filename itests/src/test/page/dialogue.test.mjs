// A conversation in a browser, with a scripted language model behind the server.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { launch, open, shots } from './harness.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

async function talk(options) {
  const opened = await open(browser, options);
  await opened.page.click('#tab-dialogue');
  await opened.page.waitForSelector('#model option[value=scripted]', { state: 'attached' });
  await opened.page.selectOption('#model', 'scripted');
  return opened;
}

async function ask(page, text) {
  await page.fill('#question', text);
  await page.click('#send');
}

const answered = (page, turn = 1) => page.waitForFunction((n) => document.querySelectorAll('.turn.it[aria-busy=false]').length >= n, turn);

test('asks in writing; the answer is written and spoken, and saved', async () => {
  const { page, shot, close } = await talk();
  await shot('dialogue-empty');
  await ask(page, 'What do you say?');
  await page.waitForSelector('.turn.it .bubble:has-text("Hello back")');
  await page.waitForSelector('.speaking');
  await shot('dialogue-speaking');
  await answered(page);
  await page.waitForSelector('.turn.it .player');
  assert.equal(await page.getByLabel('Emotion of the answer').inputValue(), 'neutral', 'the model said nothing of it');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('[aria-label="Download the answer"]')]);
  const wav = readFileSync(await download.path());
  assert.equal(wav.subarray(0, 4).toString(), 'RIFF');
  assert.ok(wav.length > 24_000, `${wav.length} bytes`);
  await close();
});

test('asks by voice; what was heard and the mood are shown, and another mood can be had', async () => {
  const { page, shot, close } = await talk();
  await page.click('#speak');
  await page.waitForFunction(() => document.querySelector('#speak span').textContent === 'Stop 0:02');
  await shot('dialogue-recording');
  await page.click('#speak');
  await page.waitForSelector('.turn.you .bubble.heard:has-text("Hello there.")');
  await answered(page);
  const mood = page.getByLabel('Emotion of the answer');
  assert.equal(await mood.inputValue(), 'happy');
  const [spoken] = await Promise.all([page.waitForResponse((r) => r.url().endsWith('/v1/audio/speech')), mood.selectOption('sad')]);
  assert.equal(spoken.status(), 200);
  const asked = spoken.request().postDataJSON();
  assert.equal(asked.emotion, 'sad');
  assert.match(asked.input, /^(<\|speech_\d+\|>)+$/);
  await page.waitForSelector('.turn.it .player [aria-label="Pause the answer"]');
  await shot('dialogue-mood');
  await close();
});

test('the mood can be set beforehand', async () => {
  const { page, close } = await talk();
  await page.locator('#answer-fields input[name^=emotion][value=angry]').check();
  const [request] = await Promise.all([page.waitForRequest((r) => r.url().endsWith('/v1/chat/completions')), ask(page, 'What do you say?')]);
  assert.equal(request.postDataJSON().audio.emotion, 'angry');
  await answered(page);
  await close();
});

test('several turns: the model is told what was said before', async () => {
  const { page, shot, close } = await talk();
  await page.uncheck('#aloud');
  await ask(page, 'My name is Ada.');
  await answered(page, 1);
  const [request] = await Promise.all([page.waitForRequest((r) => r.url().endsWith('/v1/chat/completions')), ask(page, 'What is it?')]);
  const { messages, modalities } = request.postDataJSON();
  assert.deepEqual(modalities, ['text']);
  assert.deepEqual(messages.map((m) => m.role), ['user', 'assistant', 'user']);
  assert.equal(messages[0].content, 'My name is Ada.');
  assert.match(messages[1].content, /Hello back/);
  await answered(page, 2);
  await shot('dialogue-turns');
  await page.click('#clear');
  assert.equal(await page.locator('.turn').count(), 0);
  await close();
});

test('shows an image, from a file and from the camera', async () => {
  const { page, shot, close } = await talk();
  await page.setInputFiles('#image-file', `${shots}/dialogue-empty.png`);
  await page.waitForSelector('.attachment img');
  await page.click('[aria-label="Remove the image"]');
  assert.equal(await page.locator('.attachment').count(), 0);
  await page.click('#camera');
  await page.waitForSelector('#camera-take:enabled');
  await shot('dialogue-camera');
  await page.click('#camera-take');
  await page.waitForSelector('.attachment:has-text("camera.jpg")');
  const [request] = await Promise.all([page.waitForRequest((r) => r.url().endsWith('/v1/chat/completions')), ask(page, 'What is on it?')]);
  const [image] = request.postDataJSON().messages[0].content;
  assert.match(image.image_url.url, /^data:image\/jpeg;base64,/);
  await page.waitForSelector('.turn.it .bubble:has-text("Hello back")');
  await answered(page);
  assert.equal(await page.locator('.turn.you img').count(), 1);
  await shot('dialogue-image');
  await close();
});

test('stops an answer, keeps what has come, and asks again', async () => {
  const { page, shot, close } = await talk();
  await ask(page, 'Tell me slowly.');
  await page.waitForSelector('.turn.it .bubble:has-text("Hello")');
  await page.click('#stop');
  await answered(page);
  assert.match(await page.textContent('.turn.it'), /Stopped\./);
  assert.match(await page.textContent('.turn.it .bubble'), /Hello/);
  assert.equal(await page.isVisible('#send'), true);
  await shot('dialogue-stopped');
  await Promise.all([page.waitForRequest((r) => r.url().endsWith('/v1/chat/completions')), page.click('[aria-label="Answer again"]')]);
  await page.waitForSelector('.turn.it .bubble:has-text("Hello")');
  await page.click('#stop');
  await answered(page);
  assert.equal(await page.locator('.turn.it').count(), 1);
  await close();
});

test('an error says what happened; one can try again, or go on', async () => {
  const { page, shot, close } = await talk();
  await ask(page, 'Fail.');
  await page.waitForSelector('.turn.it [role=alert]');
  assert.match(await page.textContent('.turn.it [role=alert]'), /No answer.*no memory left/);
  await shot('dialogue-error');
  await Promise.all([page.waitForResponse((r) => r.url().endsWith('/v1/chat/completions')), page.click('.turn.it [role=alert] button')]);
  await page.waitForSelector('.turn.it[aria-busy=false] [role=alert]');
  assert.equal(await page.locator('.turn.it').count(), 1);
  await ask(page, 'What do you say?');
  await page.waitForSelector('.turn.it .bubble:has-text("Hello back")');
  await close();
});
