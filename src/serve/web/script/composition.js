// What is typed with an input method: nothing acts on a key that belongs to the composition, and a search
// waits until there are words to search for.

/** How long after the end of a composition its last `input` may come, in milliseconds: Firefox's does. */
const AFTERMATH = 30;

/**
 * @typedef {object} CompositionOptions
 * @property {(text: string, composing: boolean) => void} [onSettled] Told the field's text once the typing
 *   rests: shortly after a keystroke, at once after a composition, and within one only after a longer pause,
 *   for the keyboards that compose everything and never end. Not told the same text twice in a row.
 * @property {number} [pause] Milliseconds of rest after a keystroke; 150 unless given.
 * @property {number} [composingPause] Milliseconds of rest within a composition; 500 unless given.
 */

/**
 * @typedef {object} Composition
 * @property {(event?: Event) => boolean} isComposing Whether the input method is at work, or took this key.
 * @property {(text: string) => void} settle Takes this text as known, so that it isn't told.
 * @property {() => void} stop Stops watching.
 */

/**
 * Watches a field that is typed into, perhaps with an input method.
 *
 * @param {HTMLInputElement | HTMLTextAreaElement} field
 * @param {CompositionOptions} [options]
 * @returns {Composition}
 */
export function watchComposition(field, { onSettled, pause = 150, composingPause = 500 } = {}) {
  const listening = new AbortController();
  const { signal } = listening;
  let composing = false;
  let endedAt = Number.NEGATIVE_INFINITY;
  let told = field.value;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const tell = () => {
    clearTimeout(timer);
    if (field.value === told) return;
    told = field.value;
    onSettled?.(told, composing);
  };
  /** @param {number} delay */
  const tellAfter = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(tell, delay);
  };

  field.addEventListener('compositionstart', () => {
    composing = true;
    clearTimeout(timer);
  }, { signal });
  field.addEventListener('compositionend', (event) => {
    composing = false;
    endedAt = event.timeStamp;
    // The field has its final text only after this event, in some browsers.
    tellAfter(0);
  }, { signal });
  field.addEventListener('input', (event) => {
    const rest = event.timeStamp - endedAt < AFTERMATH ? 0 : pause;
    tellAfter(composing ? composingPause : rest);
  }, { signal });
  // A field that loses its focus has no composition, even where nothing has said that it ended.
  field.addEventListener('blur', () => {
    composing = false;
  }, { signal });

  return {
    isComposing(event) {
      if (composing) return true;
      if (!(event instanceof KeyboardEvent)) return false;
      // 229 says that a key went to the input method. It is all there is to go by in Safari, which reports
      // the Enter that ends a composition only after its end. Time is no sign: on a phone whose keyboard
      // composes every word, the Enter that sends follows the end at once, too.
      return event.isComposing || event.keyCode === 229;
    },
    settle(text) {
      clearTimeout(timer);
      told = text;
    },
    stop() {
      clearTimeout(timer);
      listening.abort();
    },
  };
}
