import { element, svg } from "../web/dom.js";
import { mounting, Redrawn } from "../web/view.js";
import { drawReading } from "./chart.js";

const TWO_COLUMNS = 640;
const GAP = 24;

const keyOf = (by, name) => element("span", { class: "key" }, svg("svg", { width: 32, height: 12, "aria-hidden": "true" },
  svg("path", { class: `${by}-line`, d: "M1 6H31" }),
  by === "bag" ? svg("rect", { class: "bag-dot", x: 13, y: 3, width: 6, height: 6 })
    : svg("circle", { class: "network-dot", cx: 16, cy: 6, r: 4 })), name);

const verdict = (right) => (right === null ? null
  : element("span", { class: right ? "right" : "wrong" }, right ? " ✓" : " ✗",
    element("span", { class: "visually-hidden" }, right ? " right" : " wrong")));

/** One sentence: its words, its chart, and what is said of it in the end. */
const drawColumn = (reading, place, { label, arrays }, width) => element("div", { class: "reading" },
  element("p", { class: "sentence" }, `“${reading.words.join(" ")}”`,
    reading.truth === null ? null : element("span", { class: "truth" }, ` truth: ${reading.truth}`)),
  drawReading({ ...reading, label, network: arrays[`network${place}`], bag: arrays[`bag${place}`] }, width),
  element("p", { class: "said" }, reading.said.flatMap(({ by, label: said, share, right }, index) => [
    index ? " · " : null, `${by}: `,
    element("span", { class: "answer" }, element("b", {}, `${said} ${share}`), verdict(right))])),
  reading.notes.map((note) => element("p", { class: "note" }, note)));

/** Two orders side by side, or one below the other where there is no room. */
class OrderView extends Redrawn {
  constructor(parent) {
    super(parent, ".order");
  }

  draw(width) {
    const { label, other, readings, sentence } = this.message;
    const two = width >= TWO_COLUMNS;
    const column = two ? Math.floor((width - GAP) / 2) : width;
    const rest = other === null ? "" : `; what is left to 1 is “${other}”`;
    this.box.replaceChildren(
      ...(readings.length ? [
        element("p", { class: "see" }, `The probability of “${label}” after every word${rest}.`),
        element("p", { class: "keys" }, keyOf("network", "network"), keyOf("bag", "bag of words, which cannot see the order")),
        element("div", { class: two ? "readings two" : "readings" },
          readings.map((reading, place) => drawColumn(reading, place, this.message, column))),
      ] : []),
      element("p", { class: "told" }, sentence));
  }
}

export default mounting(OrderView);
