// The first tab: a recording, its style, and what becomes of it.
import * as api from './api.js';
import { announce, el, iconButton, notice, save, toast } from './dom.js';
import { agreement } from './lanes.js';
import { recordButton } from './recorder.js';
import { describe, StyleForm } from './style-form.js';
import { Track } from './track.js';

const FORMATS = { wav: 'WAV', mp3: 'MP3', opus: 'Opus', aac: 'AAC', flac: 'FLAC' };
const ENDINGS = { opus: 'ogg', aac: 'm4a' };
const PATIENCE = 300; // ms after the last change of a control

const $ = (id) => document.getElementById(id);

export class Convert {
  #source = null;
  #sourceUnits = null;
  #running = null;
  #timer = null;
  #zoom = 1;
  #opening = 0;
  #last = null;
  #styleForm;
  #parts;

  constructor(parts) {
    this.#parts = parts;
    this.#styleForm = new StyleForm($('style-fields'));
    this.before = new Track($('before'), { title: 'Before', tone: 'before', empty: '' });
    this.after = new Track($('after'), { title: 'After', tone: 'after', empty: 'The converted recording appears here.' });
    for (const [track, other] of [[this.before, this.after], [this.after, this.before]]) {
      track.addEventListener('play', () => other.pause());
      track.addEventListener('loaded', () => {
        $('tracks').hidden = false;
        this.#fit();
      });
    }
    this.#sourceControls();
    this.#viewControls();
    this.#downloads();
    this.#styleForm.addEventListener('change', () => this.#soon());
    $('style-form').addEventListener('submit', (e) => (e.preventDefault(), this.convert()));
    parts.addEventListener('swap', (e) => this.#swapped(e.detail.role));
    document.addEventListener('keydown', (e) => this.#key(e));
    $('source').classList.add('empty');
  }

  /** The style module's controls; null while there is none. */
  styleModule(module) {
    if (module) this.#styleForm.render(module);
    $('go').disabled = !module || !this.#source;
  }

  #sourceControls() {
    const source = $('source');
    $('choose').addEventListener('click', () => $('file').click());
    $('file').addEventListener('change', () => {
      if ($('file').files[0]) this.open($('file').files[0]);
      $('file').value = '';
    });
    recordButton($('record'), $('level'), {
      idle: 'Record',
      taken: (file) => this.open(file),
      failed: (e) => this.#problem(e, { title: 'No recording' }),
    });
    const stage = document.querySelector('.stage');
    let depth = 0;
    stage.addEventListener('dragenter', (e) => (e.preventDefault(), depth++, source.classList.add('over')));
    stage.addEventListener('dragover', (e) => e.preventDefault());
    stage.addEventListener('dragleave', () => --depth <= 0 && ((depth = 0), source.classList.remove('over')));
    stage.addEventListener('drop', (e) => {
      e.preventDefault();
      depth = 0;
      source.classList.remove('over');
      if (e.dataTransfer.files[0]) this.open(e.dataTransfer.files[0]);
    });
  }

  #viewControls() {
    const lanes = { spectrogram: 'Spectrogram', pitch: 'F0', units: 'Units' };
    for (const [lane, name] of Object.entries(lanes)) {
      const chip = el('button', { type: 'button', className: 'chip', 'aria-pressed': 'true' }, name);
      chip.addEventListener('click', () => {
        const on = chip.getAttribute('aria-pressed') !== 'true';
        chip.setAttribute('aria-pressed', String(on));
        this.before.show(lane, on);
        this.after.show(lane, on);
      });
      $('lanes').append(chip);
    }
    $('zoom-in').addEventListener('click', () => this.#setZoom(this.#zoom * 1.6));
    $('zoom-out').addEventListener('click', () => this.#setZoom(this.#zoom / 1.6));
    $('zoom-out').disabled = true;
    new ResizeObserver(() => this.#fit()).observe($('tracks'));
  }

  #setZoom(value) {
    this.#zoom = Math.max(1, Math.min(40, value));
    $('zoom-out').disabled = this.#zoom === 1;
    this.#fit();
  }

  /** Both recordings on one scale, so that a slower voice is seen to be longer. */
  #fit() {
    const longest = Math.max(this.before.duration, this.after.duration);
    const room = this.before.room;
    if (!longest || !room) return;
    const scale = (this.#zoom * (room - 1)) / longest;
    this.before.scale = scale;
    this.after.scale = scale;
  }

  #downloads() {
    const formats = el('select', { id: 'download-format', 'aria-label': 'Format to download' }, ...Object.entries(FORMATS).map(([value, name]) => el('option', { value }, name)));
    this.downloadButton = iconButton('download', 'Download the result', () => this.#download(formats.value));
    this.after.tools.append(formats, this.downloadButton);
    this.after.tools.hidden = true;
  }

  async #download(format) {
    const name = `${this.#source.name.replace(/\.[^.]*$/, '')}-${this.#last.style.speaker ?? 'converted'}-${this.#last.style.emotion ?? 'neutral'}.${ENDINGS[format] ?? format}`;
    try {
      const audio = format === 'wav' ? this.after.blob : (await api.convert(this.#source, this.#last.style, { format })).audio;
      save(audio, name);
    } catch (e) {
      toast(e, { title: 'No download', retry: () => this.#download(format) });
    }
  }

  async open(file) {
    const opening = ++this.#opening;
    this.#running?.abort();
    this.#problem(null);
    const hint = $('source-hint').textContent;
    $('source-hint').textContent = `Opening ${file.name}`;
    this.before.busy = true;
    try {
      await this.#show(file);
    } catch (e) {
      $('source-hint').textContent = hint;
      if (e.name !== 'AbortError') this.#problem(e, { title: `${file.name} cannot be opened` });
      return;
    } finally {
      this.before.busy = false;
    }
    if (opening !== this.#opening) return; // another one was dropped meanwhile
    this.#source = file;
    $('source').classList.remove('empty');
    $('source-title').textContent = file.name;
    $('source-hint').textContent = 'Drop another recording here at any time.';
    $('go').disabled = false;
    this.after.clear('The converted recording appears here.');
    this.after.tools.hidden = true;
    announce(`${file.name} is open`);
    this.#units();
    if ($('live').checked) this.convert();
  }

  /** What the browser cannot decode the server can, as WAV: FFmpeg knows more. */
  async #show(file) {
    try {
      await this.before.load(file, file.name);
    } catch (e) {
      if (e.name === 'AbortError') throw e;
      const { audio } = await api.convert(file, { speaker: 'same' });
      await this.before.load(audio, file.name);
    }
  }

  async #units() {
    const file = this.#source;
    this.before.units(null);
    this.#sourceUnits = null;
    try {
      const units = await api.units(file);
      if (file !== this.#source) return;
      this.#sourceUnits = units;
      this.before.units(units);
    } catch (e) {
      this.#problem(e, { title: 'No units', retry: () => this.#units() });
    }
  }

  #soon() {
    if (!this.#source || !$('live').checked) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.convert(), PATIENCE);
  }

  async #swapped(role) {
    if (!this.#source) return;
    if (role === 'tokenizer') this.#units();
    if ($('live').checked) this.convert();
  }

  async convert() {
    if (!this.#source) return;
    clearTimeout(this.#timer);
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    const style = this.#styleForm.value;
    this.#problem(null);
    this.#busy(true);
    const began = performance.now();
    try {
      const { audio, parts } = await api.convert(this.#source, style, { signal: running.signal });
      if (running.signal.aborted) return;
      const took = (performance.now() - began) / 1000;
      const made = parts ? [parts.tokenizer, parts.style, parts.vocoder].filter(Boolean).join(' + ') : '';
      this.#last = { style, parts };
      await this.after.load(audio, `${describe(style)}${made ? ` · ${made}` : ''} · ${took.toFixed(2)} s`, { goesOn: true });
      this.after.tools.hidden = false;
      announce(`Converted: ${describe(style)}`);
      this.#unitsOfResult(audio, running.signal);
    } catch (e) {
      if (e.name !== 'AbortError') this.#problem(e, { title: 'Not converted', retry: () => this.convert() });
    } finally {
      if (this.#running === running) this.#busy(false);
    }
  }

  /** The result, heard again: how many of its units are still those that were said. */
  async #unitsOfResult(audio, signal) {
    try {
      const units = await api.units(audio, { signal });
      if (signal.aborted) return;
      const known = this.#sourceUnits && this.#sourceUnits.tokenizer === units.tokenizer;
      this.after.units(units, known ? `, ${Math.round(agreement(this.#sourceUnits, units) * 100)} % as before` : '');
    } catch (e) {
      if (e.name !== 'AbortError') this.after.units(null);
    }
  }

  #busy(on) {
    this.after.busy = on;
    $('go').setAttribute('aria-busy', String(on));
    $('go').querySelector('span').textContent = on ? 'Converting' : 'Convert';
  }

  #problem(error, options = {}) {
    $('convert-error').replaceChildren(...(error ? [notice(error, { ...options, close: () => this.#problem(null) })] : []));
  }

  /** Space, X and the arrows, where they mean nothing else. */
  #key(event) {
    const busyElsewhere = event.target.closest('input, select, textarea, button, [role=tab], dialog, a');
    if ($('convert').hidden || busyElsewhere || event.ctrlKey || event.metaKey || event.altKey || !this.#source) return;
    const active = this.after.playing || (!this.before.playing && this.after.blob) ? this.after : this.before;
    const keys = {
      ' ': () => active.toggle(),
      ArrowLeft: () => active.seek(active.time - 0.5),
      ArrowRight: () => active.seek(active.time + 0.5),
      x: () => this.#flip(),
    };
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** From one to the other at the same place: the quickest way to hear a difference. */
  #flip() {
    const [from, to] = this.after.playing ? [this.after, this.before] : [this.before, this.after];
    if (!to.blob) return;
    const share = from.duration ? from.time / from.duration : 0;
    from.pause();
    to.seek(share * to.duration);
    to.play();
  }
}
