/** Names at the right end of horizontal lines. */

const GAP = 1.5; // pixels between a name and the line or curve beside it
const REACH = 12; // pixels that a name may be away from its line
const WIDEST = 0.8; // of the plot

/**
 * @typedef {{ x: number[], y: number[] }} Curve its points; a gap where y is not a number
 * @typedef {{ text: string, width: number }} Text
 * @typedef {{ y: number, texts: Text[] }} Line the first of its texts that has room is taken
 * @typedef {{ text: string, top: number }} Name
 */

/**
 * Where names stand: at the right edge of the plot, each as near to its line as it can be without lying on a curve, a
 * line or another name; null for a line whose name has no room. `sides` are −1 above a line and 1 below it, the better
 * one first.
 * @param {Line[]} lines
 * @param {Curve[]} curves
 * @param {{ left: number, right: number, top: number, bottom: number }} plot
 * @param {{ height: number, sides: number[] }} look
 * @returns {(Name | null)[]}
 */
export function placeNames(lines, curves, { left, right, top, bottom }, { height, sides }) {
  /** @type {number[][]} */
  const names = [];
  /** @type {(line: Line, text: Text) => Name | null} */
  const placeOf = ({ y }, { text, width }) => {
    const drawn = [...lines.map((line) => [line.y, line.y]), ...curves.map((curve) => stretch(curve, right - width, right))];
    const taken = [...names, ...drawn.map(([high, low]) => [high - GAP, low + GAP])];
    const fits = (/** @type {number} */ at) => at >= top && at + height <= bottom && Math.max(y - at - height, at - y) <= REACH;
    const at = sides.map((side) => nudged(side < 0 ? y - height : y, side, height, taken)).find(fits);
    if (at === undefined || width > WIDEST * (right - left)) return null;
    names.push([at, at + height]);
    return { text, top: at };
  };
  return lines.map((line) => line.texts.reduce((place, text) => place ?? placeOf(line, text), /** @type {Name | null} */ (null)));
}

/**
 * The first place, upwards or downwards from one, where so much is free.
 * @type {(at: number, side: number, height: number, taken: number[][]) => number}
 */
function nudged(at, side, height, taken) {
  const other = taken.find(([high, low]) => at < low && high < at + height);
  if (!other) return at;
  return nudged(side < 0 ? other[0] - height : other[1], side, height, taken.filter((one) => one !== other));
}

/**
 * What a curve takes of the height between two columns: from its highest place to its lowest.
 * @type {(curve: Curve, from: number, to: number) => number[]}
 */
function stretch({ x, y }, from, to) {
  const places = x.flatMap((column, index) => {
    const crossing = (/** @type {number} */ edge) => y[index - 1] + ((edge - x[index - 1]) / (column - x[index - 1])) * (y[index] - y[index - 1]);
    const edges = [from, to].filter((edge) => x[index - 1] < edge && edge < column).map(crossing);
    return column >= from && column <= to ? [...edges, y[index]] : edges;
  }).filter(Number.isFinite);
  return [Math.min(...places), Math.max(...places)];
}
