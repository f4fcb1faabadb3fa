import { gridLines, linePath, picture } from "../plot/frame.js";
import { linearScale } from "../plot/scale.js";
import { svg } from "../web/dom.js";
import { formatNumber } from "../web/format.js";

/** @import { Mark } from "../plot/frame.js" */

const PLOT = 150;
const TOP = 10;
const LEFT = 34;
const CHARACTER = 7.6;
const LEAST_STEP = 17;

/**
 * The probability of a label after each word: the network as a line with dots, the bag of words dashed.
 * @param {{ words: string[], network: Float64Array, bag: Float64Array, label: string }} reading
 * @param {number} width
 */
export function drawReading({ words, network, bag, label }, width) {
  const step = (width - LEFT) / words.length;
  const longest = Math.max(...words.map((word) => word.length)) * CHARACTER;
  const upright = longest + 6 <= step;
  const below = upright ? 24 : Math.min(longest, 96) + 14;
  const height = TOP + PLOT + below;
  const every = Math.max(1, Math.ceil(LEAST_STEP / step));
  const x = (/** @type {number} */ at) => LEFT + step * (at + 0.5);
  const y = linearScale([0, 1], [TOP + PLOT, TOP]);
  const told = words.map((word, at) => `${word}: network ${formatNumber(network[at], 2)}, bag of words ${formatNumber(bag[at], 2)}`);
  const ticks = [0, 0.5, 1].map((value) => ({ value, text: String(value), kind: value === 0.5 ? "half" : "grid" }));
  return picture(width, height, `Probability of ${label} after each word. ${told.join("; ")}.`,
    gridLines(ticks, y, [LEFT, width]),
    svg("path", { class: "bag-line", d: linePath(bag, x, y) }),
    svg("path", { class: "network-line", d: linePath(network, x, y) }),
    Array.from(bag, (share, at) => bagDot(x(at), y(share))),
    Array.from(network, (share, at) => networkDot(x(at), y(share))),
    words.map((word, at) => {
      if (at % every && at !== words.length - 1) return null;
      if (words.length - 1 - at < every && at !== words.length - 1) return null;
      const place = upright ? { x: x(at), y: TOP + PLOT + 19, "text-anchor": "middle" }
        : { transform: `translate(${x(at) + 4} ${TOP + PLOT + 8}) rotate(-90)`, "text-anchor": "end" };
      return svg("text", { class: "word", ...place }, word.length > 14 && !upright ? `${word.slice(0, 13)}…` : word);
    }));
}

/** @type {Mark} */
export const bagDot = (x, y) => svg("rect", { class: "bag-dot", x: x - 3, y: y - 3, width: 6, height: 6 });
/** @type {Mark} */
export const networkDot = (cx, cy) => svg("circle", { class: "network-dot", cx, cy, r: 4 });
