import { svg } from "../web/dom.js";
import { formatNumber } from "../web/format.js";

const PLOT = 150;
const TOP = 10;
const LEFT = 34;
const CHARACTER = 7.6;
const LEAST_STEP = 17;

/** The probability of a label after each word: the network as a line with dots, the bag of words dashed. */
export function drawReading({ words, network, bag, label }, width) {
  const step = (width - LEFT) / words.length;
  const longest = Math.max(...words.map((word) => word.length)) * CHARACTER;
  const upright = longest + 6 <= step;
  const below = upright ? 24 : Math.min(longest, 96) + 14;
  const height = TOP + PLOT + below;
  const every = Math.max(1, Math.ceil(LEAST_STEP / step));
  const x = (at) => LEFT + step * (at + 0.5);
  const y = (share) => TOP + (1 - share) * PLOT;
  const line = (shares) => Array.from(shares, (share, at) => `${at ? "L" : "M"}${x(at).toFixed(1)} ${y(share).toFixed(1)}`).join("");
  const told = words.map((word, at) => `${word}: network ${formatNumber(network[at], 2)}, bag of words ${formatNumber(bag[at], 2)}`);
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img",
    "aria-label": `Probability of ${label} after each word. ${told.join("; ")}.` },
  [0, 0.5, 1].flatMap((share) => [
    svg("path", { class: share === 0.5 ? "half" : "grid", d: `M${LEFT} ${y(share)}H${width}` }),
    svg("text", { class: "tick", x: LEFT - 6, y: y(share), "text-anchor": "end", "dominant-baseline": "central" }, String(share)),
  ]),
  svg("path", { class: "bag-line", d: line(bag) }),
  svg("path", { class: "network-line", d: line(network) }),
  Array.from(bag, (share, at) => svg("rect", { class: "bag-dot", x: x(at) - 3, y: y(share) - 3, width: 6, height: 6 })),
  Array.from(network, (share, at) => svg("circle", { class: "network-dot", cx: x(at), cy: y(share), r: 4 })),
  words.map((word, at) => {
    if (at % every && at !== words.length - 1) return null;
    if (words.length - 1 - at < every && at !== words.length - 1) return null;
    const place = upright ? { x: x(at), y: TOP + PLOT + 19, "text-anchor": "middle" }
      : { transform: `translate(${x(at) + 4} ${TOP + PLOT + 8}) rotate(-90)`, "text-anchor": "end" };
    return svg("text", { class: "word", ...place }, word.length > 14 && !upright ? `${word.slice(0, 13)}…` : word);
  }));
}
