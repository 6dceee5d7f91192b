// In which language the widget speaks.

/** @typedef {'zh-CN' | 'zh-TW' | 'en'} Language */

/**
 * The first language that the widget speaks of: the one asked for, the page's, the reader's. Else Chinese,
 * since that is what is asked.
 *
 * @param {string | undefined} wanted A BCP 47 tag, or anything else for none.
 * @returns {Language}
 */
export function languageOf(wanted) {
  for (const tag of [wanted ?? '', document.documentElement.lang, ...navigator.languages]) {
    if (/^en\b/i.test(tag)) return 'en';
    if (/^zh\b/i.test(tag)) return /hant|tw|hk|mo/i.test(tag) ? 'zh-TW' : 'zh-CN';
  }
  return 'zh-CN';
}
