// What can be measured of how the widget looks, and what axe-core finds in each of its states: nothing.

import test from 'node:test';
import assert from 'node:assert/strict';
import { findings } from './axe.js';
import { known, picture } from './browser.js';
import { embed, embedding, reply, site, unanswered } from './widget.js';

embedding();

/** Each state, reached from the one before. */
const states = {
  launcher: async (widget, page) => page.waitForFunction(() => told.some(({ name }) => name === 'ready')),
  welcome: (widget) => widget.open(),
  suggestions: async (widget, page) => {
    await widget.field.pressSequentially('备案');
    await widget.options.first().waitFor();
    await page.keyboard.press('ArrowDown');
  },
  answer: async (widget) => {
    await widget.field.press('Escape');
    await widget.ask(known);
  },
  feedback: async (widget) => {
    await widget.turn.getByRole('button', { name: '没有帮助' }).click();
    await widget.turn.getByRole('button', { name: '不完整' }).click();
    await widget.turn.getByText('谢谢您的反馈').waitFor();
  },
  'long answer': (widget) => widget.ask('备案需要提供什么资料？'),
  'whole answer': (widget) => widget.turn.getByRole('button', { name: '查看完整答案' }).click(),
  formats: (widget) => widget.ask('答案里可以有什么格式？'),
  'follow-up': async (widget) => {
    await widget.ask('个人备案需要什么材料');
    await widget.ask('那企业呢');
  },
  clarify: (widget) => widget.ask('发票怎么开？'),
  'no answer': (widget) => widget.ask(unanswered),
  handoff: (widget) => widget.turn.getByRole('button', { name: '转人工' }).click(),
  'near the limit': (widget) => widget.field.fill('案'.repeat(520)),
  failure: async (widget, page) => {
    await page.route('**/v1/ask*', (route) => reply(route, 503));
    await widget.ask('备案');
  },
};

/** Runs in the page: controls whose target is smaller than 24 by 24 pixels, but for links within a text. */
function small() {
  const found = [];
  for (const element of document.querySelector('jida-chat').shadowRoot.querySelectorAll('button, a, input, summary, [role=option]')) {
    if (!element.checkVisibility() || element.closest('.answer')) continue;
    const { width, height } = element.getBoundingClientRect();
    if (width < 24 || height < 24) found.push(`${element.className} ${element.textContent}: ${width} × ${height}`);
  }
  return found;
}

const screens = {
  desktop: { viewport: { width: 1280, height: 860 } },
  dark: { viewport: { width: 1280, height: 860 }, colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 780 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
};

for (const [screen, options] of Object.entries(screens)) {
  test(`axe-core finds nothing in any state on ${screen}, and every target is large enough`, async () => {
    await embed({ ...options, reducedMotion: 'reduce', tolerated: /status of 503/ }, async (widget, page) => {
      for (const [name, reach] of Object.entries(states)) {
        await reach(widget, page);
        await page.waitForTimeout(150);
        assert.deepEqual(await findings(page), [], name);
        assert.deepEqual(await page.evaluate(small), [], name);
        await picture(page, `widget-${name.replaceAll(' ', '-')}-${screen}`);
      }
    });
  });
}

test('axe-core finds nothing in the elements that stand in a page', async () => {
  const body = '<main><h1>帮助中心</h1><jida-search></jida-search><jida-chat></jida-chat></main>';
  for (const colorScheme of ['light', 'dark']) {
    await embed({ address: site('data-launcher="off"', body), colorScheme }, async (widget, page) => {
      const search = page.locator('jida-search');
      await search.getByRole('combobox').pressSequentially('备案');
      await search.getByRole('option').first().waitFor();
      assert.deepEqual(await findings(page), [], 'suggestions');
      await page.keyboard.press('Enter');
      await search.locator('.card, .bubble').first().waitFor();
      assert.deepEqual(await findings(page), [], 'reply');
      await search.getByRole('combobox').fill(unanswered);
      await page.keyboard.press('Enter');
      await search.getByText('请拨打').waitFor();
      assert.deepEqual(await findings(page), [], 'no answer');
    });
  }
});

for (const [name, viewport] of Object.entries({
  'a phone': { width: 390, height: 780 },
  'a phone on its side': { width: 780, height: 390 },
  'a page zoomed to 400 %': { width: 320, height: 256 },
})) {
  test(`the panel fills the screen on ${name}, nothing is cut off, and Tab stays within`, async () => {
    await embed({ viewport, reducedMotion: 'reduce' }, async (widget, page) => {
      await widget.open();
      await widget.ask(known);
      const { x, y, width, height } = await widget.panel.boundingBox();
      assert.deepEqual({ x, y, width, height }, { x: 0, y: 0, ...viewport });
      for (const part of [widget.field, widget.panel.getByRole('button', { name: '关闭' })]) {
        const box = await part.boundingBox();
        assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= viewport.width && box.y + box.height <= viewport.height);
      }
      assert.ok((await widget.log.boundingBox()).height > 90, 'room to read');
      await picture(page, `widget-${viewport.width}x${viewport.height}`);
      for (let presses = 0; presses < 12; presses += 1) {
        await page.keyboard.press('Tab');
        const inside = await page.evaluate(() => ['BODY', 'JIDA-CHAT'].includes(document.activeElement.tagName));
        assert.ok(inside);
      }
      await widget.field.focus();
      await page.keyboard.press('Escape');
      await widget.panel.waitFor({ state: 'hidden' });
    });
  });
}

test('zoomed to 200 % the page stays in reach beside it', async () => {
  await embed({ viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 }, async (widget, page) => {
    await widget.open();
    await widget.ask(known);
    const box = await widget.panel.boundingBox();
    assert.ok(box.x >= 0 && box.y >= 0 && box.y + box.height <= 450);
    await picture(page, 'widget-zoomed');
  });
});

test('dark and light follow the reader, or the site', async () => {
  const ground = async (attributes, colorScheme) => {
    let channels;
    await embed({ address: site(attributes), colorScheme }, async (widget) => {
      await widget.open();
      const colour = await widget.panel.evaluate((panel) => getComputedStyle(panel).backgroundColor);
      channels = colour.match(/\d+/g).map(Number).slice(0, 3);
    });
    return channels.every((channel) => channel > 200) ? 'light' : channels.every((channel) => channel < 60) ? 'dark' : channels;
  };
  assert.equal(await ground('', 'light'), 'light');
  assert.equal(await ground('', 'dark'), 'dark');
  assert.equal(await ground('data-theme="auto"', 'dark'), 'dark');
  assert.equal(await ground('data-theme="light"', 'dark'), 'light');
  assert.equal(await ground('data-theme="dark"', 'light'), 'dark');
});

test('nothing moves where motion is not wanted, and replies are told once', async () => {
  await embed({ reducedMotion: 'reduce' }, async (widget, page) => {
    await widget.open();
    const moving = () => page.evaluate(() => document.getAnimations().filter(({ playState, effect }) =>
      playState === 'running' && effect.getComputedTiming().duration > 0).length);
    assert.equal(await moving(), 0);
    // What a screen reader is told to read out: elements that come to stand in the log, and status lines.
    await page.evaluate(() => {
      globalThis.added = [];
      const root = document.querySelector('jida-chat').shadowRoot;
      new MutationObserver((records) => {
        for (const node of records.flatMap(({ addedNodes }) => [...addedNodes])) {
          added.push((node.innerText ?? node.textContent).trim());
        }
      }).observe(root.querySelector('.log'), { childList: true, subtree: true });
      globalThis.announced = [];
      new MutationObserver(() => announced.push('something')).observe(root.querySelector('.frame > [role=status]'), { childList: true });
    });
    await widget.field.pressSequentially('备案授权码怎么申请');
    await widget.options.first().waitFor();
    await page.keyboard.press('Enter');
    await widget.log.getByRole('article').waitFor();
    const added = await page.evaluate(() => globalThis.added);
    for (const text of ['您问', '即生成备案授权码']) {
      assert.equal(added.filter((said) => said.includes(text)).length, 1, `${text}: ${added.join(' | ')}`);
    }
    assert.deepEqual(await page.evaluate(() => announced), []);
  });
});
