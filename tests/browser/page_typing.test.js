// Suggestions and results while typing, by keyboard and pointer, and what the browser's history makes of it.

import test from 'node:test';
import assert from 'node:assert/strict';
import { box, known, search, site, unknown, visit } from './browser.js';

const options = (page) => page.getByRole('option');
const answered = (page, question = known) =>
  page.locator('.hit.answers h2', { hasText: question }).waitFor();

test('suggestions stand in a list that follows what is typed', async () => {
  await visit({}, async (page) => {
    await page.goto(site);
    const input = box(page);
    assert.equal(await input.getAttribute('aria-expanded'), 'false');
    await input.pressSequentially('授权码', { delay: 30 });
    await options(page).first().waitFor();
    assert.equal(await input.getAttribute('aria-expanded'), 'true');
    const list = page.getByRole('listbox', { name: '建议' });
    assert.equal(await input.getAttribute('aria-controls'), await list.getAttribute('id'));
    assert.equal(await options(page).first().innerText(), known);
    assert.equal(await options(page).first().locator('mark').innerText(), '授权码');
    assert.equal(await input.getAttribute('aria-activedescendant'), null);
  });
});

test('suggestions are found by initials and pinyin, too', async () => {
  await visit({}, async (page) => {
    await page.goto(site);
    await box(page).pressSequentially('bei an shou quan ma');
    await options(page).filter({ hasText: known }).waitFor();
  });
});

test('arrows go round the suggestions and the field, Enter takes the one that is meant', async () => {
  await visit({}, async (page) => {
    await page.goto(site);
    const input = box(page);
    await input.pressSequentially('备案');
    // Not the list for 备, which may come first and be replaced between two keys.
    await options(page).locator('mark').filter({ hasText: /^备案$/ }).first().waitFor();
    const texts = await options(page).allInnerTexts();
    const meant = async () => {
      const id = await input.getAttribute('aria-activedescendant');
      if (!id) return undefined;
      const option = page.locator(`#${id}`);
      assert.equal(await option.getAttribute('aria-selected'), 'true');
      assert.equal(await page.locator('[role=option][aria-selected=true]').count(), 1);
      return option.innerText();
    };
    await page.keyboard.press('ArrowDown');
    assert.equal(await meant(), texts[0]);
    await page.keyboard.press('ArrowUp');
    assert.equal(await meant(), undefined);
    await page.keyboard.press('ArrowUp');
    assert.equal(await meant(), texts.at(-1));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    assert.equal(await meant(), texts[1]);
    // The caret's keys are about the text again.
    await page.keyboard.press('Home');
    assert.equal(await meant(), undefined);
    assert.equal(await input.inputValue(), '备案', 'choosing changes nothing before Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await answered(page, texts[1]);
    assert.equal(await input.inputValue(), texts[1]);
    assert.equal(await input.getAttribute('aria-expanded'), 'false');
    assert.equal(new URL(page.url()).searchParams.get('q'), texts[1]);
    assert.ok(await input.evaluate((field) => field === document.activeElement), 'the focus stays');
  });
});

test('Esc closes the suggestions and leaves the text', async () => {
  await visit({}, async (page) => {
    await page.goto(site);
    await box(page).pressSequentially('备案');
    await options(page).first().waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await options(page).count(), 0);
    assert.equal(await box(page).inputValue(), '备案');
    await page.keyboard.press('Alt+ArrowDown');
    await options(page).first().waitFor();
    assert.equal(await box(page).getAttribute('aria-activedescendant'), null);
    await page.keyboard.press('Tab');
    assert.equal(await options(page).count(), 0, 'leaving the field closes the list');
    assert.equal(await box(page).inputValue(), '备案', 'and takes nothing from it');
  });
});

test('a suggestion can be clicked', async () => {
  await visit({}, async (page) => {
    await page.goto(site);
    await box(page).pressSequentially('授权码');
    await options(page).filter({ hasText: known }).click();
    await answered(page);
    assert.equal(await box(page).inputValue(), known);
    assert.ok(await box(page).evaluate((field) => field === document.activeElement));
  });
});

test('results, title and address follow the typing, and the focus stays', async () => {
  await visit({}, async (page) => {
    await page.goto(site);
    const input = box(page);
    await input.pressSequentially(known, { delay: 20 });
    await answered(page);
    await page.waitForURL((url) => url.searchParams.get('q') === known);
    assert.match(await page.title(), new RegExp(known));
    assert.equal(await input.inputValue(), known);
    assert.ok(await input.evaluate((field) => field === document.activeElement));
    const language = await page.locator('#language').getAttribute('href');
    assert.equal(new URL(language, site).searchParams.get('q'), known);
    // The same page as one asked for by its address.
    const typed = await page.locator('#content').innerHTML();
    await page.goto(search({ q: known }));
    assert.equal(await page.locator('#content').innerHTML(), typed);
  });
});

test('an emptied field shows the start again', async () => {
  await visit({}, async (page) => {
    await page.goto(site);
    await box(page).pressSequentially('备案');
    await page.locator('.hit').first().waitFor();
    await box(page).fill('');
    await page.locator('.groups').first().waitFor();
    assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, '/');
  });
});

test('typing makes one step of the history, sending a question one each', async () => {
  await visit({}, async (page) => {
    const state = async () => [await box(page).inputValue(), await page.locator('.hit').count() > 0];
    await page.goto(site);
    const begin = await page.evaluate(() => history.length);
    await box(page).pressSequentially('备案授权', { delay: 250 });
    await page.waitForURL((url) => url.searchParams.get('q') === '备案授权');
    assert.equal(await page.evaluate(() => history.length), begin + 1);
    await page.keyboard.press('Enter');
    // Typing on before the reply would take the question back.
    await page.waitForFunction(() => history.state === null);
    await box(page).fill('更换服务器影响备案吗？');
    await page.keyboard.press('Enter');
    await answered(page, '更换服务器影响备案吗？');
    assert.equal(await page.evaluate(() => history.length), begin + 2);

    await page.goBack();
    await answered(page);
    assert.deepEqual(await state(), ['备案授权', true]);
    assert.match(await page.title(), /^备案授权/);
    await page.goBack();
    await page.locator('.groups').first().waitFor();
    assert.deepEqual(await state(), ['', false]);
    assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1);
    await page.goForward();
    await page.goForward();
    await answered(page, '更换服务器影响备案吗？');
    assert.deepEqual(await state(), ['更换服务器影响备案吗？', true]);
  });
});

test('the way back from an entry leads to the results that were typed', async () => {
  await visit({}, async (page) => {
    await page.goto(site);
    await box(page).pressSequentially(known);
    await answered(page);
    await page.keyboard.press('Escape');
    await page.locator('.hit.answers h2 a').click();
    await page.waitForURL(/\/entries\//);
    await page.goBack();
    await answered(page);
    assert.equal(await box(page).inputValue(), known);
  });
});

test('the way back restores the place on the page', async () => {
  await visit({ viewport: { width: 1000, height: 600 } }, async (page) => {
    const scrolled = () => page.evaluate(() => Math.round(scrollY));
    await page.goto(site);
    await box(page).fill('备案');
    await page.keyboard.press('Enter');
    await page.locator('.hit').first().waitFor();
    await page.evaluate(() => scrollTo(0, 700));
    // A question asked from far down, without going up first.
    await page.evaluate(() => document.getElementById('q').focus({ preventScroll: true }));
    await page.evaluate((question) => {
      document.getElementById('q').value = question;
      document.getElementById('search').requestSubmit();
    }, known);
    await page.waitForFunction((question) => document.title.startsWith(question), known);
    await page.evaluate(() => scrollTo(0, 0));
    await page.goBack();
    await page.waitForFunction(() => document.title.startsWith('备案 '));
    await page.waitForTimeout(200);
    assert.ok(Math.abs((await scrolled()) - 700) < 5, `${await scrolled()}`);
  });
});

test('categories and pages of typed results are those of the address', async () => {
  await visit({}, async (page) => {
    await page.goto(search({ lang: 'zh-CN' }));
    await box(page).pressSequentially('备案');
    await page.locator('.hit').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: '下一页' }).click();
    await page.waitForURL(/page=2/);
    assert.equal(new URL(page.url()).searchParams.get('lang'), 'zh-CN');
    assert.equal(await page.locator('.results ol').first().getAttribute('start'), '11');
    await page.getByRole('navigation', { name: '分类' }).getByRole('link').first().click();
    await page.waitForURL(/category=/);
    assert.equal(new URL(page.url()).searchParams.get('q'), '备案');
  });
});

test('a reply that comes late does not overwrite a newer one', async () => {
  await visit({}, async (page) => {
    // Requests that can't be taken back, of which the older are answered last.
    await page.addInitScript(() => {
      const real = globalThis.fetch;
      globalThis.fetch = async (address, options) => {
        const asked = new URL(address, location.href).searchParams.get('q') ?? '';
        const reply = await real(address, { ...options, signal: null });
        if (asked === '备案') await new Promise((done) => setTimeout(done, 900));
        return reply;
      };
    });
    await page.goto(site);
    await box(page).fill('备案');
    await page.waitForTimeout(300);
    await box(page).fill(known);
    await answered(page);
    const titles = await page.locator('.hit h2').allInnerTexts();
    await page.waitForTimeout(1200);
    assert.deepEqual(await page.locator('.hit h2').allInnerTexts(), titles);
    assert.equal(new URL(page.url()).searchParams.get('q'), known);
    assert.match(await page.title(), new RegExp(known));
    assert.ok(!(await options(page).allInnerTexts()).includes(titles[1]), 'nor its suggestions');
  });
});

test('a screen reader is told the outcome once, when the typing rests', async () => {
  await visit({}, async (page) => {
    await page.goto(site);
    await page.evaluate(() => {
      globalThis.said = [];
      const status = document.querySelector('[role=status]');
      new MutationObserver(() => {
        if (status.textContent) globalThis.said.push(status.textContent);
      }).observe(status, { childList: true, characterData: true, subtree: true });
    });
    assert.equal(await page.locator('[role=status]').count(), 1);
    await box(page).pressSequentially(known, { delay: 200 });
    await page.waitForFunction(() => globalThis.said.length > 0);
    await page.waitForTimeout(1500);
    const said = await page.evaluate(() => globalThis.said);
    assert.equal(said.length, 1, JSON.stringify(said));
    assert.match(said[0], /找到了答案.*共 \d+ 条/);
    await box(page).fill(unknown);
    await page.waitForFunction(() => globalThis.said.length > 1);
    assert.match(await page.evaluate(() => globalThis.said[1]), /没有/);
  });
});

test('an over-long question typed is told as the page would tell it', async () => {
  await visit({ tolerated: /status of 400/ }, async (page) => {
    await page.goto(site);
    await box(page).fill('案'.repeat(513));
    await page.getByRole('alert').waitFor();
    assert.match(await page.getByRole('alert').innerText(), /513.*512/s);
    assert.equal((await box(page).inputValue()).length, 513);
    await box(page).fill(known);
    await answered(page);
  });
});

test('a page of another language asks in that language', async () => {
  await visit({}, async (page) => {
    await page.goto(search({ lang: 'en' }));
    await box(page).pressSequentially('备案授权码');
    await page.getByText('Answer found').waitFor();
    assert.equal(new URL(page.url()).searchParams.get('lang'), 'en');
    const links = await page.locator('.hit h2 a').evaluateAll((all) => all.map((a) => a.search));
    assert.ok(links.every((query) => query === '?lang=en'), links.join());
  });
});
