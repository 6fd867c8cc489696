// Melody and units under a waveform. Each lane draws the window that is in view, so that its canvas never grows with the recording.
import { css, el } from './dom.js';

/** A canvas as wide as the view. `draw(context, width, height, from, to)` paints the seconds from `from` to `to`. */
class Lane {
  constructor(className, label) {
    this.canvas = el('canvas', { role: 'img', 'aria-label': label });
    this.needle = el('div', { className: 'needle' });
    this.element = el('div', { className: `lane ${className}` }, this.canvas, this.needle);
  }

  /** @param {{scroll: number, scale: number, duration: number}} view pixels, pixels a second, seconds */
  show(view) {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!width || !height) return;
    const ratio = devicePixelRatio || 1;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.canvas.style.height = `${height}px`;
    const context = this.canvas.getContext('2d');
    context.scale(ratio, ratio);
    const x = (second) => second * view.scale - view.scroll;
    this.draw(context, { width, height, x, from: view.scroll / view.scale, to: (view.scroll + width) / view.scale });
  }

  point(x) {
    const inside = x >= 0 && x <= this.element.clientWidth;
    this.needle.style.display = inside ? 'block' : 'none';
    this.needle.style.transform = `translateX(${x}px)`;
  }
}

const GRID = [75, 150, 300]; // hertz

/** F0 on a logarithmic scale, as ears have it. */
export class PitchLane extends Lane {
  #track = null;

  constructor() {
    super('pitch', 'Melody');
  }

  set(track) {
    this.#track = track;
  }

  draw(context, { width, height, x, from, to }) {
    const [low, high] = [Math.log(60), Math.log(500)];
    const y = (hertz) => height - 4 - ((Math.log(hertz) - low) / (high - low)) * (height - 8);
    context.font = '10px system-ui, sans-serif';
    for (const hertz of GRID) {
      context.strokeStyle = css('--line');
      context.fillStyle = css('--ink-3');
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(0, Math.round(y(hertz)) + 0.5);
      context.lineTo(width, Math.round(y(hertz)) + 0.5);
      context.stroke();
      context.fillText(`${hertz}`, 4, y(hertz) - 2);
    }
    if (!this.#track) return;
    const { hop, f0 } = this.#track;
    context.strokeStyle = css('--pitch');
    context.lineWidth = 2;
    context.lineJoin = context.lineCap = 'round';
    context.beginPath();
    let last = 0;
    const end = Math.min(f0.length, Math.ceil(to / hop) + 1);
    for (let i = Math.max(0, Math.floor(from / hop) - 1); i < end; i++) {
      const hertz = f0[i];
      const joins = last > 0 && Math.abs(Math.log2(hertz / last)) < 0.35; // of an octave: more is another voiced stretch
      if (hertz > 0) context[joins ? 'lineTo' : 'moveTo'](x(i * hop), y(hertz));
      if (hertz > 0 && !joins) context.lineTo(x(i * hop) + 0.1, y(hertz));
      last = hertz;
    }
    context.stroke();
  }
}

/** Units as boxes as long as they last; the same unit has the same colour. */
export class UnitLane extends Lane {
  #spans = [];
  #size = 1;

  constructor() {
    super('units', 'Units');
  }

  /** @param units the server's units, or null */
  set(units) {
    this.#spans = spans(units);
    this.#size = units?.codebook.size ?? 1;
  }

  draw(context, { width, height, x, from, to }) {
    const light = css('--unit-light');
    context.font = '10.5px system-ui, sans-serif';
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    for (const { id, start, end } of this.#spans) {
      if (end < from || start > to) continue;
      const [left, right] = [x(start), x(end)];
      // Neighbouring codes get distant hues: 0.618... of a turn each.
      const hue = Math.round(((id * 0.6180339887) % 1) * 360);
      context.fillStyle = `hsl(${hue} ${40 + Math.round((id / this.#size) * 20)}% ${light})`;
      context.fillRect(left, 0, Math.max(0.75, right - left - (right - left > 4 ? 1 : 0)), height);
      if (right - left < 27 || right < 0 || left > width) continue;
      context.fillStyle = css('--unit-ink');
      context.fillText(`${id}`, (left + right) / 2, height / 2 + 0.5);
    }
  }

  at(second) {
    return this.#spans.find(({ start, end }) => second >= start && second < end) ?? null;
  }
}

/** When each unit sounds, in seconds. */
export function spans(units) {
  if (!units) return [];
  let frame = 0;
  return units.ids.map((id, i) => {
    const start = (frame * units.codebook.unit_ms) / 1000;
    frame += units.run_lengths?.[i] ?? 1;
    return { id, start, end: (frame * units.codebook.unit_ms) / 1000 };
  });
}

/** How much of the time two unit sequences say the same, compared by share of the recording. */
export function agreement(a, b) {
  const [one, other] = [spans(a), spans(b)];
  if (!one.length || !other.length) return 0;
  const [endA, endB] = [one.at(-1).end, other.at(-1).end];
  const steps = Math.ceil(endA / (a.codebook.unit_ms / 1000));
  const at = (list, second) => list.find((s) => second >= s.start && second < s.end)?.id;
  let same = 0;
  for (let i = 0; i < steps; i++) {
    const share = (i + 0.5) / steps;
    if (at(one, share * endA) === at(other, share * endB)) same++;
  }
  return same / steps;
}
