// A site of its own that embeds jida's widget: another origin, a strict content security policy, and styles
// that spare nothing. To look at it:
//
//   jida serve --addr 127.0.0.1:8080        with JIDA_CORS_ORIGINS=http://127.0.0.1:8090
//   node examples/embed/serve.mjs            then open http://127.0.0.1:8090
//
//   PORT=8090 JIDA_URL=http://127.0.0.1:8080   say otherwise where either of them is

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const TYPES = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};

/** All that the widget needs of a site's policy is what names `jida` here. */
const policy = (jida) => [
  "default-src 'none'",
  `script-src 'self' ${jida}`,
  `connect-src ${jida}`,
  `img-src 'self' data: ${jida}`,
  "style-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types jida',
].join('; ');

/**
 * Serves the files beside this one.
 *
 * @param {string} jida Where jida serves.
 * @param {number} port
 * @param {Record<string, string>} [pages] Further pages by name.
 * @returns {Promise<import('node:http').Server>}
 */
export async function host(jida, port, pages = {}) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://host');
    const name = pathname === '/' ? 'index.html' : pathname.slice(1);
    try {
      if (!/^[\w-]+\.(html|css|js)$/.test(name)) throw new Error('no such page');
      const text = pages[name] ?? await readFile(new URL(name, import.meta.url), 'utf8');
      response.setHeader('content-type', TYPES[name.split('.').at(-1)]);
      response.setHeader('content-security-policy', policy(new URL(jida).origin));
      response.end(text.replaceAll('{{jida}}', jida.replace(/\/$/, '')));
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise((listening) => server.listen(port, '127.0.0.1', listening));
  return server;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const jida = process.env.JIDA_URL ?? 'http://127.0.0.1:8080';
  const server = await host(jida, Number(process.env.PORT ?? 8090));
  const { port } = server.address();
  console.log(`http://127.0.0.1:${port} embeds the widget of ${jida}`);
  console.log(`jida must allow it: JIDA_CORS_ORIGINS=http://127.0.0.1:${port}`);
}
