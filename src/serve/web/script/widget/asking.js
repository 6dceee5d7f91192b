// What both elements do: take a question, and show what is replied.

import { composer } from './composer.js';
import { element, emit } from './element.js';
import { failure } from './failure.js';
import { Surface } from './surface.js';
import { Transcript } from './transcript.js';
import { askedView, replyView } from './turn.js';

/** @typedef {import('./service.js').Choice} Choice */
/** @typedef {import('./transcript.js').Turn} Turn */

/** The events of the decisions. */
const EVENTS = { answered: 'answer', clarify: 'clarify', no_answer: 'noanswer' };

/** An element that is asked. */
export class Asking extends Surface {
  transcript = new Transcript(undefined);
  /** Where replies are shown. */
  log = element('div');
  input = element('input');
  /** The newest exchange, for which the next one waits. @type {Promise<unknown>} */
  newest = Promise.resolve();
  /** What the newest question is, while its reply is awaited. @type {string | undefined} */
  #awaited;
  /** Ends what is under way. */
  #ending = new AbortController();

  /** Asks as if it had been typed. @param {unknown} question */
  async ask(question) {
    const text = String(question ?? '').trim();
    if (!text) throw new TypeError('jida: ask needs a question');
    await this.open();
    return this.respond(text);
  }

  /** Goes on with the conversation that is kept there. @param {string | undefined} key */
  resume(key) {
    if (key !== this.transcript.key) this.transcript = new Transcript(key);
  }

  /** Makes itself ready to be typed into. @returns {unknown} */
  open() {
    return this.input.focus();
  }

  /**
   * The form with the field.
   *
   * @param {string} icon
   * @param {string} label
   * @param {(question: string) => string} left What stands in the field after a question was asked.
   */
  form(icon, label, left) {
    const { form, input, set, isComposing } = composer({
      around: this.around, signal: this.listening.signal, icon, label,
      ask: (question, choice) => {
        set(left(question));
        this.respond(question, choice);
      },
    });
    this.input = input;
    return { form, set, isComposing };
  }

  /** @param {Turn} turn */
  reply(turn) {
    return replyView(turn, {
      around: this.around,
      choose: (choice) => this.respond(choice.question, choice),
      changed: () => this.transcript.save(),
      transcript: () => this.transcript.lines(),
    });
  }

  /** @param {string} question @param {...Node} below */
  turn(question, ...below) {
    return element('div', { className: 'turn' }, askedView(question, this.around), ...below);
  }

  /** Shows a turn, in place of another if there is one. @param {HTMLElement} turn @param {Element} [other] */
  show(turn, other) {
    if (other) other.replaceWith(turn);
    else this.log.append(turn);
  }

  /** Gives up on the replies under way: nothing of them enters what is said from now on. */
  stop() {
    this.#ending.abort();
    this.#ending = new AbortController();
    this.newest = Promise.resolve();
    this.#awaited = undefined;
  }

  /** @override */
  disconnectedCallback() {
    this.stop();
    super.disconnectedCallback();
  }

  /** Makes room for a question. @param {string} _question */
  begin(_question) {}

  /**
   * Asks, once those before have their replies: a question may refer to them.
   *
   * @param {string} question
   * @param {Choice} [choice] The entry that was chosen, if the question is not one's own.
   * @param {Element} [failed] The turn that this one tries again.
   * @returns {Promise<unknown>} The reply; undefined if there is none.
   */
  respond(question, choice, failed) {
    // A button pressed twice.
    const asked = JSON.stringify([question, choice?.id]);
    if (asked === this.#awaited) return this.newest;
    this.begin(question);
    const waiting = element('p', { className: 'waiting', role: 'img', ariaLabel: this.words.waiting }, element('i'), element('i'), element('i'));
    const turn = this.turn(question, waiting);
    this.show(turn, failed);
    emit(this, 'ask', { question });
    const { service, transcript, newest } = this;
    const { signal } = this.#ending;
    const exchange = async () => {
      await newest;
      try {
        if (signal.aborted) return undefined;
        const reply = choice ? await service.askFor(choice, signal) : await service.ask(question, signal, transcript.context());
        if (signal.aborted) return undefined;
        const said = { question, reply };
        transcript.add(said);
        waiting.replaceWith(...this.reply(said));
        emit(this, EVENTS[reply.decision], said);
        return reply;
      } catch (cause) {
        if (signal.aborted) return undefined;
        waiting.replaceWith(failure(cause, question, this.around, () => {
          this.respond(question, choice, turn);
          this.input.focus();
        }));
        return undefined;
      } finally {
        if (this.newest === running) this.#awaited = undefined;
      }
    };
    const running = exchange();
    this.newest = running;
    this.#awaited = asked;
    return running;
  }
}
