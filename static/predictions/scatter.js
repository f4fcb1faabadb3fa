import { clipped, gridLines, picture, tickText, widthOf } from "../plot/frame.js";
import { linearScale } from "../plot/scale.js";
import { roundTicks } from "../plot/ticks.js";
import { element, svg } from "../web/dom.js";
import { beyondWords, lineKey, probeKey } from "./marks.js";

/**
 * @import { Mark } from "../plot/frame.js"
 * @import { ScatterPicture } from "../types.d.ts"
 * @import { Arrays } from "./marks.js"
 */

const TOP = 6;
const UNDER = 36;
const NAME_WIDTH = 26; // what stands upright beside the numbers
const BETWEEN = 12; // two numbers side by side

/**
 * Said against true, with the line on which both are the same.
 * @param {ScatterPicture & Arrays} predictions
 * @param {number} width
 */
export function drawScatter({ arrays: { truth, said }, range, chosen, beyond }, width) {
  const wide = Math.min(width, 460);
  const height = Math.round(Math.min(wide * 0.72, 300));
  const bottom = height - UNDER;
  const up = roundTicks(range, 6);
  const digits = widthOf(up.ticks);
  const left = NAME_WIDTH + digits;
  const across = roundTicks(range, Math.max(Math.min(Math.floor((wide - left) / (digits + BETWEEN)), 6), 2));
  const x = linearScale(range, [left, wide - 6]);
  const y = linearScale(range, [bottom, TOP]);
  /** @type {(name: string, found: ReturnType<typeof roundTicks>) => string} */
  const named = (name, { offset }) => (offset ? `${name} = ${offset} + …` : name);
  const [low, high] = range;
  const marks = { dots: "", edge: "" };
  truth.forEach((value, index) => {
    const above = said[index] > high;
    const at = x(value).toFixed(1);
    // What has no place on the axis points out of the picture.
    if (above || said[index] < low) marks.edge += above ? `M${at} ${TOP}v7` : `M${at} ${bottom}v-7`;
    else if (index !== chosen) marks.dots += `M${at} ${y(said[index]).toFixed(1)}h0`;
  });
  const drawing = picture(wide, height, `${truth.length} points, across the true number, upwards what was said.`,
    gridLines(up.ticks, y, [left, wide]),
    across.ticks.flatMap(({ value, text }) => [
      svg("path", { class: "grid", d: `M${x(value)} ${TOP}V${bottom}` }), tickText(text, { x: x(value), y: bottom + 15 }),
    ]),
    tickText(named("truth", across), { x: (left + wide) / 2, y: height - 4 }),
    tickText(named("said", up), { transform: `translate(11 ${bottom / 2}) rotate(-90)` }),
    clipped({ x: left, y: TOP, width: wide - left, height: bottom - TOP },
      svg("path", { class: "truth-line", d: `M${x(low)} ${y(low)}L${x(high)} ${y(high)}` }),
      svg("path", { class: "dots", d: marks.dots }), svg("path", { class: "edge", d: marks.edge }),
      chosen >= 0 ? probe(x(truth[chosen]), y(said[chosen])) : null));
  return element("div", { class: "plot" },
    element("p", { class: "keys" }, lineKey("truth-line", "said = truth"), chosen >= 0 ? probeKey(probe) : null),
    drawing, beyondWords(beyond, ", marked at its edge", said.length));
}

/** @type {Mark} */
const probe = (x, y) => svg("path", { class: "chosen", d: `M${x - 6} ${y}L${x} ${y - 6}L${x + 6} ${y}L${x} ${y + 6}Z` });
