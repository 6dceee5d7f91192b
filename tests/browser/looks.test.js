// Layout, colours and keyboard: what can be measured of how the pages look.

import test from 'node:test';
import assert from 'node:assert/strict';
import { known, picture, search, site, unknown, visit } from './browser.js';

const pages = {
  start: site,
  results: search({ q: '个人备案需要什么资料' }),
  clarify: search({ q: '备案' }),
  unknown: search({ q: unknown }),
  error: search({ q: '案'.repeat(600) }),
  category: search({ category: '备案' }),
  docs: new URL('/docs', site).href,
};

const screens = {
  desktop: { viewport: { width: 1280, height: 900 } },
  phone: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
  // What a page of 1280 has left when the reader zooms to 200 %.
  zoomed: { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 },
  // 400 %, where WCAG still wants no scrolling sideways.
  reflow: { viewport: { width: 320, height: 256 } },
};

for (const [screen, options] of Object.entries(screens)) {
  test(`nothing scrolls sideways on ${screen}`, async () => {
    await visit(options, async (page) => {
      for (const [name, address] of Object.entries(pages)) {
        await page.goto(address);
        const [content, window] = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          document.documentElement.clientWidth,
        ]);
        assert.ok(content <= window, `${name}: ${content} > ${window}`);
        if (screen !== 'reflow') await picture(page, `${name}-${screen}`);
      }
      await page.goto(pages.start);
      await page.locator('.groups .entries a').first().click();
      await page.waitForURL(/\/entries\//);
      if (screen !== 'reflow') await picture(page, `entry-${screen}`);
    });
  });
}

// Runs in the page: texts whose contrast with what is behind them is below WCAG AA.
function pale() {
  const channel = (value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  const parse = (colour) => colour.match(/[\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const [r, g, b, alpha = 1] = parse(getComputedStyle(at).backgroundColor);
      if (alpha === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
    if (!own || !element.checkVisibility()) continue;
    const [a, b] = [luminance(parse(getComputedStyle(element).color)), luminance(behind(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) found.push(`${element.className || element.tagName}: ${contrast.toFixed(2)}`);
  }
  return found;
}

for (const colorScheme of ['light', 'dark']) {
  test(`every text has enough contrast in ${colorScheme} mode`, async () => {
    await visit({ colorScheme, viewport: { width: 1280, height: 900 } }, async (page) => {
      for (const [name, address] of Object.entries(pages)) {
        await page.goto(address);
        assert.deepEqual(await page.evaluate(pale), [], name);
        if (colorScheme === 'dark') await picture(page, `${name}-dark`);
      }
    });
  });
}

test('dark mode is dark', async () => {
  const ground = async (colorScheme) => {
    let colour;
    await visit({ colorScheme }, async (page) => {
      await page.goto(site);
      colour = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    });
    return colour.match(/\d+/g).map(Number);
  };
  assert.ok((await ground('light')).every((channel) => channel > 200));
  assert.ok((await ground('dark')).every((channel) => channel < 60));
});

test('the keyboard reaches everything, beginning with the way past the head', async () => {
  await visit({}, async (page) => {
    await page.goto(search({ q: known }));
    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: '跳到主要内容' });
    assert.ok(await skip.evaluate((link) => link === document.activeElement));
    assert.ok((await skip.boundingBox()).y >= 0, 'the skip link shows itself when focused');
    const outline = await skip.evaluate((link) => getComputedStyle(link).outlineStyle);
    assert.notEqual(outline, 'none');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'q');
    await page.goto(search({ q: '个人备案需要什么资料' }));
    const summary = page.locator('summary').first();
    await summary.focus();
    await page.keyboard.press('Enter');
    assert.ok(await page.locator('details').first().evaluate((details) => details.open));
  });
});

test('every control has a name and every page one main heading', async () => {
  await visit({}, async (page) => {
    for (const [name, address] of Object.entries(pages)) {
      await page.goto(address);
      assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1, name);
      assert.equal(await page.getByRole('main').count(), 1, name);
      // Who reads about the API is not looking for an answer.
      assert.equal(await page.getByRole('search').count(), name === 'docs' ? 0 : 1, name);
      const unnamed = await page.evaluate(() =>
        [...document.querySelectorAll('input:not([type=hidden]), button, a')]
          .filter((control) => !(control.labels?.length || control.textContent.trim()))
          .map((control) => control.outerHTML),
      );
      assert.deepEqual(unnamed, [], name);
      const ids = await page.evaluate(() => [...document.querySelectorAll('[id]')].map((e) => e.id));
      assert.equal(new Set(ids).size, ids.length, `${name}: ids are unique`);
    }
  });
});

test('paper gets the answers and nothing else', async () => {
  await visit({}, async (page) => {
    await page.goto(search({ q: known }));
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('.search').isVisible(), false);
    assert.equal(await page.locator('.passage').first().isVisible(), true);
  });
});
