// What happens in the chat while something else is under way: questions, new conversations, votes.

import test from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { known } from './browser.js';
import { binary } from './server.js';
import { embed, embedded, embedding, hold, reply, site } from './widget.js';

embedding();

/** Asks by the page's method, and gives what the promises say: the question of each answer. */
const askAll = (page, questions) =>
  page.evaluate((all) => Promise.all(all.map((question) => jida.ask(question).then((reply) => reply?.answer?.question))), questions);

test('what is asked while a reply is awaited is answered after it, each in its turn', async () => {
  await embed({}, async (widget, page) => {
    await widget.open();
    const release = await hold(page, '**/v1/ask?*');
    const questions = ['更换服务器影响备案吗？', known];
    const answered = askAll(page, questions);
    await widget.log.locator('.asked').nth(1).waitFor();
    // One more by hand, taken from the suggestions.
    await widget.field.pressSequentially('备案需要提供');
    await widget.options.filter({ hasText: '备案需要提供什么资料？' }).first().click();
    await widget.log.locator('.asked').nth(2).waitFor();
    release();
    assert.deepEqual(await answered, questions);
    await widget.log.getByRole('heading', { name: '备案需要提供什么资料？' }).waitFor();
    assert.equal(await widget.log.getByRole('article').count(), 3);
    assert.deepEqual((await widget.events()).slice(2), ['ask', 'ask', 'ask', 'answer', 'answer', 'answer']);
  });
});

test('a button pressed twice asks once', async () => {
  await embed({}, async (widget, page) => {
    await widget.open();
    const release = await hold(page, '**/v1/ask?*');
    await widget.log.getByRole('button', { name: known }).dblclick();
    release();
    await widget.log.getByRole('article').waitFor();
    assert.equal(await widget.log.locator('.asked').count(), 1);
  });
});

test('nothing of a reply that is under way gets into the conversation begun anew', async () => {
  await embed({ address: site('data-history="tab"') }, async (widget, page) => {
    await widget.open();
    const release = await hold(page, '**/v1/ask*', (request) => request.url().includes(encodeURIComponent('更换')));
    const given = askAll(page, ['更换服务器影响备案吗？']);
    await widget.log.locator('.waiting').waitFor();
    await widget.panel.getByRole('button', { name: '开始新的对话' }).click();
    assert.deepEqual(await given, [undefined], 'whoever waits for it is told that there is none');
    // The new one does not wait for the old one, and knows nothing of it.
    const sent = page.waitForRequest((request) => request.url().includes('/v1/ask'));
    await widget.ask(known);
    assert.equal((await sent).method(), 'GET');
    release();
    await page.waitForTimeout(200);
    const asked = await widget.log.locator('.asked').allInnerTexts();
    assert.deepEqual(asked.map((text) => text.split('\n').at(-1)), [known]);
    const kept = await page.evaluate(() => JSON.parse(Object.values(sessionStorage)[0]).turns.map(({ question }) => question));
    assert.deepEqual(kept, [known]);
  });
});

test('votes are stored in the order in which they were cast, the last one counts', async () => {
  await embed({}, async (widget, page) => {
    await widget.open();
    const turn = await widget.ask(known);
    const { query_id } = (await widget.detail('answer')).reply;
    const release = await hold(page, '**/v1/feedback', (request) => request.postDataJSON()?.value === 'down');
    await turn.getByRole('button', { name: '没有帮助' }).click();
    await turn.getByRole('button', { name: '有帮助', exact: true }).click();
    await page.waitForTimeout(200);
    release();
    await turn.getByText('谢谢您的反馈').waitFor();
    assert.deepEqual(widget.votes.map(({ value }) => value), ['down', 'up']);
    const { stdout } = await promisify(execFile)(binary, ['feedback', 'export', '--data', embedded.server.data]);
    const stored = stdout.trim().split('\n').map((line) => JSON.parse(line)).find((vote) => vote.query_id === query_id);
    assert.equal(stored.value, 'up');
  });
});

test('an older vote that fails leaves a newer one as it is', async () => {
  await embed({ tolerated: /status of/ }, async (widget, page) => {
    await widget.open();
    const turn = await widget.ask(known);
    const [up, down] = [turn.getByRole('button', { name: '有帮助', exact: true }), turn.getByRole('button', { name: '没有帮助' })];
    let fail = () => {};
    const held = new Promise((letGo) => { fail = letGo; });
    await page.route('**/v1/feedback', async (route) => {
      if (route.request().postDataJSON()?.value !== 'down') return route.continue();
      await held;
      return reply(route, 500);
    });
    await down.click();
    await up.click();
    fail();
    await turn.getByText('谢谢您的反馈').waitFor();
    assert.equal(await up.getAttribute('aria-pressed'), 'true');
    assert.equal(await down.getAttribute('aria-pressed'), 'false');
    assert.deepEqual((await widget.events()).slice(-2), ['error', 'feedback']);
  });
});
