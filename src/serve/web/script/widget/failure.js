// What is shown where a reply should stand.

import { element, emit } from './element.js';
import { ICONS, svg } from './icons.js';
import { ServiceError } from './service.js';

/**
 * Tells the reader and the page that there is no reply.
 *
 * @param {unknown} cause
 * @param {string} question
 * @param {import('./answer.js').Surroundings} around
 * @param {() => void} again
 */
export function failure(cause, question, { host, words }, again) {
  const { kind, status } = cause instanceof ServiceError ? cause : new ServiceError('failed', 0);
  emit(host, 'error', { kind, status, message: String(cause), question });
  return element('div', { className: 'bubble error' },
    element('p', {}, words[kind]),
    element('button', { className: 'chip', onclick: again }, svg(ICONS.fresh), words.retry),
  );
}
