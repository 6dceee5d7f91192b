// What sites see of the widget.

/** Calls that are made before the widget is there wait in `q`. */
interface JidaQueue {
  (method: string, ...values: unknown[]): unknown;
  q?: ArrayLike<unknown>[];
}

/** `jida('ask', '…')` and `jida.ask('…')` are the same. */
interface Jida extends JidaQueue {
  open(): Promise<unknown>;
  close(): Promise<unknown>;
  ask(question: string): Promise<unknown>;
  destroy(): void;
}

/** What the methods act on: the launched chat, or else the first element that stands in the page. */
interface JidaFace extends HTMLElement {
  open?(): unknown;
  close?(): unknown;
  ask?(question: string): unknown;
}

interface Window {
  jida?: Jida | JidaQueue;
  /** Part of Trusted Types, where a browser has them. */
  trustedTypes?: {
    createPolicy(name: string, rules: { createHTML(text: string): string }): { createHTML(text: string): string };
  };
}

/** Put in by the server: the modules' addresses, relative to the loader's. */
declare const JIDA_MODULES: Record<'zh-CN' | 'zh-TW' | 'en', string>;

/** Put in by the server: what stands in one of `words/*.json`. */
declare const JIDA_WORDS: typeof import('./words/zh-CN.json');
