// Puts the page together: tabs, the server's state, and the lists that both tabs are made of.
import * as api from './api.js';
import { Convert } from './convert.js';
import { Dialogue } from './dialogue.js';
import { loadIcons, toast } from './dom.js';
import { Parts } from './parts.js';

const $ = (id) => document.getElementById(id);
const HEALTH_EVERY = 20_000; // ms

function tabs() {
  const all = [...document.querySelectorAll('[role=tab]')];

  // No element's id: the browser would scroll there and begin the Tab key's order with it.
  const address = (tab) => `#/${tab.getAttribute('aria-controls')}`;

  function select(tab, { focus = false } = {}) {
    for (const other of all) {
      const on = other === tab;
      other.setAttribute('aria-selected', String(on));
      other.tabIndex = on ? 0 : -1;
      $(other.getAttribute('aria-controls')).hidden = !on;
    }
    if (focus) tab.focus();
    history.replaceState(null, '', address(tab));
    document.title = `${tab.textContent} · emova4j`;
  }

  all.forEach((tab, i) => {
    tab.addEventListener('click', () => select(tab));
    tab.addEventListener('keydown', (e) => {
      const to = { ArrowRight: (i + 1) % all.length, ArrowLeft: (i + all.length - 1) % all.length, Home: 0, End: all.length - 1 }[e.key];
      if (to === undefined) return;
      e.preventDefault();
      select(all[to], { focus: true });
    });
  });
  select(all.find((tab) => address(tab) === location.hash) ?? all[0]);
}

function askForToken() {
  const dialog = $('token-dialog');
  $('token').value = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.onclose = () => resolve($('token').value.trim() || null);
  });
}

async function health() {
  const line = $('health');
  const show = (state, text, title = '') => {
    if (line.dataset.state === state && line.textContent === text) return;
    line.dataset.state = state;
    line.textContent = text;
    line.title = title;
  };
  try {
    const { status, findings = [] } = await api.ready();
    const wrong = findings.filter((f) => f.status !== 'ok').map((f) => `${f.subject}: ${f.text}`).join('\n');
    show(status, { ok: 'Ready', warning: 'Ready, with warnings' }[status] ?? 'Not ready', wrong);
  } catch {
    show('problem', 'Server not reached');
  }
}

async function start() {
  tabs();
  loadIcons().catch(() => {}); // they are then taken one by one
  api.onTokenNeeded(askForToken);
  const parts = new Parts($('parts'));
  const convert = new Convert(parts);
  const dialogue = new Dialogue();
  let shownModule = null;

  async function followParts() {
    try {
      await showParts();
    } catch (e) {
      toast(e, { title: 'The styles are unknown', retry: followParts });
    }
  }

  async function showParts() {
    dialogue.models(parts.state.language_models);
    const modules = await api.styles();
    const used = modules.find((m) => m.in_use) ?? modules[0] ?? null;
    if (JSON.stringify(used) === shownModule) return;
    shownModule = JSON.stringify(used);
    convert.styleModule(used);
    dialogue.styleModule(used);
  }

  parts.addEventListener('change', followParts);
  const load = () => parts.refresh().catch((e) => toast(e, { title: 'The server’s parts are unknown', retry: load }));
  health();
  setInterval(() => document.visibilityState === 'visible' && health(), HEALTH_EVERY);
  await load();
}

start();
