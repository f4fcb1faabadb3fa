import { element, svg } from "../web/dom.js";
import { grouped } from "../web/format.js";
import { beyondWords, CHARACTER, clipTo, keyTo, linePath, roundTicks, spread } from "./axes.js";

const TOP = 18;
const OFFSET = 15; // a line above that for what the numbers have in common
const BELOW = 20;
const OVERVIEW = 30;

/** A part of the series with what was said one step ahead; below it the whole series in small, where there is more. */
export function drawCurve(picture, width) {
  const { arrays: { truth, said }, first, split, count, range, chosen, unit } = picture;
  const { ticks, offset } = roundTicks(range, 5);
  const top = TOP + (offset ? OFFSET : 0);
  const height = (width < 480 ? 164 : 200) + top - TOP;
  const left = Math.max(...ticks.map(({ text }) => text.length)) * CHARACTER + 6;
  const end = first + truth.length - 1;
  const x = spread([first, end], [left, width - 6]);
  const y = spread(range, [height - BELOW, top]);
  const points = (array, from, to) => linePath(
    Array.from({ length: to - from }, (_, index) => [x(from + index), y(array[from - first + index])]));
  const { clip, use } = clipTo(left, top, width - left, height - BELOW - top);
  const edge = x(split - 0.5);
  const inside = Math.min(Math.max(split, first), end + 1);
  const drawing = svg("svg", {
    viewBox: `0 0 ${width} ${height}`, width, height, role: "img",
    "aria-label": `Values ${first + 1} to ${end + 1} of the series and what was said of them; held out from value ${split + 1} on.`,
  },
  clip,
  svg("rect", { class: "held-area", x: edge, y: top, width: width - edge, height: height - BELOW - top }),
  offset ? svg("text", { class: "tick", x: 0, y: 12 }, offset) : null,
  ticks.flatMap(({ value, text }) => [
    svg("path", { class: "grid", d: `M${left} ${y(value)}H${width}` }),
    svg("text", { class: "tick", x: left - 6, y: y(value), "text-anchor": "end", "dominant-baseline": "central" }, text),
  ]),
  svg("path", { class: "split", d: `M${edge} ${top - 16}V${height - BELOW}` }),
  svg("text", { class: "held-name", x: edge + 4, y: top - 5 }, "held out"),
  svg("g", { "clip-path": use },
    svg("path", { class: "truth-line", d: points(truth, first, end + 1) }),
    svg("path", { class: "learned-line", d: points(said, first, inside) }),
    svg("path", { class: "held-line", d: points(said, inside, end + 1) }),
    chosen >= first && chosen <= end
      ? svg("circle", { class: "chosen", cx: x(chosen), cy: y(said[chosen - first]), r: 5 }) : null),
  svg("text", { class: "tick", x: left, y: height - 5 }, grouped(first + 1)),
  svg("text", { class: "tick", x: width, y: height - 5, "text-anchor": "end" }, grouped(end + 1)));
  return element("div", { class: "plot" },
    element("p", { class: "keys" }, keyTo("truth-line", unit ? `truth, ${unit}` : "truth"),
      keyTo("learned-line", "said, learned from"), keyTo("held-line", "said, held out"),
      chosen >= first && chosen <= end ? element("span", { class: "key" },
        svg("svg", { width: 14, height: 14, "aria-hidden": "true" }, svg("circle", { class: "chosen", cx: 7, cy: 7, r: 5 })),
        "this example") : null),
    drawing,
    truth.length < count ? drawOverview(picture, width, left) : null,
    beyondWords(picture.beyond));
}

/** The whole series as the range of its values, with what is held out and what is shown above. */
function drawOverview({ arrays: { low, high, truth }, first, split, count }, width, left) {
  const all = [Math.min(...low), Math.max(...high)];
  const x = spread([0, count], [left, width]);
  const y = spread(all[0] === all[1] ? [all[0] - 1, all[1] + 1] : all, [OVERVIEW - 3, 3]);
  const column = (width - left) / low.length;
  const shown = [x(first), x(first + truth.length)];
  const bars = Array.from(low, (value, index) => {
    const at = (left + (index + 0.5) * column).toFixed(1);
    return `M${at} ${(y(value) + 0.5).toFixed(1)}V${(y(high[index]) - 0.5).toFixed(1)}`;
  }).join("");
  return svg("svg", { viewBox: `0 0 ${width} ${OVERVIEW}`, width, height: OVERVIEW, role: "img", class: "overview",
    "aria-label": `The whole series of ${count} values; the picture above shows a part of it.` },
  svg("text", { class: "tick", x: left - 6, y: OVERVIEW / 2, "text-anchor": "end", "dominant-baseline": "central" }, "all"),
  svg("rect", { class: "held-area", x: x(split), y: 0, width: width - x(split), height: OVERVIEW }),
  svg("path", { class: "bars", d: bars, "stroke-width": Math.max(column, 1) }),
  svg("rect", { class: "window", x: shown[0], y: 1, width: Math.max(shown[1] - shown[0], 3), height: OVERVIEW - 2, rx: 2 }));
}
