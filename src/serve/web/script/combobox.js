// A text field with a list of suggestions: the combobox of the ARIA Authoring Practices, with a list that
// is chosen from by hand. The focus stays in the field; which option is meant is told by
// `aria-activedescendant`. Nothing here looks outside the two elements, so it works in a shadow root too.

import { watchComposition } from './composition.js';
import { newestOnly } from './newest.js';

/**
 * @typedef {object} Suggestion
 * @property {string} text
 * @property {number[][]} [highlights] Half-open ranges of `text` to mark, in code points.
 * @property {string} [kind] Becomes the option's `data-kind`, for its looks.
 */

/**
 * @template {Suggestion} S
 * @typedef {object} ComboboxOptions
 * @property {HTMLInputElement | HTMLTextAreaElement} input
 * @property {HTMLElement} list An empty `<ul>` in the same root, with a label; hidden while there is nothing to show.
 * @property {string} id What the ids of the options begin with; unique in the root.
 * @property {(text: string, signal: AbortSignal) => Promise<S[]>} suggest Asked once typing rests, also for
 *   the empty text. What it throws counts as no suggestions: they are a help, not the errand.
 * @property {(suggestion: S) => void} choose Told what was chosen, by key or pointer; the list is closed by
 *   then, and the field has the suggestion's text.
 * @property {AbortSignal} [signal] Ends it all.
 */

/**
 * @typedef {object} Combobox
 * @property {() => void} close Closes the list, forgets replies under way, and takes the field's text as known.
 * @property {import('./composition.js').Composition['isComposing']} isComposing
 */

/**
 * Makes a combobox of a field and a list. Enter is left to the form unless an option is active; Esc is left
 * to others unless it closes the list.
 *
 * @template {Suggestion} S
 * @param {ComboboxOptions<S>} options
 * @returns {Combobox}
 */
export function combobox({ input, list, id, suggest, choose, signal }) {
  const newest = newestOnly();
  /** @type {S[]} */
  let suggestions = [];
  let active = -1;

  list.id ||= `${id}-list`;
  list.setAttribute('role', 'listbox');
  list.hidden = true;
  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-controls', list.id);
  input.setAttribute('aria-expanded', 'false');

  /** @param {number} index The option that is meant; -1 for what stands in the field. */
  const activate = (index) => {
    list.children[active]?.setAttribute('aria-selected', 'false');
    active = index;
    const option = list.children[index];
    if (!option) {
      input.removeAttribute('aria-activedescendant');
      return;
    }
    option.setAttribute('aria-selected', 'true');
    option.scrollIntoView({ block: 'nearest' });
    input.setAttribute('aria-activedescendant', option.id);
  };

  const hide = () => {
    activate(-1);
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
  };

  const show = () => {
    const root = /** @type {Document | ShadowRoot} */ (input.getRootNode());
    if (suggestions.length === 0 || root.activeElement !== input) {
      hide();
      return;
    }
    list.replaceChildren(...suggestions.map((suggestion, index) => option(suggestion, `${id}-${index}`)));
    list.hidden = false;
    activate(-1);
    input.setAttribute('aria-expanded', 'true');
  };

  const load = async () => {
    const found = await newest
      .take((abort) => suggest(input.value.trim(), abort))
      .catch(() => /** @type {S[]} */ ([]));
    if (found === undefined) return;
    suggestions = found;
    show();
  };

  const composition = watchComposition(input, { onSettled: load, pause: 120 });

  const close = () => {
    newest.drop();
    composition.settle(input.value);
    hide();
  };

  /** @param {number} index */
  const take = (index) => {
    const suggestion = suggestions[index];
    if (!suggestion) return;
    input.value = suggestion.text;
    close();
    choose(suggestion);
  };

  /** @param {1 | -1} step */
  const move = async (step) => {
    if (list.hidden) await load();
    if (list.hidden) return;
    // One place more than there are options: the field itself.
    const places = suggestions.length + 1;
    activate(((active + 1 + step + places) % places) - 1);
  };

  /** @param {Event} event */
  const onKey = (event) => {
    if (!(event instanceof KeyboardEvent)) return;
    if (composition.isComposing(event)) {
      // Where a browser takes the Enter that ends a composition for one that sends the form.
      if (event.key === 'Enter') event.preventDefault();
      return;
    }
    const { key, altKey } = event;
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      // In a field of several lines, arrows without a list are the caret's.
      if (list.hidden && input instanceof HTMLTextAreaElement) return;
      event.preventDefault();
      if (altKey && key === 'ArrowUp') close();
      else if (altKey) load();
      else move(key === 'ArrowDown' ? 1 : -1);
    } else if (key === 'Enter') {
      if (list.hidden || active < 0) {
        close();
        return;
      }
      event.preventDefault();
      take(active);
    } else if (key === 'Escape') {
      const wasOpen = !list.hidden;
      close();
      if (!wasOpen) return;
      event.preventDefault();
      event.stopPropagation();
    } else if (['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(key)) {
      activate(-1);
    }
  };

  input.addEventListener('keydown', onKey, { signal });
  // What was active belongs to the text before.
  input.addEventListener('input', () => activate(-1), { signal });
  input.addEventListener('blur', close, { signal });
  input.addEventListener('click', () => {
    if (list.hidden && input.value.trim() === '') load();
  }, { signal });
  // A press on an option must not take the focus out of the field.
  list.addEventListener('mousedown', (event) => event.preventDefault(), { signal });
  list.addEventListener('click', (event) => {
    const pressed = event.target instanceof Element && event.target.closest('[role=option]');
    if (pressed) take([...list.children].indexOf(pressed));
  }, { signal });
  signal?.addEventListener('abort', () => {
    composition.stop();
    newest.drop();
  });

  return { close, isComposing: composition.isComposing };
}

/**
 * @param {Suggestion} suggestion
 * @param {string} id
 */
function option({ text, highlights = [], kind }, id) {
  const option = document.createElement('li');
  option.id = id;
  option.setAttribute('role', 'option');
  option.setAttribute('aria-selected', 'false');
  if (kind) option.dataset.kind = kind;
  option.append(...marked(text, highlights));
  return option;
}

/**
 * A text with its ranges marked; nothing in it is ever read as HTML.
 *
 * @param {string} text
 * @param {number[][]} ranges Half open, in code points, in order.
 * @returns {(string | HTMLElement)[]}
 */
export function marked(text, ranges) {
  const points = [...text];
  const parts = [];
  let at = 0;
  for (const [start = 0, end = 0] of ranges) {
    if (start < at || end <= start) continue;
    parts.push(points.slice(at, start).join(''));
    const mark = document.createElement('mark');
    mark.textContent = points.slice(start, end).join('');
    parts.push(mark);
    at = end;
  }
  parts.push(points.slice(at).join(''));
  return parts.filter((part) => part !== '');
}
