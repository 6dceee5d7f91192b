// What both elements are made of: a shadow root of their own look and language.

import { element } from './element.js';
import { service } from './service.js';
import { WORDS } from './words.js';
import style from './widget.css';

/** Where the server's pages begin: this module stands one folder below. */
const SERVER = new URL('../', import.meta.url);

const sheet = new CSSStyleSheet();
sheet.replaceSync(style);

/** A custom element whose insides are built anew when what they depend on changes. */
export class Surface extends HTMLElement {
  static observedAttributes = ['data-handoff', 'data-history', 'data-key', 'data-kb', 'data-accent', 'data-title'];

  /** For what is built from now on: another language's module finds the elements defined, and sets this. */
  static words = WORDS;

  constructor() {
    super();
    // The loader has already put its button into the root.
    this.root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    this.root.adoptedStyleSheets = [...this.root.adoptedStyleSheets, sheet];
    this.words = WORDS;
    this.service = service(SERVER, this.dataset, '');
    this.frame = element('div', { className: 'frame' });
    this.live = element('p', { className: 'unseen', role: 'status' });
    /** Ends what listens outside, and what is under way. */
    this.listening = new AbortController();
  }

  connectedCallback() {
    if (this.frame.isConnected) return;
    this.listening = new AbortController();
    this.words = /** @type {typeof Surface} */ (this.constructor).words;
    const { language } = this.words;
    this.service = service(SERVER, this.dataset, language);
    this.frame.lang = language;
    if (this.dataset.accent) this.style.setProperty('--jida-accent', this.dataset.accent);
    this.frame.replaceChildren(...this.build(), this.live);
    this.root.append(this.frame);
    this.built();
  }

  disconnectedCallback() {
    this.listening.abort();
    this.frame.remove();
  }

  /** @param {string} _name @param {string | null} before @param {string | null} after */
  attributeChangedCallback(_name, before, after) {
    if (before !== after && this.frame.isConnected) this.rebuild();
  }

  rebuild() {
    this.disconnectedCallback();
    this.connectedCallback();
  }

  /** Tells screen readers, the same thing twice in a row too. @param {string} text */
  announce(text) {
    this.live.textContent = '';
    setTimeout(() => {
      this.live.textContent = text;
    }, 50);
  }

  /** What the frame holds. @returns {Node[]} */
  build() {
    return [];
  }

  /** Once it does. */
  built() {}

  /** What its parts need of it. @returns {import('./answer.js').Surroundings} */
  get around() {
    const { service, words } = this;
    return { host: this, service, words, announce: (text) => this.announce(text) };
  }
}
