// `<jida-search>`: a search box with suggestions, and the reply below it.

import { Asking } from './asking.js';
import { element, emit } from './element.js';
import { ICONS } from './icons.js';
import { Transcript } from './transcript.js';

/** The search box. */
export class JidaSearch extends Asking {
  /** @type {(text: string) => void} */
  #set = () => {};

  /** Takes the reply away. */
  close() {
    this.stop();
    this.#set('');
    this.log.replaceChildren();
  }

  /** @override */
  build() {
    const { form, set } = this.form(ICONS.search, this.words.search, (question) => question);
    const title = this.dataset.title ?? this.words.title;
    Object.assign(form, { className: 'finder', role: 'search', ariaLabel: title });
    this.#set = set;
    this.log = element('div', { className: 'results', ariaLive: 'polite' });
    // The answers' own headings stand below one.
    return [element('h2', { className: 'unseen' }, title), form, this.log];
  }

  /** @override */
  built() {
    emit(this, 'ready');
  }

  /** Each question stands alone. @override @param {HTMLElement} turn */
  show(turn) {
    this.log.replaceChildren(turn);
  }

  /** It waits for none, either. @override @param {string} question */
  begin(question) {
    this.transcript = new Transcript(undefined);
    this.newest = Promise.resolve();
    this.#set(question);
  }
}
