import { clipped, gridLines, linePath, picture, tickBeside, tickText, widthOf } from "../plot/frame.js";
import { linearScale } from "../plot/scale.js";
import { roundTicks } from "../plot/ticks.js";
import { element, svg } from "../web/dom.js";
import { grouped } from "../web/format.js";
import { beyondWords, lineKey, probeKey } from "./marks.js";

/**
 * @import { Mark } from "../plot/frame.js"
 * @import { CurvePicture } from "../types.d.ts"
 * @import { Arrays } from "./marks.js"
 */

const TOP = 18;
const OFFSET = 15; // a line above that for what the numbers have in common
const BELOW = 20;
const OVERVIEW = 30;

/**
 * A part of the series with what was said one step ahead; below it the whole series in small, where there is more.
 * @param {CurvePicture & Arrays} predictions
 * @param {number} width
 */
export function drawCurve(predictions, width) {
  const { arrays: { truth, said }, first, split, count, range, chosen, unit, beyond } = predictions;
  const { ticks, offset } = roundTicks(range, 5);
  const top = TOP + (offset ? OFFSET : 0);
  const height = (width < 480 ? 164 : 200) + top - TOP;
  const bottom = height - BELOW;
  const left = widthOf(ticks) + 6;
  const end = first + truth.length - 1;
  const x = linearScale([first, end], [left, width - 6]);
  const y = linearScale(range, [bottom, top]);
  /** @type {(kind: string, array: Float64Array, from: number, to: number) => Element} */
  const line = (kind, array, from, to) =>
    svg("path", { class: kind, d: linePath(array.subarray(from - first, to - first), (index) => x(from + index), y) });
  const edge = x(split - 0.5);
  const inside = Math.min(Math.max(split, first), end + 1);
  /** @type {Mark} */
  const probe = (cx, cy) => svg("circle", { class: "chosen", cx, cy, r: 5 });
  const hasProbe = chosen >= first && chosen <= end;
  const about = `Values ${first + 1} to ${end + 1} of the series and what was said of them; held out from value ${split + 1} on.`;
  const drawing = picture(width, height, about,
    svg("rect", { class: "held-area", x: edge, y: top, width: width - edge, height: bottom - top }),
    offset ? tickText(offset, { x: 0, y: 12, "text-anchor": "start" }) : null,
    gridLines(ticks, y, [left, width]),
    svg("path", { class: "split", d: `M${edge} ${top - 16}V${bottom}` }),
    svg("text", { class: "held-name", x: edge + 4, y: top - 5 }, "held out"),
    clipped({ x: left, y: top, width: width - left, height: bottom - top },
      line("truth-line", truth, first, end + 1),
      line("learned-line", said, first, inside),
      line("held-line", said, inside, end + 1),
      hasProbe ? probe(x(chosen), y(said[chosen - first])) : null),
    tickText(grouped(first + 1), { x: left, y: height - 5, "text-anchor": "start" }),
    tickText(grouped(end + 1), { x: width, y: height - 5, "text-anchor": "end" }));
  return element("div", { class: "plot" },
    element("p", { class: "keys" }, lineKey("truth-line", unit ? `truth, ${unit}` : "truth"),
      lineKey("learned-line", "said, learned from"), lineKey("held-line", "said, held out"), hasProbe ? probeKey(probe) : null),
    drawing,
    truth.length < count ? drawOverview(predictions, width, left) : null,
    beyondWords(beyond));
}

/**
 * The whole series as the range of its values, with what is held out and what is shown above.
 * @type {(predictions: CurvePicture & Arrays, width: number, left: number) => Element}
 */
function drawOverview({ arrays: { low, high, truth }, first, split, count }, width, left) {
  const all = [Math.min(...low), Math.max(...high)];
  const x = linearScale([0, count], [left, width]);
  const y = linearScale(all[0] === all[1] ? [all[0] - 1, all[1] + 1] : all, [OVERVIEW - 3, 3]);
  const column = (width - left) / low.length;
  const shown = [x(first), x(first + truth.length)];
  const bars = Array.from(low, (value, index) => {
    const at = (left + (index + 0.5) * column).toFixed(1);
    return `M${at} ${(y(value) + 0.5).toFixed(1)}V${(y(high[index]) - 0.5).toFixed(1)}`;
  }).join("");
  const drawing = picture(width, OVERVIEW, `The whole series of ${count} values; the picture above shows a part of it.`,
    tickBeside("all", left, OVERVIEW / 2),
    svg("rect", { class: "held-area", x: x(split), y: 0, width: width - x(split), height: OVERVIEW }),
    svg("path", { class: "bars", d: bars, "stroke-width": Math.max(column, 1) }),
    svg("rect", { class: "window", x: shown[0], y: 1, width: Math.max(shown[1] - shown[0], 3), height: OVERVIEW - 2, rx: 2 }));
  drawing.classList.add("overview");
  return drawing;
}
