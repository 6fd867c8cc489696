// The microphone, as a WAV file.
import { concat, encodeWav } from './wav.js';

export const LONGEST = 600; // seconds; the server takes no more

/** Why there is no microphone or camera, in words that help. */
export function deviceProblem(error, device) {
  if (!navigator.mediaDevices) {
    return `the browser gives the ${device} only to pages of this machine or over https`;
  }
  switch (error.name) {
    case 'NotAllowedError':
      return `the ${device} was refused; allow it in the browser's settings of this page`;
    case 'NotFoundError':
      return `there is no ${device}`;
    case 'NotReadableError':
      return `another program uses the ${device}`;
    default:
      return `the ${device} does not work: ${error.message}`;
  }
}

export class Recorder {
  #context;
  #stream;
  #pieces = [];
  #length = 0;

  /** @param {{level: function(number): void, full: function(): void}} on loudness 0 to 1; when the limit is reached */
  async start(on) {
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
    } catch (e) {
      throw new Error(deviceProblem(e, 'microphone'), { cause: e });
    }
    try {
      this.#context = new AudioContext();
      await this.#context.audioWorklet.addModule('js/recorder-worklet.js');
      const tap = new AudioWorkletNode(this.#context, 'emova-tap', { numberOfOutputs: 0 });
      tap.port.onmessage = ({ data }) => this.#take(data, on);
      this.#context.createMediaStreamSource(this.#stream).connect(tap);
    } catch (e) {
      this.#release();
      throw e;
    }
  }

  get seconds() {
    return this.#length / (this.#context?.sampleRate ?? 48_000);
  }

  #take(samples, on) {
    if (this.seconds >= LONGEST) return;
    this.#pieces.push(samples);
    this.#length += samples.length;
    let peak = 0;
    for (const s of samples) peak = Math.max(peak, Math.abs(s));
    on.level(peak === 0 ? 0 : Math.max(0, 1 + (20 * Math.log10(peak)) / 50)); // -50 dB to 0
    if (this.seconds >= LONGEST) on.full();
  }

  /** The recording, or null if nothing was heard. */
  stop(name) {
    const rate = this.#context?.sampleRate;
    this.#release();
    if (!this.#length) return null;
    return new File([encodeWav(concat(this.#pieces), rate)], name, { type: 'audio/wav' });
  }

  #release() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#context?.close();
  }
}

/** A button that starts and ends a recording, with a level meter. */
export function recordButton(button, meter, { idle, taken, failed }) {
  let recorder = null;
  let timer = null;
  const label = button.querySelector('span');

  async function start() {
    const fresh = new Recorder();
    recorder = fresh;
    button.disabled = true;
    try {
      await fresh.start({ level: (value) => (meter.value = value), full: stop });
    } catch (e) {
      recorder = null;
      failed(e);
      return;
    } finally {
      button.disabled = false;
    }
    button.setAttribute('aria-pressed', 'true');
    meter.hidden = false;
    const show = () => (label.textContent = `Stop ${Math.floor(fresh.seconds / 60)}:${String(Math.floor(fresh.seconds % 60)).padStart(2, '0')}`);
    show();
    timer = setInterval(show, 250);
  }

  function stop() {
    const done = recorder;
    recorder = null;
    clearInterval(timer);
    button.setAttribute('aria-pressed', 'false');
    meter.hidden = true;
    label.textContent = idle;
    const file = done.stop(`recording-${new Date().toISOString().slice(0, 19).replace(/[:T]/g, '-')}.wav`);
    if (file) taken(file);
    else failed(new Error('the microphone was silent: nothing was recorded'));
  }

  button.addEventListener('click', () => (recorder ? stop() : start()));
}
