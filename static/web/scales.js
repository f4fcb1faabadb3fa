import { THEME } from "./theme.js";

/**
 * @import { Mode } from "../types.d.ts"
 * @typedef {ReturnType<typeof makeScale>} Scale
 */

/** @param {string} hex */
const rgbOf = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/**
 * 256 colours of a scale, interpolated in sRGB: [[r, g, b], …].
 * @param {string[]} stops
 */
function table(stops) {
  const points = stops.map(rgbOf);
  return Array.from({ length: 256 }, (_, index) => {
    const place = (index / 255) * (points.length - 1);
    const low = Math.min(Math.floor(place), points.length - 2);
    return points[low].map((value, channel) =>
      Math.round(value + (points[low + 1][channel] - value) * (place - low)),
    );
  });
}

/** @type {Record<"unit" | Mode, number[][]> | null} */
let made = null;
function tables() {
  made ??= {
    unit: table(THEME.unitScale),
    light: table(THEME.signedScale.light),
    dark: table(THEME.signedScale.dark),
  };
  return made;
}

/**
 * A scale from values to colours: `kind` "unit" is 0..1 sequential, anything else is ±bound diverging.
 * Values outside take the end colour.
 * @param {"unit" | "signed"} kind
 * @param {number} bound
 * @param {Mode} mode
 */
export function makeScale(kind, bound, mode) {
  const colours = kind === "unit" ? tables().unit : tables()[mode];
  const texts = colours.map(([red, green, blue]) => `rgb(${red},${green},${blue})`);
  const inks = colours.map(inkOn);
  /** @param {number} value */
  const index = (value) => {
    const share = kind === "unit" ? value : (value / bound + 1) / 2;
    return Math.round(Math.min(Math.max(share, 0), 1) * 255) || 0;
  };
  return {
    kind,
    bound,
    rgb: (/** @type {number} */ value) => colours[index(value)],
    fill: (/** @type {number} */ value) => texts[index(value)],
    ink: (/** @type {number} */ value) => inks[index(value)],
    gradient: () => `linear-gradient(90deg, ${texts.filter((_, at) => at % 15 === 0).join(",")})`,
  };
}

/** @param {number} channel */
const linear = (channel) => {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
};

/**
 * Black or white, whichever contrasts more with a colour.
 * @param {number[]} colour
 */
export function inkOn([red, green, blue]) {
  const light = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  return (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) ? "#000" : "#fff";
}
