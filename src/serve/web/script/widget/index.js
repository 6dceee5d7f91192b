// The module behind the loader: the two custom elements.

import { JidaChat } from './chat.js';
import { JidaSearch } from './search.js';
import { WORDS } from './words.js';

const before = customElements.get('jida-chat');
if (before) {
  // A page can come to hold this in two languages or versions: the first one's elements go on.
  Object.getPrototypeOf(before).words = WORDS;
  for (const face of document.querySelectorAll('jida-chat, jida-search')) /** @type {JidaChat} */ (face).rebuild();
} else {
  customElements.define('jida-chat', JidaChat);
  customElements.define('jida-search', JidaSearch);
}
