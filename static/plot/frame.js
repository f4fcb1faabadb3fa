/** What pictures with axes are made of in SVG: numbers, grid lines, lines through points, and what their looks mean. */
import { element, svg } from "../web/dom.js";

/**
 * @import { Child, Value } from "../web/dom.js"
 * @import { Tick } from "./ticks.js"
 *
 * @typedef {(x: number, y: number) => Element} Mark  Drawn at a place.
 */

const CHARACTER = 7; // pixels that a digit takes at most
const ASIDE = 6; // between a number and what it stands beside

/**
 * A picture with a text that says what is in it.
 * @type {(width: number, height: number, about: string, ...children: (Child | Child[])[]) => Element}
 */
export const picture = (width, height, about, ...children) =>
  svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": about }, ...children);

/**
 * The pixels that the longest of some numbers takes.
 * @type {(ticks: Tick[]) => number}
 */
export const widthOf = (ticks) => CHARACTER * Math.max(...ticks.map(({ text }) => text.length));

/**
 * A number or a name at an axis.
 * @type {(text: string, place: Record<string, Value>) => Element}
 */
export const tickText = (text, place) => svg("text", { class: "tick", "text-anchor": "middle", ...place }, text);

/**
 * The same left of a place, level with it.
 * @type {(text: string, x: number, y: number) => Element}
 */
export const tickBeside = (text, x, y) =>
  tickText(text, { x: x - ASIDE, y, "text-anchor": "end", "dominant-baseline": "central" });

/**
 * Lines across the plot, each with its number at the left; `kind` is the look of one that is special.
 * @type {(ticks: (Tick & { kind?: string })[], y: (value: number) => number, ends: number[]) => Element[]}
 */
export const gridLines = (ticks, y, [left, right]) => ticks.flatMap(({ value, text, kind = "grid" }) => [
  svg("path", { class: kind, d: `M${left} ${y(value)}H${right}` }), tickBeside(text, left, y(value)),
]);

/**
 * The path of a line through points; a gap where y is not a number.
 * @param {ArrayLike<number>} values
 * @param {(index: number) => number} x
 * @param {(value: number) => number} y
 */
export function linePath(values, x, y) {
  let pen = "M";
  return Array.from(values, (value, index) => {
    const place = y(value);
    if (Number.isNaN(place)) { pen = "M"; return ""; }
    const piece = `${pen}${x(index).toFixed(1)} ${place.toFixed(1)}`;
    pen = "L";
    return piece;
  }).join("");
}

let clips = 0;

/**
 * What is drawn within a rectangle only: what lies beyond the axes does not cover the words.
 * @param {{ x: number, y: number, width: number, height: number }} box
 * @param {...(Element | null)} children
 */
export function clipped(box, ...children) {
  const id = `plot-clip-${(clips += 1)}`;
  return svg("g", { "clip-path": `url(#${id})` }, svg("clipPath", { id }, svg("rect", box)), ...children);
}

/**
 * What a look stands for: a small picture of it, and its name.
 * @type {(name: string, size: number[], ...shapes: Element[]) => Element}
 */
export const keyTo = (name, [width, height], ...shapes) =>
  element("span", { class: "key" }, svg("svg", { width, height, "aria-hidden": "true" }, ...shapes), name);
