// Bundles what sites embed, so that it is few requests and few bytes. The results are kept in the
// repository: building jida needs no Node.js.
//
//   node bundle.js           writes the bundles anew
//   node bundle.js --check   fails if they are not what the sources give, or too large

import { build, transform } from 'esbuild';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const web = new URL('../../src/serve/web/', import.meta.url);

/** Most bytes, compressed, of the script that runs on every page, and of all that a reader loads. */
const LOADER_LIMIT = 3 * 1024;
const LIMIT = 15 * 1024;

/** Style sheets become strings without their white space. */
const styles = {
  name: 'styles',
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const css = await readFile(path, 'utf8');
      const { code } = await transform(css, { loader: 'css', minify: true, target: 'chrome111' });
      return { contents: code.trim(), loader: 'text' };
    });
  },
};

async function bundled(source, format) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(source, web))],
    bundle: true,
    minify: true,
    format,
    target: ['chrome111', 'firefox119', 'safari16.4'],
    charset: 'utf8',
    legalComments: 'none',
    plugins: [styles],
    write: false,
    logLevel: 'warning',
  });
  return outputFiles[0].text;
}

const complaints = [];
const check = process.argv.includes('--check');

async function keep(output, text) {
  const file = new URL(output, web);
  if (!check) await writeFile(file, text);
  else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
    complaints.push(`${output} is not what its sources give; run: node bundle.js`);
  }
}

function measure(name, texts, limit) {
  // The server compresses each file by itself.
  const size = texts.map((text) => gzipSync(text).length).reduce((sum, length) => sum + length);
  console.error(`${name}: ${size} bytes compressed, of ${limit}`);
  if (size > limit) complaints.push(`${name} has ${size} bytes, more than ${limit}`);
}

const loader = await bundled('script/widget/loader.js', 'iife');
const widget = await bundled('script/widget/index.js', 'esm');
await keep('built/loader.js', loader);
await keep('built/widget.js', widget);

// The server fills in addresses and words (src/serve/widget.rs).
const address = (language) => `"${language}":"assets/widget-${language}-0123456789ab.js",`;
const served = loader.replaceAll('JIDA_MODULES', `{${['zh-CN', 'zh-TW', 'en'].map(address).join('')}}`);
measure('the loader', [served], LOADER_LIMIT);
for (const language of ['zh-CN', 'zh-TW', 'en']) {
  const kept = await readFile(new URL(`script/widget/words/${language}.json`, web), 'utf8');
  const words = kept.split('\n').map((line) => line.trim()).join('').replaceAll('": "', '":"');
  measure(`the widget in ${language}, loader included`, [served, widget.replaceAll('JIDA_WORDS', words)], LIMIT);
}

for (const complaint of complaints) console.error(complaint);
if (complaints.length > 0) process.exitCode = 1;
