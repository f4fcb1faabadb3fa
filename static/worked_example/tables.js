import { element, findAll, setAll } from "../web/dom.js";

/**
 * @import { TableBlock, TableCell } from "../types.d.ts"
 * @import { Value } from "../web/dom.js"
 */

/**
 * What stands in a cell: text, a signal with its word, or a bar for a share.
 * @param {TableCell} cell
 * @param {boolean} isNumber
 * @param {"td" | "th"} tag
 * @param {Record<string, Value>} attributes
 */
function drawCell(cell, isNumber, tag, attributes = {}) {
  /** @type {Exclude<TableCell, string>} */
  const { text = "", signal, bar, class: name = "" } = typeof cell === "string" ? { text: cell } : cell;
  const names = [isNumber ? "number" : "", name, bar === undefined ? "" : "bar-cell"].join(" ").trim();
  const inside = bar !== undefined
    ? [element("span", { class: "bar", style: `width:${(bar * 100).toFixed(2)}%` })]
    : signal ? [element("b", { style: `color: var(--hue-${signal})` }, signal), ` ${text}`] : [text];
  return element(tag, { class: names || null, "aria-hidden": bar === undefined ? null : "true", ...attributes }, inside);
}

/**
 * A table in a box of its own, which scrolls sideways where the page is too narrow.
 * @param {TableBlock} block
 */
export function drawTable({ head, rows, numbers, caption, total, mark }) {
  const isNumber = (/** @type {number} */ column) => numbers.includes(column);
  const table = element("table", {},
    caption ? element("caption", {}, caption) : null,
    element("thead", {}, element("tr", {}, head.map((name, column) =>
      element(name ? "th" : "td", { scope: name ? "col" : null, class: isNumber(column) ? "number" : null }, name)))),
    element("tbody", {}, rows.map((row, place) => element("tr", { class: place === mark ? "said" : null },
      row.map((cell, column) => column
        ? drawCell(cell, isNumber(column), "td") : drawCell(cell, isNumber(0), "th", { scope: "row" }))))),
    total ? element("tfoot", {}, element("tr", {}, element("th", { scope: "row", colspan: head.length - 1 }, "together"),
      element("td", { class: "number" }, total))) : null);
  return element("div", { class: "scroll", "data-name": caption || head.filter(Boolean).join(", ") }, table);
}

/**
 * A box that scrolls can be reached by keyboard, and has a name.
 * @param {HTMLElement} root
 */
export function nameScrolling(root) {
  for (const box of findAll(root, ".scroll")) {
    const scrolls = box.scrollWidth > box.clientWidth;
    setAll(box, scrolls ? { tabindex: 0, role: "region", "aria-label": box.dataset.name } : { tabindex: null, role: null, "aria-label": null });
  }
}
