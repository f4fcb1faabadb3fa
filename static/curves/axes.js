import { powerOf, QUARTER_STEPS, roundTicks, signed, typed } from "../outcome/axes.js";

/** Steps that a scale may end at, times a power of ten. */
const ENDS = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
const DECADE = [1, 2, 5];
const LONGEST = 6; // characters beside an axis

/** The smallest good end of a scale that holds a positive value. */
function endAbove(value) {
  if (!(value > 0)) return 0;
  const power = powerOf(value);
  const end = ENDS.map((step) => typed(step, power)).find((candidate) => candidate >= value);
  return Math.min(end ?? value, Number.MAX_VALUE);
}

/** From 0, or from below it, to a good end above the highest; not from 0 where everything is on one side of it. */
function linearAxis({ low, high }, count) {
  if (low > 0 || high < 0) return nearAxis([low, high], count);
  const begin = low < 0 ? -endAbove(-low) : 0;
  const end = endAbove(high) || (begin < 0 ? 0 : 1);
  return axis(begin, end, linearTicks([begin, end], count));
}

/** Around numbers that are nearly the same, to the next halves of a step. */
function nearAxis([low, high], count) {
  const half = linearTicks([low, high], count).step / 2;
  const [begin, end] = [Math.floor(low / half) * half, Math.ceil(high / half) * half];
  return axis(begin, end, linearTicks([begin, end], count));
}

const linearTicks = (ends, count) => roundTicks(ends, count, { steps: QUARTER_STEPS, longest: LONGEST });

/** From a good value below the smallest positive number to one above the highest. */
function logAxis({ positive, high }, count) {
  const low = Math.max(positive ?? 1, Number.MIN_VALUE);
  const begin = DECADE.map((step) => typed(step, powerOf(low))).findLast((value) => value <= low) || low;
  const top = Math.max(high, low);
  const above = DECADE.concat(10).map((step) => typed(step, powerOf(top))).find((value) => value >= top) ?? top;
  const end = Math.min(above > begin ? above : begin * 10, Number.MAX_VALUE);
  const from = Math.log10(begin);
  const span = Math.log10(end) - from;
  return axis(begin, end, { ticks: logTicks(begin, end, count) }, (value) => (value > 0 ? (Math.log10(value) - from) / span : NaN));
}

/**
 * `share` tells where a value lies: 0 at the beginning, 1 at the end, NaN where it has no place. Where all numbers are
 * nearly the same, `offset` is what is to be added to the texts of the ticks, and `finest` what a number is told to.
 */
function axis(begin, end, { ticks, offset = "", step = 0 }, share = linearShare(begin, end)) {
  return { begin, end, ticks, offset, finest: offset ? step / 10 : 0, share };
}

function linearShare(begin, end) {
  const scale = Number.isFinite(end - begin) ? 1 : 0.5;
  return (value) => (value * scale - begin * scale) / (end * scale - begin * scale);
}

/** The axis of a chart's numbers. */
export function valueAxis(extent, log, count) {
  return log ? logAxis(extent, count) : linearAxis(extent, count);
}

/** The axis of updates, which are whole numbers. */
export function updateAxis(span, count) {
  return axis(...span, roundTicks(span, count, { least: 1, longest: 9 }));
}

/** 1, 2, 5, 10, … while there is room for them, else powers of ten, else every few of them. */
function logTicks(begin, end, count) {
  const decades = Math.log10(end) - Math.log10(begin);
  const first = powerOf(begin);
  const last = powerOf(end);
  const inside = (value) => value >= begin * (1 - 1e-9) && value <= end * (1 + 1e-9);
  for (const steps of [DECADE, [1, 3], [1]]) {
    if (decades * steps.length > count && steps.length > 1) continue;
    const every = Math.max(Math.ceil(decades / count), 1);
    const found = [];
    for (let power = Math.ceil(first / every) * every; power <= last; power += every) {
      found.push(...steps.map((step) => logTick(step, power)).filter(({ value }) => inside(value)));
    }
    if (found.length > 1 || steps.length === 1) return found;
  }
  return [];
}

/** A few decimals and thousands are written in full. */
function logTick(times, power) {
  const value = typed(times, power);
  const inFull = power > -5 && power < 5;
  return { value, text: inFull ? signed(value.toFixed(Math.max(-power, 0)), true) : `${times}e${signed(power)}` };
}
