// Chinese typed with an input method: what belongs to the composition does nothing else.

import test from 'node:test';
import assert from 'node:assert/strict';
import { box, known, site, visit } from './browser.js';

const query = (page) => new URL(page.url()).searchParams.get('q');

/** The browser's own input method, as the debugger drives it. */
async function inputMethod(page) {
  const session = await page.context().newCDPSession(page);
  return {
    compose: (text) =>
      session.send('Input.imeSetComposition', {
        text,
        selectionStart: text.length,
        selectionEnd: text.length,
      }),
    commit: (text) => session.send('Input.insertText', { text }),
    // A key that goes to the input method reaches the page as this.
    press: (code) =>
      session.send('Input.dispatchKeyEvent', {
        type: 'rawKeyDown',
        key: 'Process',
        code,
        windowsVirtualKeyCode: 229,
      }),
  };
}

test('a composition searches once it is done, at once', async () => {
  await visit({}, async (page) => {
    await page.goto(site);
    await box(page).focus();
    const asked = [];
    page.on('request', (request) => asked.push(decodeURIComponent(request.url().replaceAll('+', ' '))));
    const method = await inputMethod(page);
    for (const pinyin of ['b', 'be', 'bei', "bei'a", "bei'an"]) {
      await method.compose(pinyin);
      await page.waitForTimeout(80);
    }
    assert.deepEqual(asked, [], 'nothing is asked while the pinyin grows');
    await method.commit('备案');
    await page.locator('.hit').first().waitFor();
    await page.waitForURL((url) => url.searchParams.get('q') === '备案');
    assert.ok(!asked.some((url) => url.includes("bei'an")), asked.join('\n'));
    assert.equal(await box(page).inputValue(), '备案');
  });
});

test('a keyboard that composes everything searches after a pause', async () => {
  await visit({}, async (page) => {
    await page.goto(site);
    await box(page).focus();
    const method = await inputMethod(page);
    await method.compose('备案授权码');
    // No end of the composition comes; the results do.
    await page.locator('.hit', { hasText: known }).first().waitFor();
    assert.equal(query(page), '备案授权码');
    // The text is still being composed.
    await method.compose('备案授权码怎么申请');
    await page.waitForURL((url) => url.searchParams.get('q') === '备案授权码怎么申请');
    await method.commit('备案授权码怎么申请');
    assert.equal(await box(page).inputValue(), '备案授权码怎么申请');
  });
});

test('Enter, Esc and arrows of a composition neither send, nor close, nor move', async () => {
  await visit({}, async (page) => {
    await page.goto(site);
    await box(page).pressSequentially('备案');
    await page.getByRole('option').first().waitFor();
    // What was typed is searched after a pause, which changes the address.
    await page.waitForURL((url) => url.searchParams.get('q') === '备案');
    const before = page.url();
    const method = await inputMethod(page);
    await method.compose('shou');
    for (const key of ['ArrowDown', 'ArrowUp', 'Escape', 'Enter']) {
      await method.press(key);
      assert.equal(await box(page).getAttribute('aria-activedescendant'), null, key);
      assert.equal(await box(page).getAttribute('aria-expanded'), 'true', key);
      assert.equal(page.url(), before, key);
    }
    await method.commit('授权码');
    await page.waitForURL((url) => url.searchParams.get('q') === '备案授权码');
    // After it the same keys act again.
    await page.getByRole('option').first().waitFor();
    await page.waitForTimeout(100);
    await page.keyboard.press('ArrowDown');
    assert.notEqual(await box(page).getAttribute('aria-activedescendant'), null);
    await page.keyboard.press('Escape');
    assert.equal(await page.getByRole('option').count(), 0);
  });
});

// What browsers make of the Enter that ends a composition, as the events that a page gets.
const endings = [
  ['Chrome: the key first', ['keydown', 'compositionend'], { keyCode: 229, isComposing: true }, false],
  ['Firefox: the key first', ['keydown', 'compositionend'], { keyCode: 13, isComposing: true }, false],
  ['Safari: the end first', ['compositionend', 'keydown'], { keyCode: 229 }, false],
  // Its keyboard composes every word; Enter ends the word and is also meant for the page.
  ['Android: the end first, and a key that sends', ['compositionend', 'keydown'], { keyCode: 13 }, true],
];

for (const [browser, order, key, sends] of endings) {
  test(`the Enter that ends a composition ${sends ? 'sends' : 'does not send'}, ${browser}`, async () => {
    await visit({}, async (page) => {
      await page.goto(site);
      await box(page).focus();
      const sent = await page.evaluate(
        ([order, key]) => {
          const field = document.activeElement;
          let sent = false;
          field.form.addEventListener('submit', () => { sent = true; });
          field.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }));
          field.value = 'beian';
          field.dispatchEvent(new InputEvent('input', { bubbles: true, isComposing: true }));
          for (const type of order) {
            if (type === 'compositionend') {
              field.dispatchEvent(new CompositionEvent(type, { bubbles: true, data: 'beian' }));
              continue;
            }
            const event = new KeyboardEvent(type, { key: 'Enter', bubbles: true, cancelable: true, ...key });
            // What the browser itself does with an Enter that nobody has refused.
            if (field.dispatchEvent(event)) field.form.requestSubmit();
          }
          return sent;
        },
        [order, key],
      );
      assert.equal(sent, sends);
      // The words are searched for in any case.
      await page.waitForURL((url) => url.searchParams.get('q') === 'beian');
      assert.deepEqual(await page.evaluate(() => history.state), sends ? null : { typed: true });
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => history.state === null);
    });
  });
}

test('the button sends what is still being composed', async () => {
  await visit({}, async (page) => {
    await page.goto(site);
    await box(page).focus();
    const method = await inputMethod(page);
    await method.compose('备案授权码');
    await page.evaluate(() => document.querySelector('#search button').click());
    await page.waitForURL((url) => url.searchParams.get('q') === '备案授权码');
    await page.waitForFunction(() => history.state === null);
    assert.equal(await box(page).inputValue(), '备案授权码');
  });
});

test('a field that is left in the middle of a composition is not stuck in it', async () => {
  await visit({}, async (page) => {
    await page.goto(site);
    await box(page).focus();
    await page.evaluate(() => {
      document.activeElement.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }));
      document.activeElement.blur();
    });
    await box(page).fill(known);
    await page.waitForTimeout(100);
    await box(page).press('Enter');
    await page.locator('.hit.answers').waitFor();
    await page.waitForFunction(() => history.state === null);
  });
});
