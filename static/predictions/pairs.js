import { gridLines, picture, tickText } from "../plot/frame.js";
import { linearScale } from "../plot/scale.js";
import { element, svg } from "../web/dom.js";
import { formatBound, formatNumber, MINUS } from "../web/format.js";
import { barKey, beyondWords } from "./marks.js";

/**
 * @import { PairsPicture } from "../types.d.ts"
 * @import { Arrays } from "./marks.js"
 */

const HEIGHT = 120;
const LINE = 18;

/**
 * At each timestep a bar for the right number and one for what was said, with the numbers under them.
 * @param {PairsPicture & Arrays} predictions
 * @param {number} width
 */
export function drawPairs({ arrays: { said, truth }, bound, before, beyond }, width) {
  const y = linearScale([-bound, bound], [HEIGHT - 4, 4]);
  const left = 46;
  const group = Math.min((width - left) / said.length, 110);
  const bar = Math.min(group * 0.3, 26);
  /** @type {[kind: string, values: Float64Array, shift: number][]} */
  const rows = truth ? [["truth", truth, -bar], ["said", said, 0]] : [["said", said, -bar / 2]];
  const height = HEIGHT + LINE * (rows.length + 1);
  const clamp = (/** @type {number} */ value) => Math.min(Math.max(value, -bound), bound);
  const whole = left + group * said.length;
  const about = Array.from(said, (value, t) => `t = ${before + t + 1}: said ${formatNumber(value, 3)}`
    + (truth ? `, truth ${formatNumber(truth[t], 3)}` : "")).join("; ");
  const ticks = [bound, 0, -bound].map((value) =>
    ({ value, text: `${value < 0 ? MINUS : ""}${formatBound(Math.abs(value))}`, kind: value ? "grid" : "zero" }));
  const drawing = picture(whole, height, about,
    gridLines(ticks, y, [left, whole]),
    Array.from(said).flatMap((_, t) => {
      const middle = left + group * (t + 0.5);
      return [
        tickText(`t = ${before + t + 1}`, { x: middle, y: HEIGHT + LINE - 4 }),
        ...rows.flatMap(([kind, values, shift], row) => [
          svg("rect", { class: `${kind}-bar`, x: middle + shift + 0.5, width: bar - 1,
            y: Math.min(y(clamp(values[t])), y(0)), height: Math.max(Math.abs(y(clamp(values[t])) - y(0)), 1) }),
          svg("text", { class: `number ${kind}`, x: middle, y: HEIGHT + LINE * (row + 2) - 4, "text-anchor": "middle" },
            formatNumber(values[t], 3)),
        ]),
      ];
    }),
    rows.map(([kind], row) => tickText(kind, { x: 0, y: HEIGHT + LINE * (row + 2) - 4, "text-anchor": "start" })));
  return element("div", { class: "plot" },
    element("p", { class: "keys" }, rows.map(([kind]) => barKey(`${kind}-bar`, kind))), drawing, beyondWords(beyond));
}
