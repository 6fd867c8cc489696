// The second tab: a conversation with a language model, by voice, text and pictures.
import * as api from './api.js';
import { takePicture } from './camera.js';
import { announce, el, toast } from './dom.js';
import { player, StreamPlayer } from './player.js';
import { recordButton } from './recorder.js';
import { StyleForm, usual } from './style-form.js';
import { AnswerView, attachment, questionView, welcome } from './turn.js';
import { base64, dataUrl, decodePcm16, formatOf } from './wav.js';

const RATE = 24_000; // hertz, of streamed sound

const $ = (id) => document.getElementById(id);

export class Dialogue {
  #turns = [];
  #running = null;
  #image = null;
  #audio = null;
  #models = [];
  #emotions = [];
  #styleForm;
  #model;
  #aloud;

  constructor() {
    this.#model = el('select', { id: 'model' });
    this.#aloud = el('input', { type: 'checkbox', id: 'aloud', checked: true });
    const fields = el('div', { className: 'answer-style' });
    $('answer-fields').append(
      el('label', { className: 'field' }, el('span', {}, 'Language model'), this.#model),
      el('label', { className: 'switch' }, this.#aloud, el('span', {}, 'Speak the answer')),
      el('p', { className: 'quiet' }, 'Auto is what the model finds fitting.'),
      fields,
    );
    this.#styleForm = new StyleForm(fields, { speakers: (label) => label !== 'same', automatic: 'Auto' });
    this.#composer();
    this.#empty();
  }

  styleModule(module) {
    if (!module) return;
    this.#emotions = module.catalogue.emotions;
    this.#styleForm.render(module);
  }

  /** The language models that are there now. */
  models(models) {
    const chosen = this.#model.value;
    this.#models = models;
    this.#model.replaceChildren(...models.map((m) => el('option', { value: m.id }, m.model && m.model !== m.id ? `${m.id} – ${m.model}` : m.id)));
    if (models.some((m) => m.id === chosen)) this.#model.value = chosen;
    this.#model.disabled = models.length === 0;
    if (!models.length) this.#model.append(el('option', {}, 'none connected'));
    if (!this.#turns.length) this.#empty();
    this.#enable();
  }

  #composer() {
    const question = $('question');
    question.addEventListener('input', () => {
      question.style.height = 'auto';
      question.style.height = `${question.scrollHeight}px`;
      this.#enable();
    });
    question.addEventListener('keydown', (e) => {
      if (e.key !== 'Enter' || e.shiftKey || e.isComposing) return;
      e.preventDefault();
      $('composer').requestSubmit();
    });
    question.addEventListener('paste', (e) => {
      const file = [...e.clipboardData.files].find((f) => f.type.startsWith('image/'));
      if (file) (e.preventDefault(), this.#attachImage(file));
    });
    $('composer').addEventListener('submit', (e) => (e.preventDefault(), this.#submit()));
    $('stop').addEventListener('click', () => this.#running?.abort());
    $('clear').addEventListener('click', () => this.#clear());
    $('attach').addEventListener('click', () => $('image-file').click());
    $('talk-file').addEventListener('click', () => $('audio-file').click());
    $('camera').addEventListener('click', async () => {
      const file = await takePicture();
      if (file) this.#attachImage(file);
    });
    for (const [id, attach] of [['image-file', (f) => this.#attachImage(f)], ['audio-file', (f) => this.#attachAudio(f)]]) {
      $(id).addEventListener('change', () => {
        if ($(id).files[0]) attach($(id).files[0]);
        $(id).value = '';
      });
    }
    recordButton($('speak'), $('talk-level'), {
      idle: 'Speak',
      taken: (file) => {
        this.#attachAudio(file);
        this.#submit(); // what was said is asked, as in a conversation
      },
      failed: (e) => toast(e, { title: 'No recording' }),
    });
    const composer = $('composer').parentElement;
    composer.addEventListener('dragover', (e) => e.preventDefault());
    composer.addEventListener('drop', (e) => {
      e.preventDefault();
      for (const file of e.dataTransfer.files) {
        if (file.type.startsWith('image/')) this.#attachImage(file);
        else if (file.type.startsWith('audio/')) this.#attachAudio(file);
        else toast(new Error(`${file.name} is neither an image nor a recording`), { title: 'Not attached' });
      }
    });
    this.#enable();
  }

  #attachImage(file) {
    if (this.#image) URL.revokeObjectURL(this.#image.url);
    this.#image = { file, url: URL.createObjectURL(file) };
    this.#attachments();
  }

  #attachAudio(file) {
    this.#audio = file;
    this.#attachments();
  }

  #attachments() {
    const parts = [];
    if (this.#image) {
      const picture = el('img', { src: this.#image.url, alt: '' });
      parts.push(attachment([picture, el('span', {}, this.#image.file.name)], 'the image', () => ((this.#image = null), this.#attachments())));
    }
    if (this.#audio) {
      parts.push(attachment([player(this.#audio, 'your recording').element], 'the recording', () => ((this.#audio = null), this.#attachments())));
    }
    $('attachments').replaceChildren(...parts);
    this.#enable();
  }

  #enable() {
    const something = $('question').value.trim() || this.#audio;
    $('send').disabled = !something || !this.#models.length;
    $('speak').disabled = !this.#models.length;
  }

  #empty() {
    $('log').replaceChildren(welcome(this.#models));
  }

  #clear() {
    this.#running?.abort();
    this.#turns.forEach((turn) => turn.view?.dispose());
    this.#turns = [];
    this.#empty();
    $('question').focus();
    announce('New conversation');
  }

  #submit() {
    if (this.#running || !this.#models.length) return;
    const text = $('question').value.trim();
    if (!text && !this.#audio) return;
    const turn = { text, image: this.#image?.file, imageUrl: this.#image?.url, imageName: this.#image?.file.name, audio: this.#audio };
    if (!this.#turns.length) $('log').replaceChildren();
    turn.question = questionView(turn);
    $('log').append(turn.question.element);
    this.#turns.push(turn);
    $('question').value = '';
    $('question').style.height = 'auto';
    this.#image = this.#audio = null;
    this.#attachments();
    this.#answer(turn);
  }

  /** The messages of the request: earlier turns where the question is text alone, for only then models read them. */
  async #messages(turn) {
    const content = [];
    if (turn.image) content.push({ type: 'image_url', image_url: { url: await dataUrl(turn.image) } });
    if (turn.audio) content.push({ type: 'input_audio', input_audio: { data: await base64(turn.audio), format: formatOf(turn.audio) } });
    if (turn.text && !turn.audio) content.push({ type: 'text', text: turn.text });
    const now = { role: 'user', content: content.length === 1 && content[0].type === 'text' ? turn.text : content };
    if (turn.image || turn.audio) return [now];
    const earlier = this.#turns.slice(0, this.#turns.indexOf(turn)).filter((t) => (t.text || t.heard) && t.answer);
    return [...earlier.flatMap((t) => [{ role: 'user', content: t.heard || t.text }, { role: 'assistant', content: t.answer }]), now];
  }

  async #answer(turn) {
    const old = turn.view;
    const view = new AnswerView({ retry: () => this.#retry(turn), mood: (label) => this.#speakAgain(turn, label) });
    turn.view = view;
    if (old) (old.element.replaceWith(view.element), old.dispose());
    else $('log').append(view.element);
    turn.answer = turn.heard = '';
    turn.labels = turn.units = null;
    this.#follow(true);
    this.#running = new AbortController();
    this.#working(true);
    const sound = new StreamPlayer(RATE);
    const aloud = this.#aloud.checked;
    try {
      const style = this.#styleForm.value;
      turn.style = style;
      const body = { model: this.#model.value, messages: await this.#messages(turn), modalities: aloud ? ['text', 'audio'] : ['text'] };
      if (aloud) {
        const { speaker, ...rest } = style;
        body.audio = { voice: speaker, format: 'pcm16', ...rest };
      }
      for await (const chunk of api.chat(body, { signal: this.#running.signal })) this.#take(turn, chunk, sound);
      announce('The answer is complete');
    } catch (e) {
      if (e.name === 'AbortError') {
        sound.pause();
        view.note('Stopped.');
      } else {
        view.failed(e, turn.answer ? 'The answer broke off' : 'No answer');
      }
    } finally {
      await this.#finish(turn, sound);
    }
  }

  #take(turn, chunk, sound) {
    const delta = chunk.choices?.[0]?.delta ?? {};
    const words = delta.content || delta.audio?.transcript;
    if (words) {
      turn.answer += words;
      turn.view.append(words);
    }
    if (delta.audio?.data) {
      turn.view.speaking();
      sound.push(decodePcm16(delta.audio.data));
    }
    if (delta.emova) this.#labels(turn, delta.emova);
    this.#follow(false);
  }

  /** What the model said about the question and its answer, in pieces or in whole. */
  #labels(turn, facts) {
    const heard = facts.question?.text ?? facts.question_text;
    if (heard && turn.audio) {
      turn.heard = facts.question?.text ? heard : turn.heard + heard;
      turn.question.heard(turn.heard);
    }
    if (facts.units) turn.units = facts.units;
    if (facts.problem) turn.view.note(facts.problem);
    const own = facts.answer?.emotion;
    const spoken = facts.style?.emotion ?? turn.style.emotion ?? own ?? (turn.units ? usual(this.#emotions) : undefined);
    if (own) turn.own = own;
    if (spoken && (own || turn.units)) {
      turn.labels = { spoken, style: facts.style };
      turn.view.emotion(spoken, { labels: this.#emotions, own: turn.own, changeable: Boolean(turn.units) });
    }
  }

  async #finish(turn, sound) {
    const aborted = this.#running.signal.aborted;
    const stopped = new Promise((resolve) => this.#running.signal.addEventListener('abort', resolve, { once: true }));
    if (!aborted) await Promise.race([sound.played(), stopped]);
    sound.pause();
    if (sound.blob) turn.view.spoken(sound.blob);
    sound.close();
    turn.view.finished();
    this.#running = null;
    this.#working(false);
    this.#follow(false);
  }

  #retry(turn) {
    if (this.#running) return;
    this.#answer(turn);
  }

  /** The same words in another mood: the units again, without the language model. */
  async #speakAgain(turn, emotion) {
    const { speaker, emotion: before, ...rest } = turn.style;
    try {
      const style = { ...rest, voice: speaker ?? turn.labels.style?.speaker, emotion };
      const audio = await api.speech({ model: this.#model.value, input: turn.units, response_format: 'wav', ...style });
      turn.view.spoken(audio, { autoplay: true });
      turn.style = { ...turn.style, emotion };
      turn.labels.spoken = emotion;
      announce(`Spoken again, ${emotion}`);
    } catch (e) {
      turn.view.emotion(turn.labels.spoken, { labels: this.#emotions, own: turn.own, changeable: true });
      toast(e, { title: 'Not spoken again' });
    }
  }

  #working(on) {
    $('send').hidden = on;
    $('speak').hidden = on;
    $('stop').hidden = !on;
    if (on) $('stop').focus();
    else if (document.activeElement === $('stop') || document.activeElement === document.body) $('question').focus();
  }

  /** Keeps the newest in view, unless the user reads further up. */
  #follow(always) {
    const log = $('log');
    if (always || log.scrollHeight - log.scrollTop - log.clientHeight < 160) log.scrollTop = log.scrollHeight;
  }
}
