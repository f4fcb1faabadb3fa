import { element } from "../web/dom.js";

/** @import { Chances } from "../types.d.ts" */

/**
 * The probabilities of one sequence as bars. A check mark stands at the truth, and the most probable is bold.
 * @param {Chances} chances
 */
export function drawChances({ about, rows, others }) {
  const most = Math.max(...rows.map((row) => row.share));
  const known = rows.some((row) => row.right);
  const lines = rows.map((row) => element("tr", { class: row.share === most ? "said" : null },
    element("th", { scope: "row", title: row.name }, row.name),
    element("td", { class: "truth-mark" }, row.right ? element("span", { title: "the truth" }, "✓",
      element("span", { class: "visually-hidden" }, " the truth")) : null),
    element("td", { class: "bar-cell", "aria-hidden": "true" },
      element("span", { class: row.right ? "bar right" : "bar", style: `width:${(row.share * 100).toFixed(2)}%` })),
    element("td", { class: "share" }, row.text)));
  return element("div", { class: "chances" },
    element("table", {},
      element("caption", {}, about, known ? element("span", { class: "legend-mark" }, " ✓ truth") : null),
      element("tbody", {}, lines)), others ? element("p", { class: "note" }, others) : null);
}
