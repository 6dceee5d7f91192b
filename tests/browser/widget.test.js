// The chat in use: what is asked, what is shown, and what the site is told.

import test from 'node:test';
import assert from 'node:assert/strict';
import { known, picture } from './browser.js';
import { embed, embedded, embedding, reply, site, unanswered } from './widget.js';

embedding();

test('a question is answered with the source, related questions and an event', async () => {
  await embed({}, async (widget, page) => {
    await widget.open();
    await picture(page, 'widget-welcome');
    const turn = await widget.ask(known);
    const card = turn.getByRole('article');
    assert.equal(await card.getByRole('heading').innerText(), known);
    assert.match(await card.innerText(), /生成备案授权码/);
    const source = card.getByRole('link', { name: /出处/ });
    const href = await source.getAttribute('href');
    assert.ok(href.startsWith(`${embedded.jida}/entries/`), href);
    assert.equal(await source.getAttribute('target'), '_blank');
    const related = turn.getByRole('list', { name: '相关问题' }).getByRole('button');
    assert.ok((await related.count()) > 0);
    await picture(page, 'widget-answer');
    assert.deepEqual(await widget.events(), ['ready', 'open', 'ask', 'answer']);
    const detail = await widget.detail('answer');
    assert.equal(detail.question, known);
    assert.equal(detail.reply.answer.question, known);

    const next = await related.first().innerText();
    await related.first().click();
    await widget.log.getByRole('heading', { name: next }).waitFor();
    assert.equal(await widget.log.getByRole('article').count(), 2);
  });
});

test('the first answer takes two requests after the page has loaded: the welcome and the answer', async () => {
  await embed({}, async (widget, page) => {
    await page.waitForFunction(() => told.some(({ name }) => name === 'ready'));
    // By the browser's own protocol, which shows what it asks beforehand, too.
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    const requests = [];
    session.on('Network.requestWillBeSent', ({ request }) => requests.push(`${request.method} ${new URL(request.url).pathname}`));
    await widget.open();
    await widget.log.getByRole('button', { name: known }).click();
    await widget.log.getByRole('article').waitFor();
    assert.deepEqual(requests, ['GET /v1/welcome', 'GET /v1/ask']);
  });
});

test('before it is opened it asks the server for nothing but its script', async () => {
  const asked = [];
  await embed({}, async (widget, page) => {
    await page.waitForFunction(() => told.some(({ name }) => name === 'ready'));
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.reload();
    await page.waitForFunction(() => told.some(({ name }) => name === 'ready'));
    await page.waitForTimeout(300);
  });
  assert.equal(asked.filter((path) => path === '/widget.js').length, 1);
  assert.equal(asked.filter((path) => /^\/assets\/widget-zh-CN-/.test(path)).length, 1);
  assert.equal(asked.length, 3, `page, loader and module: ${asked}`);
});

test('the welcome is the owner’s, and its absence goes unnoticed', async () => {
  await embed({}, async (widget) => {
    await widget.open();
    const message = widget.log.getByText('欢迎来到云上书店');
    await message.waitFor();
    assert.match(await message.innerText(), /^欢迎来到云上书店。\n+发票、退货，直接问。$/, 'in its own lines');
    assert.equal(await message.getAttribute('lang'), null);
    const starters = widget.log.getByRole('list', { name: '大家常问' }).getByRole('button');
    assert.deepEqual((await starters.allInnerTexts()).slice(0, 2), [known, '备案需要提供什么资料？']);
  });
  await embed({ address: site('data-lang="en"') }, async (widget) => {
    await widget.open();
    const message = widget.log.getByText('欢迎来到云上书店');
    await message.waitFor();
    assert.equal(await message.getAttribute('lang'), 'zh', 'read out as what it is');
  });
  const welcome = { index_version: 'v', message: null, questions: [{ id: 'gone', question: '更换服务器影响备案吗？' }] };
  // An entry that is gone meanwhile is no reason not to answer its question.
  await embed({ welcome }, async (widget) => {
    await widget.open();
    await widget.log.getByRole('button', { name: '更换服务器影响备案吗？' }).click();
    assert.match(await widget.turn.getByRole('article').innerText(), /更换服务器会影响备案/);
  });
  await embed({ tolerated: /404/ }, async (widget, page) => {
    await page.route('**/v1/welcome*', (route) => reply(route, 404));
    await widget.open();
    await widget.log.getByText('您好，想问什么，直接问。').waitFor();
    assert.equal(await widget.log.getByRole('button').count(), 0);
    await widget.ask(known);
    assert.deepEqual((await widget.events()).includes('error'), false);
  });
});

test('asked back, the reader chooses by button, and gets the very entry that was chosen', async () => {
  await embed({}, async (widget, page) => {
    await widget.open();
    const turn = await widget.ask('发票怎么开？');
    const choices = turn.getByRole('list').getByRole('button');
    assert.equal(await choices.count(), 2, await turn.innerText());
    // Two entries that ask the same are told apart by their category.
    const [first, second] = await choices.allInnerTexts();
    assert.notEqual(first, second);
    await picture(page, 'widget-clarify');
    assert.deepEqual(await widget.events(), ['ready', 'open', 'ask', 'clarify']);
    const { reply: askedBack } = await widget.detail('clarify');
    for (const [category, answer] of [['企业', '联系客户经理'], ['个人', '我的订单']]) {
      await choices.filter({ hasText: category }).click();
      await widget.turn.getByRole('article').waitFor();
      assert.match(await widget.turn.innerText(), new RegExp(answer));
      await widget.turn.getByRole('button', { name: '有帮助', exact: true }).click();
      await widget.turn.getByText('谢谢您的反馈').waitFor();
      // The vote names the reply that had the entry to choose from.
      const chosen = askedBack.candidates.find((candidate) => candidate.category.includes(category));
      assert.deepEqual(widget.votes.at(-1), { query_id: askedBack.query_id, entry_id: chosen.id, value: 'up' });
      assert.equal((await widget.detail('answer')).reply.decision, 'answered');
    }
  });
});

test('without an answer the owner’s words are shown, and a person is a click away', async () => {
  const body = '<main><h1>站</h1></main>';
  await embed({ address: site('', body) }, async (widget, page) => {
    await widget.open();
    await widget.ask(known);
    const turn = await widget.ask(unanswered);
    assert.match(await turn.innerText(), /请拨打 400-000-0000/);
    await picture(page, 'widget-no-answer');
    const search = turn.getByRole('link', { name: /到知识库里搜索/ });
    assert.equal(new URL(await search.getAttribute('href')).searchParams.get('q'), unanswered);

    // Nobody listens: the reader is told so, instead of waiting for a person who never comes.
    await turn.getByRole('button', { name: '转人工' }).click();
    await turn.getByText('人工客服暂未接通').waitFor();
    const { question, transcript } = await widget.detail('handoff');
    assert.equal(question, unanswered);
    assert.deepEqual(transcript.map(({ role }) => role), ['user', 'assistant', 'user', 'assistant']);
    assert.equal(transcript[0].text, known);
    assert.match(transcript[1].text, /生成备案授权码/);
    assert.equal(transcript[3].decision, 'no_answer');
    assert.match(transcript[3].query_id, /^[0-9a-f]+$/);

    await page.evaluate(() => addEventListener('jida:handoff', (event) => event.preventDefault()));
    await turn.getByRole('button', { name: '转人工' }).click();
    await turn.getByText('正在为您转接人工客服').waitFor();
    await picture(page, 'widget-handoff');
  });
  await embed({ address: site('data-handoff="https://help.example.com/chat"') }, async (widget) => {
    await widget.open();
    const turn = await widget.ask(unanswered);
    assert.equal(await turn.getByRole('link', { name: '转人工' }).getAttribute('href'), 'https://help.example.com/chat');
  });
  await embed({ address: site('data-handoff="off"') }, async (widget) => {
    await widget.open();
    const turn = await widget.ask(unanswered);
    assert.equal(await turn.getByText('转人工').count(), 0);
  });
});

test('a follow-up is understood by what was said before, and says how', async () => {
  await embed({}, async (widget, page) => {
    await widget.open();
    await widget.ask('个人备案需要什么材料');
    const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/v1/ask'));
    const turn = await widget.ask('那企业呢');
    const { q, context } = (await sent).postDataJSON();
    assert.equal(q, '那企业呢');
    assert.equal(context.previous_question, '个人备案需要什么材料');
    assert.match(context.previous_entry_id, /^[0-9a-f]+$/);
    assert.match(await turn.innerText(), /理解为.*企业备案需要什么材料/);
    assert.match(await turn.locator('.passage').innerText(), /^企业备案提交初审时/, 'the passage that fits comes first');
    await picture(page, 'widget-follow-up');
  });
});

test('what is typed is completed; a choice is asked at once, and a stale completion never shows', async () => {
  await embed({}, async (widget, page) => {
    await widget.open();
    await widget.field.pressSequentially('备案授');
    await widget.options.first().waitFor();
    assert.match(await widget.options.first().innerText(), /备案授权码/);
    assert.ok((await widget.options.first().locator('mark').count()) > 0);
    await picture(page, 'widget-suggestions');
    await page.keyboard.press('Escape');
    await widget.options.first().waitFor({ state: 'hidden' });
    assert.ok(await widget.panel.isVisible(), 'the first Esc closes the suggestions only');

    // The reply to what was typed first comes last.
    let release = () => {};
    const held = new Promise((let_go) => { release = let_go; });
    await page.route('**/v1/suggest?*', async (route) => {
      if (new URL(route.request().url()).searchParams.get('q') === '更换') await held;
      await route.continue().catch(() => {});
    });
    await widget.field.fill('更换');
    await page.waitForTimeout(300);
    await widget.field.fill('备案被驳回');
    await widget.options.filter({ hasText: '驳回' }).first().waitFor();
    release();
    await page.waitForTimeout(300);
    assert.equal(await widget.options.filter({ hasText: '更换服务器' }).count(), 0);

    await page.keyboard.press('ArrowDown');
    const chosen = await widget.panel.getByRole('option', { selected: true }).innerText();
    await page.keyboard.press('Enter');
    await widget.log.getByRole('heading', { name: chosen }).waitFor();
    assert.equal(await widget.field.inputValue(), '');
  });
});

test('a vote is sent once it is cast, can be changed, and may have a reason', async () => {
  await embed({}, async (widget, page) => {
    await widget.open();
    const turn = await widget.ask(known);
    const { reply: answered } = await widget.detail('answer');
    const [up, down] = [turn.getByRole('button', { name: '有帮助', exact: true }), turn.getByRole('button', { name: '没有帮助' })];
    await up.click();
    await turn.getByText('谢谢您的反馈').waitFor();
    assert.equal(await up.getAttribute('aria-pressed'), 'true');
    await down.click();
    await turn.getByRole('group', { name: '哪里不够好？' }).waitFor();
    assert.equal(await up.getAttribute('aria-pressed'), 'false');
    await picture(page, 'widget-feedback');
    await turn.getByRole('button', { name: '已过时' }).click();
    await turn.getByText('谢谢您的反馈').waitFor();

    const ids = { query_id: answered.query_id, entry_id: answered.answer.id };
    const votes = [{ ...ids, value: 'up' }, { ...ids, value: 'down' }, { ...ids, value: 'down', reason: 'outdated' }];
    assert.deepEqual(widget.votes, votes);
    assert.deepEqual(await widget.detail('feedback'), votes[2]);
    assert.equal((await widget.events()).filter((name) => name === 'feedback').length, 3);
  });
});

test('a vote that does not arrive is not shown as cast', async () => {
  for (const feedback of [404, 500]) {
    await embed({ feedback, tolerated: /status of/ }, async (widget) => {
      await widget.open();
      const turn = await widget.ask(known);
      await turn.getByRole('button', { name: '有帮助', exact: true }).click();
      await turn.getByText('反馈没有送达，请重试').waitFor();
      assert.equal(await turn.locator('[aria-pressed=true]').count(), 0);
      assert.deepEqual((await widget.events()).includes('feedback'), false);
    });
  }
});

test('an answer can be copied', async () => {
  await embed({ permissions: ['clipboard-read', 'clipboard-write'] }, async (widget, page) => {
    await widget.open();
    const turn = await widget.ask(known);
    await turn.getByRole('button', { name: '复制答案' }).click();
    await widget.element.getByRole('status').filter({ hasText: '已复制' }).waitFor();
    const { reply: answered } = await widget.detail('answer');
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), answered.answer.answer.text);
  });
  // Where the clipboard can't be written to, as on a site without TLS, it goes the old way.
  await embed({}, async (widget, page) => {
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    await widget.open();
    const turn = await widget.ask(known);
    await turn.getByRole('button', { name: '复制答案' }).click();
    await widget.element.getByRole('status').filter({ hasText: '已复制' }).waitFor();
    await widget.field.fill('');
    await widget.field.press('Control+v');
    assert.match(await widget.field.inputValue(), /生成备案授权码/);
  });
});

test('a long answer begins with what fits, and is shown whole on demand', async () => {
  await embed({}, async (widget, page) => {
    await widget.open();
    const turn = await widget.ask('备案需要提供什么资料？');
    const answer = turn.locator('.answer');
    const before = (await answer.boundingBox()).height;
    await picture(page, 'widget-long');
    await turn.getByRole('button', { name: '查看完整答案' }).click();
    assert.ok((await answer.boundingBox()).height > 2 * before);
    assert.equal(await turn.getByRole('button', { name: '查看完整答案' }).count(), 0);
    assert.ok(await answer.evaluate((body) => body.getRootNode().activeElement === body), 'reading goes on there');
  });
});

test('whatever an author may write is shown', async () => {
  await embed({}, async (widget, page) => {
    await widget.open();
    const turn = await widget.ask('答案里可以有什么格式？');
    const answer = turn.locator('.answer');
    for (const tag of ['p', 'ul ol li', 'table td', 'blockquote', 'pre code', 'strong', 'details summary', 'input[type=checkbox]:disabled']) {
      assert.ok((await answer.locator(tag).count()) > 0, tag);
    }
    const link = answer.getByRole('link', { name: /链接/ });
    assert.equal(await link.count(), 1, 'a link without a page to be relative to is text');
    assert.equal(await link.getAttribute('href'), 'https://docs.example.com/page');
    assert.equal(await link.getAttribute('target'), '_blank');
    assert.match(await link.getAttribute('rel'), /noopener/);
    assert.match(await answer.innerText(), /站内链接/);
    // Nothing makes the conversation scroll sideways; what is wide does so by itself.
    const [content, width] = await widget.log.evaluate((log) => [log.scrollWidth, log.clientWidth]);
    assert.ok(content <= width, `${content} > ${width}`);
    await answer.locator('table').scrollIntoViewIfNeeded();
    await picture(page, 'widget-formats');
  });
});

test('a question above the server’s limit is counted and not sent', async () => {
  await embed({}, async (widget) => {
    await widget.open();
    await widget.field.fill('案'.repeat(470));
    await widget.panel.getByText('470/512').waitFor();
    assert.ok(await widget.panel.getByRole('button', { name: '发送' }).isEnabled());
    // Characters beyond the basic plane count once.
    await widget.field.fill('𠀀'.repeat(513));
    await widget.panel.getByText('513/512').waitFor();
    assert.ok(await widget.panel.getByRole('button', { name: '发送' }).isDisabled());
    await widget.field.press('Enter');
    assert.deepEqual((await widget.events()).includes('ask'), false);
  });
});
