// An answer as it is shown: its question, its text, and what can be done with it.

import { element, emit, iconButton, languageOfText, outwardLink } from './element.js';
import { tellFailure } from './failure.js';
import { ICONS, svg } from './icons.js';
import { safeFragment } from './safe_html.js';

/** @typedef {import('./service.js').Answer} Answer */
/** @typedef {import('./service.js').Choice} Choice */
/** @typedef {import('./transcript.js').Turn} Turn */
/** @typedef {Pick<Turn, 'vote' | 'reason'>} Cast */

/**
 * What the parts of the widget share.
 *
 * @typedef {object} Surroundings
 * @property {HTMLElement} host The custom element, from which events go out.
 * @property {import('./service.js').Service} service
 * @property {import('./words.js').Words} words
 * @property {(text: string) => void} announce Tells screen readers.
 */

/** From this many code points on, an answer is first shown in part. */
const LONG = 280;

const REASONS = /** @type {const} */ (['wrong', 'incomplete', 'outdated', 'unclear', 'other']);

/**
 * The answer's text; of a long one the passage that fits, or its beginning, and the whole on demand.
 *
 * @param {Answer} answer
 * @param {string} asked
 * @param {Surroundings} around
 * @returns {HTMLElement[]}
 */
export function answerText({ question, answer, passage, source }, asked, { words }) {
  const body = element('div', { className: 'answer', lang: languageOfText(answer.text, words.language) });
  try {
    body.append(safeFragment(answer.html, source.url, words.newTab));
  } catch {
    // The page allows no HTML to be parsed, not even here (Trusted Types without a policy for `jida`).
    body.append(element('p', { className: 'plain' }, answer.text));
  }
  if ([...answer.text].length < LONG) return [body];

  // Whoever asks the entry's own question wants all of it, from its beginning.
  const part = passage && asked !== question
    ? element('p', { className: 'plain passage clamped', lang: body.lang }, passage.text)
    : null;
  const show = () => {
    part?.remove();
    more.remove();
    body.hidden = false;
    body.classList.remove('clamped');
  };
  const more = element('button', {
    className: 'more',
    onclick: () => {
      show();
      // The button is gone; reading goes on where it stood.
      body.tabIndex = -1;
      body.focus();
    },
  }, words.whole);
  // A link below the cut can be reached by keyboard: then it must be seen.
  body.addEventListener('focusin', show);
  body.hidden = part !== null;
  body.classList.add('clamped');
  return part ? [part, body, more] : [body, more];
}

/**
 * @param {Answer} answer
 * @param {Surroundings} around
 */
export function sourceLinks({ id, source }, around) {
  const { words } = around;
  const entry = page(`entries/${encodeURIComponent(id)}`, {}, around);
  const links = [outwardLink(entry, 'source', words, svg(ICONS.source), words.source)];
  if (source.url && /^https?:/.test(source.url)) links.push(outwardLink(source.url, 'source', words, words.original));
  return links;
}

/**
 * @param {string} question
 * @param {Surroundings} around
 */
export function searchLink(question, around) {
  return outwardLink(page('./', { q: question }, around), 'chip', around.words, around.words.more);
}

/**
 * The address of one of the server's own pages, in the reader's language.
 *
 * @param {string} path
 * @param {Record<string, string>} parameters
 * @param {Surroundings} around
 */
function page(path, parameters, { service, words }) {
  const url = new URL(path, service.base);
  url.search = String(new URLSearchParams({ ...parameters, lang: words.language }));
  return url.href;
}

/**
 * @param {Answer} answer
 * @param {Surroundings} around
 */
export function copyButton({ answer }, { words, announce }) {
  const button = iconButton(ICONS.copy, words.copy, {
    onclick: async () => {
      const copied = await copy(answer.text, button);
      announce(copied ? words.copied : words.notCopied);
      if (!copied) return;
      button.replaceChildren(svg(ICONS.done));
      setTimeout(() => button.replaceChildren(svg(ICONS.copy)), 1600);
    },
  });
  return button;
}

/** @param {string} text @param {HTMLElement} beside */
async function copy(text, beside) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No permission, or no secure connection: the old way.
    const field = element('textarea', { value: text, className: 'unseen', readOnly: true, ariaHidden: 'true' });
    beside.after(field);
    field.select();
    const copied = document.execCommand('copy');
    field.remove();
    beside.focus();
    return copied;
  }
}

/**
 * Thumbs up and down, and for the latter a reason. A vote can be changed; the last one counts.
 *
 * @param {Turn} turn
 * @param {Surroundings} around
 * @param {() => void} changed Told when `turn` has another vote.
 */
export function voting(turn, around, changed) {
  const { service, words, host, announce } = around;
  const { query_id, answer } = turn.reply;
  const entry_id = answer?.id;
  /** The last vote that the server has. @type {Cast} */
  let arrived = { vote: turn.vote, reason: turn.reason };
  /** The last one that was cast. */
  let newest = arrived;
  let sending = Promise.resolve();

  /** @param {'up' | 'down'} value @param {string} [reason] */
  const vote = (value, reason) => {
    /** @type {Cast} */
    const cast = { vote: value, reason };
    newest = cast;
    Object.assign(turn, cast);
    show();
    // One after another: two under way at once could arrive in either order.
    sending = sending.then(async () => {
      if (newest !== cast) return;
      const sent = { query_id, entry_id, value, reason };
      try {
        await service.vote(sent);
        arrived = cast;
        emit(host, 'feedback', sent);
      } catch (cause) {
        tellFailure(cause, host);
      }
      if (newest !== cast) return;
      Object.assign(turn, arrived);
      changed();
      if (arrived !== cast) {
        show();
        tell(words.notVoted);
      } else if (value === 'up' || reason) {
        tell(words.thanks);
      }
    });
  };

  const up = iconButton(ICONS.good, words.good, { onclick: () => vote('up') });
  const down = iconButton(ICONS.good, words.bad, { className: 'icon down', onclick: () => vote('down', turn.reason) });
  const buttons = element('div', { className: 'votes', role: 'group', ariaLabel: words.helpful }, up, down);
  const reasons = REASONS.map((reason) =>
    element('button', { className: 'chip', value: reason, onclick: () => vote('down', reason) }, words[reason]),
  );
  const why = element('div', { className: 'why', role: 'group', ariaLabel: words.why }, element('p', {}, words.why), ...reasons);
  const said = element('p', { className: 'said' });
  /** @param {string} text */
  const tell = (text) => {
    said.textContent = text;
    announce(text);
  };
  const show = () => {
    up.ariaPressed = String(turn.vote === 'up');
    down.ariaPressed = String(turn.vote === 'down');
    why.hidden = turn.vote !== 'down';
    for (const button of reasons) button.ariaPressed = String(button.value === turn.reason);
    said.textContent = '';
  };
  show();
  return { buttons, below: element('div', { className: 'voted' }, why, said) };
}

/**
 * Questions to choose from.
 *
 * @param {(Choice & { category?: string[] })[]} choices
 * @param {string} label
 * @param {(choice: Choice) => void} choose
 * @param {string} language
 */
export function choiceList(choices, label, choose, language) {
  const questions = choices.map(({ question }) => question);
  const items = choices.map((choice) => {
    const { question, category } = choice;
    // The same question in two categories can only be told apart by these.
    const twin = questions.indexOf(question) !== questions.lastIndexOf(question);
    const path = twin && category?.length ? element('small', {}, category.join(' / ')) : null;
    const lang = languageOfText(question, language);
    return element('li', {}, element('button', { className: 'choice', lang, onclick: () => choose(choice) }, question, path));
  });
  return element('ul', { className: 'choices', ariaLabel: label }, ...items);
}

/**
 * 转人工: the page is told, with all that was said, and says whether it takes over.
 *
 * @param {Surroundings} around
 * @param {() => object} detail
 * @param {(text: string) => void} say
 */
export function handoffButton({ host, words }, detail, say) {
  const target = host.dataset.handoff;
  if (target === 'off') return null;
  const isAddress = target !== undefined && /^(https?:|mailto:|tel:)/i.test(target);
  /** @param {Event} event */
  const handOff = (event) => {
    const untaken = emit(host, 'handoff', detail());
    if (!untaken) {
      event.preventDefault();
      say(words.handedOff);
    } else if (!isAddress) {
      say(words.nobody);
    }
  };
  const link = isAddress ? { href: target, target: '_blank', rel: 'noopener' } : {};
  return element(isAddress ? 'a' : 'button', { ...link, className: 'chip', onclick: handOff }, svg(ICONS.person), words.handoff);
}
