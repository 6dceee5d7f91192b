// `/` leads to the search box from anywhere but a field that can be typed into. A key of one character can
// get in the way of people who speak or tap to their computer, so it can be switched off.

import { fromTemplate } from './view.js';

const KEY = 'jida.shortcut';

/**
 * @param {HTMLInputElement} input Where the key leads.
 * @param {Element} place Where its switch stands.
 */
export function enableShortcut(input, place) {
  const row = fromTemplate('shortcut');
  const box = row.querySelector('input');
  if (!box) return;
  box.checked = wanted();
  box.addEventListener('change', () => keep(box.checked));
  place.append(row);

  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.defaultPrevented || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey || !box.checked) return;
    if (isEditable(event.composedPath()[0])) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}

/** @param {EventTarget | undefined} target */
function isEditable(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'submit'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

function wanted() {
  try {
    return localStorage.getItem(KEY) !== 'off';
  } catch {
    return true;
  }
}

/** @param {boolean} on */
function keep(on) {
  try {
    if (on) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, 'off');
  } catch {
    // Then it holds for this page.
  }
}
