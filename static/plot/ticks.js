import { MINUS, signed } from "../web/format.js";

/**
 * @typedef {{ value: number, text: string }} Tick  A round number on an axis, and how it is written there.
 * @typedef {(whole: number[], unit: number) => string[]} Way  To write whole numbers of a power of ten.
 */

const FINEST = 2 ** -50; // of a number: smaller steps are lost where numbers are rounded

/** times · 10^power, as exact as if it had been typed. @type {(times: number, power: number) => number} */
export const typed = (times, power) => Number(`${times}e${power}`);

/** The power of ten that a number begins with. @type {(value: number) => number} */
export const powerOf = (value) => Math.floor(Math.log10(value));

// The steps of an axis, times a power of ten.
const STEPS = [1, 2, 5, 10];
export const QUARTER_STEPS = [1, 2, 2.5, 5, 10];
export const DECADE = [1, 2, 5];

/**
 * Round values within [low, high], `most` of them at most, with texts of at most `longest` characters. Where the
 * numbers are nearly the same, `offset` is the part that all of them share, and a text is what has to be added to it;
 * else it is "".
 * @param {number[]} ends
 * @param {number} most
 * @param {{ steps?: number[], least?: number, longest?: number }} [options] `least` is the smallest step
 * @returns {{ ticks: Tick[], offset: string, step: number }}
 */
export function roundTicks([low, high], most, { steps = STEPS, least = 0, longest = 7 } = {}) {
  const size = Math.max(Math.abs(low), Math.abs(high));
  const finest = Math.max(least, size * FINEST, Number.MIN_VALUE);
  const written = (/** @type {number} */ count) =>
    write(wholeTicks([low, high], roundStep(Math.max(high / count - low / count, finest), steps)), longest);
  let found = written(most);
  for (let count = most - 1; count > 0 && !found.fits; count -= 1) found = written(count);
  if (found.ticks.length > 1 || (found.ticks.length && !found.offset)) return found;
  const middle = low / 2 + high / 2; // the ends are as good as one number
  const known = Number(middle.toPrecision(3));
  const inFull = known === 0 || (Math.abs(known) >= 1e-3 && Math.abs(known) < 1e5);
  return { ticks: [{ value: middle, text: inFull ? signed(known, true) : shortest(known, 0) }], offset: "", step: finest };
}

/** The least good step that is not below a rough one. @type {(rough: number, steps: number[]) => { times: number, power: number }} */
function roundStep(rough, steps) {
  const power = powerOf(rough);
  const finite = steps.filter((times) => Number.isFinite(typed(times, power)));
  const times = finite.find((candidate) => typed(candidate, power) >= rough) ?? finite[finite.length - 1];
  return times === 10 ? { times: 1, power: power + 1 } : { times, power };
}

/**
 * The values as whole numbers of `unit`, a power of ten: nothing is rounded while they are written.
 * @param {number[]} ends
 * @param {ReturnType<typeof roundStep>} size
 */
function wholeTicks([low, high], { times, power }) {
  const step = typed(times, power);
  const unit = Number.isInteger(times) ? power : power - 1;
  const each = typed(times, power - unit);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.max(Math.floor(high / step + 1e-9) - first + 1, 0);
  return { whole: Array.from({ length: count }, (_, index) => (first + index) * each), unit, step };
}

/**
 * The first way to write values in which every text is short; the way without an offset where none is.
 * @param {ReturnType<typeof wholeTicks>} values
 * @param {number} longest
 */
function write({ whole, unit, step }, longest) {
  const fits = (/** @type {string[]} */ all) => all.every((text) => text.length <= longest);
  /** @type {ReturnType<typeof offsetTexts>[]} */
  const ways = [[plain(whole, unit), ""], [exponential(whole, unit), ""], offsetTexts(whole, unit)];
  const [texts, offset] = ways.find(([one]) => fits(one)) ?? ways[1];
  return { ticks: whole.map((times, index) => ({ value: typed(times, unit), text: texts[index] })), offset, step, fits: fits(texts) };
}

/** "0", "0.5", "1.0", "1 500" @type {Way} */
function plain(whole, unit) {
  const decimals = Math.max(-unit, 0);
  const largest = Math.max(...whole.map((times) => Math.abs(typed(times, unit))));
  if (decimals > 100 || largest >= 1e21) return exponential(whole, unit);
  return whole.map((times) => (times ? signed(typed(times, unit).toFixed(decimals), true) : "0"));
}

/** "0", "0.5e9", "1.0e9": all in the power of the largest, with as many digits as tell them apart. @type {Way} */
function exponential(whole, unit) {
  const largest = Math.max(...whole.map(Math.abs), 0);
  const power = largest ? powerOf(largest) : 0;
  return whole.map((times) => (times ? `${signed(typed(times, -power).toFixed(Math.min(power, 20)))}e${signed(power + unit)}` : "0"));
}

/**
 * What nearly equal numbers have in common, and what is to be added to it for each.
 * @type {(whole: number[], unit: number) => [texts: string[], offset: string]}
 */
function offsetTexts(whole, unit) {
  const [first, last] = [whole[0], whole[whole.length - 1]];
  const shared = roundNumber(first, last);
  if (!(Math.abs(shared) >= last - first) || first * last <= 0) return [exponential(whole, unit), ""];
  const rest = whole.map((times) => times - shared);
  const short = [plain(rest, unit), exponential(rest, unit)].find((texts) => texts.every((text) => text.length < 6)) ?? exponential(rest, unit);
  const exact = plain([shared], unit)[0].replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
  return [short.map((text) => (text.startsWith(MINUS) ? text : `+${text}`)), exact.length <= 20 ? exact : shortest(shared, unit)];
}

/**
 * The roundest whole number between two, if it ends with more zeros than their difference has digits; else one below.
 * @type {(first: number, last: number) => number}
 */
function roundNumber(first, last) {
  const least = powerOf(Math.max(last - first, 1)) + 1;
  for (let power = powerOf(Math.max(Math.abs(first), Math.abs(last))); power >= least; power -= 1) {
    const candidate = Math.ceil(first / 10 ** power) * 10 ** power;
    if (candidate <= last) return candidate;
  }
  return Math.floor(first / 10 ** least) * 10 ** least;
}

/** "1.00000002e30": with every digit but the zeros at the end. @type {(times: number, unit: number) => string} */
const shortest = (times, unit) => {
  const [digits, power] = times.toExponential().split("e");
  return `${signed(digits)}e${signed(Number(power) + unit)}`;
};

/**
 * 1, 2, 5, 10, … while there is room for them, else powers of ten, else every few of them.
 * @param {number[]} ends
 * @param {number} count
 * @returns {Tick[]}
 */
export function logTicks([begin, end], count) {
  const decades = Math.log10(end) - Math.log10(begin);
  const every = Math.max(Math.ceil(decades / count), 1);
  const first = Math.ceil(powerOf(begin) / every) * every;
  const powers = Array.from({ length: Math.max(Math.floor((powerOf(end) - first) / every) + 1, 0) }, (_, index) => first + index * every);
  const inside = (/** @type {Tick} */ { value }) => value >= begin * (1 - 1e-9) && value <= end * (1 + 1e-9);
  const found = [DECADE, [1, 3], [1]].filter((steps) => steps.length === 1 || decades * steps.length <= count)
    .map((steps) => powers.flatMap((power) => steps.map((step) => logTick(step, power))).filter(inside));
  return found.find((ticks) => ticks.length > 1) ?? found[found.length - 1];
}

/** A few decimals and thousands are written in full. @type {(times: number, power: number) => Tick} */
function logTick(times, power) {
  const value = typed(times, power);
  const inFull = power > -5 && power < 5;
  return { value, text: inFull ? signed(value.toFixed(Math.max(-power, 0)), true) : `${times}e${signed(power)}` };
}
