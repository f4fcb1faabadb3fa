import { formatNumber } from "../web/format.js";

/** @import { Model } from "./model.js" */

const say = (/** @type {number} */ value) => formatNumber(value, 3);

/**
 * The current step in words, for those who cannot see the picture.
 * @param {Model} model
 * @param {number} t
 * @param {number} unit
 */
export function sentence(model, t, unit) {
  const symbol = model.hasWords ? ` ${model.symbolText(t)}` : model.D === 1 ? ` ${say(model.value({ signal: "x", unit: 0, t }))}` : "";
  const start = `Timestep ${t + 1} of ${model.T}${symbol ? `, input${symbol}` : ""}. Unit ${unit + 1}: `;
  const at = (/** @type {string} */ signal, step = t) => model.value({ signal, unit, t: step });
  if (!model.mask[t]) {
    const states = model.order.filter((signal) => model.states.includes(signal));
    const kept = states.map((signal) => `${model.looks[signal].word} stays ${say(at(signal))}`);
    return `${start}padding, skipped; ${kept.join(", ")}.`;
  }
  if (model.isStripsOnly) {
    const values = model.order.map((signal) => `${model.looks[signal].word} ${say(at(signal))}`);
    return `${start}${values.join(", ")}.`;
  }
  return start + fillIn(model.sentence, model, at, t);
}

/**
 * Put values and functions in the place of what stands in braces: see explorer.cell_styles.CellStyle.
 * @param {string} pattern
 * @param {Model} model
 * @param {(signal: string, step: number) => number} at
 * @param {number} t
 */
function fillIn(pattern, model, at, t) {
  return pattern.replace(/\{(1−|\()?(\w+)(₋)?\)?\}( ?)/g, (_, how, signal, previous, space) => {
    if (how === "(") return model.functionOf(signal) && model.functionOf(signal) + space;
    const value = at(signal, previous ? t - 1 : t);
    return say(how ? 1 - value : value) + space;
  });
}
