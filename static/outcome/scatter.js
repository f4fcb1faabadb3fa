import { element, svg } from "../web/dom.js";
import { beyondWords, CHARACTER, clipTo, keyTo, roundTicks, spread } from "./axes.js";

const UNDER = 36;
const NAME_WIDTH = 26; // what stands upright beside the numbers
const BETWEEN = 12; // two numbers side by side

/** Said against true, with the line on which both are the same. */
export function drawScatter({ arrays: { truth, said }, range, chosen, beyond }, width) {
  const wide = Math.min(width, 460);
  const height = Math.round(Math.min(wide * 0.72, 300));
  const up = roundTicks(range, 6);
  const digits = Math.max(...up.ticks.map(({ text }) => text.length)) * CHARACTER;
  const left = NAME_WIDTH + digits;
  const across = roundTicks(range, Math.max(Math.min(Math.floor((wide - left) / (digits + BETWEEN)), 6), 2));
  const x = spread(range, [left, wide - 6]);
  const y = spread(range, [height - UNDER, 6]);
  const named = (name, { offset }) => (offset ? `${name} = ${offset} + …` : name);
  const { clip, use } = clipTo(left, 6, wide - left, height - UNDER - 6);
  const [low, high] = range;
  const marks = { dots: "", edge: "" };
  truth.forEach((value, index) => {
    const above = said[index] > high;
    const at = x(value).toFixed(1);
    // What has no place on the axis points out of the picture.
    if (above || said[index] < low) marks.edge += above ? `M${at} 6v7` : `M${at} ${height - UNDER}v-7`;
    else if (index !== chosen) marks.dots += `M${at} ${y(said[index]).toFixed(1)}h0`;
  });
  const drawing = svg("svg", {
    viewBox: `0 0 ${wide} ${height}`, width: wide, height, role: "img",
    "aria-label": `${truth.length} points, across the true number, upwards what was said.`,
  },
  clip,
  up.ticks.flatMap(({ value, text }) => [
    svg("path", { class: "grid", d: `M${left} ${y(value)}H${wide}` }),
    svg("text", { class: "tick", x: left - 6, y: y(value), "text-anchor": "end", "dominant-baseline": "central" }, text),
  ]),
  across.ticks.flatMap(({ value, text }) => [
    svg("path", { class: "grid", d: `M${x(value)} 6V${height - UNDER}` }),
    svg("text", { class: "tick", x: x(value), y: height - UNDER + 15, "text-anchor": "middle" }, text),
  ]),
  svg("text", { class: "tick", x: (left + wide) / 2, y: height - 4, "text-anchor": "middle" }, named("truth", across)),
  svg("text", { class: "tick", "text-anchor": "middle",
    transform: `translate(11 ${(height - UNDER) / 2}) rotate(-90)` }, named("said", up)),
  svg("g", { "clip-path": use },
    svg("path", { class: "truth-line", d: `M${x(range[0])} ${y(range[0])}L${x(range[1])} ${y(range[1])}` }),
    svg("path", { class: "dots", d: marks.dots }), svg("path", { class: "edge", d: marks.edge }),
    chosen >= 0 ? svg("path", { class: "chosen", d: diamond(x(truth[chosen]), y(said[chosen])) }) : null));
  return element("div", { class: "plot" },
    element("p", { class: "keys" }, keyTo("truth-line", "said = truth"),
      chosen >= 0 ? element("span", { class: "key" },
        svg("svg", { width: 14, height: 14, "aria-hidden": "true" }, svg("path", { class: "chosen", d: diamond(7, 7) })),
        "this example") : null),
    drawing, beyondWords(beyond, ", marked at its edge", said.length));
}

const diamond = (x, y) => `M${x - 6} ${y}L${x} ${y - 6}L${x + 6} ${y}L${x} ${y + 6}Z`;
