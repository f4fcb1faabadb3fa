import { gridLines, keyTo, linePath, picture, tickText } from "../plot/frame.js";
import { linearScale } from "../plot/scale.js";
import { roundTicks } from "../plot/ticks.js";
import { element, svg } from "../web/dom.js";

/** @import { ChartBlock } from "../types.d.ts" */

const HEIGHT = 190;
const LEFT = 38;
const RIGHT = 10;
const TOP = 10;
const BOTTOM = HEIGHT - 36;
const STEP = 0.1; // between two losses at least

/**
 * The losses of the runs, epoch by epoch, and the line that a network has to get below.
 * @param {ChartBlock} block
 * @param {number} width
 */
export function drawChart({ curves, level, about }, width) {
  const epochs = curves[0].losses.length - 1;
  const highest = Math.max(level.value, ...curves.flatMap((curve) => curve.losses));
  const top = Math.ceil(highest * 10) / 10;
  const right = width - RIGHT;
  const x = linearScale([0, epochs], [LEFT, right]);
  const y = linearScale([0, top], [BOTTOM, TOP]);
  const up = roundTicks([0, top], 6, { least: STEP }).ticks.map(({ value }) => ({ value, text: value.toFixed(1) }));
  /** @type {(curve: ChartBlock["curves"][0], d: string) => Element} */
  const line = ({ hue, dash }, d) => svg("path", { class: "curve", d, style: `stroke: var(--hue-${hue})`, "stroke-dasharray": dash || null });
  const drawing = picture(width, HEIGHT, about,
    gridLines(up, y, [LEFT, right]),
    roundTicks([0, epochs], 5).ticks.map(({ value, text }) =>
      tickText(text, { x: x(value), y: BOTTOM + 16, "text-anchor": value === epochs ? "end" : "middle" })),
    tickText("epoch", { x: x(epochs / 2), y: HEIGHT - 4 }),
    svg("path", { class: "level", d: `M${LEFT} ${y(level.value)}H${right}` }),
    curves.map((curve) => line(curve, linePath(curve.losses, x, y))));
  const swatch = "M0 5H26";
  return element("figure", { class: "chart" },
    element("figcaption", {}, element("b", {}, "Loss"),
      curves.map((curve) => keyTo(curve.name, [26, 10], line(curve, swatch))),
      keyTo(`${level.name}: ${level.value.toFixed(4)}`, [26, 10], svg("path", { class: "level", d: swatch }))),
    drawing);
}
