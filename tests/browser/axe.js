// What axe-core finds on a page as it stands: nothing, if all is well.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * Runs every rule for WCAG 2.2 AA, and those for good practice, shadow roots included.
 *
 * @param {import('playwright-core').Page} page
 * @returns {Promise<string[]>} A line for each element that breaks a rule.
 */
export async function findings(page) {
  // By the debugger rather than a script element, which the page's policy would refuse.
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(source);
  return page.evaluate(async (values) => {
    const { violations } = await globalThis.axe.run(document, {
      runOnly: { type: 'tag', values },
      rules: { 'target-size': { enabled: true } },
    });
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map((node) => `${id} (${help}): ${node.html.slice(0, 160)}`),
    );
  }, tags);
}
