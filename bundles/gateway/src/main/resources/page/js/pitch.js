// Fundamental frequency by YIN (de Cheveigné and Kawahara, 2002: "YIN, a fundamental frequency estimator for speech
// and music", sections II.A to II.E): the difference function, its cumulative mean, a threshold, a parabola.

const RATE = 8000; // enough for voices; the recording is brought near it, which also makes it quick
const LOWEST = 60; // hertz
const HIGHEST = 500;
const HOP = 0.01; // seconds
const THRESHOLD = 0.15; // of the normalised difference: the first dip below it is the period
const UNVOICED = 0.3; // without a dip below this there is no voice
const SILENCE = 1e-4; // power beside the loudest frame's: -40 dB

/** Means of `factor` neighbours: a low-pass that is good enough below 500 Hz. */
function decimate(samples, factor) {
  if (factor < 2) return samples;
  const out = new Float32Array(Math.floor(samples.length / factor));
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let k = 0; k < factor; k++) sum += samples[i * factor + k];
    out[i] = sum / factor;
  }
  return out;
}

/** The period in samples at `start`, or 0 where nothing repeats. */
function period(x, start, window, shortest, longest, scratch) {
  let running = 0;
  scratch[0] = 1;
  for (let lag = 1; lag <= longest; lag++) {
    let difference = 0;
    for (let i = start, end = start + window; i < end; i++) {
      const d = x[i] - x[i + lag];
      difference += d * d;
    }
    running += difference;
    scratch[lag] = running > 0 ? (difference * lag) / running : 1;
  }
  let best = 0;
  for (let lag = shortest; lag < longest; lag++) {
    if (scratch[lag] < THRESHOLD && scratch[lag] <= scratch[lag + 1]) {
      best = lag;
      break;
    }
    if (best === 0 || scratch[lag] < scratch[best]) best = lag;
  }
  if (scratch[best] > UNVOICED || best <= shortest) return 0;
  const [a, b, c] = [scratch[best - 1], scratch[best], scratch[best + 1]];
  const bend = a - 2 * b + c;
  return bend > 0 ? best + (a - c) / (2 * bend) : best;
}

/** Removes single frames that jump: the middle one of three. */
function smooth(f0) {
  return f0.map((value, i) => {
    const near = [f0[i - 1], value, f0[i + 1]].filter((f) => f > 0);
    if (value === 0 || near.length < 2) return near.length < 2 ? 0 : value;
    return near.sort((a, b) => a - b)[near.length >> 1];
  });
}

/**
 * Fundamental frequency of mono samples.
 * @returns {{hop: number, f0: Float32Array}} hertz at each multiple of `hop` seconds, 0 where there is no voice
 */
export function trackPitch(samples, sampleRate) {
  const factor = Math.max(1, Math.round(sampleRate / RATE));
  const x = decimate(samples, factor);
  const rate = sampleRate / factor;
  const longest = Math.ceil(rate / LOWEST);
  const shortest = Math.floor(rate / HIGHEST);
  const window = longest * 2;
  const frames = Math.max(0, Math.floor((x.length - window - longest) / (rate * HOP)) + 1);
  const power = new Float32Array(frames);
  for (let f = 0; f < frames; f++) {
    const start = Math.round(f * rate * HOP);
    for (let i = start; i < start + window; i++) power[f] += x[i] * x[i];
  }
  const quiet = power.reduce((a, b) => Math.max(a, b), 0) * SILENCE;
  const scratch = new Float32Array(longest + 1);
  // A frame speaks for its middle, so the first values, of which the middle comes later, stay 0.
  const lead = Math.round((window + longest) / 2 / (rate * HOP));
  const f0 = new Float32Array(frames + lead);
  for (let f = 0; f < frames; f++) {
    if (power[f] <= quiet) continue;
    const lag = period(x, Math.round(f * rate * HOP), window, shortest, longest, scratch);
    if (lag > 0) f0[f + lead] = rate / lag;
  }
  return { hop: HOP, f0: smooth(f0) };
}

/** Median and range of the voiced frames in hertz, or null. */
export function pitchSummary(f0) {
  const voiced = Array.from(f0).filter((f) => f > 0).sort((a, b) => a - b);
  if (voiced.length === 0) return null;
  const at = (q) => voiced[Math.min(voiced.length - 1, Math.floor(q * voiced.length))];
  return { median: at(0.5), low: at(0.05), high: at(0.95) };
}
