// The server, as the widget calls it.

/**
 * @typedef {object} Choice
 * @property {string} id
 * @property {string} question
 * @property {string} [shown] The reply that had it among its candidates, by `query_id`.
 */
/** @typedef {{ file: string, line: number, url: string | null }} Source */
/**
 * @typedef {object} Answer
 * @property {string} id
 * @property {string} question
 * @property {{ text: string, html: string }} answer
 * @property {{ text: string } | null} [passage]
 * @property {string[]} category
 * @property {Source} source
 * @property {number} [confidence]
 * @property {Choice[]} [related]
 */
/**
 * @typedef {object} Reply
 * @property {string} query_id
 * @property {'answered' | 'clarify' | 'no_answer'} decision
 * @property {Answer | null} answer
 * @property {(Choice & { category: string[] })[]} candidates
 * @property {string | null} message
 * @property {string} [interpreted]
 */
/** @typedef {{ query_id: string, entry_id?: string, value: 'up' | 'down', reason?: string }} Vote */
/** @typedef {{ previous_question?: string, previous_entry_id?: string }} Context */
/** @typedef {{ id: string, text: string, highlights: number[][] }} Suggested */

/** A reply that takes longer is none, in milliseconds. */
const PATIENCE = 15_000;

/** Why there is no reply. */
export class ServiceError extends Error {
  /**
   * @param {'offline' | 'busy' | 'failed'} kind
   * @param {number} status 0 where nothing was replied.
   */
  constructor(kind, status) {
    super(`${kind} ${status}`);
    this.kind = kind;
    this.status = status;
  }
}

/**
 * @typedef {object} Service
 * @property {URL} base Where the server's pages begin.
 * @property {(question: string, signal: AbortSignal, context?: Context) => Promise<Reply>} ask
 * @property {(choice: Choice, signal: AbortSignal) => Promise<Reply>} askFor The answer that was chosen from candidates,
 *   whatever its question finds.
 * @property {(text: string, signal: AbortSignal) => Promise<Suggested[]>} suggest
 * @property {() => Promise<{ message: string | null, questions: Choice[] }>} welcome
 * @property {(vote: Vote) => Promise<void>} vote
 */

/**
 * @param {URL} base
 * @param {DOMStringMap} settings Of the element: `kb`, `key`.
 * @param {string} language
 * @returns {Service}
 */
export function service(base, { kb, key }, language) {
  /**
   * @param {string} path
   * @param {{ params?: Record<string, string>, body?: object, signal?: AbortSignal }} [options]
   */
  const call = async (path, { params, body, signal } = {}) => {
    const url = new URL(path, base);
    if (!body) url.search = String(new URLSearchParams({ ...params, ...(kb && { kb }) }));
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE);
    signal?.addEventListener('abort', () => patience.abort());
    try {
      const response = await fetch(url, {
        method: body ? 'POST' : 'GET',
        headers: { 'accept-language': language, ...(key && { 'x-jida-key': key }), ...(body && { 'content-type': 'application/json' }) },
        body: body && JSON.stringify({ ...body, ...(kb && { kb }) }),
        signal: patience.signal,
      });
      const { ok, status } = response;
      if (!ok) throw new ServiceError([429, 503, 504].includes(status) ? 'busy' : 'failed', status);
      return status === 204 ? undefined : await response.json();
    } catch (cause) {
      // No connection, no permission by CORS, no time, or no JSON: all the same to the reader.
      throw cause instanceof ServiceError ? cause : new ServiceError('offline', 0);
    } finally {
      clearTimeout(timer);
    }
  };

  /** @type {Service['ask']} */
  const ask = (question, signal, context) => context
    ? call('v1/ask', { body: { q: question, context }, signal })
    // Without a body a browser asks the server nothing beforehand, so the first answer needs one round trip.
    : call('v1/ask', { params: { q: question }, signal });

  return {
    base,
    ask,
    async askFor({ id, question, shown }, signal) {
      const reply = await ask(question, signal);
      if (!shown || reply.answer?.id === id) return reply;
      // Two entries can ask the same, or the question leads elsewhere: the choice stands. A vote on it names the
      // reply that had it to choose from.
      const answer = await call(`v1/entries/${encodeURIComponent(id)}`, { signal }).catch((cause) => {
        if (cause.status !== 404) throw cause;
      });
      return answer ? { ...reply, query_id: shown, decision: 'answered', answer, candidates: [], message: null } : reply;
    },
    suggest: async (text, signal) => (await call('v1/suggest', { params: { q: text, limit: '6' }, signal })).suggestions,
    welcome: () => call('v1/welcome'),
    vote: (vote) => call('v1/feedback', { body: vote }),
  };
}
