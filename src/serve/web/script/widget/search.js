// `<jida-search>`: a search box with suggestions, and the reply below it.

import { Asking } from './asking.js';
import { element, emit } from './element.js';
import { ICONS } from './icons.js';

/** The search box. */
export class JidaSearch extends Asking {
  /** @type {(text: string) => void} */
  #set = () => {};

  /** Takes the reply away. */
  close() {
    this.#set('');
    this.log.replaceChildren();
  }

  /** @override */
  build() {
    const { form, set } = this.form(ICONS.search, this.words.search, (question) => question);
    Object.assign(form, { className: 'finder', role: 'search', ariaLabel: this.dataset.title ?? this.words.title });
    this.#set = set;
    this.log = element('div', { className: 'results', ariaLive: 'polite' });
    return [form, this.log];
  }

  /** @override */
  built() {
    emit(this, 'ready');
  }

  /** Each question stands alone. @override @param {HTMLElement} turn */
  show(turn) {
    this.log.replaceChildren(turn);
  }

  /** @override @param {string} question @param {import('./service.js').Choice} [choice] */
  async respond(question, choice) {
    this.transcript.clear();
    this.#set(question);
    return super.respond(question, choice);
  }
}
