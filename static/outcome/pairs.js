import { element, svg } from "../web/dom.js";
import { formatBound, formatNumber } from "../web/format.js";
import { beyondWords, keyTo, spread } from "./axes.js";

const HEIGHT = 120;
const LINE = 18;

/** At each timestep a bar for the right number and one for what was said, with the numbers under them. */
export function drawPairs({ arrays: { said, truth }, bound, before, beyond }, width) {
  const y = spread([-bound, bound], [HEIGHT - 4, 4]);
  const left = 46;
  const group = Math.min((width - left) / said.length, 110);
  const bar = Math.min(group * 0.3, 26);
  const rows = truth ? [["truth", truth, -bar], ["said", said, 0]] : [["said", said, -bar / 2]];
  const height = HEIGHT + LINE * (rows.length + 1);
  const clamp = (value) => Math.min(Math.max(value, -bound), bound);
  const whole = left + group * said.length;
  const drawing = svg("svg", { viewBox: `0 0 ${whole} ${height}`, width: whole, height, role: "img",
    "aria-label": Array.from(said, (value, t) => `t = ${before + t + 1}: said ${formatNumber(value, 3)}`
      + (truth ? `, truth ${formatNumber(truth[t], 3)}` : "")).join("; ") },
  [bound, 0, -bound].flatMap((value) => [
    svg("path", { class: value ? "grid" : "zero", d: `M${left} ${y(value)}H${whole}` }),
    svg("text", { class: "tick", x: left - 6, y: y(value), "text-anchor": "end", "dominant-baseline": "central" }, `${value < 0 ? "\u2212" : ""}${formatBound(Math.abs(value))}`),
  ]),
  Array.from(said).flatMap((_, t) => {
    const middle = left + group * (t + 0.5);
    return [
      svg("text", { class: "tick", x: middle, y: HEIGHT + LINE - 4, "text-anchor": "middle" }, `t = ${before + t + 1}`),
      ...rows.flatMap(([kind, values, shift], row) => [
        svg("rect", { class: `${kind}-bar`, x: middle + shift + 0.5, width: bar - 1,
          y: Math.min(y(clamp(values[t])), y(0)), height: Math.max(Math.abs(y(clamp(values[t])) - y(0)), 1) }),
        svg("text", { class: `number ${kind}`, x: middle, y: HEIGHT + LINE * (row + 2) - 4, "text-anchor": "middle" },
          formatNumber(values[t], 3)),
      ]),
    ];
  }),
  rows.map(([kind], row) => svg("text", { class: "tick", x: 0, y: HEIGHT + LINE * (row + 2) - 4 }, kind)));
  return element("div", { class: "plot" },
    element("p", { class: "keys" }, rows.map(([kind]) => keyTo(`${kind}-bar`, kind))), drawing, beyondWords(beyond));
}
