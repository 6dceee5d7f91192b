// Asking, reading and browsing, with and without scripts in the browser.

import test from 'node:test';
import assert from 'node:assert/strict';
import { box, known, search, site, unknown, visit } from './browser.js';

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with scripts' : 'without scripts';

  test(`a question typed and sent by keyboard shows its answer first, ${how}`, async () => {
    await visit({ javaScriptEnabled }, async (page) => {
      await page.goto(site);
      await box(page).fill(known);
      await page.keyboard.press('Enter');
      await page.waitForURL(/\?q=/);
      assert.equal(new URL(page.url()).searchParams.get('q'), known);
      assert.match(await page.title(), new RegExp(known));
      const first = page.getByRole('article').first();
      assert.equal(await first.getByRole('heading').first().innerText(), known);
      assert.match(await first.innerText(), /把握较大\s*\d+%/);
      assert.ok((await first.locator('mark').count()) > 0);
      assert.match(await first.innerText(), /备案\.md:\d+/);
      assert.equal(await box(page).inputValue(), known);
    });
  });

  test(`the button sends the question too, ${how}`, async () => {
    await visit({ javaScriptEnabled }, async (page) => {
      await page.goto(site);
      await box(page).fill('备案');
      await page.getByRole('button', { name: '搜索' }).click();
      await page.waitForURL(/\?q=/);
      assert.ok((await page.getByRole('article').count()) > 1);
    });
  });

  test(`the whole answer unfolds, ${how}`, async () => {
    await visit({ javaScriptEnabled }, async (page) => {
      await page.goto(search({ q: '个人备案需要什么资料' }));
      const first = page.getByRole('article').first();
      const answer = first.locator('details .answer');
      assert.equal(await answer.isVisible(), false);
      await first.getByText('查看完整答案').click();
      assert.equal(await answer.isVisible(), true);
    });
  });
}

test('a question without an answer is told so', async () => {
  await visit({}, async (page) => {
    await page.goto(search({ q: unknown }));
    assert.equal(await page.locator('.verdict.no-answer').count(), 1);
    assert.equal(await page.locator('.hit.answers').count(), 0);
  });
});

test('a category narrows the results and can be left again', async () => {
  await visit({}, async (page) => {
    await page.goto(search({ q: '备案' }));
    const categories = page.getByRole('navigation', { name: '分类' });
    const all = await page.locator('.count').innerText();
    await categories.getByRole('link').first().click();
    await page.waitForURL(/category=/);
    const category = new URL(page.url()).searchParams.get('category');
    for (const path of await page.locator('.hit .path').allInnerTexts()) {
      assert.ok(path.startsWith(category), `${path} is in ${category}`);
    }
    await page.getByRole('link', { name: '全部' }).click();
    await page.waitForURL((url) => !url.searchParams.has('category'));
    assert.equal(await page.locator('.count').innerText(), all);
  });
});

test('pages are turned and numbered on', async () => {
  await visit({}, async (page) => {
    await page.goto(search({ q: '备案' }));
    await page.getByRole('link', { name: '下一页' }).click();
    await page.waitForURL(/page=2/);
    assert.equal(await page.locator('.results ol').first().getAttribute('start'), '11');
    await page.getByRole('link', { name: '上一页' }).click();
    await page.waitForURL((url) => !url.searchParams.has('page'));
  });
});

test('the start page leads to entries, and an entry to related ones', async () => {
  await visit({}, async (page) => {
    await page.goto(site);
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'q');
    const link = page.locator('.groups .entries a').first();
    const question = await link.innerText();
    await link.click();
    await page.waitForURL(/\/entries\//);
    assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), question);
    await page.locator('.related a').first().click();
    await page.waitForURL((url) => url.pathname.startsWith('/entries/'));
    assert.notEqual(await page.getByRole('heading', { level: 1 }).innerText(), question);
  });
});

test('an over-long question gets a friendly page and keeps its text', async () => {
  await visit({}, async (page) => {
    const reply = await page.goto(search({ q: '案'.repeat(513) }));
    assert.equal(reply.status(), 400);
    assert.match(await page.getByRole('alert').innerText(), /513.*512/s);
    assert.equal((await box(page).inputValue()).length, 513);
  });
});

test('the language can be changed and stays', async () => {
  await visit({}, async (page) => {
    await page.goto(search({ q: known }));
    await page.getByRole('link', { name: 'English' }).click();
    await page.waitForURL(/lang=en/);
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    assert.match(await page.getByRole('article').first().innerText(), /Confident/);
    await page.getByRole('button', { name: 'Search' }).click();
    await page.waitForURL(/lang=en/);
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  });
});

test('the language follows the browser', async () => {
  await visit({ locale: 'en-GB' }, async (page) => {
    await page.goto(site);
    assert.equal(await page.getByRole('button').innerText(), 'Search');
  });
});
