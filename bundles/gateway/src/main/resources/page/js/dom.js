// Building elements without markup in strings, and telling the user what happens.

/** An element with properties, `on...` listeners, attributes (names with a dash, `role`) and children. */
export function el(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name.includes('-') || name === 'role' || name === 'for') element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** The icons within this document, so that a new one appears at once and asks the server for nothing. */
export async function loadIcons() {
  const sprite = new DOMParser().parseFromString(await (await fetch('icons.svg')).text(), 'image/svg+xml').documentElement;
  sprite.setAttribute('aria-hidden', 'true');
  sprite.setAttribute('class', 'unseen');
  document.body.append(document.adoptNode(sprite));
}

function iconAddress(name) {
  return `${document.getElementById(`i-${name}`) ? '' : 'icons.svg'}#i-${name}`;
}

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', iconAddress(name));
  svg.append(use);
  return svg;
}

export function iconButton(name, label, onclick, className = 'icon-button') {
  return el('button', { type: 'button', className, 'aria-label': label, title: label, onclick }, icon(name));
}

/** Another picture and name on an icon button. */
export function setIcon(button, name, label) {
  if (button.getAttribute('aria-label') === label) return;
  button.querySelector('use').setAttribute('href', iconAddress(name));
  button.setAttribute('aria-label', label);
  button.title = label;
}

let announceTimer;

/** Tells those who listen instead of looking. */
export function announce(text) {
  const line = document.getElementById('announcer');
  clearTimeout(announceTimer);
  line.textContent = '';
  announceTimer = setTimeout(() => (line.textContent = text), 60);
}

/** What went wrong, in the server's words, with something to do about it. */
export function notice(error, { title = 'That did not work', retry, close } = {}) {
  const actions = el('div', { className: 'notice-actions' });
  if (retry) actions.append(el('button', { type: 'button', className: 'button small', onclick: retry }, 'Try again'));
  if (close) actions.append(iconButton('close', 'Dismiss', close));
  return el(
    'div',
    { className: 'notice', role: 'alert' },
    icon('warning'),
    el('div', { className: 'notice-text' }, el('strong', {}, title), el('span', {}, error.message ?? String(error))),
    actions,
  );
}

export function toast(error, options = {}) {
  const toasts = document.getElementById('toasts');
  const note = notice(error, {
    ...options,
    retry: options.retry && (() => (note.remove(), options.retry())),
    close: () => note.remove(),
  });
  toasts.append(note);
  while (toasts.children.length > 3) toasts.firstElementChild.remove();
}

export function seconds(value) {
  const whole = Math.max(0, value || 0);
  return `${Math.floor(whole / 60)}:${(whole % 60).toFixed(1).padStart(4, '0')}`;
}

export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = el('a', { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function css(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
