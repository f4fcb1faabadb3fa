import { formatWithin, grouped } from "../web/format.js";

/**
 * @import { SignalStyle, WeightRow } from "../types.d.ts"
 * @typedef {Pick<WeightRow, "name" | "label">} RowName
 * @typedef {{ head: string, body: string }} Problem
 */

const STILL = "The picture still shows the last good value.";
const EXAMPLE = "like 0.5 or −2";
const LONGEST_QUOTE = 40;
/** @type {Record<string, string>} */
const BIASES = { b: "bias", b_rec: "recurrent bias" };

const withMinus = (/** @type {string} */ text) => text.replaceAll("-", "−");
const sentence = (/** @type {string} */ text) => text[0].toUpperCase() + text.slice(1);

/**
 * "write gate"; the candidate is no gate.
 * @param {SignalStyle} look
 */
export function gateName({ word, scale }) {
  return scale === "unit" ? `${word} gate` : word;
}

/**
 * "h₁ → unit 2", "bias of unit 2"
 * @param {RowName} row
 * @param {number} unit
 */
export function weightName({ name, label }, unit) {
  if (name in BIASES) return `${BIASES[name]} of unit ${unit + 1}`;
  if (name === "P") return `peephole of unit ${unit + 1}`;
  return `${label} → unit ${unit + 1}`;
}

/**
 * "write gate, weight from h₁ to unit 2", to be listened to.
 * @param {SignalStyle} look
 * @param {RowName} row
 * @param {number} unit
 */
export function spokenName(look, { name, label }, unit) {
  const alone = name in BIASES || name === "P";
  const weight = alone ? weightName({ name, label }, unit) : `weight from ${label} to unit ${unit + 1}`;
  return `${gateName(look)}, ${weight}`;
}

/**
 * As many decimals as a cell has room for: one if that is exact, else up to three. What is not 0 never looks like 0.
 * @param {number} value
 * @param {number} room
 */
export function shortNumber(value, room) {
  const digits = [1, 2].find((count) => Number(value.toFixed(count)) === value) ?? 3;
  const text = formatWithin(value, digits, room);
  if (value === 0 || !/^[−0.]+$/.test(text)) return text;
  const small = withMinus(value.toExponential(0));
  return small.length <= room ? small : "≈0";
}

/**
 * Every digit, to be read.
 * @param {number} value
 */
export function fullNumber(value) {
  return withMinus(Number.isInteger(value) && Math.abs(value) < 1e15 ? value.toFixed(1) : String(value));
}

/**
 * Every digit, to be typed over or copied into a spreadsheet: with the minus of the keyboard.
 * @param {number} value
 */
export const plainNumber = (value) => String(value);

/**
 * “what was typed”, shortened
 * @param {string} text
 */
export function quote(text) {
  const clean = text.trim();
  return `“${clean.length > LONGEST_QUOTE ? `${clean.slice(0, LONGEST_QUOTE)}…` : clean}”`;
}

/** @param {number} limit */
export const rangeOf = (limit) => `from −${grouped(limit)} to ${grouped(limit)}`;

/**
 * What is wrong with one cell: {head, body}.
 * @param {SignalStyle} look
 * @param {RowName} row
 * @param {number} unit
 * @param {string} text
 * @param {number} limit
 * @param {boolean} isNumber
 */
export function cellProblem(look, row, unit, text, limit, isNumber) {
  const where = sentence(`${gateName(look)}, ${weightName(row, unit)}`);
  if (isNumber) return { head: `${where}: ${quote(text)} is too large.`, body: `Type a number ${rangeOf(limit)}. ${STILL}` };
  if (!text.trim()) return { head: `${where} is empty.`, body: `Type a number ${EXAMPLE}, or 0 for no weight. ${STILL}` };
  return { head: `${where}: ${quote(text)} is not a number.`, body: `Type one ${EXAMPLE}. ${STILL}` };
}
