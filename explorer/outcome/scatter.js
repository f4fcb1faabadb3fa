import { element, svg } from "../web/dom.js";
import { formatNumber } from "../web/format.js";
import { beyondWords, clipTo, keyTo, roundValues, spread } from "./axes.js";

const UNDER = 36;
const LEFT = 48;

/** Said against true, with the line on which both are the same. */
export function drawScatter({ arrays: { truth, said }, range, chosen, beyond }, width) {
  const wide = Math.min(width, 460);
  const height = Math.round(Math.min(wide * 0.72, 300));
  const x = spread(range, [LEFT, wide - 6]);
  const y = spread(range, [height - UNDER, 6]);
  const { values, decimals } = roundValues(range, 6);
  const { clip, use } = clipTo(LEFT, 6, wide - LEFT, height - UNDER - 6);
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
  values.flatMap((value) => [
    svg("path", { class: "grid", d: `M${LEFT} ${y(value)}H${wide}M${x(value)} 6V${height - UNDER}` }),
    svg("text", { class: "tick", x: LEFT - 6, y: y(value), "text-anchor": "end", "dominant-baseline": "central" },
      formatNumber(value, decimals)),
    svg("text", { class: "tick", x: x(value), y: height - UNDER + 15, "text-anchor": "middle" }, formatNumber(value, decimals)),
  ]),
  svg("text", { class: "tick", x: (LEFT + wide) / 2, y: height - 4, "text-anchor": "middle" }, "truth"),
  svg("text", { class: "tick", "text-anchor": "middle",
    transform: `translate(11 ${(height - UNDER) / 2}) rotate(-90)` }, "said"),
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
