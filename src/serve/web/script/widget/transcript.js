// What has been said in this tab.

/** @typedef {import('./service.js').Reply} Reply */
/**
 * @typedef {object} Turn
 * @property {string} question
 * @property {Reply} reply
 * @property {'up' | 'down'} [vote]
 * @property {string} [reason]
 */

/** Turns beyond these are forgotten, the oldest first. */
const MAX_TURNS = 30;

/** The conversation; kept in the tab's own storage if the site wants that. */
export class Transcript {
  /** @param {string | undefined} key Where it is kept; nowhere unless given. */
  constructor(key) {
    this.key = key;
    /** @type {Turn[]} */
    this.turns = [];
    this.isOpen = false;
    if (!key) return;
    try {
      const kept = JSON.parse(sessionStorage.getItem(key) ?? '{}');
      if (Array.isArray(kept.turns)) this.turns = kept.turns.filter(isTurn);
      this.isOpen = kept.isOpen === true;
    } catch {
      // Storage that is switched off, or of an older version: as if nothing had been said.
    }
  }

  /** @param {Turn} turn */
  add(turn) {
    this.turns.push(turn);
    this.turns.splice(0, this.turns.length - MAX_TURNS);
    this.save();
  }

  clear() {
    this.turns = [];
    this.save();
  }

  save() {
    if (!this.key) return;
    const { turns, isOpen } = this;
    try {
      sessionStorage.setItem(this.key, JSON.stringify({ turns, isOpen }));
    } catch {
      // Full or switched off: the conversation goes on without.
    }
  }

  /** What the next question may refer to; undefined before anything was said. */
  context() {
    const last = this.turns.at(-1);
    if (!last) return undefined;
    const { question, reply } = last;
    // What was last answered is still what is talked about after a question without an answer.
    const answered = this.turns.findLast((turn) => turn.reply.answer);
    return { previous_question: reply.interpreted ?? question, previous_entry_id: answered?.reply.answer?.id };
  }

  /** For the person who takes over. */
  lines() {
    return this.turns.flatMap(({ question, reply }) => [
      { role: 'user', text: question },
      {
        role: 'assistant',
        decision: reply.decision,
        text: reply.answer?.answer.text ?? reply.message ?? '',
        entry_id: reply.answer?.id ?? null,
        query_id: reply.query_id,
      },
    ]);
  }
}

/** @param {any} turn @returns {turn is Turn} */
function isTurn(turn) {
  const { candidates, answer } = turn?.reply ?? {};
  return typeof turn?.question === 'string' && Array.isArray(candidates) && (!answer || typeof (answer.source && answer.answer?.text) === 'string');
}
