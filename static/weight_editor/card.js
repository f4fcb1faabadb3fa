import { element } from "../web/dom.js";

/**
 * @import { Child, Value } from "../web/dom.js"
 * @import { WeightModel } from "./model.js"
 */

/**
 * A gate with its symbol in its hue and its word, and what stands below.
 * @param {WeightModel} model
 * @param {number} index
 * @param {Child[]} content
 */
export function gateCard(model, index, ...content) {
  return element("section", { class: "gate", "data-gate": index },
    element("p", { class: "gate-name", id: `gate-${model.gates[index]}` }, gateLabel(model, index)), ...content);
}

/**
 * Symbol and word; with `cut` a long word gets a short form for a slim screen, which is still read out whole.
 * @param {WeightModel} model
 * @param {number} index
 */
export function gateLabel(model, index, cut = false) {
  const { symbol: letter, word } = model.look(index);
  const symbol = element("b", { style: `color: var(--hue-${model.gates[index]})` }, letter);
  const short = word.length > 6 ? `${word.slice(0, 4)}.` : word;
  if (!cut || short === word) return [symbol, ` ${word}`];
  return [symbol, element("span", { class: "short", "aria-hidden": "true" }, ` ${short}`), element("span", { class: "long" }, ` ${word}`)];
}

/**
 * Room for the longest row label, within reason.
 * @param {{ label: string, labels: Record<string, string> }[]} rows
 */
export function labelWidth(rows) {
  const longest = Math.max(...rows.flatMap(({ label, labels }) => [label, ...Object.values(labels)].map((text) => [...text].length)));
  return Math.min(Math.max(8 * longest, 23), 120);
}

/**
 * The name of what a gate's row stands for, cut off when it is long.
 * @param {string} label
 * @param {Record<string, Value>} attributes
 */
export const rowLabel = (label, attributes) =>
  element("div", { class: "row-label", title: [...label].length > 12 ? label : null, ...attributes }, label);
