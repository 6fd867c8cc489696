// Converting a recording, in a browser, with the shipped voice.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { api, converted, duration, launch, open, openRecording, readout, sample } from './harness.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

test('loads without any other server, and says that it is ready', async () => {
  const { page, shot, close } = await open(browser);
  await page.waitForSelector('#health[data-state=ok], #health[data-state=warning]');
  const { data } = await api('/v1/styles');
  const { catalogue } = data.find((m) => m.in_use);
  const shown = await page.locator('#style-fields fieldset').nth(1).locator('input[type=radio]').evaluateAll((all) => all.map((i) => i.value));
  assert.deepEqual(shown, catalogue.emotions);
  assert.equal(await page.isDisabled('#go'), true);
  assert.equal(page.url().includes('token'), false, 'the token stays in the address bar');
  await shot('convert-empty');
  await close();
});

test('converts a file, shows what was said and how, and saves the result', async () => {
  const { page, shot, close } = await open(browser);
  await openRecording(page, sample('question.flac'));
  assert.match(await converted(page), /^female/);
  const form = new FormData();
  form.append('file', new Blob([readFileSync(sample('question.flac'))]), 'question.flac');
  const units = await api('/v1/units', { method: 'POST', body: form });
  assert.equal(await readout(page, 'before', 'units'), units.ids.length);
  await page.waitForFunction(() => /% as before/.test(document.querySelector('#after .readout').textContent));
  assert.ok(Math.abs((await duration(page, 'before')) - (await duration(page, 'after'))) <= 0.2);
  const [asked, repeated] = [await readout(page, 'before', 'median F0'), await readout(page, 'after', 'median F0')];
  assert.ok(repeated > 1.2 * asked, `a man asks at ${asked} Hz, a woman repeats it at ${repeated} Hz`);
  await shot('convert');

  await page.selectOption('#download-format', 'flac');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('[aria-label="Download the result"]')]);
  assert.equal(download.suggestedFilename(), 'question-female-neutral.flac');
  assert.equal(readFileSync(await download.path()).subarray(0, 4).toString(), 'fLaC');
  await close();
});

test('draws waveform, spectrogram, melody and units', async () => {
  const { page, close } = await open(browser);
  await openRecording(page, sample('question.flac'));
  await readout(page, 'before', 'median F0');
  const inks = await page.evaluate(() => {
    /** How many different pixels a canvas has. */
    const variety = (canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    };
    const canvases = [...document.querySelector('#before .view > div').shadowRoot.querySelectorAll('canvas')];
    return {
      inWaveform: canvases.map(variety).filter((v) => v > 1).length,
      pitch: variety(document.querySelector('#before .lane.pitch canvas')),
      units: variety(document.querySelector('#before .lane.units canvas')),
    };
  });
  assert.ok(inks.inWaveform >= 2, `waveform and spectrogram: ${JSON.stringify(inks)}`);
  assert.ok(inks.pitch > 5 && inks.units > 10, JSON.stringify(inks));
  await close();
});

test('another style is heard at once, also between the labels', async () => {
  const { page, shot, close } = await open(browser);
  await openRecording(page, sample('question.flac'));
  const woman = await readout(page, 'after', 'median F0');
  await page.check('#style-fields input[name^=speaker][value=male]');
  await converted(page, /^male/);
  await page.waitForFunction((f0) => parseFloat(document.querySelector('#after .readout').textContent.split('median F0 ')[1]) < f0 - 40, woman);
  const man = await readout(page, 'after', 'median F0');
  await page.check('#style-fields input[name^=emotion][value=sad]');
  await page.locator('#style-fields [data-field=intensity] input').fill('0.4');
  await page.locator('#style-fields [data-field=intensity] input').dispatchEvent('change');
  await converted(page, /male, sad 40 %/);
  await page.check('#style-fields input[name^=emotion][value=neutral]');
  await page.check('#style-fields input[name^=pitch][value=custom]');
  await page.locator('#style-fields input[id^=pitch-number]').fill('4');
  await page.locator('#style-fields input[id^=pitch-number]').dispatchEvent('change');
  await page.check('#style-fields input[name^=speed][value=slow]');
  await converted(page, /male, neutral, pitch \+4 st, speed slow/);
  await page.waitForFunction((f0) => parseFloat(document.querySelector('#after .readout').textContent.split('median F0 ')[1]) > f0 * 1.12, man);
  assert.ok((await duration(page, 'after')) > (await duration(page, 'before')) * 1.1);
  await page.waitForTimeout(300); // the time axes' own pace
  const [before, after] = [await secondWidth(page, 'before'), await secondWidth(page, 'after')];
  assert.ok(Math.abs(before.axis / before.wave - 1) < 0.02 && Math.abs(after.axis / after.wave - 1) < 0.02, JSON.stringify([before, after]));
  assert.ok(Math.abs(before.wave / after.wave - 1) < 0.02, 'both on one scale');
  await shot('convert-style');
  await close();
});

/** How many pixels a second takes: by the labels of the time axis, and by the waveform. */
async function secondWidth(page, track) {
  const length = await duration(page, track);
  return page.evaluate(
    ([id, seconds]) => {
      const root = document.querySelector(`#${id} .view > div`).shadowRoot;
      const labels = [...root.querySelectorAll('[part~=timeline-notch-primary]')].map((n) => ({ at: parseFloat(n.textContent), x: n.getBoundingClientRect().left }));
      return {
        axis: (labels.at(-1).x - labels[0].x) / (labels.at(-1).at - labels[0].at),
        wave: root.querySelector('.wrapper').getBoundingClientRect().width / seconds,
      };
    },
    [track, length],
  );
}

test('a part is swapped while the result plays, and it plays on', async () => {
  const { page, shot, close } = await open(browser);
  await openRecording(page, sample('question.flac'));
  const { in_use: first } = await api('/v1/bundles');
  await page.click('#after .round');
  await page.waitForFunction(() => parseFloat(document.querySelector('#after .clock').textContent.slice(2)) > 0.5);
  await page.selectOption('#part-tokenizer', 'second');
  await converted(page, /· second \+/);
  const at = () => page.evaluate(() => parseFloat(document.querySelector('#after .clock').textContent.slice(2)));
  const there = await at();
  assert.ok(there >= 0.5, `went back to ${there} s`);
  assert.match(await page.getAttribute('#after', 'class'), /playing/);
  await page.waitForFunction((t) => parseFloat(document.querySelector('#after .clock').textContent.slice(2)) > t, there);
  assert.equal((await api('/v1/bundles')).in_use.tokenizer, 'second');
  await shot('convert-swapped');
  await page.selectOption('#part-tokenizer', '');
  await converted(page, new RegExp(`· ${first.tokenizer} \\+`));
  assert.equal((await api('/v1/bundles')).chosen.tokenizer, null);
  await close();
});

test('says what is wrong with a file, and keeps what was there', async () => {
  const { page, shot, close } = await open(browser);
  await page.setInputFiles('#file', { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no sound at all') });
  await page.waitForSelector('#convert-error [role=alert]');
  assert.match(await page.textContent('#convert-error'), /notes.txt cannot be opened.+/);
  assert.equal(await page.isVisible('#tracks'), false);
  await shot('convert-error');
  await openRecording(page, sample('request.flac'));
  assert.equal(await page.isVisible('#convert-error .notice'), false);
  await page.setInputFiles('#file', { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no sound at all') });
  await page.waitForSelector('#convert-error [role=alert]');
  assert.equal(await page.textContent('#source-title'), 'request.flac');
  assert.equal(await page.isVisible('#tracks'), true);
  await close();
});

test('a file of a kind that browsers do not know is opened by the server', async () => {
  const { page, close } = await open(browser);
  await openRecording(page, process.env.EMOVA_UNKNOWN_TO_BROWSERS);
  assert.ok((await duration(page, 'before')) > 3);
  await close();
});

test('a file can be dropped', async () => {
  const { page, close } = await open(browser);
  const bytes = readFileSync(sample('greeting.flac')).toString('base64');
  const transfer = await page.evaluateHandle((base64) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], 'greeting.flac', { type: 'audio/flac' }));
    return data;
  }, bytes);
  for (const type of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent('#source', type, { dataTransfer: transfer });
  await converted(page);
  assert.equal(await page.textContent('#source-title'), 'greeting.flac');
  await close();
});

test('records from the microphone', async () => {
  const { page, shot, close } = await open(browser);
  await page.click('#record');
  await page.waitForFunction(() => document.querySelector('#record span').textContent === 'Stop 0:02');
  assert.equal(await page.getAttribute('#record', 'aria-pressed'), 'true');
  assert.equal(await page.isVisible('#level'), true);
  await shot('convert-recording');
  await page.click('#record');
  await converted(page);
  assert.match(await page.textContent('#source-title'), /^recording-.*\.wav$/);
  assert.ok((await duration(page, 'before')) >= 1.9);
  assert.ok((await readout(page, 'before', 'units')) > 10, 'the microphone heard speech');
  await close();
});

test('plays by key: before, after, and back at the same place', async () => {
  const { page, close } = await open(browser);
  await openRecording(page, sample('question.flac'));
  await page.click('#after .track-title');
  await page.keyboard.press('Space');
  await page.waitForSelector('#after.playing');
  await page.waitForFunction(() => parseFloat(document.querySelector('#after .clock').textContent.slice(2)) > 0.8);
  await page.keyboard.press('x');
  await page.waitForSelector('#before.playing');
  assert.equal(await page.locator('#after.playing').count(), 0);
  assert.ok(parseFloat((await page.textContent('#before .clock')).slice(2)) > 0.7);
  await page.keyboard.press('Space');
  await page.waitForFunction(() => !document.querySelector('.track.playing'));
  await close();
});

test('zooms both tracks together', async () => {
  const { page, shot, close } = await open(browser);
  await openRecording(page, sample('question.flac'));
  const width = (track) => page.evaluate((id) => document.querySelector(`#${id} .view > div`).shadowRoot.querySelector('.wrapper').scrollWidth, track);
  const [before, after] = [await width('before'), await width('after')];
  await page.click('#zoom-in');
  await page.click('#zoom-in');
  await page.waitForFunction((w) => document.querySelector('#before .view > div').shadowRoot.querySelector('.wrapper').scrollWidth > 2.4 * w, before);
  assert.ok(Math.abs((await width('after')) / after - (await width('before')) / before) < 0.05);
  await page.waitForTimeout(300); // the spectrogram's own pace
  await shot('convert-zoomed');
  await close();
});
