// One question and its answer, as they are shown.
import { announce, el, iconButton, notice, save } from './dom.js';
import { player } from './player.js';

const bars = () => el('span', { className: 'bars', 'aria-hidden': 'true' }, ...[1, 2, 3, 4].map(() => el('i')));

/** The user's side. */
export function questionView({ text, imageUrl, imageName, audio }) {
  const view = el('article', { className: 'turn you', 'aria-label': 'You' });
  if (imageUrl) view.append(el('img', { src: imageUrl, alt: imageName ?? 'Attached image' }));
  if (audio) view.append(player(audio, 'your question').element);
  const bubble = el('div', { className: 'bubble' }, text);
  view.append(bubble);
  return {
    element: view,
    /** What the model understood of a spoken question. */
    heard(words) {
      bubble.textContent = words;
      bubble.classList.add('heard');
    },
  };
}

/** The answer: text as it is written, sound as it is spoken, its mood, and what can be done with it. */
export class AnswerView {
  #sound = null;

  /** @param on retry, mood (a label): what the user asks for */
  constructor(on) {
    this.bubble = el('div', { className: 'bubble' });
    this.thinking = el('div', { className: 'thinking', role: 'img', 'aria-label': 'The answer is on its way' }, el('i'), el('i'), el('i'));
    this.sound = el('div', {});
    this.problem = el('div', {});
    this.foot = el('div', { className: 'turn-foot', hidden: true });
    this.mood = el('span', { className: 'mood', hidden: true });
    this.element = el('article', { className: 'turn it', 'aria-label': 'Answer', 'aria-busy': 'true' }, this.thinking, this.bubble, this.sound, this.problem, this.foot);
    this.download = iconButton('download', 'Download the answer', () => save(this.#sound.blob, 'answer.wav'));
    this.copy = iconButton('copy', 'Copy the text', () => this.#copy());
    this.retry = iconButton('retry', 'Answer again', on.retry);
    this.foot.append(this.mood, this.copy, this.download, this.retry);
    this.on = on;
    this.download.hidden = this.copy.hidden = true;
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.bubble.textContent);
      announce('Copied');
    } catch {
      getSelection().selectAllChildren(this.bubble); // no clipboard here: the text is at least marked
    }
  }

  append(text) {
    this.thinking.remove();
    this.bubble.append(text);
  }

  text(text) {
    this.thinking.remove();
    this.bubble.textContent = text;
  }

  /** Sound has begun to come. */
  speaking() {
    this.thinking.remove();
    if (!this.sound.firstChild) this.sound.append(el('span', { className: 'speaking' }, bars(), 'Speaking'));
  }

  /** All of the sound. */
  spoken(blob, { autoplay = false } = {}) {
    this.#sound?.dispose();
    const made = player(blob, 'the answer');
    this.#sound = { blob, dispose: made.dispose };
    this.sound.replaceChildren(made.element);
    this.download.hidden = false;
    if (autoplay) made.play();
  }

  /** The mood that the model chose or the user, as a list to choose another from. */
  emotion(chosen, { labels, own, changeable }) {
    this.mood.hidden = false;
    if (!changeable || !labels.includes(chosen)) {
      this.mood.replaceChildren('Spoken', el('strong', {}, chosen));
      return;
    }
    const select = el('select', { 'aria-label': 'Emotion of the answer', onchange: () => this.on.mood(select.value) });
    for (const label of labels) select.append(el('option', { value: label }, label === own ? `${label} (model)` : label));
    select.value = chosen;
    this.mood.replaceChildren(el('span', { className: 'mood-name', 'aria-hidden': 'true' }, 'Emotion'), select);
  }

  /** Something came out short: said without alarm. */
  note(text) {
    this.problem.replaceChildren(el('p', { className: 'quiet' }, text));
  }

  failed(error, title = 'No answer') {
    this.problem.replaceChildren(notice(error, { title, retry: this.on.retry }));
    this.retry.hidden = true; // the notice has one
  }

  finished() {
    this.thinking.remove();
    if (!this.#sound) this.sound.replaceChildren();
    this.foot.hidden = false;
    this.copy.hidden = this.bubble.textContent === '';
    this.element.setAttribute('aria-busy', 'false');
  }

  dispose() {
    this.#sound?.dispose();
  }
}

/** What the conversation looks like before it begins. */
export function welcome(models) {
  const box = el('div', { className: 'welcome' });
  if (models.length) {
    box.append(
      el('h2', {}, 'Say something'),
      el('p', {}, 'Speak, type, or show a picture. The answer is written and spoken as it comes, in the mood that the model finds fitting, or that you choose.'),
    );
  } else {
    box.append(
      el('h2', {}, 'No language model yet'),
      el('p', {}, 'A conversation needs a language model that reads and writes speech units. Start the server with one:'),
      el('pre', {}, 'emova serve --llm http://localhost:8000/v1 --model emova-7b'),
      el('p', { className: 'quiet' }, 'Converting recordings needs none.'),
    );
  }
  return box;
}

export function attachment(content, label, onRemove) {
  return el('div', { className: 'attachment' }, ...content, iconButton('close', `Remove ${label}`, onRemove));
}
