// What the page shows: another page of this server in this one's place, a notice above it, and what a
// screen reader is told about both.

/** How long typing must rest before it is told what was found, in milliseconds. */
const QUIET = 1000;

/**
 * @typedef {object} View
 * @property {(page: Document, options: { whole: boolean, announce: boolean }) => void} show Puts another
 *   page's content in this one's place; the head of the start page goes or comes only with the whole.
 * @property {(retry: () => void) => void} unreachable Says that the server gives no reply.
 * @property {(busy: boolean) => void} busy Says that a reply is awaited.
 */

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

/**
 * A copy of what a template holds.
 *
 * @param {string} id
 * @returns {DocumentFragment}
 */
export function fromTemplate(id) {
  const template = byId(id);
  if (!(template instanceof HTMLTemplateElement)) throw new Error(`#${id} is no template`);
  return document.importNode(template.content, true);
}

/**
 * @param {{ onShow: () => void }} options Told after each change.
 * @returns {View}
 */
export function createView({ onShow }) {
  const content = byId('content');
  const form = byId('search');
  const notices = document.createElement('div');
  content.before(notices);
  // It must be there, and empty, before it says anything.
  const status = document.createElement('p');
  status.className = 'unseen';
  status.setAttribute('role', 'status');
  document.body.append(status);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let telling;

  /** @param {string} id @param {Document} page */
  const replace = (id, page) => {
    const fresh = page.getElementById(id);
    if (fresh) byId(id).replaceChildren(...document.importNode(fresh, true).childNodes);
  };

  return {
    show(page, { whole, announce }) {
      // The button that has been pressed goes; the focus must not go with it.
      if (notices.contains(document.activeElement)) byId('q').focus();
      notices.replaceChildren();
      delete content.dataset.stale;
      if (whole) replace('intro', page);
      replace('content', page);
      document.title = page.title;
      const language = page.getElementById('language')?.getAttribute('href');
      if (language) byId('language').setAttribute('href', language);
      onShow();
      clearTimeout(telling);
      status.textContent = '';
      const words = page.getElementById('content')?.dataset.announcement ?? '';
      if (announce) telling = setTimeout(() => { status.textContent = words; }, QUIET);
    },
    unreachable(retry) {
      const notice = fromTemplate('unreachable');
      notice.querySelector('button')?.addEventListener('click', retry);
      notices.replaceChildren(notice);
      content.dataset.stale = '';
    },
    busy(busy) {
      form.toggleAttribute('data-busy', busy);
      content.setAttribute('aria-busy', String(busy));
    },
  };
}
