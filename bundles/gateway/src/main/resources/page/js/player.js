// Hearing answers: while they come, and afterwards.
import { el, iconButton, seconds, setIcon } from './dom.js';
import { concat, encodeWav } from './wav.js';

const LEAD = 0.08; // seconds before the first piece, so that the second is there in time
let current = null;

/** One voice at a time. */
function takeOver(player) {
  if (current && current !== player) current.pause();
  current = player;
}

/** Plays pieces of samples one after the other, and keeps them. */
export class StreamPlayer {
  #context = null;
  #rate;
  #pieces = [];
  #next = 0;
  #nodes = new Set();
  #idle = [];

  constructor(sampleRate) {
    this.#rate = sampleRate;
  }

  push(samples) {
    if (!samples.length) return;
    this.#pieces.push(samples);
    this.#context ??= new AudioContext();
    this.#context.resume().catch(() => {});
    takeOver(this);
    const buffer = this.#context.createBuffer(1, samples.length, this.#rate);
    buffer.copyToChannel(samples, 0);
    const node = new AudioBufferSourceNode(this.#context, { buffer });
    node.connect(this.#context.destination);
    this.#next = Math.max(this.#next, this.#context.currentTime + LEAD);
    node.start(this.#next);
    this.#next += buffer.duration;
    this.#nodes.add(node);
    node.onended = () => {
      this.#nodes.delete(node);
      if (!this.#nodes.size) this.#idle.splice(0).forEach((resolve) => resolve());
    };
  }

  /** When all that was pushed has been heard, or stopped. */
  played() {
    return this.#nodes.size ? new Promise((resolve) => this.#idle.push(resolve)) : Promise.resolve();
  }

  pause() {
    this.#nodes.forEach((node) => node.stop());
    this.#next = 0;
  }

  close() {
    this.pause();
    this.#context?.close();
    this.#context = null;
  }

  /** All of it as a WAV file, or null. */
  get blob() {
    return this.#pieces.length ? encodeWav(concat(this.#pieces), this.#rate) : null;
  }
}

/** A small player for a file that is all there. */
export function player(blob, label) {
  const audio = new Audio(URL.createObjectURL(blob));
  const button = iconButton('play', `Play ${label}`, () => (audio.paused ? play() : audio.pause()), 'icon-button round');
  const range = el('input', { type: 'range', min: '0', max: '1', step: '0.001', value: '0', 'aria-label': `Position in ${label}` });
  const clock = el('output', {}, '0:00.0');
  const self = { pause: () => audio.pause() };

  async function play() {
    takeOver(self);
    try {
      await audio.play();
    } catch {
      // paused again before it began, or the browser wants a touch first: the button still says "play"
    }
  }

  function show() {
    const length = Number.isFinite(audio.duration) ? audio.duration : 0;
    range.value = length ? String(audio.currentTime / length) : '0';
    range.setAttribute('aria-valuetext', `${audio.currentTime.toFixed(1)} of ${length.toFixed(1)} seconds`);
    clock.textContent = seconds(audio.currentTime || length);
    setIcon(button, audio.paused ? 'play' : 'pause', `${audio.paused ? 'Play' : 'Pause'} ${label}`);
  }

  for (const event of ['loadedmetadata', 'timeupdate', 'play', 'pause', 'ended']) audio.addEventListener(event, show);
  range.addEventListener('input', () => {
    if (Number.isFinite(audio.duration)) audio.currentTime = Number(range.value) * audio.duration;
  });
  const element = el('div', { className: 'player', role: 'group', 'aria-label': label }, button, range, clock);
  return { element, play, dispose: () => (audio.pause(), URL.revokeObjectURL(audio.src)) };
}
