import { element } from "../web/dom.js";

/** What stands in a cell: text, a signal with its word, or a bar for a share. */
function drawCell(cell, isNumber, tag, attributes = {}) {
  const { text = "", signal, bar, class: name = "" } = typeof cell === "string" ? { text: cell } : cell;
  const names = [isNumber ? "number" : "", name, bar === undefined ? "" : "bar-cell"].join(" ").trim();
  const inside = bar !== undefined
    ? [element("span", { class: "bar", style: `width:${(bar * 100).toFixed(2)}%` })]
    : signal ? [element("b", { style: `color: var(--hue-${signal})` }, signal), ` ${text}`] : [text];
  return element(tag, { class: names || null, "aria-hidden": bar === undefined ? null : "true", ...attributes }, inside);
}

/** A table in a box of its own, which scrolls sideways where the page is too narrow. */
export function drawTable({ head, rows, numbers, caption, total, mark }) {
  const isNumber = (column) => numbers.includes(column);
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

/** A box that scrolls can be reached by keyboard, and has a name. */
export function nameScrolling(root) {
  for (const box of root.querySelectorAll(".scroll")) {
    const scrolls = box.scrollWidth > box.clientWidth;
    for (const [name, value] of Object.entries({ tabindex: "0", role: "region", "aria-label": box.dataset.name })) {
      if (scrolls) box.setAttribute(name, value);
      else box.removeAttribute(name);
    }
  }
}
