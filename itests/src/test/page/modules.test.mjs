// The page's modules that need no browser, in Node's own test runner.
import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.location = { hash: '', pathname: '/', search: '' }; // looked at by api.js when it is loaded

const { pitchSummary, trackPitch } = await import('./js/pitch.js');
const { concat, decodePcm16, encodeWav, formatOf } = await import('./js/wav.js');
const { agreement, spans } = await import('./js/lanes.js');
const { nearest } = await import('./js/parts.js');
const { describe } = await import('./js/style-form.js');
const { serverSentEvents } = await import('./js/api.js');

/** A voice-like sound: falling harmonics of a fundamental. */
function voice(hertz, sampleRate, length = 1) {
  return Float32Array.from({ length: Math.round(sampleRate * length) }, (_, i) => {
    let sum = 0;
    for (let k = 1; k * hertz < 4000; k++) sum += Math.sin((2 * Math.PI * k * hertz * i) / sampleRate) / k;
    return 0.2 * sum;
  });
}

for (const sampleRate of [8000, 16_000, 44_100, 48_000]) {
  for (const hertz of [75, 110, 156, 220, 330, 440]) {
    test(`finds ${hertz} Hz at ${sampleRate} Hz within 1 %, in nearly every frame`, () => {
      const { f0 } = trackPitch(voice(hertz, sampleRate), sampleRate);
      const voiced = [...f0].filter((f) => f > 0);
      assert.ok(voiced.length > 0.85 * f0.length, `${voiced.length} of ${f0.length} frames`);
      const off = voiced.filter((f) => Math.abs(f / hertz - 1) > 0.01);
      assert.equal(off.length, 0, `off by more than 1 %: ${off.slice(0, 5)}`);
    });
  }
}

test('finds a tone without harmonics', () => {
  const tone = Float32Array.from({ length: 16_000 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * 200 * i) / 16_000));
  assert.ok(Math.abs(pitchSummary(trackPitch(tone, 16_000).f0).median - 200) < 1);
});

test('follows a glide, each value at its time', () => {
  let phase = 0;
  const at = (second) => 120 + 80 * second; // hertz
  const glide = Float32Array.from({ length: 32_000 }, (_, i) => {
    phase += (2 * Math.PI * at(i / 16_000)) / 16_000;
    return 0.3 * Math.sin(phase) + 0.15 * Math.sin(2 * phase);
  });
  const { f0, hop } = trackPitch(glide, 16_000);
  for (const second of [0.3, 0.8, 1.3, 1.7]) {
    const found = f0[Math.round(second / hop)];
    assert.ok(Math.abs(found - at(second)) < 4, `${found} at ${second} s, not ${at(second)}`);
  }
});

test('hears no voice in noise and silence', () => {
  let seed = 1;
  const noise = Float32Array.from({ length: 16_000 }, () => ((seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647 - 0.5));
  const { f0 } = trackPitch(noise, 16_000);
  assert.ok([...f0].filter((f) => f > 0).length < 0.1 * f0.length);
  assert.equal(pitchSummary(trackPitch(new Float32Array(16_000), 16_000).f0), null);
  assert.equal(pitchSummary(trackPitch(new Float32Array(10), 16_000).f0), null);
});

test('a pause between two voices stays unvoiced', () => {
  const { f0, hop } = trackPitch(concat([voice(120, 16_000, 0.5), new Float32Array(8000), voice(240, 16_000, 0.5)]), 16_000);
  assert.ok(Math.abs(f0[Math.round(0.25 / hop)] - 120) < 2);
  assert.equal(f0[Math.round(0.75 / hop)], 0);
  assert.ok(Math.abs(f0[Math.round(1.25 / hop)] - 240) < 3);
});

test('WAV: header and samples', async () => {
  const bytes = new DataView(await encodeWav(Float32Array.of(0, 1, -1, 2, 0.5), 16_000).arrayBuffer());
  assert.equal(bytes.byteLength, 54);
  assert.equal(String.fromCharCode(...new Uint8Array(bytes.buffer, 0, 4)), 'RIFF');
  assert.equal(bytes.getUint32(24, true), 16_000);
  assert.equal(bytes.getUint32(40, true), 10);
  assert.deepEqual([0, 1, 2, 3, 4].map((i) => bytes.getInt16(44 + 2 * i, true)), [0, 32_767, -32_768, 32_767, 16_384]);
});

test('PCM: little endian, signed', () => {
  const base64 = Buffer.from([0x00, 0x00, 0xff, 0x7f, 0x00, 0x80, 0x00, 0xc0]).toString('base64');
  assert.deepEqual([...decodePcm16(base64)], [0, 32_767 / 32_768, -1, -0.5]);
});

test('names formats by ending, then by type', () => {
  assert.equal(formatOf({ name: 'A.FLAC', type: '' }), 'flac');
  assert.equal(formatOf({ name: 'blob', type: 'audio/mpeg' }), 'mp3');
  assert.equal(formatOf({ type: 'audio/x-wav' }), 'wav');
  assert.equal(formatOf({ type: 'audio/ogg;codecs=opus' }), 'ogg');
  assert.equal(formatOf({ type: '' }), 'wav');
});

const codebook = { id: 'lite-40ms-4096', size: 4096, unit_ms: 40 };

test('units follow each other on the time axis', () => {
  const found = spans({ codebook, ids: [5, 6, 5], run_lengths: [2, 1, 3] });
  assert.deepEqual(found, [
    { id: 5, start: 0, end: 0.08 },
    { id: 6, start: 0.08, end: 0.12 },
    { id: 5, start: 0.12, end: 0.24 },
  ]);
  assert.deepEqual(spans(null), []);
});

test('agreement is the share of time with the same unit, whatever the speed', () => {
  const a = { codebook, ids: [1, 2], run_lengths: [2, 2] };
  assert.equal(agreement(a, a), 1);
  assert.equal(agreement(a, { codebook, ids: [1, 2], run_lengths: [4, 4] }), 1);
  assert.equal(agreement(a, { codebook, ids: [1, 3], run_lengths: [2, 2] }), 0.5);
  assert.equal(agreement(a, { codebook, ids: [], run_lengths: [] }), 0);
});

test('a part of another codebook takes along what it needs, and no more', () => {
  const lite = { tokenizer: 'lite', style: 'lite', vocoder: 'lite' };
  const fitting = [lite, { tokenizer: 'e', style: 's', vocoder: 'v' }, { tokenizer: 'two', style: 'lite', vocoder: 'lite' }, { tokenizer: 'two', style: 's', vocoder: 'v' }];
  assert.deepEqual(nearest(fitting, 'tokenizer', 'two', lite), fitting[2]);
  assert.deepEqual(nearest(fitting, 'vocoder', 'v', lite), fitting[1]);
  assert.equal(nearest(fitting, 'vocoder', 'lonely', lite), undefined);
});

test('styles in words', () => {
  assert.equal(describe({ speaker: 'female', emotion: 'happy', intensity: 0.5, pitch: 2, speed: 'normal' }), 'female, happy 50 %, pitch +2 st');
  assert.equal(describe({ speaker: 'male', emotion: 'neutral', intensity: 0.5, pitch: 'normal', speed: 1.5 }), 'male, neutral, speed 1.5 ×');
});

async function events(...pieces) {
  const found = [];
  const bytes = new TextEncoder();
  const stream = new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(typeof piece === 'string' ? bytes.encode(piece) : piece);
      controller.close();
    },
  });
  for await (const data of serverSentEvents(stream)) found.push(data);
  return found;
}

test('events come out whole, however they are cut', async () => {
  assert.deepEqual(await events('data: a\n\ndata: b\n\n'), ['a', 'b']);
  assert.deepEqual(await events('da', 'ta: a\n', '\n: comment\ndata:b\r', '\n\r\ndata: c\n'), ['a', 'b']);
  assert.deepEqual(await events('data: one\ndata: two\n\n'), ['one\ntwo']);
  const umlaut = new TextEncoder().encode('data: ü\n\n');
  assert.deepEqual(await events(umlaut.slice(0, 7), umlaut.slice(7)), ['ü']);
});
