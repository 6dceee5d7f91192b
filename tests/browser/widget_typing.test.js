// Keys in the widget: input methods, the keyboard alone, shortcuts, and where the focus goes.

import test from 'node:test';
import assert from 'node:assert/strict';
import { known } from './browser.js';
import { embed, embedding, site } from './widget.js';

embedding();

/** Whether an element has the focus, in whichever root it stands. */
const hasFocus = (locator) => locator.evaluate((element) => element.getRootNode().activeElement === element);

/** Begins a composition as an input method does. */
async function compose(page, text) {
  const session = await page.context().newCDPSession(page);
  await session.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
  return session;
}

test('Enter, Esc and arrows while an input method composes neither send nor close', async () => {
  await embed({}, async (widget, page) => {
    await widget.open();
    const session = await compose(page, "bei'an");
    for (const [key, code] of [['Enter', 13], ['Escape', 27], ['ArrowDown', 40]]) {
      // What browsers report for a key that the input method takes.
      await session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key, code: key, windowsVirtualKeyCode: 229 });
      await session.send('Input.dispatchKeyEvent', { type: 'keyUp', key, code: key, windowsVirtualKeyCode: code });
    }
    await page.waitForTimeout(100);
    assert.ok(await widget.panel.isVisible());
    assert.deepEqual(await widget.events(), ['ready', 'open']);
    assert.equal(await widget.field.inputValue(), "bei'an");

    await session.send('Input.insertText', { text: '备案授权码怎么申请' });
    await widget.options.first().waitFor();
    await page.keyboard.press('Enter');
    await widget.log.getByRole('article').waitFor();
    assert.equal((await widget.detail('ask')).question, '备案授权码怎么申请');
  });
});

test('the Enter that ends a composition does not send where it is reported after its end, as by Safari', async () => {
  await embed({}, async (widget, page) => {
    await widget.open();
    await widget.field.evaluate((field) => {
      field.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }));
      field.value = '备案';
      field.dispatchEvent(new InputEvent('input', { bubbles: true, isComposing: true }));
      field.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true, data: '备案' }));
      const sent = field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true, composed: true }));
      // What a browser does with an Enter that nobody has prevented.
      if (sent) field.form.requestSubmit();
    });
    await page.waitForTimeout(100);
    assert.deepEqual(await widget.events(), ['ready', 'open']);
    await widget.field.press('Enter');
    await widget.log.locator('.turn').nth(1).waitFor();
    assert.equal((await widget.detail('ask')).question, '备案');
  });
});

test('the send button sends what is still being composed, as on phones that never end a composition', async () => {
  await embed({}, async (widget, page) => {
    await widget.open();
    await compose(page, '备案授权码怎么申请');
    // A press that leaves the focus where it is, as on iOS.
    await widget.panel.getByRole('button', { name: '发送' }).evaluate((button) => button.click());
    await widget.log.getByRole('article').waitFor();
    assert.equal((await widget.detail('ask')).question, '备案授权码怎么申请');
  });
});

test('everything can be done by keyboard, and the focus comes back to where it was', async () => {
  const body = '<main><h1>站</h1><p><a href="#a">链接</a></p></main>';
  await embed({ address: site('', body) }, async (widget, page) => {
    await page.waitForFunction(() => told.some(({ name }) => name === 'ready'));
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    assert.ok(await hasFocus(widget.launcher));
    assert.equal(await widget.launcher.getAttribute('aria-expanded'), 'false');
    await page.keyboard.press('Enter');
    await widget.field.waitFor();
    assert.ok(await hasFocus(widget.field));
    assert.equal(await widget.launcher.getAttribute('aria-expanded'), 'true');
    await page.keyboard.type(known);
    await page.keyboard.press('Enter');
    await widget.log.getByRole('article').waitFor();
    assert.ok(await hasFocus(widget.field), 'one can go on typing');

    // Backwards from the field: the send button is off, so the newest related question comes first.
    await page.keyboard.press('Shift+Tab');
    const related = widget.log.locator('.turn').nth(1).getByRole('list', { name: '相关问题' }).getByRole('button').last();
    assert.ok(await hasFocus(related));
    await page.keyboard.press('Enter');
    await widget.log.getByRole('article').nth(1).waitFor();
    assert.ok(await hasFocus(related), 'the focus stays where it is');

    await page.keyboard.press('Escape');
    await widget.panel.waitFor({ state: 'hidden' });
    assert.ok(await hasFocus(widget.launcher));

    // Opened from elsewhere, it gives the focus back to there.
    await page.getByRole('link', { name: '链接' }).focus();
    await page.keyboard.press('Control+k');
    await widget.field.waitFor();
    assert.ok(await hasFocus(widget.field));
    await page.keyboard.press('Escape');
    assert.ok(await hasFocus(page.getByRole('link', { name: '链接' })));
    assert.deepEqual((await widget.events()).filter((name) => /open|close/.test(name)), ['open', 'close', 'open', 'close']);
  });
});

test('a slash opens it outside of fields and is a character within', async () => {
  const body = `<main><h1>站</h1><input id="field" aria-label="甲"><div id="editable" contenteditable="true" role="textbox" aria-label="乙"></div>
    <textarea id="area" aria-label="丙"></textarea></main>`;
  await embed({ address: site('', body) }, async (widget, page) => {
    await page.waitForFunction(() => told.some(({ name }) => name === 'ready'));
    for (const id of ['field', 'editable', 'area']) {
      await page.locator(`#${id}`).focus();
      await page.keyboard.press('/');
      assert.equal(await page.locator(`#${id}`).evaluate((field) => field.value ?? field.textContent), '/', id);
      assert.equal(await widget.panel.isVisible(), false, id);
    }
    await page.locator('#area').blur();
    await page.keyboard.press('/');
    await widget.field.waitFor();
    assert.equal(await widget.field.inputValue(), '', 'the slash itself is not typed');
  });
});

test('a site that has its own shortcuts keeps them', async () => {
  await embed({ address: site('data-shortcuts="off"') }, async (widget, page) => {
    await page.waitForFunction(() => told.some(({ name }) => name === 'ready'));
    await page.keyboard.press('Control+k');
    await page.keyboard.press('/');
    await page.waitForTimeout(100);
    assert.equal(await widget.panel.isVisible(), false);
  });
  await embed({}, async (widget, page) => {
    await page.evaluate(() => document.addEventListener('keydown', (event) => event.preventDefault()));
    await page.keyboard.press('Control+k');
    await page.waitForTimeout(300);
    assert.equal(await widget.panel.isVisible(), false);
  });
});

test('Esc elsewhere on the page leaves it open', async () => {
  const body = '<main><h1>站</h1><input id="field" aria-label="甲"></main>';
  await embed({ address: site('', body) }, async (widget, page) => {
    await widget.open();
    await page.locator('#field').focus();
    await page.keyboard.press('Escape');
    await page.waitForTimeout(100);
    assert.ok(await widget.panel.isVisible());
  });
});
