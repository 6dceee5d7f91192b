// What the browser remembers for its owner: the questions asked lately, and whether `/` is a shortcut.

import test from 'node:test';
import assert from 'node:assert/strict';
import { box, known, search, site, visit } from './browser.js';

const recent = (page) => page.getByRole('region', { name: '最近问过' });

async function ask(page, question) {
  await page.goto(site);
  await box(page).fill(question);
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.searchParams.get('q') === question);
}

test('questions asked lately stand on the start page, the latest first, until they are forgotten', async () => {
  await visit({}, async (page) => {
    await page.goto(site);
    assert.equal(await recent(page).count(), 0);
    for (const question of [known, '更换服务器影响备案吗？', known]) await ask(page, question);
    await page.goto(site);
    assert.deepEqual(await recent(page).getByRole('link').allInnerTexts(), [known, '更换服务器影响备案吗？']);
    await recent(page).getByRole('link').first().click();
    await page.locator('.hit.answers').waitFor();
    assert.equal(await box(page).inputValue(), known);

    await page.goto(site);
    await recent(page).getByRole('button', { name: '清除记录' }).click();
    assert.equal(await recent(page).count(), 0);
    assert.ok(await box(page).evaluate((field) => field === document.activeElement), 'the focus is not lost');
    await page.reload();
    assert.equal(await recent(page).count(), 0);
  });
});

test('the empty field offers them too, by arrow and by click', async () => {
  await visit({}, async (page) => {
    await ask(page, known);
    await page.goto(site);
    assert.equal(await page.getByRole('option').count(), 0, 'not before it is asked for');
    await box(page).press('ArrowDown');
    await page.getByRole('option', { name: known }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.hit.answers').waitFor();

    await page.goto(site);
    await box(page).click();
    await page.getByRole('option', { name: known }).click();
    await page.locator('.hit.answers').waitFor();
  });
});

test('what was only typed is remembered when one of its results is opened', async () => {
  await visit({}, async (page) => {
    await page.goto(site);
    await box(page).fill('授权码');
    await page.locator('.hit').first().waitFor();
    await page.goto(site);
    assert.equal(await recent(page).count(), 0);
    await box(page).fill('授权码');
    await page.locator('.hit').first().waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.hit h2 a').first().click();
    await page.waitForURL(/\/entries\//);
    await page.goto(site);
    assert.deepEqual(await recent(page).getByRole('link').allInnerTexts(), ['授权码']);
  });
});

test('what stands in the storage is text, whoever has put it there', async () => {
  await visit({}, async (page) => {
    await page.goto(site);
    const hostile = '<img src=x onerror=alert(1)>';
    await page.evaluate((text) => {
      localStorage.setItem('jida.recent.', JSON.stringify([text, 7, null, { toString: 1 }]));
    }, hostile);
    await page.reload();
    assert.deepEqual(await recent(page).getByRole('link').allInnerTexts(), [hostile]);
    for (const broken of ['{', '"text"', 'null']) {
      await page.evaluate((text) => localStorage.setItem('jida.recent.', text), broken);
      await page.reload();
      assert.equal(await recent(page).count(), 0, broken);
    }
  });
});

test('without storage nothing is remembered and all else works', async () => {
  await visit({}, async (page) => {
    await page.addInitScript(() => {
      Object.defineProperty(globalThis, 'localStorage', {
        get() {
          throw new DOMException('denied', 'SecurityError');
        },
      });
    });
    await ask(page, known);
    await page.locator('.hit.answers').waitFor();
    await page.goto(site);
    assert.equal(await recent(page).count(), 0);
    await page.locator('body').click();
    await page.keyboard.press('/');
    assert.ok(await box(page).evaluate((field) => field === document.activeElement));
  });
});

test('nothing is kept about who visits: no cookie, nothing stored before a question is asked', async () => {
  await visit({}, async (page) => {
    await page.goto(search({ q: known }));
    await page.goto(site);
    assert.deepEqual(await page.context().cookies(), []);
    assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
  });
});

test('/ leads to the search box, but not out of a field', async () => {
  await visit({}, async (page) => {
    const focused = () => page.evaluate(() => document.activeElement?.id);
    await page.goto(search({ q: known }));
    assert.notEqual(await focused(), 'q');
    await page.keyboard.press('/');
    assert.equal(await focused(), 'q');
    assert.equal(await box(page).inputValue(), known, 'the key itself is not typed');
    await page.keyboard.type('a/b');
    assert.equal(await box(page).inputValue(), 'a/b', 'the text was selected, to be replaced');

    await page.evaluate(() => {
      const field = document.createElement('textarea');
      document.body.append(field);
      field.focus();
    });
    await page.keyboard.press('/');
    assert.equal(await page.evaluate(() => document.activeElement.value), '/');
    await page.evaluate(() => document.activeElement.remove());
    await page.keyboard.press('Control+/');
    assert.notEqual(await focused(), 'q');
  });
});

test('the shortcut can be switched off, for those who speak to their computer', async () => {
  await visit({}, async (page) => {
    await page.goto(search({ q: known }));
    const shortcut = page.getByRole('checkbox', { name: /跳到搜索框/ });
    assert.ok(await shortcut.isChecked());
    await shortcut.press('Space');
    await page.keyboard.press('/');
    assert.notEqual(await page.evaluate(() => document.activeElement?.id), 'q');
    await page.reload();
    assert.equal(await shortcut.isChecked(), false);
    await shortcut.check();
    await page.keyboard.press('/');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'q');
  });
});
