// Controls for speaker, emotion, intensity, pitch and speed, made from what a style module says it knows.
import { el } from './dom.js';

const CUSTOM = 'custom';
let forms = 0;

/** What is chosen before anybody chooses: `normal` or `neutral` where there is such a label, or else the first. */
export function usual(labels) {
  return labels.find((label) => label === 'normal' || label === 'neutral') ?? labels[0];
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export class StyleForm extends EventTarget {
  #host;
  #chosen = {};
  #module = null;
  #speakers;
  #automatic;
  #id = ++forms;

  /**
   * @param speakers which speakers can be chosen here
   * @param automatic what to call leaving a field to the server; without it, each field has a value
   */
  constructor(host, { speakers = () => true, automatic = null } = {}) {
    super();
    this.#host = host;
    this.#speakers = speakers;
    this.#automatic = automatic;
  }

  /** Shows a style module's controls. What was chosen stays where the module knows it. */
  render(module) {
    this.#module = module;
    const { catalogue, limits } = module;
    this.#host.replaceChildren(
      this.#labels('speaker', 'Speaker', catalogue.speakers.filter(this.#speakers), true, false),
      this.#labels('emotion', 'Emotion', catalogue.emotions, false, true),
    );
    if (limits.intensity) this.#host.lastChild.append(this.#intensity(limits.intensity));
    this.#host.append(
      this.#measured('pitch', 'Pitch', catalogue.pitches, limits.pitch),
      this.#measured('speed', 'Speed', catalogue.speeds, limits.speed),
    );
    this.#enableIntensity();
  }

  /** The style fields, as the server takes them. */
  get value() {
    const style = {};
    for (const field of ['speaker', 'emotion', 'pitch', 'speed']) {
      const value = this.#chosen[field] === CUSTOM ? this.#chosen[`${field}-number`] : this.#chosen[field];
      if (value !== '' && value !== undefined) style[field] = value;
    }
    if (style.emotion && this.#module?.limits.intensity) style.intensity = this.#chosen.intensity ?? 1;
    return style;
  }

  #changed() {
    this.#enableIntensity();
    this.dispatchEvent(new Event('change'));
  }

  #labels(field, title, labels, joined, automatic) {
    const known = automatic && this.#automatic ? ['', ...labels] : labels;
    if (!known.includes(this.#chosen[field]) && this.#chosen[field] !== CUSTOM) {
      this.#chosen[field] = known[0] === '' ? '' : usual(labels);
    }
    const options = known.map((label) => {
      const input = el('input', {
        type: 'radio',
        name: `${field}-${this.#id}`,
        value: label,
        checked: this.#chosen[field] === label,
        onchange: () => {
          this.#chosen[field] = label;
          this.#changed();
        },
      });
      const name = label === '' ? this.#automatic : label === CUSTOM ? 'Custom' : capital(label);
      return el('label', {}, input, el('span', {}, name));
    });
    const joinedUp = joined && known.length < 6;
    return el('fieldset', { className: 'choice' }, el('legend', {}, title), el('div', { className: `options${joinedUp ? ' joined' : ''}` }, ...options));
  }

  #slider(field, label, { min, max, step, value, text }, hiddenLabel = false) {
    const id = `${field}-range-${this.#id}`;
    const output = el('output', { for: id }, text(value));
    const input = el('input', {
      id, type: 'range', min: String(min), max: String(max), step: String(step), value: String(value),
      'aria-valuetext': text(value),
      oninput: () => {
        const now = Number(input.value);
        output.textContent = text(now);
        input.setAttribute('aria-valuetext', text(now));
        this.#chosen[field] = now;
      },
      onchange: () => this.#changed(),
    });
    return el('div', { className: 'slider' }, el('label', { for: id, className: hiddenLabel ? 'unseen' : '' }, label), input, output);
  }

  #intensity({ min, max }) {
    this.#chosen.intensity ??= max;
    const slider = this.#slider('intensity', 'Intensity', {
      min, max, step: (max - min) / 20, value: this.#chosen.intensity, text: (v) => `${Math.round((v / max) * 100)} %`,
    });
    slider.dataset.field = 'intensity';
    return slider;
  }

  /** Nothing to give in part: neutral, or the model's own choice. */
  #enableIntensity() {
    const input = this.#host.querySelector('[data-field=intensity] input');
    if (input) input.disabled = ['', 'neutral'].includes(this.#chosen.emotion);
  }

  /** Labels, and beside them a number where the module takes one. */
  #measured(field, title, labels, limit) {
    const group = this.#labels(field, title, limit ? [...labels, CUSTOM] : labels, true, true);
    if (!limit) return group;
    const semitones = limit.unit === 'semitones';
    // The whole range is there for programs; beyond an octave or twice the speed nobody speaks.
    const [min, max] = semitones ? [Math.max(-12, limit.min), Math.min(12, limit.max)] : [Math.max(0.5, limit.min), Math.min(2, limit.max)];
    this.#chosen[`${field}-number`] ??= semitones ? 0 : 1;
    const text = semitones ? (v) => `${v > 0 ? '+' : ''}${v} st` : (v) => `${v.toFixed(2)} ×`;
    const slider = this.#slider(`${field}-number`, `${title}, ${limit.unit}`, {
      min, max, step: semitones ? 0.5 : 0.05, value: this.#chosen[`${field}-number`], text,
    }, true);
    const reveal = () => (slider.hidden = this.#chosen[field] !== CUSTOM);
    group.addEventListener('change', reveal);
    reveal();
    group.append(slider);
    return group;
  }
}

/** A style in a few words. */
export function describe(style) {
  const number = (value, text) => (typeof value === 'number' ? text(value) : value);
  return [
    style.speaker,
    style.emotion && style.emotion + (style.intensity < 1 && style.emotion !== 'neutral' ? ` ${Math.round(style.intensity * 100)} %` : ''),
    style.pitch !== 'normal' && style.pitch !== undefined && `pitch ${number(style.pitch, (v) => `${v > 0 ? '+' : ''}${v} st`)}`,
    style.speed !== 'normal' && style.speed !== undefined && `speed ${number(style.speed, (v) => `${v} ×`)}`,
  ].filter(Boolean).join(', ');
}
