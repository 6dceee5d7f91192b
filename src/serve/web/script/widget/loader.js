// What `/widget.js` is: takes the calls of the page, shows the launcher, and loads the rest once the page
// has nothing better to do, or at once when it is wanted.

import { languageOf } from './language.js';
import { svg } from './icons.js';
import style from './launcher.css';

const LABELS = { 'zh-CN': '打开问答助手', 'zh-TW': '開啟問答助手', en: 'Open the help chat' };

/** @param {HTMLScriptElement} script The element that embeds this.
 *  @param {ArrayLike<unknown>[]} queue Calls made so far. */
function start(script, queue) {
  const listening = new AbortController();
  const { signal } = listening;
  const { accent, label, lang, launcher, shortcuts } = script.dataset;
  const language = languageOf(lang);

  /** @type {JidaFace | undefined} */
  let chat;
  /** @type {HTMLButtonElement | undefined} */
  let button;
  /** @type {Promise<unknown> | undefined} */
  let loading;

  const load = () => {
    loading ??= import(new URL(JIDA_MODULES[language], script.src).href).catch((cause) => {
      loading = undefined;
      const detail = { kind: 'load', message: String(cause) };
      const init = { detail, bubbles: true, composed: true };
      (chat ?? document).dispatchEvent(new CustomEvent('jida:error', init));
      throw cause;
    });
    return loading;
  };

  /** @returns {JidaFace | null} */
  const face = () => chat ?? document.querySelector('jida-chat, jida-search');

  const destroy = () => {
    listening.abort();
    chat?.remove();
    delete window.jida;
  };

  /** @param {string} method @param {unknown[]} values */
  const call = async (method, ...values) => {
    if (method === 'destroy') return destroy();
    if (method !== 'open' && method !== 'close' && method !== 'ask') {
      throw new TypeError(`jida: no method ${method}`);
    }
    button?.setAttribute('aria-busy', 'true');
    try {
      await Promise.all([load(), placed]);
    } finally {
      button?.removeAttribute('aria-busy');
    }
    if (signal.aborted) return undefined;
    // A site with a button of its own gets the panel once that is pressed.
    if (!face() && method !== 'close') launch();
    const acting = face();
    // The arguments are the page's own; each method takes what it understands.
    return /** @type {((...values: unknown[]) => unknown) | undefined} */ (acting?.[method])?.apply(acting, values);
  };

  /** For calls that nobody waits for: what goes wrong has been told by an event.
   *  @param {string} method */
  const run = (method) => void call(method).catch(() => {});

  const launch = () => {
    chat = document.createElement('jida-chat');
    Object.assign(chat.dataset, script.dataset, { floating: '' });
    // Where the widget has been before, the element is known and comes with a root.
    const root = chat.shadowRoot ?? chat.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet, ...root.adoptedStyleSheets];
    if (accent) chat.style.setProperty('--jida-accent', accent);
    if (launcher !== 'off') root.append(launchButton());
    document.body.append(chat);
  };

  const launchButton = () => {
    button = document.createElement('button');
    button.type = 'button';
    button.className = 'launcher';
    button.part.add('launcher');
    button.lang = language;
    button.ariaLabel = label ?? LABELS[language];
    button.ariaHasPopup = 'dialog';
    button.ariaExpanded = 'false';
    button.append(svg('M21 11.5a8.4 8.4 0 0 1-12.6 7.3L3.5 20.5l1.6-4.6A8.4 8.4 0 1 1 21 11.5zM9 10h7M9 13.5h4.5'));
    if (label) button.append(Object.assign(document.createElement('span'), { textContent: label }));
    button.addEventListener('click', () => run(button?.ariaExpanded === 'true' ? 'close' : 'open'));
    return button;
  };

  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
    // Ctrl-K deletes to the end of the line in a Mac's text fields.
    const isMac = /mac|iphone|ipad/i.test(navigator.platform);
    const opens = key.toLowerCase() === 'k' && !altKey && !shiftKey && (isMac ? metaKey && !ctrlKey : ctrlKey && !metaKey);
    const slash = key === '/' && !altKey && !ctrlKey && !metaKey && !isEditable(event.composedPath()[0]);
    // Where nothing is to be opened yet, keys are the site's.
    if (!(opens || slash) || (launcher === 'off' && !face())) return;
    event.preventDefault();
    run('open');
  };

  const parsed = new Promise((done) => {
    if (document.body) done(undefined);
    else document.addEventListener('DOMContentLoaded', done);
  });
  const placed = parsed.then(() => {
    if (launcher !== 'off' && !signal.aborted) launch();
  });

  const preload = () => {
    const idle = window.requestIdleCallback ?? ((/** @type {() => void} */ run) => setTimeout(run, 300));
    idle(() => signal.aborted || load().catch(() => {}), { timeout: 5000 });
  };
  if (document.readyState === 'complete') preload();
  else addEventListener('load', preload, { signal });

  if (shortcuts !== 'off') addEventListener('keydown', onKey, { signal });

  const jida = /** @type {Jida} */ (call);
  jida.open = () => call('open');
  jida.close = () => call('close');
  jida.ask = (question) => call('ask', question);
  jida.destroy = destroy;
  window.jida = jida;
  for (const [method, ...values] of queue.map((given) => Array.from(given))) {
    call(String(method), ...values).catch(() => {});
  }
}

/** Whether a `/` typed here is text. @param {EventTarget | undefined} target */
function isEditable(target) {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('input, textarea, select');
}

const script = document.currentScript ?? document.querySelector('script[src*="/widget.js"]');
const before = window.jida;
// A second tag, or the same one run again, changes nothing.
if (script instanceof HTMLScriptElement && !(before && 'destroy' in before)) start(script, before?.q ?? []);
