// `<jida-chat>`: a conversation in a panel, launched by a button or standing in the page.

import { choiceList } from './answer.js';
import { Asking } from './asking.js';
import { element, emit, iconButton, languageOfText } from './element.js';
import { ICONS } from './icons.js';

/** Where the panel takes the whole screen; the style sheet says the same. */
const SMALL = '(max-width: 480px), (max-height: 420px)';

/** The chat. */
export class JidaChat extends Asking {
  #panel = element('dialog');
  #fresh = element('button');
  /** What had the focus before the panel took it. @type {Element | null} */
  #before = null;
  #welcomed = false;
  #ready = false;

  /** Opens the panel, and gives the field the focus. @override */
  async open() {
    if (!this.#isOpen) {
      this.#before = document.activeElement;
      this.#show(matchMedia(SMALL).matches);
      emit(this, 'open');
    }
    // On a touch screen the field's focus brings up a keyboard that hides half of what there is to read.
    const first = matchMedia('(pointer: coarse)').matches ? this.#panel : this.input;
    first.focus({ preventScroll: this.#isFloating });
    await this.#welcome();
  }

  /** Closes the panel, and gives the focus back. */
  close() {
    if (!this.#isFloating || !this.#isOpen) return;
    const hadFocus = this.root.activeElement;
    this.#panel.close();
    this.#opened(false);
    if (hadFocus) {
      const back = this.#before;
      const isUseful = back instanceof HTMLElement && back.isConnected && back !== document.body && back !== this;
      (isUseful ? back : this.#launcher)?.focus();
    }
    emit(this, 'close');
  }

  /** Whether this is the one that a button opens. */
  get #isFloating() {
    return this.dataset.floating !== undefined;
  }

  get #isOpen() {
    return !this.#isFloating || this.#panel.open;
  }

  get #launcher() {
    return /** @type {HTMLElement | null} */ (this.root.querySelector('.launcher'));
  }

  /** @param {boolean} modal */
  #show(modal) {
    // `show` would move the focus, which is not wanted when a page opens with the panel.
    if (modal) this.#panel.showModal();
    else this.#panel.open = true;
    this.#opened(true);
  }

  /** @param {boolean} isOpen */
  #opened(isOpen) {
    if (this.#launcher) this.#launcher.ariaExpanded = String(isOpen);
    this.transcript.isOpen = isOpen;
    this.transcript.save();
    if (isOpen) this.log.scrollTop = this.log.scrollHeight;
  }

  /** @override */
  build() {
    const { words } = this;
    const { kb, history, title } = this.dataset;
    this.resume(history === 'tab' ? `jida ${this.service.base.host} ${kb ?? ''}` : undefined);

    const { form, isComposing } = this.form(ICONS.send, words.send, () => '');
    form.className = 'composer';
    this.log = element('div', { className: 'log', role: 'log', tabIndex: 0, ariaLabel: words.log });
    this.#fresh = iconButton(ICONS.fresh, words.fresh, { onclick: () => this.#startAfresh() });
    const header = element('header', {},
      element('div', {}, element('h2', { id: 'title' }, title ?? words.title), element('p', {}, words.tagline)),
      this.#fresh,
      this.#isFloating && iconButton(ICONS.close, words.close, { onclick: () => this.close() }),
    );

    const panel = element(this.#isFloating ? 'dialog' : 'section', { className: 'panel', tabIndex: -1, 'aria-labelledby': 'title' }, header, this.log, form);
    this.#panel = /** @type {HTMLDialogElement} */ (panel);
    // The browser's own wish to close: Esc in a modal dialog, the back gesture.
    panel.addEventListener('cancel', (event) => {
      event.preventDefault();
      this.close();
    });
    panel.addEventListener('keydown', (event) => {
      if (!(event instanceof KeyboardEvent) || event.defaultPrevented || event.key !== 'Escape') return;
      event.preventDefault();
      if (isComposing(event)) return;
      event.stopPropagation();
      this.close();
    });
    this.#greet();
    this.log.append(...this.transcript.turns.map((turn) => this.turn(turn.question, ...this.reply(turn))));
    return [panel];
  }

  /** @override */
  built() {
    const { signal } = this.listening;
    // What a keyboard on the screen leaves free; a reader who has zoomed in wants it as large as it is.
    const viewport = window.visualViewport;
    const fit = () => {
      if (!viewport || viewport.scale > 1) return;
      this.#panel.style.setProperty('--height', `${viewport.height}px`);
      this.#panel.style.setProperty('--top', `${viewport.offsetTop}px`);
    };
    for (const change of ['resize', 'scroll']) viewport?.addEventListener(change, fit, { signal });
    fit();
    // A conversation goes on where it was, but never covers a small screen unasked.
    if (this.#isFloating && this.transcript.isOpen && !matchMedia(SMALL).matches) this.#show(false);
    if (this.#isOpen) this.#welcome();
    if (!this.#ready) emit(this, 'ready');
    this.#ready = true;
  }

  #greet() {
    this.log.replaceChildren(element('div', { className: 'turn welcome' }, element('p', { className: 'bubble' }, this.words.greeting)));
    this.#welcomed = false;
    this.#fresh.hidden = this.transcript.turns.length === 0;
  }

  #startAfresh() {
    this.stop();
    this.transcript.clear();
    this.#greet();
    this.#welcome();
    this.input.focus();
  }

  /** Shows what the owner greets with, and some questions to begin with; without a word if there are none. */
  async #welcome() {
    if (this.#welcomed || this.transcript.turns.length > 0) return;
    this.#welcomed = true;
    const place = this.log.firstElementChild;
    const { message, questions } = await this.service.welcome().catch(() => ({ message: null, questions: [] }));
    if (!place?.isConnected) return;
    const { starters, language } = this.words;
    if (message) place.replaceChildren(element('p', { className: 'bubble plain', lang: languageOfText(message, language) }, message));
    if (!questions?.length) return;
    place.append(
      element('p', { className: 'label' }, starters),
      choiceList(questions.slice(0, 5), starters, (choice) => this.respond(choice.question, choice), language),
    );
  }

  /** @override @param {HTMLElement} turn @param {Element} [other] */
  show(turn, other) {
    super.show(turn, other);
    this.#fresh.hidden = false;
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.log.scrollTo({ top: turn.offsetTop - 12, behavior: still ? 'instant' : 'smooth' });
  }
}
