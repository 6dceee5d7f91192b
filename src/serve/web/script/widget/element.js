// Building elements without a word of HTML, so that no text is ever read as such.

import { svg } from './icons.js';

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * An element. Properties that begin with `on` are listeners, those that it has are set, others become
 * attributes; what is undefined is left out.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, unknown>} [properties]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (name.startsWith('on')) made.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (name in made) Reflect.set(made, name, value);
    else made.setAttribute(name, String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/**
 * Something only for screen readers.
 *
 * @param {string} text
 */
export function unseen(text) {
  return element('span', { className: 'unseen' }, text);
}

/**
 * A link out of the panel, into a window of its own.
 *
 * @param {string} href
 * @param {string} className
 * @param {import('./words.js').Words} words
 * @param {...Child} children
 */
export function outwardLink(href, className, { newTab }, ...children) {
  return element('a', { href, className, target: '_blank', rel: 'noopener' }, ...children, unseen(newTab));
}

/**
 * A button that shows a picture and is named by its label.
 *
 * @param {string} path The icon's.
 * @param {string} label
 * @param {Record<string, unknown>} [properties]
 */
export function iconButton(path, label, properties = {}) {
  return element('button', { className: 'icon', ariaLabel: label, title: label, ...properties }, svg(path));
}

/**
 * The language of a text for fonts and screen readers, where it is not that of the words around it.
 *
 * @param {string} text
 * @param {string} around
 * @returns {string | undefined}
 */
export function languageOfText(text, around) {
  return around === 'en' && /[一-鿿]/.test(text) ? 'zh' : undefined;
}

/**
 * Tells the page what happened.
 *
 * @param {EventTarget} from
 * @param {string} name Without the prefix.
 * @param {unknown} [detail]
 * @returns {boolean} Whether nobody prevented what follows.
 */
export function emit(from, name, detail = {}) {
  const init = { detail, bubbles: true, composed: true, cancelable: true };
  return from.dispatchEvent(new CustomEvent(`jida:${name}`, init));
}
