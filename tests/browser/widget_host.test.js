// The widget on a site that is not its own: policy, styles, life and death, storage, outages, attacks.

import test from 'node:test';
import assert from 'node:assert/strict';
import { known, picture } from './browser.js';
import { embed, embedded, embedding, reply, site, unanswered } from './widget.js';

embedding();

/** How the parts look that a host's styles could reach. */
async function looks(widget) {
  const parts = {
    launcher: widget.launcher, panel: widget.panel, field: widget.field, heading: widget.panel.getByRole('heading').first(),
    answer: widget.turn.locator('.answer p').first(), choice: widget.turn.locator('.choice').first(),
  };
  const seen = {};
  for (const [name, part] of Object.entries(parts)) {
    seen[name] = await part.evaluate((element) => {
      const style = getComputedStyle(element);
      const { width, height, x } = element.getBoundingClientRect();
      const properties = ['color', 'backgroundColor', 'fontSize', 'fontFamily', 'fontStyle', 'fontWeight', 'letterSpacing', 'wordSpacing',
        'lineHeight', 'textAlign', 'textTransform', 'borderTopStyle', 'borderTopColor', 'opacity', 'display', 'cursor', 'pointerEvents', 'boxSizing'];
      return { ...Object.fromEntries(properties.map((property) => [property, style[property]])), width, height, x: Math.round(x) };
    });
  }
  return seen;
}

test('under a strict policy and hostile styles it works, and looks as on an empty page', async () => {
  const all = [];
  for (const address of [() => site(), () => embedded.site]) {
    await embed({ address: address(), viewport: { width: 1280, height: 860 } }, async (widget, page) => {
      await widget.open();
      await widget.ask(known);
      all.push(await looks(widget));
      if (all.length === 2) await picture(page, 'widget-hostile');
      const policy = (await page.context().request.get(page.url())).headers()['content-security-policy'];
      assert.match(policy, /default-src 'none'/);
      assert.ok(!policy.includes('unsafe'), policy);
    });
  }
  assert.deepEqual(all[1], all[0]);
});

test('the key on the tag goes with all that is asked', async () => {
  await embed({ address: site('data-key="k-1"') }, async (widget, page) => {
    const keys = new Set();
    page.on('request', (request) => {
      if (request.url().includes('/v1/') && request.method() !== 'OPTIONS') keys.add(request.headers()['x-jida-key']);
    });
    await widget.open();
    // It has arrived: the server lets the site's pages send this header.
    await widget.ask(known);
    assert.deepEqual([...keys], ['k-1']);
  });
});

test('calls that a page makes before the script is there are not lost', async () => {
  // The example's own script asks by the stub as soon as the page is parsed.
  await embed({ address: embedded.site }, async (widget, page) => {
    await page.route('**/widget.js', async (route) => {
      await page.evaluate(() => { window.jida('ask', '更换服务器影响备案吗？'); });
      await route.continue();
    });
    await page.reload();
    await widget.log.getByRole('heading', { name: '更换服务器影响备案吗？' }).waitFor();
    assert.equal(await page.evaluate(() => typeof jida.open), 'function');
  });
});

test('a page opens, asks, closes and destroys it by method or by call', async () => {
  await embed({ bypassCSP: true }, async (widget, page) => {
    await page.evaluate(() => jida.open());
    assert.ok(await widget.panel.isVisible());
    await page.evaluate(() => jida('close'));
    assert.equal(await widget.panel.isVisible(), false);
    const answered = await page.evaluate((question) => jida.ask(question), known);
    assert.equal(answered.decision, 'answered');
    assert.ok(await widget.panel.isVisible());
    const failures = await page.evaluate(() => Promise.all(['nonsense', 'ask'].map((method) => jida(method).catch(String))));
    assert.match(failures[0], /no method nonsense/);
    assert.match(failures[1], /needs a question/);

    await page.evaluate(() => jida.destroy());
    assert.equal(await page.locator('jida-chat').count(), 0);
    assert.equal(await page.evaluate(() => typeof window.jida), 'undefined');
    await page.keyboard.press('Control+k');
    // It can be embedded again, in another language.
    await page.evaluate((src) => {
      const script = Object.assign(document.createElement('script'), { src });
      script.dataset.lang = 'en';
      document.head.append(script);
    }, `${embedded.jida}/widget.js`);
    await page.locator('jida-chat').getByRole('button', { name: 'Open the help chat' }).click();
    await page.getByRole('dialog', { name: 'Questions and answers' }).waitFor();
  });
});

test('without a launcher the page’s own button opens it, and until then keys are the page’s', async () => {
  const body = '<main><h1>站</h1><button id="own">问一问</button></main>';
  await embed({ address: site('data-launcher="off"', body) }, async (widget, page) => {
    await page.waitForFunction(() => typeof window.jida?.open === 'function');
    await page.evaluate(() => {
      globalThis.taken = [];
      addEventListener('keydown', (event) => taken.push(event.defaultPrevented));
      document.querySelector('#own').addEventListener('click', () => jida.open());
    });
    await page.keyboard.press('/');
    assert.deepEqual(await page.evaluate(() => taken), [false]);
    await page.evaluate(() => jida.close());
    assert.equal(await widget.element.count(), 0);

    const own = page.getByRole('button', { name: '问一问' });
    await own.click();
    await widget.panel.waitFor();
    assert.equal(await widget.launcher.count(), 0);
    await widget.ask(known);
    await page.keyboard.press('Escape');
    await widget.panel.waitFor({ state: 'hidden' });
    assert.ok(await own.evaluate((button) => document.activeElement === button), 'the focus is back');
    await page.keyboard.press('Control+k');
    await widget.panel.waitFor();
    assert.equal(await widget.element.count(), 1);
  });
});

test('a second tag changes nothing', async () => {
  await embed({ address: site('', '<main><h1>站</h1></main>', '<script async src="{{jida}}/widget.js?again"></script>') }, async (widget, page) => {
    await page.waitForLoadState('load');
    await widget.open();
    assert.equal(await page.locator('jida-chat').count(), 1);
  });
});

test('the page is ready without waiting for the widget, however slow that is', async () => {
  await embed({}, async (widget, page) => {
    let release = () => {};
    const held = new Promise((let_go) => { release = let_go; });
    await page.route('**/widget.js', async (route) => {
      await held;
      await route.continue();
    });
    await page.reload({ waitUntil: 'domcontentloaded' });
    assert.equal(await page.getByRole('heading', { name: '云上书店' }).isVisible(), true);
    assert.equal(await widget.launcher.count(), 0);
    release();
    await widget.launcher.waitFor();
  });
});

test('it leaves no cookie and keeps nothing, unless the site wants the tab’s history', async () => {
  const stored = () => ({ cookie: document.cookie, local: localStorage.length, session: sessionStorage.length });
  await embed({}, async (widget, page) => {
    await widget.open();
    await widget.ask(known);
    assert.deepEqual(await page.evaluate(stored), { cookie: '', local: 0, session: 0 });
    assert.deepEqual(await page.context().cookies(), []);
    await page.reload();
    await widget.open();
    assert.equal(await widget.log.getByRole('article').count(), 0);
  });
  await embed({ address: site('data-history="tab"') }, async (widget, page) => {
    await widget.open();
    const turn = await widget.ask(known);
    await turn.getByRole('button', { name: '没有帮助' }).click();
    await turn.getByRole('button', { name: '不完整' }).click();
    await turn.getByText('谢谢您的反馈').waitFor();
    assert.deepEqual(await page.evaluate(stored), { cookie: '', local: 0, session: 1 });
    await page.reload();
    // It goes on where it was, open, and does not take the focus.
    await widget.log.getByRole('article').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.localName), 'body');
    assert.equal(await widget.log.getByRole('button', { name: '不完整' }).getAttribute('aria-pressed'), 'true');
    assert.equal(await widget.launcher.getAttribute('aria-expanded'), 'true');
    await widget.panel.getByRole('button', { name: '开始新的对话' }).click();
    await widget.log.getByRole('article').waitFor({ state: 'detached' });
    await page.reload();
    await widget.panel.waitFor();
    assert.equal(await widget.log.getByRole('article').count(), 0);
    assert.deepEqual(await page.context().cookies(), []);
  });
});

test('what an enemy writes as an answer stays inert, even past the server', async () => {
  const attack = '前<script>alert(1)</script><img src=x onerror=alert(2)><img src="javascript:alert(3)"><a href="javascript:alert(4)">点我</a>' +
    '<a href=" JaVaScRiPt:alert(5)">点</a><a href="data:text/html,x">点</a><svg><script>alert(6)</script></svg><style>*{display:none}</style>' +
    '<b style="position:fixed" onclick="alert(7)" id="title" class="launcher" name="x">粗</b><iframe srcdoc="<script>alert(8)</script>"></iframe>' +
    '<form action="https://evil.example"><input name=a><button>交</button></form><math><mtext><img src onerror=alert(9)></mtext></math>' +
    '<details ontoggle=alert(10) open>开</details><template><img src onerror=alert(11)></template><base href="https://evil.example"><object data=x></object>' +
    '<x-y onclick=alert(12)>异</x-y><noscript><p title="</noscript><img src onerror=alert(13)>"></noscript>';
  // `embed` fails on dialogs, on console errors, and on requests to anyone else. Without the site's policy
  // nothing else stands between the attack and the page.
  await embed({ bypassCSP: true }, async (widget, page) => {
    await widget.open();
    const real = await widget.ask('HTML 标签演示');
    await real.getByRole('article').waitFor();
    await page.route('**/v1/ask?*', async (route) => {
      const response = await route.fetch();
      const json = await response.json();
      json.answer.answer.html = attack;
      json.answer.question = attack;
      await route.fulfill({ response, json });
    });
    await page.locator('jida-chat').getByRole('button', { name: '开始新的对话' }).click();
    const turn = await widget.ask(known);
    const answer = turn.locator('.answer');
    for (const shown of [real.locator('.answer'), answer]) {
      if (!(await shown.count())) continue;
      const live = 'script, style, svg, math, iframe, object, form, base, template, button, input:not([type=checkbox]), [style], [id], [class]:not(.unseen, .wide), [onclick], [onerror], [ontoggle], [href^="javascript" i], [href^="data"]';
      assert.equal(await shown.locator(live).count(), 0);
    }
    const text = await answer.innerText();
    for (const kept of ['前', '点我', '粗', '开', '异']) assert.ok(text.includes(kept), `${kept}: ${text}`);
    assert.equal(await turn.getByRole('heading').first().innerText(), attack, 'a question is text');
    await answer.locator('b').click();
    await page.waitForTimeout(200);
    await picture(page, 'widget-attack');
  });
});

test('a site whose policy allows no HTML to be parsed gets answers as text', async () => {
  // The name of the widget's policy is taken, as it would be were it not on the site's list.
  await embed({ tolerated: /Content Security Policy/ }, async (widget, page) => {
    await page.evaluate(() => trustedTypes.createPolicy('jida', {}));
    await widget.open();
    const turn = await widget.ask('答案里可以有什么格式？');
    assert.match(await turn.locator('.answer').innerText(), /第一段，有链接、代码和强调/);
    assert.equal(await turn.locator('.answer table').count(), 0);
  });
});

test('the knowledge base that the site names is asked', async () => {
  const kbs = [];
  await embed({ address: site('data-kb="default"') }, async (widget, page) => {
    page.on('request', (request) => {
      const { pathname, searchParams } = new URL(request.url());
      if (pathname.startsWith('/v1/')) kbs.push(`${pathname} ${searchParams.get('kb') ?? request.postDataJSON()?.kb}`);
    });
    await widget.open();
    await widget.ask(known);
    await widget.ask('那企业呢');
    await widget.field.pressSequentially('备案');
    await widget.options.first().waitFor();
  });
  const paths = ['/v1/welcome', '/v1/ask', '/v1/suggest'].map((path) => `${path} default`);
  for (const path of paths) assert.ok(kbs.includes(path), path);
  assert.ok(kbs.every((asked) => asked.endsWith(' default')), kbs.join());
});

test('the server gone is told, and once it is back the question is asked again', async () => {
  await embed({ tolerated: /ERR_|Failed to load/ }, async (widget, page) => {
    await widget.open();
    await embedded.server.stop();
    try {
      const turn = await widget.ask(known);
      assert.match(await turn.innerText(), /连不上问答服务/);
      await picture(page, 'widget-offline');
      const { kind, status, question } = await widget.detail('error');
      assert.deepEqual({ kind, status, question }, { kind: 'offline', status: 0, question: known });
      await turn.getByRole('button', { name: '重试' }).click();
      await page.waitForFunction(() => told.filter(({ name }) => name === 'error').length === 2);
    } finally {
      await embedded.server.start();
    }
    await widget.turn.getByRole('button', { name: '重试' }).click();
    await widget.log.getByRole('article').waitFor();
    assert.equal(await widget.log.locator('.asked').count(), 1, 'in the place of what failed');
  });
});

test('a busy or broken server is told as such', async () => {
  await embed({ tolerated: /status of/ }, async (widget, page) => {
    await widget.open();
    for (const [status, kind, said] of [[503, 'busy', /问答服务正忙/], [429, 'busy', /问答服务正忙/], [500, 'failed', /出了点问题/]]) {
      await page.route('**/v1/ask?*', (route) => reply(route, status, {}));
      assert.match(await (await widget.ask('甲')).innerText(), said);
      const detail = await widget.detail('error');
      assert.deepEqual([detail.kind, detail.status, detail.question], [kind, status, '甲']);
    }
  });
});

test('a module that does not arrive is told by an event, and tried again by the next click', async () => {
  await embed({ tolerated: /ERR_|Failed/ }, async (widget, page) => {
    await page.route('**/assets/widget-*', (route) => route.abort());
    await page.reload();
    await page.waitForFunction(() => told.some(({ name }) => name === 'error'));
    assert.equal((await widget.detail('error')).kind, 'load');
    await page.unroute('**/assets/widget-*');
    await widget.open();
    await widget.ask(known);
  });
});

for (const [language, texts] of Object.entries({
  'zh-TW': { open: '開啟問答助手', title: '常見問題解答', send: '傳送', question: '備案授權碼怎麼申請？', source: /出處/, handoff: '轉真人客服' },
  en: { open: 'Open the help chat', title: 'Questions and answers', send: 'Send', question: known, source: /Source/, handoff: 'Talk to a person' },
})) {
  test(`it speaks ${language}`, async () => {
    await embed({ address: site(`data-lang="${language}"`) }, async (widget, page) => {
      await page.getByRole('button', { name: texts.open }).click();
      await page.getByRole('dialog', { name: texts.title }).waitFor();
      assert.equal(await widget.element.locator('.frame').getAttribute('lang'), language);
      const turn = await widget.ask(texts.question);
      assert.match(await turn.getByRole('article').innerText(), /生成备案授权码/);
      await turn.getByRole('link', { name: texts.source }).waitFor();
      // A Chinese text among English words says so, for screen readers and fonts.
      assert.equal(await turn.locator('.answer').getAttribute('lang'), language === 'en' ? 'zh' : null);
      await picture(page, `widget-${language}`);
      const declined = await widget.ask(unanswered);
      await declined.getByRole('button', { name: texts.handoff }).waitFor();
      await widget.panel.getByRole('button', { name: texts.send }).waitFor();
    });
  });
}

test('the page’s language is taken where none is asked for', async () => {
  for (const [tag, title] of [['en-GB', 'Questions and answers'], ['zh-Hant-HK', '常見問題解答'], ['zh', '常见问题解答'], ['fr', '常见问题解答']]) {
    await embed({ address: site('', undefined, '', tag) }, async (widget, page) => {
      await widget.launcher.click();
      await page.getByRole('dialog', { name: title }).waitFor();
    });
  }
});

test('the elements work where a page puts them, without a launcher', async () => {
  const body = '<main><h1>帮助中心</h1><jida-search></jida-search><jida-chat data-title="问小即"></jida-chat></main>';
  await embed({ address: site('data-launcher="off"', body) }, async (widget, page) => {
    const search = page.locator('jida-search');
    await search.getByRole('search').waitFor();
    assert.equal(await page.locator('[data-floating]').count(), 0);
    await search.getByRole('combobox').pressSequentially('备案授');
    await search.getByRole('option').first().waitFor();
    await picture(page, 'widget-search-suggestions');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await search.getByRole('heading', { name: known }).waitFor();
    assert.equal(await search.getByRole('combobox').inputValue(), known);
    await picture(page, 'widget-search');
    await search.getByRole('combobox').fill('发票怎么开？');
    await search.getByRole('button', { name: '搜索' }).click();
    await search.getByRole('list', { name: '您想问的是哪一个？' }).getByRole('button').filter({ hasText: '企业' }).click();
    await search.getByText('联系客户经理').waitFor();
    assert.equal(await search.getByRole('article').count(), 1, 'only the newest reply');

    const chat = page.locator('jida-chat');
    assert.equal(await chat.getByRole('region', { name: '问小即' }).isVisible(), true);
    await chat.getByRole('combobox').fill(known);
    await page.keyboard.press('Enter');
    await chat.getByRole('article').waitFor();
    // The page's methods act on the first of them.
    await page.evaluate(() => jida.ask('更换服务器影响备案吗？'));
    assert.equal(await search.getByRole('heading', { name: '更换服务器影响备案吗？' }).isVisible(), true);
  });
});

test('a site may set colours, names and place', async () => {
  const attributes = 'data-accent="#ffcc00" data-title="小书童" data-label="帮助" data-position="left"';
  await embed({ address: site(attributes), viewport: { width: 1000, height: 700 } }, async (widget, page) => {
    await page.waitForFunction(() => told.some(({ name }) => name === 'ready'));
    await page.getByRole('button', { name: '帮助' }).click();
    await page.getByRole('dialog', { name: '小书童' }).waitFor();
    assert.ok((await widget.launcher.boundingBox()).x < 100);
    assert.ok((await widget.panel.boundingBox()).x < 100);
    const colours = await widget.launcher.evaluate((button) => [getComputedStyle(button).backgroundColor, getComputedStyle(button).color]);
    assert.equal(colours[0], 'rgb(255, 204, 0)');
    // Dark on a light accent.
    assert.match(colours[1], /oklch\(0 0 0\)|rgb\(0, 0, 0\)/);
    // Text in the accent's colour is darkened until it can be read on white.
    const lightness = await widget.panel.evaluate((panel) => {
      const text = panel.ownerDocument.createElement('span');
      text.style.color = 'var(--link)';
      panel.append(text);
      const [lightness] = getComputedStyle(text).color.match(/[\d.]+/);
      text.remove();
      return Number(lightness);
    });
    assert.ok(lightness <= 0.54, String(lightness));
    await picture(page, 'widget-accent');
  });
});
