// What the widget says. Each reader loads one language only.

/** @typedef {typeof import('./words/zh-CN.json')} Words */

/** What stands in one of `words/*.json`; the server puts it in. @type {Words} */
export const WORDS = JIDA_WORDS;
