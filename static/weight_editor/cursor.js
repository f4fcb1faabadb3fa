/**
 * @import { Place, WeightModel } from "./model.js"
 * @typedef {[first: number, last: number]} Reach  The gates that can be reached.
 */

const PAGE = 10;

/** @type {Record<string, [down: number, right: number]>} */
const STEPS = {
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-PAGE, 0], PageDown: [PAGE, 0],
};

/**
 * Where a key leads from a place; null if it is no key for moving.
 * @param {WeightModel} model
 * @param {Place} place
 * @param {KeyboardEvent} event
 * @param {Reach} gates
 */
export function moved(model, place, { key, ctrlKey }, gates) {
  if (key === "Home") return landed(model, { ...place, unit: 0, row: ctrlKey ? 0 : place.row }, 1);
  if (key === "End") {
    const row = ctrlKey ? model.rows.length - 1 : place.row;
    return landed(model, { ...place, unit: model.hidden - 1, row }, -1);
  }
  if (!(key in STEPS)) return null;
  const [down, right] = STEPS[key];
  return shift(model, place, down, right, gates);
}

/**
 * The place some rows down and columns right; at an edge the nearest one there is.
 * @param {WeightModel} model
 * @param {Place} place
 * @param {number} down
 * @param {number} right
 * @param {Reach} gates
 */
export function shift(model, { gate, row, unit }, down, right, [first, last]) {
  const low = first * model.hidden;
  const high = (last + 1) * model.hidden - 1;
  const column = Math.min(Math.max(gate * model.hidden + unit + right, low), high);
  const next = {
    gate: Math.floor(column / model.hidden),
    row: Math.min(Math.max(row + down, 0), model.rows.length - 1),
    unit: column % model.hidden,
  };
  return landed(model, next, down || -1);
}

/**
 * Step over rows that this gate does not have, on in the same direction and else back.
 * @param {WeightModel} model
 * @param {Place} place
 * @param {number} direction
 */
function landed(model, place, direction) {
  const sign = Math.sign(direction);
  for (const step of [sign, -sign]) {
    for (let row = place.row; row >= 0 && row < model.rows.length; row += step) {
      if (model.has({ ...place, row })) return { ...place, row };
    }
  }
  return place;
}

/**
 * @param {Place | null | undefined} one
 * @param {Place | null | undefined} other
 */
export const samePlace = (one, other) =>
  one === other || Boolean(one && other && one.gate === other.gate && one.row === other.row && one.unit === other.unit);

/**
 * Keys that begin to write over a cell.
 * @param {KeyboardEvent} event
 */
export const startsNumber = ({ key, ctrlKey, metaKey, altKey }) =>
  !ctrlKey && !metaKey && !altKey && /^[0-9+\-−.,]$/.test(key);
