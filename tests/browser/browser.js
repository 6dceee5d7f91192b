// One browser for a test file, and pages that watch themselves.

import { chromium } from 'playwright-core';
import { after, before } from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';

/** Where jida serves. */
export const site = process.env.JIDA_URL ?? 'http://127.0.0.1:8080';

/** The question of an entry of the corpus, word for word. */
export const known = '备案授权码怎么申请？';

/** Nothing in the corpus is about this. */
export const unknown = '梅西踢球厉害';

let browser;

before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    chromiumSandbox: false,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
});

after(async () => {
  await browser?.close();
});

/** The address of a search. */
export function search(parameters) {
  return `${site}/?${new URLSearchParams(parameters)}`;
}

/** The search box: a combobox where scripts run, a plain field where not. */
export function box(page) {
  return page.getByRole('combobox').or(page.getByRole('searchbox')).first();
}

/**
 * Runs `visit` on a fresh page. Whatever it does, the page must write no error to the console, open no
 * dialog and ask no server but `origin`, one or several, for anything. `tolerated` matches errors that
 * belong to the test.
 */
export async function visit({ origin = site, tolerated = /(?!)/, ...options }, visit) {
  const context = await browser.newContext({ locale: 'zh-CN', colorScheme: 'light', ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => {
    // A page with an error status is itself reported as a resource that failed to load.
    const own = message.location().url === page.url() && /status of 4\d\d/.test(message.text());
    if (tolerated.test(message.text())) return;
    if (message.type() === 'error' && !own) complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`script: ${error}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = request.url();
    const isOurs = [origin].flat().some((own) => url.startsWith(`${own}/`));
    if (!isOurs && !url.startsWith('data:')) complaints.push(`request: ${url}`);
  });
  try {
    await visit(page);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

/** Saves a picture where the caller of the tests wants pictures. */
export async function picture(page, name) {
  if (process.env.SCREENSHOTS) {
    await page.screenshot({ path: path.join(process.env.SCREENSHOTS, `${name}.png`) });
  }
}
