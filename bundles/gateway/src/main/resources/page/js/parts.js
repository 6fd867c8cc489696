// Tokenizer, style module and vocoder: which there are, which are in use, and swapping them.
import * as api from './api.js';
import { announce, el, toast } from './dom.js';

const ROLES = [
  { role: 'tokenizer', list: 'tokenizers', title: 'Tokenizer', fact: (p) => p.codebook },
  { role: 'style', list: 'styles', title: 'Style module', fact: (p) => p.style_space },
  { role: 'vocoder', list: 'vocoders', title: 'Vocoder', fact: (p) => p.codebook },
];
const BEST = '';
const EVERY = 15_000; // ms between looks at what was started or stopped on the server

/** The combination with this part that changes least of the rest; undefined if it goes with nothing. */
export function nearest(fitting, role, id, now) {
  const kept = (triple) => ROLES.filter((r) => triple[r.role] === now[r.role]).length;
  return fitting.filter((triple) => triple[role] === id).sort((a, b) => kept(b) - kept(a))[0];
}

export class Parts extends EventTarget {
  #host;
  #selects = {};
  #state = null;
  #swapping = false;

  constructor(host) {
    super();
    this.#host = host;
    for (const { role, title } of ROLES) {
      const why = el('span', { className: 'why', id: `why-${role}` });
      const select = el('select', { id: `part-${role}`, 'aria-describedby': why.id, onchange: () => this.#swap(role, select.value) });
      this.#selects[role] = { select, why };
      host.append(el('label', { className: 'field' }, el('span', {}, title), select, why));
    }
    setInterval(() => document.visibilityState === 'visible' && !this.#swapping && this.refresh().catch(() => {}), EVERY);
  }

  get state() {
    return this.#state;
  }

  async refresh() {
    this.#show(await api.bundles());
  }

  #show(state) {
    const before = JSON.stringify(this.#state);
    this.#state = state;
    if (before === JSON.stringify(state)) return;
    for (const { role, list, fact } of ROLES) {
      const { select, why } = this.#selects[role];
      const parts = state[list];
      const used = parts.find((p) => p.id === state.in_use[role]);
      const option = (part) => {
        const fits = nearest(state.fitting, role, part.id, state.in_use);
        const note = !fits ? ' (fits nothing here)' : '';
        return el('option', { value: part.id, disabled: !fits }, `${part.id}${part.model ? ` – ${part.model}` : ''}${note}`);
      };
      const best = el('option', { value: BEST }, used && state.chosen[role] === null ? `Best-ranked (${used.id})` : 'Best-ranked');
      select.replaceChildren(best, ...parts.map(option));
      select.value = state.chosen[role] ?? BEST;
      select.disabled = parts.length === 0;
      why.textContent = used ? `${used.id}, ${fact(used) ?? used.architecture}` : parts.length ? 'none in use' : 'none there';
    }
    this.dispatchEvent(new Event('change'));
  }

  async #swap(role, id) {
    const choice = { [role]: id || null };
    const also = [];
    if (id) {
      // A part of another codebook or style space takes along what it needs.
      const triple = nearest(this.#state.fitting, role, id, this.#state.in_use);
      for (const { role: other, title } of ROLES) {
        if (other === role || !triple || triple[other] === this.#state.in_use[other]) continue;
        choice[other] = triple[other];
        also.push(`${title.toLowerCase()} ${triple[other]}`);
      }
    }
    this.#swapping = true;
    this.#host.setAttribute('aria-busy', 'true');
    try {
      this.#show(await api.use(choice));
      const { in_use: now } = this.#state;
      announce(`${role} ${now[role]} is in use${also.length ? `, and with it ${also.join(' and ')}` : ''}`);
      this.dispatchEvent(new CustomEvent('swap', { detail: { role, id: now[role] } }));
    } catch (e) {
      this.#selects[role].select.value = this.#state.chosen[role] ?? BEST;
      toast(e, { title: 'The part was not swapped', retry: () => this.#swap(role, id) });
    } finally {
      this.#swapping = false;
      this.#host.removeAttribute('aria-busy');
    }
  }
}
