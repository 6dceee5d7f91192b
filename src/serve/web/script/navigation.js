// Goes to other addresses of this server without leaving the page, and keeps the address bar and the
// browser's history true to what is shown.
//
// What is typed gets one entry in the history, which changes with every further keystroke, so that the way
// back leads to what stood there before the typing. Sending the question makes that entry lasting.

import { newestOnly } from './newest.js';

/** Pages kept, so that the way back is short. */
const KEPT = 24;
/** A reply that takes longer, in milliseconds, is not waited for; the server itself gives up before. */
const PATIENCE = 15_000;

/** @typedef {'typed' | 'sent' | 'travelled'} Cause What has led to an address; the last is back and forward. */

/**
 * @typedef {object} NavigationOptions
 * @property {(page: Document, cause: Cause) => void} show
 * @property {(retry: () => void) => void} unreachable
 * @property {(busy: boolean) => void} busy
 */

/**
 * @typedef {object} Navigation
 * @property {(address: string, cause: Cause) => Promise<void>} go Shows another address.
 * @property {() => boolean} isTyped Whether what is shown has been typed but not sent.
 */

/**
 * @param {NavigationOptions} options
 * @returns {Navigation}
 */
export function createNavigation({ show, unreachable, busy }) {
  const newest = newestOnly();
  /** @type {Map<string, Document>} */
  const pages = new Map();
  let shown = here();
  let typed = Boolean(history.state?.typed);
  /** @type {(() => void) | undefined} */
  let retry;

  /** @param {string} address @param {Cause} cause @param {AbortSignal} signal @returns {Promise<Document>} */
  const load = async (address, cause, signal) => {
    const kept = pages.get(address);
    if (kept) return kept;
    const { page, lasting } = await fetchPage(address, cause, signal);
    if (lasting) pages.set(address, page);
    for (const oldest of pages.keys()) {
      if (pages.size <= KEPT) break;
      pages.delete(oldest);
    }
    return page;
  };

  /** @param {string} address @param {Cause} cause */
  const record = (address, cause) => {
    if (cause === 'travelled') {
      typed = Boolean(history.state?.typed);
    } else {
      const state = cause === 'typed' ? { typed: true } : null;
      if (typed || address === here()) history.replaceState(state, '', address);
      else history.pushState(state, '', address);
      typed = cause === 'typed';
    }
    shown = address;
  };

  /** @param {string} address @param {Cause} cause */
  const go = async (address, cause) => {
    retry = undefined;
    if (cause === 'sent') pages.delete(address);
    busy(true);
    /** @type {Document | undefined} */
    let page;
    try {
      page = await newest.take((signal) => load(address, cause, signal));
    } catch {
      busy(false);
      retry = () => go(address, cause);
      unreachable(retry);
      return;
    }
    // Something newer is under way.
    if (!page) return;
    busy(false);
    if (cause !== 'typed' && isOfOtherVersion(page)) {
      location.assign(address);
      return;
    }
    record(address, cause);
    show(page, cause);
  };

  addEventListener('popstate', () => {
    // A mere change of the fragment is the browser's business.
    if (here() !== shown) go(here(), 'travelled');
  });
  addEventListener('online', () => retry?.());

  return { go, isTyped: () => typed };
}

/** The address in the address bar, as it is asked for. */
function here() {
  return location.pathname + location.search;
}

/**
 * @param {string} address
 * @param {Cause} cause
 * @param {AbortSignal} signal
 * @returns {Promise<{ page: Document, lasting: boolean }>} Also a page that tells an error, which may have
 *   passed when it is asked for again.
 */
async function fetchPage(address, cause, signal) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  signal.addEventListener('abort', () => patience.abort());
  try {
    const reply = await fetch(address, {
      headers: { accept: 'text/html', 'x-jida-cause': cause },
      signal: patience.signal,
    });
    const page = new DOMParser().parseFromString(await reply.text(), 'text/html');
    // Something between us and the server may reply in its stead.
    if (!page.getElementById('content')) throw new Error(`status ${reply.status}`);
    return { page, lasting: reply.ok };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Whether the server has been replaced by one whose pages need another style or script.
 *
 * @param {Document} page
 */
function isOfOtherVersion(page) {
  const own = 'link[rel=stylesheet], script[type=module]';
  /** @param {Document} document */
  const names = (document) =>
    [...document.querySelectorAll(own)].map((e) => e.getAttribute('href') ?? e.getAttribute('src')).join();
  return names(page) !== names(document);
}
