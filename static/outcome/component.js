import { element } from "../web/dom.js";
import { mounting, Redrawn } from "../web/view.js";
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

/** One column of predictions. */
class OutcomeView extends Redrawn {
  constructor(parent) {
    super(parent, ".outcome");
  }

  draw(boxWidth) {
    const width = boxWidth - PADDING;
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
}

export default mounting(OutcomeView);
