import { element, svg } from "../web/dom.js";

const FAR = 1e6; // pixels: what lies beyond is out of sight, and SVG does not read numbers without end
const FINEST = 2 ** -50; // of a number: smaller steps are lost where numbers are rounded
export const CHARACTER = 7; // pixels that a digit takes at most
const MINUS_SIGN = "\u2212";

/** A function from the values [low, high] to the places [from, to]. */
export const spread = ([low, high], [from, to]) => (value) => {
  const place = from + ((value - low) / (high - low)) * (to - from);
  return Math.min(Math.max(place, -FAR), FAR);
};

/** times · 10^power, as exact as if it had been typed. */
export const typed = (times, power) => Number(`${times}e${power}`);

export const powerOf = (value) => Math.floor(Math.log10(value));

/** The steps of a scale, times a power of ten. */
export const STEPS = [1, 2, 5, 10];
export const QUARTER_STEPS = [1, 2, 2.5, 5, 10];

/**
 * Round values within [low, high], `most` of them at most, with texts of at most `longest` characters:
 * {ticks: [{value, text}, …], offset, step}. Where the numbers are nearly the same, `offset` is the part that all of
 * them share, and a text is what has to be added to it; else it is "".
 */
export function roundTicks([low, high], most, { steps = STEPS, least = 0, longest = 7 } = {}) {
  const size = Math.max(Math.abs(low), Math.abs(high));
  const finest = Math.max(least, size * FINEST, Number.MIN_VALUE);
  let found = null;
  for (let count = most; count > 0 && !(found?.fits); count -= 1) {
    found = write(wholeTicks([low, high], roundStep(Math.max(high / count - low / count, finest), steps)), longest);
  }
  if (found.ticks.length > 1 || (found.ticks.length && !found.offset)) return found;
  const middle = low / 2 + high / 2; // the ends are as good as one number
  const known = Number(middle.toPrecision(3));
  const inFull = known === 0 || (Math.abs(known) >= 1e-3 && Math.abs(known) < 1e5);
  return { ticks: [{ value: middle, text: inFull ? signed(known, true) : shortest(known, 0) }], offset: "", step: finest };
}

/** The least good step that is not below a rough one, as {times, power}. */
function roundStep(rough, steps) {
  const power = powerOf(rough);
  const finite = steps.filter((times) => Number.isFinite(typed(times, power)));
  const times = finite.find((candidate) => typed(candidate, power) >= rough) ?? finite.at(-1);
  return times === 10 ? { times: 1, power: power + 1 } : { times, power };
}

/** The values as whole numbers of `unit`, a power of ten: nothing is rounded while they are written. */
function wholeTicks([low, high], { times, power }) {
  const step = typed(times, power);
  const unit = Number.isInteger(times) ? power : power - 1;
  const each = typed(times, power - unit);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.max(Math.floor(high / step + 1e-9) - first + 1, 0);
  return { whole: Array.from({ length: count }, (_, index) => (first + index) * each), unit, step };
}

/** The first way to write values in which every text is short; the way without an offset where none is. */
function write({ whole, unit, step }, longest) {
  const fits = (texts) => texts.every((text) => text.length <= longest);
  const [texts, offset] = [[plain(whole, unit), ""], [exponential(whole, unit), ""], offsetTexts(whole, unit)]
    .find(([one]) => fits(one)) ?? [exponential(whole, unit), ""];
  return { ticks: whole.map((times, index) => ({ value: typed(times, unit), text: texts[index] })), offset, step, fits: fits(texts) };
}

/** "0", "0.5", "1.0", "1 500" */
function plain(whole, unit) {
  const decimals = Math.max(-unit, 0);
  const largest = Math.max(...whole.map((times) => Math.abs(typed(times, unit))));
  if (decimals > 100 || largest >= 1e21) return exponential(whole, unit);
  return whole.map((times) => (times ? signed(typed(times, unit).toFixed(decimals), true) : "0"));
}

/** "0", "0.5e9", "1.0e9": all in the power of the largest, with as many digits as tell them apart. */
function exponential(whole, unit) {
  const largest = Math.max(...whole.map(Math.abs), 0);
  const power = largest ? powerOf(largest) : 0;
  return whole.map((times) => (times ? `${signed(typed(times, -power).toFixed(Math.min(power, 20)), false)}e${signed(power + unit)}` : "0"));
}

/** What nearly equal numbers have in common, and what is to be added to it for each. */
function offsetTexts(whole, unit) {
  const [first, last] = [whole[0], whole.at(-1)];
  const shared = roundNumber(first, last);
  if (!(Math.abs(shared) >= last - first) || first * last <= 0) return [exponential(whole, unit), ""];
  const rest = whole.map((times) => times - shared);
  const short = [plain(rest, unit), exponential(rest, unit)].find((texts) => texts.every((text) => text.length < 6)) ?? exponential(rest, unit);
  const exact = plain([shared], unit)[0].replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
  return [short.map((text) => (text.startsWith(MINUS_SIGN) ? text : `+${text}`)), exact.length <= 20 ? exact : shortest(shared, unit)];
}

/** The roundest whole number between two, if it ends with more zeros than their difference has digits; else one below. */
function roundNumber(first, last) {
  const least = powerOf(Math.max(last - first, 1)) + 1;
  for (let power = powerOf(Math.max(Math.abs(first), Math.abs(last))); power >= least; power -= 1) {
    const candidate = Math.ceil(first / 10 ** power) * 10 ** power;
    if (candidate <= last) return candidate;
  }
  return Math.floor(first / 10 ** least) * 10 ** least;
}

/** "1.00000002e30": with every digit but the zeros at the end. */
const shortest = (times, unit) => {
  const [digits, power] = times.toExponential().split("e");
  return `${signed(digits, false)}e${signed(Number(power) + unit)}`;
};

/** A number that is written already, with a true minus. */
export function signed(number, inThrees = false) {
  const [whole, ...decimals] = String(number).split(".");
  const spaced = inThrees ? whole.replace(/\B(?=(\d{3})+$)/g, "\u00a0") : whole;
  return [spaced, ...decimals].join(".").replaceAll("-", MINUS_SIGN);
}

/** The path of a line through points [x, y]; a gap where y is not a number. */
export function linePath(points) {
  let pen = "M";
  return points.map(([x, y]) => {
    if (Number.isNaN(y)) { pen = "M"; return ""; }
    const piece = `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = "L";
    return piece;
  }).join("");
}

/** What a line or a mark stands for: a small picture of it, and its name. */
export const keyTo = (kind, name) => element("span", { class: "key" },
  svg("svg", { width: 26, height: 12, "aria-hidden": "true", class: `swatch ${kind}` }, kind.includes("line")
    ? svg("path", { d: "M1 6H25", class: kind }) : svg("rect", { x: 7, y: 0, width: 12, height: 12, class: kind })), name);

let clips = 0;

/** A clip of a rectangle, and the attribute that uses it: what lies beyond the axes is not drawn over the words. */
export function clipTo(x, y, width, height) {
  const id = `outcome-clip-${(clips += 1)}`;
  return {
    clip: svg("clipPath", { id }, svg("rect", { x, y, width, height })),
    use: `url(#${id})`,
  };
}

/** How many of what was said could not be drawn, of so many if that is known. */
export const beyondWords = (count, where = "", all = Infinity) => {
  if (!count) return null;
  const which = count >= all ? "The answers lie" : `${count} of the answers ${count === 1 ? "lies" : "lie"}`;
  return element("p", { class: "note" }, `${which} outside the picture${where}.`);
};
