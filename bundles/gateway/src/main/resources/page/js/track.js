// A recording to look at and to hear: waveform, spectrogram, melody and units on one time axis.
import Spectrogram from '../vendor/wavesurfer/plugins/spectrogram.esm.js';
import Timeline from '../vendor/wavesurfer/plugins/timeline.esm.js';
import WaveSurfer from '../vendor/wavesurfer/wavesurfer.esm.js';
import { css, el, iconButton, seconds, setIcon } from './dom.js';
import { PitchLane, UnitLane } from './lanes.js';
import { pitchSummary } from './pitch.js';

const RATE = 16_000; // hertz, of what is drawn; what is heard keeps its own
const WAVE_HEIGHT = 68; // the server's content security policy knows the style that comes with this height
const WIDEST = 24_000; // pixels of a zoomed waveform
const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120]; // seconds
const LABEL_ROOM = 56; // pixels between labels of the time axis
let pitchWorker = null;
let pitchJobs = 0;

function trackPitch(samples) {
  pitchWorker ??= new Worker(new URL('pitch-worker.js', import.meta.url), { type: 'module' });
  const id = ++pitchJobs;
  return new Promise((resolve) => {
    pitchWorker.addEventListener('message', function answer({ data }) {
      if (data.id !== id) return;
      pitchWorker.removeEventListener('message', answer);
      resolve(data);
    });
    pitchWorker.postMessage({ id, samples, sampleRate: RATE });
  });
}

function clockTime(second) {
  return `${Math.floor(second / 60)}:${String(Math.round(second % 60)).padStart(2, '0')}`;
}

/** Rejects also where the media element alone notices that it cannot play. */
function loaded(wave, blob) {
  return new Promise((resolve, reject) => {
    wave.once('error', (e) => reject(e instanceof Error ? e : new Error(e?.message ?? 'the browser cannot play this')));
    wave.loadBlob(blob).then(resolve, reject);
  });
}

/** 256 steps from clear to ink. */
function inkMap() {
  const [r, g, b] = css('--spectrum').split(' ').map((v) => Number(v) / 255);
  return Array.from({ length: 256 }, (_, i) => [r, g, b, (i / 255) ** 1.6]);
}

export class Track extends EventTarget {
  #wave = null;
  #blob = null;
  #units = null;
  #unitsNote = '';
  #pitch = null;
  #shown = { spectrogram: true, pitch: true, units: true };
  #scale = 0; // pixels a second
  #timeline = null;
  #axisScale = 0; // pixels a second for which the time axis was drawn

  constructor(host, { title, tone, empty }) {
    super();
    this.host = host;
    this.tone = tone;
    this.title = title;
    this.button = iconButton('play', `Play ${title.toLowerCase()}`, () => this.toggle(), 'icon-button round');
    this.button.disabled = true;
    this.subtitle = el('p', {});
    this.clock = el('span', { className: 'clock' });
    this.tools = el('div', { className: 'track-tools group' });
    this.view = el('div', { className: 'view' });
    this.pitchLane = new PitchLane();
    this.unitLane = new UnitLane();
    this.rows = el(
      'div',
      { className: 'rows', hidden: true },
      el('div', { className: 'row-name wave' }, el('span', {}, 'Wave'), (this.spectrumName = el('span', {}, 'Mel to 8 kHz'))),
      this.view,
      (this.pitchName = el('div', { className: 'row-name' }, 'F0, Hz')),
      this.pitchLane.element,
      (this.unitName = el('div', { className: 'row-name' }, 'Units')),
      this.unitLane.element,
    );
    this.readout = el('div', { className: 'readout', hidden: true });
    this.emptyNote = el('p', { className: 'track-empty' }, empty);
    const head = el(
      'div',
      { className: 'track-head' },
      this.button,
      el('div', { className: 'track-title' }, el('h3', {}, title), this.subtitle),
      this.clock,
      this.tools,
    );
    host.replaceChildren(head, this.emptyNote, this.rows, this.readout);
    for (const lane of [this.pitchLane, this.unitLane]) {
      lane.element.addEventListener('pointermove', (e) => this.#describe(this.#secondAt(lane, e)));
      lane.element.addEventListener('pointerleave', () => this.#describe(this.time));
      lane.element.addEventListener('click', (e) => this.seek(this.#secondAt(lane, e)));
    }
    document.addEventListener('emova:theme', () => this.#blob && this.#build(this.#blob, true));
  }

  get blob() {
    return this.#blob;
  }

  get duration() {
    return this.#wave?.getDuration() ?? 0;
  }

  get time() {
    return this.#wave?.getCurrentTime() ?? 0;
  }

  get playing() {
    return this.#wave?.isPlaying() ?? false;
  }

  /** How much room there is, in pixels. */
  get room() {
    return this.view.clientWidth;
  }

  #secondAt(lane, event) {
    const x = event.clientX - lane.element.getBoundingClientRect().left;
    return (x + this.#wave.getScroll()) / this.#scale;
  }

  /** @param goesOn whether it is the same speech: what plays then goes on at the same part of it */
  async load(blob, subtitle, { goesOn = false } = {}) {
    await this.#build(blob, goesOn);
    this.#blob = blob;
    this.subtitle.textContent = this.subtitle.title = subtitle;
    this.host.classList.remove('swapped');
    void this.host.offsetWidth; // restarts the animation
    this.host.classList.add('swapped');
  }

  async #build(blob, goesOn) {
    const next = el('div', { className: 'view' });
    const fresh = WaveSurfer.create({
      container: next,
      height: WAVE_HEIGHT,
      sampleRate: RATE,
      normalize: true,
      fillParent: false,
      minPxPerSec: this.#scale || 100,
      waveColor: css(`--wave-${this.tone}`),
      progressColor: css(`--wave-${this.tone}-done`),
      cursorColor: css('--accent-text'),
      cursorWidth: 1.5,
      barWidth: 2,
      barGap: 1,
      barRadius: 2,
      dragToSeek: true,
    });
    // Laid over the old one until it is ready: nothing flickers while a part is swapped.
    next.style.position = 'absolute';
    next.style.visibility = 'hidden';
    this.view.after(next);
    try {
      await loaded(fresh, blob);
    } catch (e) {
      fresh.destroy();
      next.remove();
      throw e;
    }
    this.rows.hidden = false;
    this.emptyNote.hidden = true;
    const share = goesOn && this.duration ? this.time / this.duration : 0;
    const plays = goesOn && this.playing;
    this.#wave?.destroy();
    next.style.position = next.style.visibility = '';
    this.view.replaceWith(next);
    this.view = next;
    this.#wave = fresh;
    this.#listen(fresh);
    this.#timeline = null; // the old one went with its waveform
    this.#axisScale = 0;
    this.#spectrogram();
    this.#axis();
    if (plays || share < 0.99) fresh.seekTo(share);
    if (plays) this.play();
    this.button.disabled = false;
    this.readout.hidden = false;
    this.#playState();
    this.dispatchEvent(new Event('loaded'));
    this.#melody(fresh);
  }

  async #melody(wave) {
    const track = await trackPitch(wave.getDecodedData().getChannelData(0).slice());
    if (wave !== this.#wave) return;
    this.#pitch = track;
    this.pitchLane.set(track);
    const found = pitchSummary(track.f0);
    const words = found ? `median ${Math.round(found.median)} hertz, from ${Math.round(found.low)} to ${Math.round(found.high)}` : 'no voice found';
    this.pitchLane.canvas.setAttribute('aria-label', `Melody of ${this.title.toLowerCase()}: ${words}`);
    this.redraw();
    this.#describe(this.time);
  }

  #listen(wave) {
    wave.on('play', () => (this.#playState(), this.dispatchEvent(new Event('play'))));
    wave.on('pause', () => this.#playState());
    wave.on('finish', () => this.#playState());
    wave.on('timeupdate', () => this.#moved());
    wave.on('seeking', () => this.#moved());
    wave.on('scroll', () => this.redraw());
    wave.on('redraw', () => this.redraw());
    wave.on('redrawcomplete', () => this.#axis());
  }

  /** Seconds on the time axis, as many as have room. */
  #axis() {
    const interval = STEPS.find((step) => step * this.#scale >= LABEL_ROOM) ?? STEPS.at(-1);
    if (!this.#wave || this.#axisScale === this.#scale) return;
    this.#dropAxis();
    this.#axisScale = this.#scale;
    this.#timeline = this.#wave.registerPlugin(
      Timeline.create({
        height: 18,
        timeInterval: interval / 5,
        primaryLabelInterval: interval,
        secondaryLabelInterval: 0,
        formatTimeCallback: (second) => (interval < 1 ? second.toFixed(1) : clockTime(second)),
        style: { color: css('--ink-3'), fontSize: '11px' },
      }),
    );
  }

  #dropAxis() {
    if (this.#timeline) this.#wave.unregisterPlugin(this.#timeline);
    this.#timeline = null;
    this.#axisScale = 0;
  }

  #spectrogram() {
    this.spectrumName.hidden = !this.#shown.spectrogram;
    if (!this.#shown.spectrogram) return;
    const spectrogram = this.#wave.registerPlugin(
      Spectrogram.create({
        height: 92,
        fftSamples: 512,
        frequencyMax: 8000,
        scale: 'mel',
        windowFunc: 'hann',
        preEmphasis: 6,
        autoGain: true,
        rangeDB: 65,
        colorMap: inkMap(),
      }),
    );
    // The axis takes its width from all that is in the waveform, thus also from a spectrogram that was not yet redrawn.
    spectrogram.on('ready', () => {
      this.#axisScale = 0;
      this.#axis();
    });
  }

  /** @param which any of spectrogram, pitch, units */
  show(which, on) {
    this.#shown[which] = on;
    this.pitchLane.element.hidden = this.pitchName.hidden = !this.#shown.pitch;
    this.unitLane.element.hidden = this.unitName.hidden = !this.#shown.units;
    if (which === 'spectrogram' && this.#blob) this.#build(this.#blob, true);
    else this.redraw();
  }

  /** Pixels a second. */
  set scale(value) {
    this.#scale = Math.min(value, WIDEST / Math.max(1, this.duration));
    if (this.#wave && this.#wave.options.minPxPerSec !== this.#scale) {
      this.#dropAxis(); // it would keep the waveform as wide as it was
      this.#wave.zoom(this.#scale);
    }
    this.redraw();
  }

  units(units, note = '') {
    this.#units = units;
    this.#unitsNote = note;
    this.unitLane.set(units);
    this.unitLane.canvas.setAttribute(
      'aria-label',
      units ? `${units.ids.length} units of ${units.codebook.id} by tokenizer ${units.tokenizer}: ${units.ids.slice(0, 40).join(' ')}` : 'No units',
    );
    this.redraw();
    this.#describe(this.time);
  }

  redraw() {
    if (!this.#wave || !this.#scale) return;
    const view = { scroll: this.#wave.getScroll(), scale: this.#scale };
    this.pitchLane.show(view);
    this.unitLane.show(view);
    this.#moved();
  }

  #moved() {
    const x = this.time * this.#scale - this.#wave.getScroll();
    this.pitchLane.point(x);
    this.unitLane.point(x);
    this.clock.textContent = `${seconds(this.time)} / ${seconds(this.duration)}`;
    this.#describe(this.time);
  }

  /** What there is at a moment, in words. */
  #describe(second) {
    const unit = this.unitLane.at(second);
    const f0 = this.#pitch?.f0[Math.round(second / this.#pitch.hop)] ?? 0;
    const summary = this.#pitch && pitchSummary(this.#pitch.f0);
    const item = (name, value) => el('span', {}, `${name} `, el('b', {}, value));
    this.readout.replaceChildren(
      item('at', `${second.toFixed(2)} s`),
      item('F0', f0 ? `${Math.round(f0)} Hz` : '–'),
      ...(unit ? [item('unit', `${unit.id} (${Math.round((unit.end - unit.start) * 1000)} ms)`)] : []),
      ...(summary ? [item('median F0', `${Math.round(summary.median)} Hz`)] : []),
      ...(this.#units ? [item('units', `${this.#units.ids.length}${this.#unitsNote}`)] : []),
    );
  }

  async play() {
    await this.#wave?.play();
  }

  pause() {
    this.#wave?.pause();
  }

  toggle() {
    return this.playing ? this.pause() : this.play();
  }

  seek(second) {
    this.#wave?.setTime(Math.max(0, Math.min(this.duration, second)));
  }

  #playState() {
    setIcon(this.button, this.playing ? 'pause' : 'play', `${this.playing ? 'Pause' : 'Play'} ${this.title.toLowerCase()}`);
    this.host.classList.toggle('playing', this.playing);
  }

  set busy(on) {
    this.host.setAttribute('aria-busy', String(on));
    const veil = this.host.querySelector('.veil');
    if (on && !veil) this.host.append(el('div', { className: 'veil' }));
    if (!on) veil?.remove();
  }

  clear(note) {
    this.#wave?.destroy();
    this.#wave = this.#blob = this.#pitch = null;
    this.pitchLane.set(null);
    this.units(null);
    this.view.replaceChildren();
    this.rows.hidden = this.readout.hidden = true;
    this.emptyNote.hidden = false;
    if (note) this.emptyNote.textContent = note;
    this.button.disabled = true;
    this.subtitle.textContent = this.clock.textContent = '';
    this.#playState();
  }
}
