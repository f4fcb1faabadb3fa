import { element, svg } from "../web/dom.js";

const FAR = 1e6; // pixels: what lies beyond is out of sight, and SVG does not read numbers without end

/** A function from the values [low, high] to the places [from, to]. */
export const spread = ([low, high], [from, to]) => (value) => {
  const place = from + ((value - low) / (high - low)) * (to - from);
  return Math.min(Math.max(place, -FAR), FAR);
};

/** Round values within [low, high], `most` of them at most. */
export function roundValues([low, high], most) {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((candidate) => candidate >= rough);
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  const decimals = Math.min(Math.max(-Math.floor(Math.log10(step) + 1e-9), 0), 12);
  return { values: Array.from({ length: Math.max(count, 0) }, (_, index) => (first + index) * step), decimals };
}

/** The path of a line through points [x, y]; a gap where y is not a number. */
export function linePath(points) {
  let pen = "M";
  return points.map(([x, y]) => {
    if (Number.isNaN(y)) { pen = "M"; return ""; }
    const piece = `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = "L";
    return piece;
  }).join("");
}

/** What a line or a mark stands for: a small picture of it, and its name. */
export const keyTo = (kind, name) => element("span", { class: "key" },
  svg("svg", { width: 26, height: 12, "aria-hidden": "true", class: `swatch ${kind}` }, kind.includes("line")
    ? svg("path", { d: "M1 6H25", class: kind }) : svg("rect", { x: 7, y: 0, width: 12, height: 12, class: kind })), name);

let clips = 0;

/** A clip of a rectangle, and the attribute that uses it: what lies beyond the axes is not drawn over the words. */
export function clipTo(x, y, width, height) {
  const id = `outcome-clip-${(clips += 1)}`;
  return {
    clip: svg("clipPath", { id }, svg("rect", { x, y, width, height })),
    use: `url(#${id})`,
  };
}

/** How many of what was said could not be drawn, of so many if that is known. */
export const beyondWords = (count, where = "", all = Infinity) => {
  if (!count) return null;
  const which = count >= all ? "The answers lie" : `${count} of the answers ${count === 1 ? "lies" : "lie"}`;
  return element("p", { class: "note" }, `${which} outside the picture${where}.`);
};
