// One turn of a conversation: a question and what was replied.

import { answerText, choiceList, copyButton, handoffButton, searchLink, sourceLinks, voting } from './answer.js';
import { element, languageOfText, unseen } from './element.js';

/** @typedef {import('./service.js').Answer} Answer */
/** @typedef {import('./service.js').Choice} Choice */
/** @typedef {import('./transcript.js').Turn} Turn */
/**
 * @typedef {object} Conversation
 * @property {import('./answer.js').Surroundings} around
 * @property {(choice: Choice) => void} choose Told which question to ask next.
 * @property {() => void} changed Told when the turn has another vote.
 * @property {() => object[]} transcript All that was said.
 */

/**
 * @param {string} question
 * @param {import('./answer.js').Surroundings} around
 */
export function askedView(question, { words }) {
  return element('p', { className: 'asked', lang: languageOfText(question, words.language) }, unseen(words.you), question);
}

/**
 * What stands below the question.
 *
 * @param {Turn} turn
 * @param {Conversation} conversation
 */
export function replyView(turn, conversation) {
  const { reply } = turn;
  const { answer, interpreted } = reply;
  const { words } = conversation.around;
  const replied = reply.decision === 'answered' && answer
    ? answered(turn, answer, conversation)
    : undecided(turn, conversation);
  if (!interpreted) return replied;
  const understood = element('q', { lang: languageOfText(interpreted, words.language) }, interpreted);
  return [element('p', { className: 'interpreted' }, words.interpreted, understood), ...replied];
}

/**
 * @param {Turn} turn
 * @param {Answer} answer
 * @param {Conversation} conversation
 */
function answered(turn, answer, { around, choose, changed }) {
  const { words } = around;
  const votes = voting(turn, around, changed);
  const card = element('article', { className: 'card' },
    element('h3', { lang: languageOfText(answer.question, words.language) }, answer.question),
    ...answerText(answer, turn.reply.interpreted ?? turn.question, around),
    element('footer', {}, ...sourceLinks(answer, around), element('span', { className: 'gap' }), copyButton(answer, around), votes.buttons),
    votes.below,
  );
  const related = answer.related?.slice(0, 3) ?? [];
  if (related.length === 0) return [card];
  return [card, element('p', { className: 'label' }, words.related), choiceList(related, words.related, choose, words.language)];
}

/**
 * @param {Turn} turn
 * @param {Conversation} conversation
 */
function undecided({ question, reply }, { around, choose, transcript }) {
  const { words } = around;
  const said = element('p', { className: 'note', role: 'status' });
  const detail = () => ({ question, query_id: reply.query_id, transcript: transcript() });
  const handoff = handoffButton(around, detail, (text) => said.replaceChildren(text));
  if (reply.decision === 'clarify') {
    const asked = reply.candidates.length > 1 ? words.clarify : words.clarifyOne;
    return [
      element('p', { className: 'bubble' }, asked),
      choiceList(reply.candidates.slice(0, 5), asked, (choice) => choose({ ...choice, shown: reply.query_id }), words.language),
      element('div', { className: 'actions' }, handoff),
      said,
    ];
  }
  const message = reply.message ?? words.nothing;
  // An owner who says it in one language says it to all; the reader is told in their own, too.
  const foreign = languageOfText(message, words.language);
  return [
    element('div', { className: 'bubble' }, foreign && element('p', {}, words.nothing), element('p', { className: 'plain', lang: foreign }, message)),
    element('div', { className: 'actions' }, handoff, searchLink(question, around)),
    said,
  ];
}
