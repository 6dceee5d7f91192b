// An answer's HTML as nodes. The server has sanitised it; what it should never have let through is left out
// once more, by building anew only what is on these lists.

import { element, unseen } from './element.js';

const TAGS = new Set(
  ('a b blockquote br code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img input kbd li mark ol p pre q s strong sub ' +
    'summary sup table tbody td th thead tr u ul').split(' '),
);

/** What goes away with all that is in it; other unknown elements give up only their own tags. */
const DROPPED = new Set('script style template iframe object embed svg math noscript textarea select title'.split(' '));

/** @type {Record<string, string[]>} */
const ATTRIBUTES = {
  '*': ['title', 'lang', 'dir'],
  ol: ['start', 'type'],
  td: ['colspan', 'rowspan', 'align'],
  th: ['colspan', 'rowspan', 'align', 'scope'],
  img: ['alt', 'width', 'height'],
  details: ['open'],
};

/** @type {{ createHTML(text: string): string } | undefined} */
let policy;

/**
 * @param {string} html
 * @param {string | null} url What relative links are relative to, if anything.
 * @param {string} newTab Said after a link.
 * @returns {DocumentFragment}
 */
export function safeFragment(html, url, newTab) {
  // Nothing is loaded or run in a parsed document.
  const rules = { createHTML: (/** @type {string} */ text) => text };
  policy ??= window.trustedTypes?.createPolicy('jida', rules) ?? rules;
  const parsed = new DOMParser().parseFromString(policy.createHTML(html), 'text/html');
  const fragment = document.createDocumentFragment();
  copy(parsed.body, fragment, url, newTab);
  return fragment;
}

/**
 * @param {Node} from
 * @param {Node} to
 * @param {string | null} base
 * @param {string} newTab
 */
function copy(from, to, base, newTab) {
  for (const node of from.childNodes) {
    if (node instanceof Text) {
      to.appendChild(document.createTextNode(node.data));
    } else if (node instanceof Element && !DROPPED.has(node.localName)) {
      const made = TAGS.has(node.localName) ? shell(node, base) : null;
      copy(node, made ?? to, base, newTab);
      if (!made) continue;
      if (made.localName === 'a') made.append(unseen(newTab));
      // What is wider than the panel scrolls by itself, by keyboard too.
      const isWide = ['table', 'pre'].includes(made.localName);
      to.appendChild(isWide ? element('div', { className: 'wide', tabIndex: 0 }, made) : made);
    }
  }
}

/**
 * An element of the same kind with what it may have of its attributes; null if there is no use for it.
 *
 * @param {Element} given
 * @param {string | null} base
 */
function shell(given, base) {
  const tag = given.localName;
  const link = tag === 'a' ? address(given.getAttribute('href'), base, /^(https?|mailto|tel):$/) : null;
  const picture = tag === 'img' ? address(given.getAttribute('src'), base, /^https?:$/) : null;
  if ((tag === 'a' && !link) || (tag === 'img' && !picture)) return null;
  if (tag === 'input' && given.getAttribute('type') !== 'checkbox') return null;

  // Headings of an answer stand below that of the answer.
  const made = document.createElement(/^h[1-3]$/.test(tag) ? 'h4' : tag);
  for (const name of [...(ATTRIBUTES['*'] ?? []), ...(ATTRIBUTES[tag] ?? [])]) {
    const value = given.getAttribute(name);
    if (value !== null) made.setAttribute(name, value);
  }
  if (link) Object.assign(made, { href: link, target: '_blank', rel: 'noopener noreferrer nofollow' });
  if (picture) Object.assign(made, { loading: 'lazy', referrerPolicy: 'no-referrer', src: picture });
  if (tag === 'input') {
    const checked = given.hasAttribute('checked');
    Object.assign(made, { type: 'checkbox', disabled: true, checked, ariaLabel: checked ? '✓' : '–' });
  }
  return made;
}

/**
 * An absolute address of an allowed kind.
 *
 * @param {string | null} given
 * @param {string | null} base
 * @param {RegExp} kinds
 */
function address(given, base, kinds) {
  try {
    const url = new URL(given ?? '', base ?? undefined);
    return kinds.test(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
