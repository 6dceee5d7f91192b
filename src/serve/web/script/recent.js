// Questions that were asked here lately. They stay in this browser, are sent nowhere, and can be forgotten.

/** How many are kept. */
const KEPT = 8;

/**
 * @typedef {object} Recent
 * @property {() => string[]} list The latest first; empty where the browser keeps nothing.
 * @property {(question: string) => void} add
 * @property {() => void} clear
 */

/**
 * @param {string} name Tells apart what is kept for several knowledge bases.
 * @returns {Recent}
 */
export function recentQuestions(name) {
  const key = `jida.recent.${name}`;
  return {
    list() {
      try {
        const kept = JSON.parse(localStorage.getItem(key) ?? '[]');
        // Whatever else runs on this origin may have written there.
        return Array.isArray(kept) ? kept.filter((item) => typeof item === 'string').slice(0, KEPT) : [];
      } catch {
        return [];
      }
    },
    add(question) {
      if (question === '') return;
      const others = this.list().filter((other) => other !== question);
      try {
        localStorage.setItem(key, JSON.stringify([question, ...others].slice(0, KEPT)));
      } catch {
        // Storage that is full or switched off: then nothing is kept.
      }
    },
    clear() {
      try {
        localStorage.removeItem(key);
      } catch {
        // Then there is nothing to forget.
      }
    },
  };
}
