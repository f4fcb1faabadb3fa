import { linearScale, logScale } from "./scale.js";
import { DECADE, logTicks, powerOf, QUARTER_STEPS, roundTicks, typed } from "./ticks.js";

/**
 * @import { Tick } from "./ticks.js"
 *
 * @typedef {{ low: number, high: number, positive: number | null }} Extent  Positive: the smallest number above 0.
 *
 * @typedef {object} Axis
 * @property {number[]} ends
 * @property {Tick[]} ticks
 * @property {string} offset where all numbers are nearly the same, what is to be added to the texts of the ticks
 * @property {number} finest what a number is told to there
 * @property {(value: number) => number} share where a value lies: 0 at the beginning, 1 at the end
 */

/** Steps that an axis may end at, times a power of ten. */
const ENDS = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
const LONGEST = 6; // characters beside an axis

/** The smallest good end of an axis that holds a positive value. @param {number} value */
function endAbove(value) {
  if (!(value > 0)) return 0;
  const power = powerOf(value);
  const end = ENDS.map((step) => typed(step, power)).find((candidate) => candidate >= value);
  return Math.min(end ?? value, Number.MAX_VALUE);
}

/**
 * From 0, or from below it, to a good end above the highest; not from 0 where everything is on one side of it.
 * @type {(extent: Extent, count: number) => Axis}
 */
function linearAxis({ low, high }, count) {
  if (low > 0 || high < 0) return nearAxis([low, high], count);
  const begin = low < 0 ? -endAbove(-low) : 0;
  const end = endAbove(high) || (begin < 0 ? 0 : 1);
  return axis([begin, end], linearTicks([begin, end], count));
}

/** Around numbers that are nearly the same, to the next halves of a step. @type {(ends: number[], count: number) => Axis} */
function nearAxis([low, high], count) {
  const half = linearTicks([low, high], count).step / 2;
  const [begin, end] = [Math.floor(low / half) * half, Math.ceil(high / half) * half];
  return axis([begin, end], linearTicks([begin, end], count));
}

/** @type {(ends: number[], count: number) => ReturnType<typeof roundTicks>} */
const linearTicks = (ends, count) => roundTicks(ends, count, { steps: QUARTER_STEPS, longest: LONGEST });

/** From a good value below the smallest positive number to one above the highest. @type {(extent: Extent, count: number) => Axis} */
function logAxis({ positive, high }, count) {
  const low = Math.max(positive ?? 1, Number.MIN_VALUE);
  const begin = DECADE.map((step) => typed(step, powerOf(low))).findLast((value) => value <= low) || low;
  const top = Math.max(high, low);
  const above = DECADE.concat(10).map((step) => typed(step, powerOf(top))).find((value) => value >= top) ?? top;
  const end = Math.min(above > begin ? above : begin * 10, Number.MAX_VALUE);
  return axis([begin, end], { ticks: logTicks([begin, end], count) }, logScale);
}

/** @type {(ends: number[], found: { ticks: Tick[], offset?: string, step?: number }, scale?: typeof linearScale) => Axis} */
function axis(ends, { ticks, offset = "", step = 0 }, scale = linearScale) {
  return { ends, ticks, offset, finest: offset ? step / 10 : 0, share: scale(ends, [0, 1]) };
}

/**
 * The axis of measured numbers, which begins at 0 if it can.
 * @param {Extent} extent
 * @param {boolean} log
 * @param {number} count of ticks at most
 */
export function valueAxis(extent, log, count) {
  return log ? logAxis(extent, count) : linearAxis(extent, count);
}

/**
 * The axis of updates, which are whole numbers.
 * @param {number[]} span
 * @param {number} count of ticks at most
 */
export function updateAxis(span, count) {
  return axis(span, roundTicks(span, count, { least: 1, longest: 9 }));
}
