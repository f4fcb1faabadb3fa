import { find } from "./dom.js";
import { THEME } from "./theme_table.js";

/**
 * @import { Hues, Mode } from "../types.d.ts"
 * @typedef {typeof THEME.colours.light} Colours
 */

export { THEME };

/**
 * Put the page colours and the hue of every signal in `looks` on an element, as custom properties.
 * @param {HTMLElement} element
 * @param {Mode} mode
 * @param {Hues} looks
 */
export function applyTheme(element, mode, looks = {}) {
  element.dataset.theme = mode;
  for (const [name, colour] of Object.entries(THEME.colours[mode])) {
    element.style.setProperty(`--${name}`, colour);
  }
  for (const [key, look] of Object.entries(looks)) {
    element.style.setProperty(`--hue-${key}`, look[mode]);
  }
}

/**
 * Tell which theme the page has now, and again whenever the reader changes it.
 *
 * Streamlit gives a component its colours as custom properties and says nothing when they change.
 * A transition of a colour does: the probe's background follows the page's, and its end is an event.
 * @param {ParentNode} root
 * @param {(mode: Mode) => void} changed
 */
export function watchTheme(root, changed) {
  const probe = document.createElement("span");
  probe.className = "theme-probe";
  probe.setAttribute("aria-hidden", "true");
  root.append(probe);
  /** @type {Mode | null} */
  let mode = null;
  const read = () => {
    const [red, green, blue] = (getComputedStyle(probe).backgroundColor.match(/[\d.]+/g) ?? []).map(Number);
    const next = 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128 ? "dark" : "light";
    if (next !== mode) changed((mode = next));
  };
  probe.addEventListener("transitionend", read);
  read();
}

/** @type {WeakMap<ParentNode, { box: HTMLElement, mode: Mode | null, looks: Hues }>} */
const boxes = new WeakMap();

/**
 * The element of a component that is drawn anew each time, in the colours of the page and of `looks`.
 * @param {ParentNode} parentElement
 * @param {string} selector
 * @param {Hues} looks
 */
export function themedBox(parentElement, selector, looks = {}) {
  const known = boxes.get(parentElement) ?? { box: find(parentElement, selector), mode: null, looks };
  known.looks = looks;
  if (!boxes.has(parentElement)) {
    boxes.set(parentElement, known);
    watchTheme(parentElement, (mode) => applyTheme(known.box, (known.mode = mode), known.looks));
  }
  if (known.mode) applyTheme(known.box, known.mode, looks);
  return known.box;
}
