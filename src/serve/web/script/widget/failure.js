// What is shown where a reply should stand.

import { element, emit } from './element.js';
import { ICONS, svg } from './icons.js';
import { ServiceError } from './service.js';

/**
 * Tells the page what went wrong.
 *
 * @param {unknown} cause
 * @param {HTMLElement} host
 * @param {string} [question]
 */
export function tellFailure(cause, host, question) {
  const { kind, status } = cause instanceof ServiceError ? cause : new ServiceError('failed', 0);
  emit(host, 'error', { kind, status, message: String(cause), question });
  return { kind };
}

/**
 * Tells the reader and the page that there is no reply.
 *
 * @param {unknown} cause
 * @param {string} question
 * @param {import('./answer.js').Surroundings} around
 * @param {() => void} again
 */
export function failure(cause, question, { host, words }, again) {
  const { kind } = tellFailure(cause, host, question);
  return element('div', { className: 'bubble error' },
    element('p', {}, words[kind]),
    element('button', { className: 'chip', onclick: again }, svg(ICONS.fresh), words.retry),
  );
}
