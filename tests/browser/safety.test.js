// What visitors type stays text, wherever it is shown.

import test from 'node:test';
import assert from 'node:assert/strict';
import { search, site, visit } from './browser.js';

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
      assert.equal(await page.getByRole('searchbox').inputValue(), attack);
      assert.ok((await page.title()).startsWith(attack));
      assert.equal(await page.locator('script, svg, [onerror], [onfocus], [style]').count(), 0);

      for (const parameters of [
        { q: '备案', category: attack },
        { q: '备案', tag: attack },
        { q: '备案', kb: attack },
        { q: '备案', lang: attack },
        { q: '备案', page: attack },
        { category: attack },
      ]) {
        await page.goto(search(parameters));
        const live = 'script, svg, [onerror], [onfocus], [style], a[href^="javascript"]';
        assert.equal(await page.locator(live).count(), 0, JSON.stringify(parameters));
      }
      await page.goto(`${site}/entries/${encodeURIComponent(attack)}`);
      assert.equal(await page.locator('script, svg, [onerror]').count(), 0);
    });
  });
}

test('injected scripts and styles are refused by the page itself', async () => {
  await visit({}, async (page) => {
    await page.goto(search({ q: '备案' }));
    const policy = (await page.reload()).headers()['content-security-policy'];
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe|script-src/);
  });
});
