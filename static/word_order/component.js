import { keyTo } from "../plot/frame.js";
import { element, svg } from "../web/dom.js";
import { mounting, Redrawn } from "../web/view.js";
import { bagDot, drawReading, networkDot } from "./chart.js";

/**
 * @import { Mark } from "../plot/frame.js"
 * @import { WordOrderMessage, OrderReading } from "../types.d.ts"
 */

const TWO_COLUMNS = 640;
const GAP = 24;

/** @type {(by: string, dot: Mark, name: string) => Element} */
const keyOf = (by, dot, name) => keyTo(name, [32, 12], svg("path", { class: `${by}-line`, d: "M1 6H31" }), dot(16, 6));

const verdict = (/** @type {boolean | null} */ right) => (right === null ? null
  : element("span", { class: right ? "right" : "wrong" }, right ? " ✓" : " ✗",
    element("span", { class: "visually-hidden" }, right ? " right" : " wrong")));

/**
 * One sentence: its words, its chart, and what is said of it in the end.
 * @type {(reading: OrderReading, place: number, message: WordOrderMessage, width: number) => Element}
 */
const drawColumn = (reading, place, { label, arrays }, width) => element("div", { class: "reading" },
  element("p", { class: "sentence" }, `“${reading.words.join(" ")}”`,
    reading.truth === null ? null : element("span", { class: "truth" }, ` truth: ${reading.truth}`)),
  drawReading({ ...reading, label, network: arrays[`network${place}`], bag: arrays[`bag${place}`] }, width),
  element("p", { class: "said" }, reading.said.flatMap(({ by, label: said, share, right }, index) => [
    index ? " · " : null, `${by}: `,
    element("span", { class: "answer" }, element("b", {}, `${said} ${share}`), verdict(right))])),
  reading.notes.map((note) => element("p", { class: "note" }, note)));

/** Two orders side by side, or one below the other where there is no room. @extends {Redrawn<WordOrderMessage>} */
class OrderView extends Redrawn {
  /** @param {ShadowRoot} parent */
  constructor(parent) {
    super(parent, ".word-order");
  }

  /** @type {Redrawn<WordOrderMessage>["draw"]} */
  draw(width, message) {
    const { label, other, readings, sentence } = message;
    const two = width >= TWO_COLUMNS;
    const column = two ? Math.floor((width - GAP) / 2) : width;
    const rest = other === null ? "" : `; what is left to 1 is “${other}”`;
    this.box.replaceChildren(
      ...(readings.length ? [
        element("p", { class: "see" }, `The probability of “${label}” after every word${rest}.`),
        element("p", { class: "keys" }, keyOf("network", networkDot, "network"), keyOf("bag", bagDot, "bag of words, which cannot see the order")),
        element("div", { class: two ? "readings two" : "readings" },
          readings.map((reading, place) => drawColumn(reading, place, message, column))),
      ] : []),
      element("p", { class: "told" }, sentence));
  }
}

export default mounting(OrderView);
