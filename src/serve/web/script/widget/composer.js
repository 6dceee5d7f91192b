// The field in which questions are typed, with its suggestions and its button.

import { combobox } from '../combobox.js';
import { element } from './element.js';
import { svg } from './icons.js';

/** The server's limit of a question, in code points, and from when on it is told. */
const MAX_QUESTION = 512;
const NEAR_LIMIT = 460;

/** Whoever has typed this much, in UTF-16 units, needs no completion. */
const COMPLETED = 100;

/**
 * @param {object} options
 * @param {import('./answer.js').Surroundings} options.around
 * @param {AbortSignal} options.signal Ends it.
 * @param {string} options.icon
 * @param {string} options.label The button's.
 * @param {(question: string, choice?: import('./service.js').Choice) => void} options.ask
 */
export function composer({ around: { service, words }, signal, icon, label, ask }) {
  const input = element('input', {
    type: 'text', ariaLabel: words.input, placeholder: words.placeholder,
    autocomplete: 'off', autocapitalize: 'off', spellcheck: false, enterkeyhint: 'send',
  });
  const button = element('button', { className: 'send', ariaLabel: label, title: label }, svg(icon));
  const list = element('ul', { className: 'suggestions', ariaLabel: words.suggestions });
  const count = element('p', { className: 'count', hidden: true });

  const measure = () => {
    const length = [...input.value.trim()].length;
    count.hidden = length < NEAR_LIMIT;
    count.textContent = `${length}/${MAX_QUESTION}`;
    input.ariaInvalid = String(length > MAX_QUESTION);
    button.disabled = length === 0 || length > MAX_QUESTION;
  };
  measure();
  const { close, isComposing } = combobox({
    input, list, id: 'suggestion', signal,
    suggest: async (text, stop) => (text && text.length < COMPLETED ? service.suggest(text, stop) : []),
    choose: ({ id, text }) => ask(text, { id, question: text }),
  });
  /** @param {Event} event */
  const onsubmit = (event) => {
    event.preventDefault();
    // Not while composing is the business of the keys: who presses the button means it, even where a phone's
    // keyboard never ends its composition.
    if (button.disabled) return;
    close();
    ask(input.value.trim());
  };
  return {
    form: element('form', { oninput: measure, onsubmit }, list, element('div', { className: 'box' }, input, button), count),
    input,
    isComposing,
    /** @param {string} text */
    set(text) {
      input.value = text;
      close();
      measure();
    },
  };
}
