import { element } from "../web/dom.js";
import { themedBox } from "../web/theme.js";
import { drawCards, drawFormula, drawLines } from "./arithmetic.js";
import { drawChart } from "./chart.js";
import { drawTable, nameScrolling } from "./tables.js";

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

const drawAll = (blocks, width) => blocks.map((block) => KINDS[block.kind](block, width));

/** A part of the walk: drawn anew when something in it changes, or the width of the page does. */
class WalkView {
  constructor(parent) {
    this.parent = parent;
    this.box = themedBox(parent, ".walk");
    this.watcher = new ResizeObserver(() => this.draw());
    this.watcher.observe(this.box);
  }

  receive(data) {
    const text = JSON.stringify(data);
    if (text === this.text) return;
    this.text = text;
    this.stages = data.stages;
    themedBox(this.parent, ".walk", data.looks);
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

const parts = new WeakMap();

export default function ({ data, parentElement }) {
  let view = parts.get(parentElement);
  if (!view) {
    view = new WalkView(parentElement);
    parts.set(parentElement, view);
  }
  if (data) view.receive(data);
  return () => {
    view.close();
    parts.delete(parentElement);
  };
}
