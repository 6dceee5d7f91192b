// What visitors type stays text, wherever it is shown.

import test from 'node:test';
import assert from 'node:assert/strict';
import { box, search, site, visit } from './browser.js';

// Elements that could act, less the page's own module and its data.
const live =
  'script:not([src^="/assets/script-"], [type="application/ld+json"]), svg, [onerror], [onfocus], [style], a[href^="javascript"]';

const attacks = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' autofocus onfocus=alert(1) x='",
  '</title><script>alert(1)</script>',
  '</textarea><svg onload=alert(1)>',
  'javascript:alert(1)',
  '{{7*7}} ${7*7} <%= 7*7 %>',
  '备案<b>案</b>&lt;i&gt;',
];

for (const attack of attacks) {
  test(`${attack} stays text`, async () => {
    await visit({}, async (page) => {
      await page.goto(search({ q: attack }));
      assert.equal(await box(page).inputValue(), attack);
      assert.ok((await page.title()).startsWith(attack));
      assert.equal(await page.locator(live).count(), 0);

      for (const parameters of [
        { q: '备案', category: attack },
        { q: '备案', tag: attack },
        { q: '备案', kb: attack },
        { q: '备案', lang: attack },
        { q: '备案', page: attack },
        { category: attack },
      ]) {
        await page.goto(search(parameters));
        assert.equal(await page.locator(live).count(), 0, JSON.stringify(parameters));
      }
      await page.goto(`${site}/entries/${encodeURIComponent(attack)}`);
      assert.equal(await page.locator(live).count(), 0);
    });
  });
}

test('injected scripts and styles are refused by the page itself', async () => {
  await visit({ tolerated: /Content Security Policy/ }, async (page) => {
    await page.goto(search({ q: '备案' }));
    const policy = (await page.reload()).headers()['content-security-policy'];
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'self';/);
    assert.match(policy, /connect-src 'self';/);
    assert.doesNotMatch(policy, /unsafe|\*/);
    const ran = await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.injected = true';
      const image = document.createElement('div');
      image.innerHTML = '<img src="data:," onerror="globalThis.injected = true">';
      document.body.append(script, image);
      return new Promise((done) => setTimeout(() => done('injected' in globalThis), 200));
    });
    assert.equal(ran, false);
  });
});
