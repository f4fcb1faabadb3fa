/** @typedef {number | "all"} Digits */

export const MINUS = "\u2212";
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/**
 * A number with a true minus and a fixed count of decimals; never "−0.000". `digits` "all" shows every one there is.
 * @param {number} value
 * @param {Digits} digits
 */
export function formatNumber(value, digits = 3) {
  if (!Number.isFinite(value)) return String(value);
  let text;
  if (digits === "all") text = String(value);
  else if (value !== 0 && (Math.abs(value) >= 1e7)) text = value.toExponential(Math.min(Math.max(digits, 1), 4)).replace("e+", "e");
  else text = value.toFixed(digits);
  if (Number(text) === 0) text = text.replace("-", "");
  return text.replaceAll("-", MINUS);
}

/**
 * The same within `room` characters: decimals go first, then an exponent stands in.
 * @param {number} value
 * @param {Digits} digits
 * @param {number} room
 */
export function formatWithin(value, digits, room) {
  const wanted = digits === "all" ? 6 : digits;
  for (let count = wanted; count >= 0; count -= 1) {
    const text = formatNumber(value, count);
    if (text.length <= room) return text;
  }
  return value.toExponential(1).replaceAll("-", MINUS).replace("e+", "e");
}

/**
 * 12 → "₁₂"
 * @param {number} number
 */
export function subscript(number) {
  return [...String(number)].map((digit) => SUBSCRIPTS[Number(digit)] ?? digit).join("");
}

/**
 * What a person typed in one cell: a finite number, or null. A decimal comma and a true minus are understood.
 * @param {string} text
 */
export function readNumber(text) {
  const plain = text.trim().replace(/\u2212/g, "-").replace(/^([^.,]*),([^.,]*)$/, "$1.$2");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return null;
  const value = Number(plain);
  return Number.isFinite(value) ? value : null;
}

/**
 * The end of a scale in as few characters as it needs: 1.5, 20, 1.5e5.
 * @param {number} bound
 */
export function formatBound(bound) {
  return bound < 1e4 ? String(bound) : bound.toExponential().replace("e+", "e");
}

/**
 * 1000 → "1 000"
 * @param {number | string} number
 */
export function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
}

/**
 * A number that is written already, with a true minus.
 * @param {number | string} number
 */
export function signed(number, inThrees = false) {
  const [whole, ...decimals] = String(number).split(".");
  return [inThrees ? grouped(whole) : whole, ...decimals].join(".").replaceAll("-", MINUS);
}
