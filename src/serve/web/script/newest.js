// Replies to what has meanwhile been typed over are dropped.

/**
 * @typedef {object} Newest
 * @property {<T>(ask: (signal: AbortSignal) => Promise<T>) => Promise<T | undefined>} take Runs `ask` and
 *   gives its result, or `undefined` if a newer call has begun meanwhile; that call also aborts this one.
 * @property {() => void} drop Aborts and forgets what is under way.
 */

/**
 * Lets only the newest of several requests count, in whatever order their replies come.
 *
 * @returns {Newest}
 */
export function newestOnly() {
  let turn = 0;
  /** @type {AbortController | undefined} */
  let under;
  const begin = () => {
    under?.abort();
    under = new AbortController();
    turn += 1;
    return { mine: turn, signal: under.signal };
  };
  return {
    async take(ask) {
      const { mine, signal } = begin();
      try {
        const result = await ask(signal);
        return mine === turn ? result : undefined;
      } catch (error) {
        if (mine === turn) throw error;
        return undefined;
      }
    },
    drop() {
      begin();
    },
  };
}
