// Small pictures, drawn by strokes in the colour of the text.

const SVG = 'http://www.w3.org/2000/svg';

/** What each icon is drawn by, in a square of 24. */
export const ICONS = {
  close: 'M6 6l12 12M18 6L6 18',
  fresh: 'M4 12a8 8 0 1 1 2.4 5.7M4 19v-5h5',
  send: 'M12 19V5.5M5.5 12L12 5.5l6.5 6.5',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L20 20',
  copy: 'M9 9h10v11H9zM5.5 15H5V4h10v1.5',
  done: 'M5 12.5l4.5 4.5L19 7.5',
  good: 'M7.5 11v9M7.5 11l3.8-7c1.6 0 2.5 1.2 2.2 2.7L13 9.5h5.3c1.3 0 2.2 1.2 1.9 2.4l-1.5 6.4a2.2 2.2 0 0 1-2.1 1.7H7.5H4v-9h3.5z',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5',
  source: 'M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5M9 12.5h6M9 16h6',
};

/** @param {string} path */
export function svg(path) {
  const picture = document.createElementNS(SVG, 'svg');
  picture.setAttribute('viewBox', '0 0 24 24');
  picture.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(SVG, 'path');
  line.setAttribute('d', path);
  picture.append(line);
  return picture;
}
