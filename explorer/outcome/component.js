import { element } from "../web/dom.js";
import { unpack } from "../web/payload.js";
import { themedBox } from "../web/theme.js";
import { drawChances } from "./chances.js";
import { drawCurve } from "./curve.js";
import { drawPairs } from "./pairs.js";
import { drawRows } from "./rows.js";
import { drawScatter } from "./scatter.js";
import { drawConfusion, drawMistakes } from "./tables.js";

const PADDING = 26;
const WIDE = 540;

const drawText = ({ start, written, refused }) => element("div", {},
  element("p", { class: refused ? "written short" : "written" }, element("span", { class: "start" }, start),
    written ? element("span", { class: "own" }, written) : null),
  refused ? element("p", {}, refused) : null);

const FORMS = {
  confusion: drawConfusion, mistakes: drawMistakes, text: drawText, rows: drawRows,
  curve: drawCurve, scatter: drawScatter, pairs: drawPairs,
};

/** One column of predictions: what it shows is drawn anew with each message and each width. */
class OutcomeView {
  constructor(parent) {
    this.parent = parent;
    this.box = themedBox(parent, ".outcome");
    this.watcher = new ResizeObserver(() => this.draw());
    this.watcher.observe(this.box);
  }

  receive(data) {
    const message = unpack(data);
    if (message.revision === this.message?.revision) return;
    this.message = message;
    themedBox(this.parent, ".outcome", message.looks);
    this.drawn = null;
    this.draw();
  }

  draw() {
    const width = Math.round(this.box.clientWidth) - PADDING;
    if (width <= 0 || width === this.drawn) return;
    this.drawn = width;
    const { see, picture, summary, chances, notes, arrays } = this.message;
    const sentences = (kind, texts) => texts.map((text) => element("p", { class: kind }, text));
    const wide = width >= WIDE;
    this.box.classList.toggle("wide", wide);
    this.box.replaceChildren(
      element("h3", {}, "Predictions"),
      ...sentences("see", see ? [see] : []),
      ...(picture ? [FORMS[picture.form]({ ...picture, arrays }, width)] : []),
      ...sentences("summary", summary),
      element("div", { class: "all-chances" }, chances.map(drawChances)),
      ...sentences("note", notes));
  }

  close() {
    this.watcher.disconnect();
  }
}

const columns = new WeakMap();

export default function ({ data, parentElement }) {
  let view = columns.get(parentElement);
  if (!view) {
    view = new OutcomeView(parentElement);
    columns.set(parentElement, view);
  }
  if (data) view.receive(data);
  return () => {
    view.close();
    columns.delete(parentElement);
  };
}
