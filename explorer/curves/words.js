import { grouped } from "../web/format.js";

const withTrueMinus = (text) => text.replaceAll("-", "\u2212");

/** "2.0e+5" → "2e5" */
const tidyExponent = (text) => withTrueMinus(text.replace(/\.0+e/, "e").replace("e+", "e"));

/** A round number beside an axis of which it shows so many decimals; `largest` is the largest one there. */
export function tickText(value, decimals, largest) {
  if (value === 0) return "0";
  if (largest >= 1e5 || decimals > 4) return tidyExponent(value.toExponential(1));
  const text = value.toFixed(decimals);
  return withTrueMinus(largest >= 1e4 ? grouped(text) : text);
}

/** A measured number in about four digits; "not finite" where there is none. */
export function measuredText(value) {
  if (!Number.isFinite(value)) return "not finite";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1e5 || size < 1e-3) return withTrueMinus(value.toExponential(2).replace("e+", "e"));
  const decimals = size >= 1 ? 3 - Math.floor(Math.log10(size)) : size >= 0.1 ? 3 : 4;
  return withTrueMinus(value.toFixed(Math.max(decimals, 0)));
}

/** A learning rate as it was typed. */
export function rateText(value) {
  const rounded = Number(value.toPrecision(3));
  return rounded > 0 && rounded < 1e-4 ? tidyExponent(value.toExponential(2).replace(/\.?0+e/, "e")) : tidyExponent(String(rounded));
}

export function percentText(share) {
  const percent = 100 * share;
  if (share > 0 && percent < 1) return "under 1\u00a0%";
  if (share < 1 && percent > 99) return "over 99\u00a0%";
  return `${Math.round(percent)}\u00a0%`;
}

/** What one point of the curves is. */
export function pointText({ updatesEach, measurementsEach }, hasOthers, every) {
  const updates = updatesEach === 1
    ? "Each point: one update."
    : `Each point: mean of ${grouped(updatesEach)} updates, band: lowest to highest.`;
  return [
    updates,
    every > 1 ? `Validation: measured every ${grouped(every)} updates.` : "",
    measurementsEach === 1 ? "" : `Validation: mean of up to ${grouped(measurementsEach)} measurements.`,
    hasOthers ? "Thin lines: other runs, of their losses the validation loss." : "",
  ].filter(Boolean).join(" ");
}

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
