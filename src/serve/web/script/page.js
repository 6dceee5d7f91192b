// The search page with a script: suggestions and results while typing, and what was asked lately. Every
// page is whole without it; what it shows comes from the same addresses that the links and the form lead to.

import { combobox } from './combobox.js';
import { watchComposition } from './composition.js';
import { createNavigation } from './navigation.js';
import { recentQuestions } from './recent.js';
import { enableShortcut } from './shortcut.js';
import { byId, createView, fromTemplate } from './view.js';

/** Suggestions in the list. */
const SUGGESTIONS = 6;

const form = /** @type {HTMLFormElement} */ (byId('search'));
const input = /** @type {HTMLInputElement} */ (byId('q'));
const recent = recentQuestions(String(new FormData(form).get('kb') ?? ''));

const view = createView({ onShow: showRecent });
const navigation = createNavigation({
  show(page, cause) {
    if (cause === 'travelled') fill(page.getElementById('q')?.getAttribute('value') ?? '');
    view.show(page, { whole: cause !== 'typed', announce: !composition.isComposing() });
  },
  unreachable: view.unreachable,
  busy: view.busy,
});
const composition = watchComposition(input, {
  onSettled: () => navigation.go(address(), 'typed'),
});
const suggestions = combobox({
  input,
  list: byId('suggestions'),
  id: 'suggestion',
  suggest,
  choose: send,
});

/** Where the form would lead. */
function address() {
  const parameters = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    const text = String(value).trim();
    if (text !== '') parameters.append(name, text);
  }
  const query = parameters.toString();
  return query ? `/?${query}` : '/';
}

/** @param {string} text */
function fill(text) {
  input.value = text;
  composition.settle(text);
  suggestions.close();
}

function send() {
  fill(input.value);
  recent.add(input.value.trim());
  navigation.go(address(), 'sent');
  // On a touch screen the keyboard would cover what was found.
  if (matchMedia('(pointer: coarse)').matches) input.blur();
}

/** @param {string} text @param {AbortSignal} signal */
async function suggest(text, signal) {
  if (text === '') return recent.list().map((question) => ({ text: question, kind: 'recent' }));
  const parameters = new URLSearchParams({ q: text, limit: String(SUGGESTIONS) });
  const kb = new FormData(form).get('kb');
  if (kb) parameters.set('kb', String(kb));
  const reply = await fetch(`/v1/suggest?${parameters}`, { signal });
  if (!reply.ok) return [];
  /** @type {{ suggestions: import('./combobox.js').Suggestion[] }} */
  const found = await reply.json();
  return found.suggestions.filter((suggestion) => suggestion.text !== text);
}

/** Fills the place that the start page leaves for the questions asked lately. */
function showRecent() {
  const place = document.querySelector('[data-recent]');
  const questions = recent.list();
  if (!place || questions.length === 0) return;
  const section = fromTemplate('recent');
  const list = section.querySelector('ul');
  for (const question of questions) {
    const link = document.createElement('a');
    const parameters = new URLSearchParams(location.search);
    parameters.set('q', question);
    link.href = `/?${parameters}`;
    link.textContent = question;
    const item = document.createElement('li');
    item.append(link);
    list?.append(item);
  }
  section.querySelector('button')?.addEventListener('click', () => {
    recent.clear();
    place.replaceChildren();
    input.focus();
  });
  place.replaceChildren(section);
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  // No Enter of a composition comes so far; who presses the button in the middle of one means it.
  send();
});
// Who opens a result of a question that was only typed has asked it.
byId('content').addEventListener('click', (event) => {
  if (event.target instanceof Element && event.target.closest('.hit a, summary') && navigation.isTyped()) {
    recent.add(input.value.trim());
  }
});
enableShortcut(input, document.querySelector('footer.site') ?? document.body);
showRecent();
