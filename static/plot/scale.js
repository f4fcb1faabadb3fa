const FAR = 1e6; // pixels: what lies beyond is out of sight, and SVG does not read numbers without end

/**
 * A function from values to places: `low` lies at `from`, `high` at `to`.
 * @param {number[]} ends
 * @param {number[]} places
 * @returns {(value: number) => number}
 */
export function linearScale([low, high], [from, to]) {
  const part = Number.isFinite(high - low) ? 1 : 0.5; // of numbers whose difference is more than a number can be
  return (value) => {
    const place = from + ((value * part - low * part) / (high * part - low * part)) * (to - from);
    return Math.min(Math.max(place, -FAR), FAR);
  };
}

/**
 * The same where each power of ten takes as much room; what is not above 0 has no place, NaN.
 * @param {number[]} ends
 * @param {number[]} places
 * @returns {(value: number) => number}
 */
export function logScale([low, high], places) {
  const scale = linearScale([Math.log10(low), Math.log10(high)], places);
  return (value) => (value > 0 ? scale(Math.log10(value)) : NaN);
}
