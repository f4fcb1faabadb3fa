import { element } from "../web/dom.js";
import { makeScale } from "../web/scales.js";

/**
 * @import { ConfusionPicture, MistakesPicture } from "../types.d.ts"
 * @import { Arrays } from "./marks.js"
 */

const UPRIGHT_COLUMNS = 4;

/**
 * How often each class was said for each: a row for each truth, its cells filled by their share of the row.
 * @param {ConfusionPicture & Arrays} picture
 */
export function drawConfusion({ labels, arrays: { counts } }) {
  const size = labels.length;
  const scale = makeScale("unit", 1, "light");
  const cell = (/** @type {number} */ row, /** @type {number} */ column, /** @type {number} */ total) => {
    const count = counts[row * size + column];
    const share = total ? count / total : 0;
    return element("td", { class: row === column ? "right" : null,
      style: `background:${scale.fill(share)};color:${scale.ink(share)}` }, String(count));
  };
  return element("table", { class: size > UPRIGHT_COLUMNS ? "confusion dense" : "confusion" },
    element("thead", {},
      element("tr", {}, element("td", {}), element("th", { colspan: size, scope: "colgroup", class: "axis" }, "said")),
      element("tr", {}, element("th", { class: "axis" }, "truth"),
        labels.map((label) => element("th", { scope: "col", title: label }, element("span", {}, label))))),
    element("tbody", {}, labels.map((label, row) => {
      const total = labels.reduce((sum, _, column) => sum + counts[row * size + column], 0);
      return element("tr", {}, element("th", { scope: "row", title: label }, element("span", {}, label)),
        labels.map((_, column) => cell(row, column, total)));
    })));
}

/**
 * The most frequent mistakes, one a row.
 * @param {MistakesPicture} picture
 */
export function drawMistakes({ rows, others }) {
  if (!rows.length) return element("p", { class: "note" }, "No mistake among them.");
  const row = (/** @type {MistakesPicture["rows"][0]} */ [said, truth, times]) => element("tr", {},
    element("td", { title: said }, `“${said}”`), element("td", { title: truth }, `“${truth}”`),
    element("td", { class: "share" }, `${times}×`));
  return element("div", {}, element("table", { class: "mistakes" },
    element("thead", {}, element("tr", {}, ["said", "truth", "times"].map((word) => element("th", { scope: "col" }, word)))),
    element("tbody", {}, rows.map(row))),
  others ? element("p", { class: "note" }, `${others} more ${others === 1 ? "kind" : "kinds"} of mistake`) : null);
}
