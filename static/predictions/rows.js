import { element } from "../web/dom.js";

/** @import { RowsPicture, Steps } from "../types.d.ts" */

const LABEL = 44;
const LEAST = 17;
const MOST = 26;
const GAP = 12;

/**
 * One sequence: its inputs, the right answers and what was said, cell under cell, in lines of as many as fit.
 * @param {Steps} sequence
 * @param {number} width
 */
function drawSteps({ name, before, inputs, said, truths, right, steps }, width) {
  const room = Math.floor((width - LABEL) / LEAST);
  const lines = Math.ceil(inputs.length / room);
  const columns = Math.ceil(inputs.length / lines);
  const cell = Math.min(Math.floor((width - LABEL) / columns), MOST);
  /** @type {(word: string, texts: string[], start: number, kind: string) => HTMLElement} */
  const row = (word, texts, start, kind) => element("tr", { class: kind }, element("th", { scope: "row" }, word),
    texts.slice(start, start + columns).map((text, index) => {
      const wrong = kind === "said" && truths && text !== truths[start + index];
      return element("td", { class: wrong ? "wrong" : null }, text,
        wrong ? element("span", { class: "visually-hidden" }, " wrong") : null);
    }));
  const bodies = Array.from({ length: lines }, (_, line) => element("tbody", {},
    row("input", inputs, line * columns, "input"),
    truths ? row("truth", truths, line * columns, "truth") : null,
    row("said", said, line * columns, "said")));
  const result = truths ? `${right} of ${steps} right` : `${steps} ${steps === 1 ? "answer" : "answers"}`;
  const rest = before ? `, the last ${inputs.length} shown` : "";
  return element("table", { class: "steps", style: `--cell:${cell}px` },
    element("caption", {}, element("b", {}, name), ` ${result}${rest}`), bodies);
}

/**
 * The probe in full, then examples; in two columns where there is room.
 * @param {RowsPicture} picture
 * @param {number} width
 */
export function drawRows({ rows, legend }, width) {
  const two = width >= 540;
  const half = two ? (width - GAP * 2) / 2 : width;
  const words = legend.map(([name, label]) => `${name} = ${label}`).join(", ");
  const [probe, ...examples] = rows;
  return element("div", {},
    words ? element("p", { class: "note" }, words) : null,
    drawSteps(probe, two ? Math.max(half, Math.min(width, LABEL + probe.inputs.length * LEAST)) : width),
    element("div", { class: two ? "examples two" : "examples" },
      examples.map((example) => drawSteps(example, half))));
}
