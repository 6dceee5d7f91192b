// A knowledge base that is hard to lay out: deep categories, a wide table, long code, headings of any level.

import test from 'node:test';
import assert from 'node:assert/strict';
import { findings } from './axe.js';
import { picture, visit } from './browser.js';
import { startServer } from './server.js';

const table = [
  '| 套餐 | 带宽 | 内存 | 存储 | 价格 | 备注 | 适合人群 | 超出部分 |',
  '|---|---|---|---|---|---|---|---|',
  '| 入门型 | 1 Mbps | 1 GB | 20 GB | 30 元 | 只能买一台 | 个人博客 | 每 GB 0.8 元 |',
].join('\n');
const answer = [
  '###### 价格表', table, '#### 说明', '第一行\n第二行  \n第三行',
  '```\ncurl -s https://example.com/a/very/long/address/that/does/not/fit/on/a/phone?with=query | sh\n```',
].join('\n\n');
const files = { '价格.md': `# 价格\n\n## 各档套餐多少钱？\n\n${answer}\n\n## 怎么付款？\n\n扫码。\n` };
for (const product of ['云服务器', '数据库', '对象存储', '消息队列', '内容分发', '域名', '邮件', '短信']) {
  files[`${product}.md`] = `# ${product}产品说明与常见问题汇总\n\n## 使用与运维\n\n### ${product}套餐怎么买？\n\n看价格。\n\n### ${product}怎么退？\n\n提工单。\n`;
}

test('deep categories, wide tables and long code fit on a phone', async () => {
  const server = await startServer(files);
  const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
  try {
    await visit({ ...phone, origin: server.url }, async (page) => {
      for (const address of ['/', '/entries', '/?q=各档套餐多少钱', '/?q=套餐怎么买']) {
        await page.goto(server.url + address);
        for (const summary of await page.locator('.results summary').all()) await summary.click();
        const [content, window] = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          document.documentElement.clientWidth,
        ]);
        assert.ok(content <= window, `${address}: ${content} > ${window}`);
        assert.deepEqual(await findings(page), [], address);
        await picture(page, `layout-${address.replace(/\W/g, '') || 'start'}`);
      }
      // Categories are a row, and what was found stands in sight below it.
      await page.goto(`${server.url}/?q=套餐怎么买`);
      assert.ok((await page.locator('.categories li').count()) >= 8);
      assert.ok((await page.locator('.hit').first().boundingBox()).y < 600);
    });
    await visit({ ...phone, origin: server.url }, async (page) => {
      await page.goto(`${server.url}/?q=各档套餐多少钱`);
      const first = page.locator('.hit.answers');
      await first.locator('summary').click();
      // The table scrolls by itself, by keyboard, too.
      const frame = first.locator('.scroll');
      await frame.focus();
      await page.keyboard.press('ArrowRight');
      await page.waitForFunction(() => document.activeElement.scrollLeft > 0);
      // One line of the author's is one line of the page.
      const lines = first.locator('.answer p', { hasText: '第二行' });
      assert.equal(await lines.innerText(), '第一行\n第二行\n第三行');
      // The answer's headings go on from the result's own.
      const levels = await first.getByRole('heading').evaluateAll((all) => all.map((h) => h.tagName));
      assert.deepEqual(levels, ['H2', 'H3', 'H3']);
    });
  } finally {
    await server.close();
  }
});
