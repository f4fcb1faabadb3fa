import { powerOf } from "../plot/ticks.js";
import { grouped, signed } from "../web/format.js";

/** @import { CurvesMessage, CurvesRun } from "../types.d.ts" */

/**
 * "2.0e+5" → "2e5"
 * @param {string} text
 */
const tidyExponent = (text) => signed(text.replace(/\.0+e/, "e").replace("e+", "e"));

/**
 * A measured number in about four digits; "not finite" where there is none. Where numbers differ by less, `finest` is
 * the difference that is to be seen.
 * @param {number} value
 */
export function measuredText(value, finest = 0) {
  if (!Number.isFinite(value)) return "not finite";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (finest && size < 1e15 && finest > 1e-15) return signed(value.toFixed(Math.max(-powerOf(finest), 0)), true);
  if (size >= 1e5 || size < 1e-3) return signed(value.toExponential(2).replace("e+", "e"));
  const decimals = size >= 1 ? 3 - Math.floor(Math.log10(size)) : size >= 0.1 ? 3 : 4;
  return signed(value.toFixed(Math.max(decimals, 0)));
}

/**
 * A learning rate as it was typed.
 * @param {number} value
 */
export function rateText(value) {
  const rounded = Number(value.toPrecision(3));
  return rounded > 0 && rounded < 1e-4 ? tidyExponent(value.toExponential(2).replace(/\.?0+e/, "e")) : tidyExponent(String(rounded));
}

/** @param {number} share */
export function percentText(share) {
  const percent = 100 * share;
  if (share > 0 && percent < 1) return "under 1\u00a0%";
  if (share < 1 && percent > 99) return "over 99\u00a0%";
  return `${Math.round(percent)}\u00a0%`;
}

/**
 * What one point of the curves is; `measured` is what loss and metric are measured on, "validation" or in other words.
 * @param {CurvesRun} run
 * @param {boolean} hasOthers
 * @param {CurvesMessage} message
 */
export function pointText({ updatesEach, measurementsEach }, hasOthers, { every, measured }) {
  const updates = updatesEach === 1
    ? "Each point: one update."
    : `Each point: mean of ${grouped(updatesEach)} updates, band: lowest to highest.`;
  return [
    updates,
    every !== null && every > 1 ? `${capital(measured)}: measured every ${grouped(every)} updates.` : "",
    measurementsEach === 1 ? "" : `${capital(measured)}: mean of up to ${grouped(measurementsEach)} measurements.`,
    hasOthers ? "Thin lines: other runs, without their “training” loss." : "",
  ].filter(Boolean).join(" ");
}

/**
 * A long name without its middle: what tells runs apart is often said last.
 * @param {string} name
 */
export function inShort(name, most = 26) {
  const letters = [...name];
  if (letters.length <= most) return name;
  const end = Math.floor((most - 1) / 2);
  return `${letters.slice(0, most - 1 - end).join("").trimEnd()}…${letters.slice(-end).join("").trimStart()}`;
}

export const capital = (/** @type {string} */ text) => text.charAt(0).toUpperCase() + text.slice(1);
