import { element } from "../web/dom.js";
import { themedBox } from "../web/theme.js";
import { mounting } from "../web/view.js";
import { drawCards, drawFormula, drawLines } from "./arithmetic.js";
import { drawChart } from "./chart.js";
import { drawTable, nameScrolling } from "./tables.js";

/** @import { Block, WorkedExampleMessage } from "../types.d.ts" */

/** @type {{ [Kind in Block["kind"]]: (block: Extract<Block, { kind: Kind }>, width: number) => HTMLElement }} */
const KINDS = {
  text: ({ text, note }) => element("p", { class: note ? "note" : null }, drawFormula(text)),
  heading: ({ text }) => element("h4", {}, text),
  table: drawTable,
  cards: drawCards,
  lines: drawLines,
  chart: drawChart,
  pair: ({ blocks }, width) => element("div", { class: "pair" }, drawAll(blocks, width)),
  columns: ({ blocks }, width) => element("div", { class: "columns" }, drawAll(blocks, width)),
  group: ({ blocks }, width) => element("div", { class: "group" }, drawAll(blocks, width)),
  stage: ({ number, title, blocks }, width) => element("section", {},
    title ? element("h3", {}, number ? element("span", { class: "place" }, String(number)) : null, title) : null,
    drawAll(blocks, width)),
};

/**
 * @param {Block[]} blocks
 * @param {number} width
 */
const drawAll = (blocks, width) =>
  blocks.map((block) => /** @type {(block: Block, width: number) => HTMLElement} */ (KINDS[block.kind])(block, width));

/** A part of the worked example: drawn anew when something in it changes, or the width of the page does. */
class WorkedExample {
  /** @type {Block[]} */
  stages;

  /** @param {ShadowRoot} parent */
  constructor(parent) {
    this.parent = parent;
    this.text = "";
    /** @type {number | null} */
    this.drawn = null; // the width
    this.box = themedBox(parent, ".worked-example");
    this.watcher = new ResizeObserver(() => this.draw());
    this.watcher.observe(this.box);
  }

  /** @param {WorkedExampleMessage} data */
  receive(data) {
    const text = JSON.stringify(data);
    if (text === this.text) return;
    this.text = text;
    this.stages = data.stages;
    themedBox(this.parent, ".worked-example", data.looks);
    this.drawn = null;
    this.draw();
  }

  draw() {
    const width = Math.round(this.box.clientWidth);
    if (width <= 0 || width === this.drawn || !this.stages) return;
    this.drawn = width;
    this.box.replaceChildren(...drawAll(this.stages, width));
    nameScrolling(this.box);
  }

  close() {
    this.watcher.disconnect();
  }
}

export default mounting(WorkedExample);
