// Every page and state by axe-core's rules, and what axe can't see: language, targets, motion, focus.

import test from 'node:test';
import assert from 'node:assert/strict';
import { findings } from './axe.js';
import { box, known, picture, search, site, unknown, visit } from './browser.js';

const entry = async (page) => {
  await page.goto(search({ q: known }));
  await page.locator('.hit h2 a').first().click();
  await page.waitForURL(/\/entries\//);
};

/** How each state is reached. */
const states = {
  start: (page) => page.goto(site),
  'start-recent': async (page) => {
    await page.goto(site);
    await page.evaluate((question) => {
      localStorage.setItem('jida.recent.', JSON.stringify([question, '备案要多久']));
    }, known);
    await page.reload();
    // The browser focuses the field in its own time.
    await box(page).press('ArrowDown');
    await page.getByRole('option').first().waitFor();
  },
  suggestions: async (page) => {
    await page.goto(site);
    await box(page).pressSequentially('备案');
    await page.getByRole('option').first().waitFor();
    await page.locator('.hit').first().waitFor();
    await page.keyboard.press('ArrowDown');
  },
  results: (page) => page.goto(search({ q: known })),
  'results-open': async (page) => {
    await page.goto(search({ q: '备案' }));
    for (const summary of await page.locator('.hit summary').all()) await summary.click();
  },
  narrowed: (page) => page.goto(search({ q: '备案', category: '备案' })),
  'second-page': (page) => page.goto(search({ q: '备案', page: '2' })),
  clarify: (page) => page.goto(search({ q: '备案' })),
  unknown: (page) => page.goto(search({ q: unknown })),
  category: (page) => page.goto(search({ category: '备案' })),
  everything: async (page) => {
    await page.goto(`${site}/entries`);
    await page.locator('summary').nth(1).click();
  },
  entry,
  english: (page) => page.goto(search({ q: known, lang: 'en' })),
  error: (page) => page.goto(search({ q: '案'.repeat(600) })),
  docs: (page) => page.goto(`${site}/docs`),
  missing: (page) => page.goto(`${site}/entries/nope`),
  unreachable: async (page) => {
    await page.goto(search({ q: known }));
    await page.context().setOffline(true);
    await box(page).fill('备案');
    await page.getByRole('alert').waitFor();
  },
};

const screens = {
  desktop: { viewport: { width: 1280, height: 900 } },
  phone: { viewport: { width: 390, height: 800 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
};

for (const [screen, size] of Object.entries(screens)) {
  for (const colorScheme of ['light', 'dark']) {
    test(`axe finds nothing in any state, ${colorScheme} on ${screen}`, async () => {
      for (const [name, reach] of Object.entries(states)) {
        const tolerated = /ERR_INTERNET_DISCONNECTED|status of 4/;
        await visit({ ...size, colorScheme, tolerated }, async (page) => {
          await reach(page);
          assert.deepEqual(await findings(page), [], name);
          await picture(page, `${name}-${colorScheme}-${screen}`);
        });
      }
    });
  }
}

test('every target is 24 pixels high and wide, or stands in a line of text', async () => {
  for (const [screen, size] of Object.entries(screens)) {
    await visit({ ...size, tolerated: /status of 4/ }, async (page) => {
      for (const name of ['start-recent', 'suggestions', 'results-open', 'everything', 'second-page', 'entry']) {
        await states[name](page);
        const small = await page.evaluate(() => {
          const targets = 'a, button, input:not([type=hidden]), summary, [role=option], label.shortcut';
          return [...document.querySelectorAll(targets)]
            .filter((target) => target.checkVisibility() && !target.closest('.answer, .skip, label.shortcut *'))
            .filter((target) => !(target instanceof HTMLInputElement && target.closest('label')))
            .map((target) => [target.outerHTML.slice(0, 100), target.getBoundingClientRect()])
            .filter(([, { width, height }]) => width < 24 || height < 24)
            .map(([html, { width, height }]) => `${html}: ${width} x ${height}`);
        });
        assert.deepEqual(small, [], `${name} on ${screen}`);
      }
    });
  }
});

test('on an English page, Chinese is marked as Chinese', async () => {
  await visit({ tolerated: /status of 4/ }, async (page) => {
    const addresses = [
      search({ lang: 'en' }),
      search({ lang: 'en', q: known }),
      search({ lang: 'en', q: unknown }),
      search({ lang: 'en', category: '备案' }),
      `${site}/entries?lang=en`,
    ];
    for (const address of addresses) {
      await page.goto(address);
      const unmarked = await page.evaluate(() => {
        const walker = document.createTreeWalker(document.getElementById('content'), NodeFilter.SHOW_TEXT);
        const found = [];
        while (walker.nextNode()) {
          const { data, parentElement } = walker.currentNode;
          // File names, the owner's words, and what the reader has typed are in a language of their own.
          if (!/\p{Script=Han}{2}/u.test(data) || parentElement.closest('.source, .verdict, h1.unseen')) continue;
          if (parentElement.closest('[lang]').lang !== 'zh-CN') found.push(data.trim());
        }
        return found;
      });
      assert.deepEqual(unmarked, [], address);
      assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    }
  });
});

test('who wants less motion gets none', async () => {
  await visit({ reducedMotion: 'reduce' }, async (page) => {
    await page.goto(site);
    await page.route(/\?q=/, async (route) => {
      await new Promise((done) => setTimeout(done, 800));
      await route.continue();
    });
    await box(page).fill('备案');
    await page.locator('[data-busy]').waitFor();
    const moving = await page.evaluate(() => document.getAnimations().length);
    assert.equal(moving, 0);
    await page.locator('.hit').first().waitFor();
  });
});

test('the whole journey by keyboard: ask, choose, unfold, read, go back', async () => {
  await visit({}, async (page) => {
    const active = () => page.evaluate(() => document.activeElement?.outerHTML.slice(0, 80));
    await page.goto(site);
    await page.keyboard.type('个人备案');
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('.hit').first().waitFor();
    await page.waitForFunction(() => history.state === null);
    // From the field over the button to the first result, in the order of the page.
    await page.keyboard.press('Tab');
    assert.match(await active(), /<button type="submit"/);
    for (let tabs = 0; tabs < 30 && !/<summary/.test(await active()); tabs += 1) {
      await page.keyboard.press('Tab');
    }
    assert.match(await active(), /<summary/);
    await page.keyboard.press('Space');
    assert.ok(await page.locator('.hit details[open] .answer').first().isVisible());
    await page.locator('.hit h2 a').first().focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/entries\//);
    await page.keyboard.press('/');
    assert.match(await active(), /id="q"/);
    await page.goBack();
    await page.locator('.hit').first().waitFor();
    assert.match(page.url(), /\?q=/);
  });
});
