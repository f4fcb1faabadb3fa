/**
 * @typedef {string | number | boolean | null | undefined} Value
 * @typedef {Node | string | null | undefined | false} Child
 */

/**
 * @template {Element} Made
 * @param {Made} node
 * @param {Record<string, Value | ((event: any) => void)> | undefined} attributes
 * @param {(Child | Child[])[]} children
 */
function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  // Strings become text nodes: nothing that a person typed is ever read as markup.
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/**
 * An HTML element with attributes (`onclick` and the like are listeners) and children.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, Value | ((event: any) => void)>} [attributes]
 * @param {(Child | Child[])[]} children
 */
export const element = (tag, attributes, ...children) =>
  fill(document.createElement(tag), attributes, children);

/**
 * The same for SVG.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, Value>} [attributes]
 * @param {(Child | Child[])[]} children
 */
export const svg = (tag, attributes, ...children) =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

/**
 * Set attributes that may change at every step; null removes one.
 * @param {Element} node
 * @param {Record<string, Value>} attributes
 */
export function setAll(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) node.removeAttribute(name);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * The element that is found by a selector; there is one.
 * @param {ParentNode} root
 * @param {string} selector
 */
export function find(root, selector) {
  /** @type {HTMLElement | null} */
  const found = root.querySelector(selector);
  if (!found) throw new Error(`nothing is ${selector}`);
  return found;
}

/**
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {NodeListOf<HTMLElement>}
 */
export const findAll = (root, selector) => root.querySelectorAll(selector);

/**
 * The elements of some classes, by the names of the classes.
 * @template {string} Name
 * @param {ParentNode} root
 * @param {Name[]} names
 */
export const partsOf = (root, names) =>
  /** @type {Record<Name, HTMLElement>} */ (Object.fromEntries(names.map((name) => [name, find(root, `.${name}`)])));

/**
 * What has the focus in the page or the view that an element stands in.
 * @param {Element} node
 */
export const focusedIn = (node) => /** @type {HTMLElement | null} */ (/** @type {ShadowRoot} */ (node.getRootNode()).activeElement);

/**
 * The element that matches a selector around what an event happened to, or null.
 * @param {EventTarget | null} target
 * @param {string} selector
 */
export const closest = (target, selector) =>
  /** @type {HTMLElement | null} */ (target instanceof Element ? target.closest(selector) : null);

/** @param {HTMLCanvasElement} canvas */
export const penOf = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
