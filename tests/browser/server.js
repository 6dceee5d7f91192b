// Servers of a test's own: with a knowledge base that it writes, and that it can stop and start again.

import { spawn } from 'node:child_process';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const binary = process.env.JIDA ?? path.resolve(import.meta.dirname, '../../target/debug/jida');

/**
 * Serves a knowledge base until `close`.
 *
 * @param {Record<string, string>} files Its Markdown files by name.
 * @param {string[]} [flags] Further ones of `jida serve`.
 * @returns {Promise<{ url: string, data: string, start: () => Promise<void>, stop: () => Promise<void>, close: () => Promise<void> }>}
 *   `data` is the folder of its votes; `stop` ends the server at once, `start` brings it back at the same address.
 */
export async function startServer(files, flags = []) {
  const folder = await mkdtemp(path.join(tmpdir(), 'jida-browser-'));
  const corpus = path.join(folder, 'corpus');
  const data = path.join(folder, 'data');
  await mkdir(corpus);
  for (const [name, text] of Object.entries(files)) {
    await writeFile(path.join(corpus, name), text);
  }
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  let server;

  const start = async () => {
    const places = ['--corpus', corpus, '--index', path.join(folder, 'index'), '--data', data];
    server = spawn(binary, ['serve', ...places, '--addr', address, '--lang', 'zh-CN', ...flags], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let log = '';
    server.stderr.on('data', (chunk) => {
      log += chunk;
    });
    for (let tries = 0; tries < 300; tries += 1) {
      if (server.exitCode !== null) break;
      const ready = await fetch(`${url}/readyz`).catch(() => undefined);
      if (ready?.ok) return;
      await new Promise((wake) => setTimeout(wake, 100));
    }
    throw new Error(`jida serve did not become ready:\n${log}`);
  };
  const stop = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((end) => server.once('exit', end));
    server.kill('SIGKILL');
    await ended;
  };
  const close = async () => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  return { url, data, start, stop, close };
}

/** A port that nothing listens on. */
export async function freePort() {
  const probe = createServer();
  await new Promise((listening) => probe.listen(0, '127.0.0.1', listening));
  const { port } = probe.address();
  await new Promise((closed) => probe.close(closed));
  return port;
}
