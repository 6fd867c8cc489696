// Runs before the first paint, so that a dark page doesn't flash white. Not a module: those wait for the document.
'use strict';
(function () {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const order = ['auto', 'light', 'dark'];
  const icons = { auto: 'auto', light: 'sun', dark: 'moon' };
  const names = { auto: 'as the system', light: 'light', dark: 'dark' };

  function chosen() {
    try {
      return order.includes(localStorage.getItem('emova.theme')) ? localStorage.getItem('emova.theme') : 'auto';
    } catch {
      return 'auto'; // storage is off
    }
  }

  function apply() {
    const choice = chosen();
    document.documentElement.dataset.theme = choice === 'auto' ? (dark.matches ? 'dark' : 'light') : choice;
    const button = document.getElementById('theme');
    if (button) {
      button.setAttribute('aria-label', 'Theme: ' + names[choice]);
      button.title = 'Theme: ' + names[choice];
      button.querySelector('use').setAttribute('href', 'icons.svg#i-' + icons[choice]);
    }
    document.dispatchEvent(new CustomEvent('emova:theme'));
  }

  apply();
  dark.addEventListener('change', apply);
  document.addEventListener('DOMContentLoaded', () => {
    apply();
    document.getElementById('theme').addEventListener('click', () => {
      const next = order[(order.indexOf(chosen()) + 1) % order.length];
      try {
        localStorage.setItem('emova.theme', next);
      } catch {
        // the choice then lasts as long as nothing: the system's theme stays
      }
      apply();
    });
  });
})();
