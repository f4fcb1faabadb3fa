import { grouped } from "../web/format.js";
import { tickText } from "./words.js";

/** Steps that a scale may end at, times a power of ten. */
const ENDS = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
const STEPS = [1, 2, 2.5, 5, 10];
const DECADE = [1, 2, 5];

/** step · 10^power, as exact as if it had been typed. */
const typed = (step, power) => Number(`${step}e${power}`);

const powerOf = (value) => Math.floor(Math.log10(value));

/** The smallest good end of a scale that holds a positive value. */
function endAbove(value) {
  if (!(value > 0)) return 0;
  const power = powerOf(value);
  const end = ENDS.map((step) => typed(step, power)).find((candidate) => candidate >= value);
  return Math.min(end ?? value, Number.MAX_VALUE);
}

/** From 0, or from below it, to a good end above the highest. */
function linearAxis({ low, high }, count) {
  const begin = low < 0 ? -endAbove(-low) : 0;
  const end = endAbove(high) || (begin < 0 ? 0 : 1);
  return axis(begin, end, linearTicks(begin, end, count), (value) => (value - begin) / (end - begin));
}

/** From a good value below the smallest positive number to one above the highest. */
function logAxis({ positive, high }, count) {
  const low = Math.max(positive ?? 1, Number.MIN_VALUE);
  const begin = DECADE.map((step) => typed(step, powerOf(low))).findLast((value) => value <= low) || low;
  const top = Math.max(high, low);
  const above = DECADE.concat(10).map((step) => typed(step, powerOf(top))).find((value) => value >= top) ?? top;
  const end = Math.min(above > begin ? above : begin * 10, Number.MAX_VALUE);
  const from = Math.log10(begin);
  const span = Math.log10(end) - from;
  return axis(begin, end, logTicks(begin, end, count), (value) => (value > 0 ? (Math.log10(value) - from) / span : NaN));
}

/** `share` tells where a value lies: 0 at the beginning, 1 at the end, NaN where it has no place. */
const axis = (begin, end, ticks, share) => ({ begin, end, ticks, share });

/** The axis of a chart's numbers. */
export function valueAxis(extent, log, count) {
  return log ? logAxis(extent, count) : linearAxis(extent, count);
}

/** The axis of updates, which are whole numbers. */
export function updateAxis([begin, end], count) {
  return axis(begin, end, linearTicks(begin, end, count, 1), (value) => (value - begin) / (end - begin));
}

/** About `count` round values from one end to the other: [{value, text}, …]. */
function linearTicks(begin, end, count, least = 0) {
  const rough = (end / count - begin / count);
  if (!(rough > 0) || !Number.isFinite(rough)) return [];
  const power = powerOf(rough);
  const step = Math.max(STEPS.map((one) => typed(one, power)).find((one) => one >= rough) ?? rough, least);
  const first = Math.ceil(begin / step - 1e-9);
  const last = Math.floor(end / step + 1e-9);
  const decimals = Math.max(-powerOf(step) + (String(step).includes("25") ? 1 : 0), 0);
  const largest = Math.max(Math.abs(first), Math.abs(last)) * step;
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const value = (first + index) * step;
    return { value, text: least ? grouped(Math.round(value)) : tickText(value, decimals, largest) };
  });
}

/** 1, 2, 5, 10, … while there is room for them, else powers of ten, else every few of them. */
function logTicks(begin, end, count) {
  const decades = Math.log10(end) - Math.log10(begin);
  const first = powerOf(begin);
  const last = powerOf(end);
  const inside = (value) => value >= begin * (1 - 1e-9) && value <= end * (1 + 1e-9);
  const named = (value) => ({ value, text: tickText(value, Math.max(-powerOf(value), 0), value) });
  for (const steps of [DECADE, [1, 3], [1]]) {
    if (decades * steps.length > count && steps.length > 1) continue;
    const every = Math.max(Math.ceil(decades / count), 1);
    const found = [];
    for (let power = Math.ceil(first / every) * every; power <= last; power += every) {
      found.push(...steps.map((step) => typed(step, power)).filter(inside));
    }
    if (found.length > 1 || steps.length === 1) return found.map(named);
  }
  return [];
}
