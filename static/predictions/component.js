import { element } from "../web/dom.js";
import { mounting, Redrawn } from "../web/view.js";
import { drawChances } from "./chances.js";
import { drawCurve } from "./curve.js";
import { drawPairs } from "./pairs.js";
import { drawRows } from "./rows.js";
import { drawScatter } from "./scatter.js";
import { drawConfusion, drawMistakes } from "./tables.js";

/**
 * @import { PredictionsMessage, Picture, TextPicture } from "../types.d.ts"
 * @import { Arrays } from "./marks.js"
 */

const PADDING = 26;
const WIDE = 540;

const drawText = (/** @type {TextPicture} */ { start, written, refused }) => element("div", {},
  element("p", { class: refused ? "written short" : "written" }, element("span", { class: "start" }, start),
    written ? element("span", { class: "own" }, written) : null),
  refused ? element("p", {}, refused) : null);

/** @type {{ [Form in Picture["form"]]: (picture: Extract<Picture, { form: Form }> & Arrays, width: number) => Element }} */
const FORMS = {
  confusion: drawConfusion, mistakes: drawMistakes, text: drawText, rows: drawRows,
  curve: drawCurve, scatter: drawScatter, pairs: drawPairs,
};

/** @type {(picture: Picture & Arrays, width: number) => Element} */
const drawPicture = (picture, width) => /** @type {typeof drawPicture} */ (FORMS[picture.form])(picture, width);

/** One column of predictions. @extends {Redrawn<PredictionsMessage>} */
class OutcomeView extends Redrawn {
  /** @param {ShadowRoot} parent */
  constructor(parent) {
    super(parent, ".predictions");
  }

  /** @type {Redrawn<PredictionsMessage>["draw"]} */
  draw(boxWidth, { see, picture, summary, chances, notes, arrays }) {
    const width = boxWidth - PADDING;
    /** @type {(kind: string, texts: string[]) => Element[]} */
    const sentences = (kind, texts) => texts.map((text) => element("p", { class: kind }, text));
    const wide = width >= WIDE;
    this.box.classList.toggle("wide", wide);
    this.box.replaceChildren(
      element("h3", {}, "Predictions"),
      ...sentences("see", see ? [see] : []),
      ...(picture ? [drawPicture({ ...picture, arrays }, width)] : []),
      ...sentences("summary", summary),
      element("div", { class: "all-chances" }, chances.map(drawChances)),
      ...sentences("note", notes));
  }
}

export default mounting(OutcomeView);
