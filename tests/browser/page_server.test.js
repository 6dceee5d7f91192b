// Servers that go away, come back, fail, or hold a knowledge base written by an enemy.

import test from 'node:test';
import assert from 'node:assert/strict';
import { box, picture, site, visit } from './browser.js';
import { startServer } from './server.js';

const files = {
  '套餐.md': '# 套餐\n\n## 怎么换套餐？\n\n在首页点“换套餐”。\n\n## 怎么退套餐？\n\n打电话给客服。\n',
};
const gone = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|Failed to load resource/;

test('a server that is gone is told plainly, and asked again by button once it is back', async () => {
  const server = await startServer(files);
  try {
    await visit({ origin: server.url, tolerated: gone }, async (page) => {
      await page.goto(server.url);
      await box(page).fill('换套餐');
      await page.locator('.hit').first().waitFor();
      await server.stop();

      await box(page).fill('怎么退套餐');
      const alert = page.getByRole('alert');
      await alert.waitFor();
      assert.match(await alert.innerText(), /连不上服务器/);
      assert.ok((await page.locator('.hit').count()) > 0, 'what was there stays');
      assert.equal(new URL(page.url()).searchParams.get('q'), '换套餐', 'and its address, too');
      await picture(page, 'unreachable');
      await alert.getByRole('button', { name: '重试' }).click();
      await alert.waitFor();
      assert.equal(await box(page).inputValue(), '怎么退套餐', 'nothing typed is lost');
      // Sending by Enter, too, must not end on the browser's own error page.
      await box(page).press('Enter');
      await alert.waitFor();

      await server.start();
      await alert.getByRole('button', { name: '重试' }).click();
      await page.locator('.hit.answers', { hasText: '怎么退套餐' }).waitFor();
      assert.equal(await alert.count(), 0);
      assert.ok(await box(page).evaluate((field) => field === document.activeElement), 'the focus is not lost');
      assert.equal(new URL(page.url()).searchParams.get('q'), '怎么退套餐');
      await box(page).fill('换套餐');
      await page.locator('.hit.answers', { hasText: '怎么换套餐' }).waitFor();
    });
  } finally {
    await server.close();
  }
});

test('what comes from a machine in between is not taken for a page', async () => {
  const server = await startServer(files);
  try {
    await visit({ origin: server.url, tolerated: /status of 502/ }, async (page) => {
      await page.goto(server.url);
      await page.route(/\?q=/, (route) => route.fulfill({ status: 502, body: '<h1>Bad Gateway</h1>' }));
      await box(page).fill('换套餐');
      await page.getByRole('alert').waitFor();
      assert.equal(await page.getByText('Bad Gateway').count(), 0);
      await page.unroute(/\?q=/);
      await page.getByRole('button', { name: '重试' }).click();
      await page.locator('.hit').first().waitFor();
    });
  } finally {
    await server.close();
  }
});

test('a newer server gives a whole new page', async () => {
  await visit({}, async (page) => {
    await page.goto(site);
    await page.evaluate(() => {
      globalThis.old = true;
      // As if this page had come from an older one.
      document.querySelector('script[type=module]').setAttribute('src', '/assets/script-old/page.js');
    });
    await box(page).fill('备案');
    await page.locator('.hit').first().waitFor();
    assert.ok(await page.evaluate(() => globalThis.old), 'not while somebody types');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => !('old' in globalThis));
    assert.equal(await box(page).inputValue(), '备案');
    assert.ok((await page.locator('.hit').count()) > 0);
  });
});

const attack = [
  '<script>globalThis.hacked = 1</script>',
  '<img src=x onerror="globalThis.hacked = 1">',
  '<svg onload="globalThis.hacked = 1"></svg>',
  '<a href="javascript:globalThis.hacked=1">甲</a>',
  '[乙](javascript:globalThis.hacked=1)',
  '<p style="position:fixed;inset:0;background:red">丙</p>',
  '<iframe src="https://example.com/"></iframe>',
  '<form action="https://example.com/"><input name=q><button>丁</button></form>',
  '<template id="unreachable">戊</template><div id="content">己</div>',
  '</script><script>globalThis.hacked = 1</script>',
].join('\n\n');
// In a heading, HTML is dropped; written as entities it is part of the question.
const title =
  '怎么换套餐 &lt;/title&gt;&lt;/script&gt;&lt;script&gt;globalThis.hacked=1&lt;/script&gt;&lt;img src=x onerror=globalThis.hacked=1&gt;？';

test('a hostile knowledge base stays inert on every page', async () => {
  const server = await startServer({ '敌意.md': `# 分类 <b onclick=x>\n\n## ${title}\n\n${attack}\n` });
  const live =
    'script:not([src^="/assets/script-"], [type="application/ld+json"]), svg, iframe, [style], a[href^="javascript"], main form form, #content button:not(.plain)';
  try {
    await visit({ origin: server.url }, async (page) => {
      const check = async (where) => {
        await page.waitForTimeout(100);
        assert.equal(await page.evaluate(() => globalThis.hacked), undefined, where);
        assert.equal(await page.locator(live).count(), 0, where);
        assert.equal(await page.locator('#content').count(), 1, where);
        const handlers = await page.evaluate(() =>
          [...document.querySelectorAll('*')].flatMap((element) =>
            element.getAttributeNames().filter((name) => name.startsWith('on')),
          ),
        );
        assert.deepEqual(handlers, [], where);
        const data = await page.locator('script[type="application/ld+json"]').allTextContents();
        for (const text of data) assert.equal(JSON.parse(text)['@type'], 'FAQPage', where);
      };
      await page.goto(server.url);
      await check('the start page');
      await box(page).pressSequentially('换套餐');
      await page.getByRole('option').first().waitFor();
      assert.ok((await page.getByRole('option').first().innerText()).includes('<script>'));
      await page.locator('.hit').first().waitFor();
      await check('typed');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => history.state === null);
      await check('chosen');
      await page.locator('.hit summary').first().click();
      await check('unfolded');
      await page.locator('.hit h2 a').first().click();
      await page.waitForURL(/\/entries\//);
      await check('the entry');
      await page.goto(`${server.url}/entries`);
      await page.locator('summary').first().click();
      await check('the list');
      await page.goto(server.url);
      await check('asked lately');
    });
  } finally {
    await server.close();
  }
});
