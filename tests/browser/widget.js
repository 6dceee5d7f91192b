// A site of another origin that embeds the widget, and what its tests do again and again.

import { after, before } from 'node:test';
import { readFile } from 'node:fs/promises';
import { host } from '../../examples/embed/serve.mjs';
import { visit } from './browser.js';
import { freePort, startServer } from './server.js';

/** Attacks as an author could write them; the server sanitises, the widget must not rely on it. */
const HOSTILE = `## HTML 标签演示

前<script>alert(1)</script>后 <img src="x" onerror="alert(2)"> <a href="javascript:alert(3)">点我</a>
<style>* { display: none }</style> <b style="position:fixed;inset:0" onclick="alert(4)">粗</b>
<iframe src="https://evil.example"></iframe><form action="https://evil.example"><input name="a"></form>
<svg onload="alert(5)"></svg> 完
`;

const RICH = `## 答案里可以有什么格式？

第一段，有[链接](https://docs.example.com/page)、\`代码\`和**强调**，还有[站内链接](/inside)。

- 一
- 二
  1. 二之一

| 名称 | 价格 | 有效期 | 适用范围 | 备注 | 说明 |
|---|---:|---|---|---|---|
| 甲种套餐 | 10 元 | 一个月 | 所有地区 | 无 | 可以退 |

> 引用的话

- [x] 做完了
- [ ] 还没做

\`\`\`
jida serve --corpus faq --index index --addr 127.0.0.1:8080 --lang zh-CN --verbose
\`\`\`

<details><summary>更多</summary>

折起来的内容。

</details>
`;

const files = {
  '试验.md': `# 试验\n\n${HOSTILE}\n${RICH}`,
  '个人.md': '---\nwelcome:\n  - 备案授权码怎么申请？\n  - 备案需要提供什么资料？\n---\n# 个人\n\n## 发票怎么开？\n\n个人发票在“我的订单”里开。\n\n## 个人怎么退货？\n\n七天内寄回。\n',
  '企业.md': '# 企业\n\n## 发票怎么开？\n\n企业发票请联系客户经理。\n\n## 企业怎么退货？\n\n请走合同流程。\n',
  'welcome.md': '欢迎来到云上书店。\n\n发票、退货，直接问。\n',
  'no_answer.md': '这个我们也不知道，请拨打 400-000-0000。\n',
};

/** Nothing in the knowledge base is about this. */
export const unanswered = '明天会下雨吗';

/** Where jida and the site are; filled in before the tests of a file begin. */
export const embedded = { jida: '', site: '', server: /** @type {any} */ (null) };

let hosting;
const pages = {};

/** Starts both for the tests of a file. */
export function embedding() {
  before(async () => {
    const port = await freePort();
    embedded.site = `http://127.0.0.1:${port}`;
    process.env.JIDA_CORS_ORIGINS = embedded.site;
    for (const name of ['备案.md', '接入备案.md']) {
      files[name] = await readFile(new URL(`../../corpus/${name}`, import.meta.url), 'utf8');
    }
    embedded.server = await startServer(files);
    embedded.jida = embedded.server.url;
    hosting = await host(embedded.jida, port, pages);
  });
  after(async () => {
    hosting?.closeAllConnections();
    hosting?.close();
    await embedded.server?.close();
  });
}

/**
 * A page of the site with nothing but the script's tag.
 *
 * @param {string} attributes The tag's.
 * @param {string} [body]
 * @param {string} [head]
 * @param {string} [lang]
 */
export function site(attributes = '', body = '<main><h1>云上书店</h1><p>正文</p></main>', head = '', lang = 'zh-CN') {
  const name = `page${Object.keys(pages).length}.html`;
  pages[name] = `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>云上书店</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">${head}
<script async src="{{jida}}/widget.js" ${attributes}></script></head><body>${body}</body></html>`;
  return `${embedded.site}/${name}`;
}

/**
 * Visits a page that embeds the widget, and notes the widget's events.
 *
 * @param {object} options As for `visit`; `address` of the page; `welcome` and `feedback` in place of what the
 *   server would reply.
 * @param {(widget: Widget, page: import('playwright-core').Page) => Promise<void>} use
 */
export async function embed({ address = site(), welcome, feedback, ...options }, use) {
  await visit({ origin: [embedded.site, embedded.jida], ...options }, async (page) => {
    const votes = [];
    if (welcome) await page.route('**/v1/welcome*', (route) => reply(route, 200, welcome));
    if (feedback) await page.route('**/v1/feedback', (route) => reply(route, feedback));
    page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/v1/feedback')) votes.push(request.postDataJSON());
    });
    await page.addInitScript(() => {
      globalThis.told = [];
      for (const name of ['ready', 'open', 'close', 'ask', 'answer', 'clarify', 'noanswer', 'feedback', 'handoff', 'error']) {
        addEventListener(`jida:${name}`, ({ detail }) => told.push({ name, detail }));
      }
    });
    await page.goto(address);
    await use(new Widget(page, votes), page);
  });
}

/** A stub's reply to another origin. */
export function reply(route, status, json) {
  const headers = {
    'access-control-allow-origin': embedded.site,
    'access-control-allow-headers': 'content-type',
  };
  if (route.request().method() === 'OPTIONS') return route.fulfill({ status: 204, headers });
  return route.fulfill({ status, headers, ...(json ? { json } : {}) });
}

/**
 * Holds requests of a kind back until the function that it gives is called.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} pattern Of the address.
 * @param {(request: import('playwright-core').Request) => boolean} [which]
 */
export async function hold(page, pattern, which = () => true) {
  let release = () => {};
  const held = new Promise((letGo) => { release = letGo; });
  await page.route(pattern, async (route) => {
    if (which(route.request())) await held;
    await route.continue().catch(() => {});
  });
  return release;
}

/** The launched chat as a reader meets it. */
export class Widget {
  constructor(page, votes) {
    this.page = page;
    this.votes = votes;
    this.element = page.locator('jida-chat[data-floating]');
    this.launcher = this.element.locator('button.launcher');
    this.panel = this.element.getByRole('dialog');
    this.field = this.panel.getByRole('combobox');
    this.log = this.panel.getByRole('log');
    this.options = this.panel.getByRole('option');
  }

  /** The newest turn. */
  get turn() {
    return this.log.locator('.turn').last();
  }

  async open() {
    await this.launcher.click();
    await this.field.waitFor();
  }

  /** Types a question and sends it; gives the newest turn once it is replied to. */
  async ask(question) {
    const turns = await this.log.locator('.turn').count();
    await this.field.fill(question);
    await this.field.press('Enter');
    const turn = this.log.locator('.turn').nth(turns);
    await turn.locator('.card, .bubble').first().waitFor();
    return turn;
  }

  /** The events so far, by name. */
  async events() {
    return (await this.page.evaluate(() => told)).map(({ name }) => name);
  }

  /** What the last event of a name said. */
  async detail(name) {
    return this.page.evaluate((wanted) => told.findLast((event) => event.name === wanted)?.detail, name);
  }
}
