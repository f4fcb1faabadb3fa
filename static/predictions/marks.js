import { keyTo } from "../plot/frame.js";
import { element, svg } from "../web/dom.js";

/**
 * @import { Mark } from "../plot/frame.js"
 * @import { Message } from "../types.d.ts"
 *
 * @typedef {Pick<Message, "arrays">} Arrays  What a picture is drawn from, besides.
 */

/** @type {(kind: string, name: string) => Element} */
export const lineKey = (kind, name) => keyTo(name, [26, 12], svg("path", { d: "M1 6H25", class: kind }));

/** @type {(kind: string, name: string) => Element} */
export const barKey = (kind, name) => keyTo(name, [26, 12], svg("rect", { x: 7, y: 0, width: 12, height: 12, class: kind }));

/** What the probe is marked with; `mark` draws it at a place. @param {Mark} mark */
export const probeKey = (mark) => keyTo("this example", [14, 14], mark(7, 7));

/** How many of what was said could not be drawn, of so many if that is known. @param {number} count */
export const beyondWords = (count, where = "", all = Infinity) => {
  if (!count) return null;
  const which = count >= all ? "The answers lie" : `${count} of the answers ${count === 1 ? "lies" : "lie"}`;
  return element("p", { class: "note" }, `${which} outside the picture${where}.`);
};
