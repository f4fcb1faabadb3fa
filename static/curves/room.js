const BAND = 1;
const LINE = 2;

/** What is drawn in a plot, pixel by pixel, so that words find a place beside it. */
export class Room {
  constructor({ left, top, width, height }) {
    this.left = Math.floor(left);
    this.top = Math.floor(top);
    this.width = Math.max(Math.ceil(left + width) - this.left, 0);
    this.height = Math.max(Math.ceil(top + height) - this.top, 0);
    this.taken = new Uint8Array(this.width * this.height);
  }

  /** A line through points of finite places, `half` of it on either side. */
  takeLine(places, heights, half) {
    this.columns(places, (column, at) => {
      const [one, other] = at(heights);
      this.take(column, Math.min(one, other) - half, Math.max(one, other) + half, LINE);
    });
  }

  /** What lies between two lines. */
  takeBand(places, highs, lows) {
    this.columns(places, (column, at) => this.take(column, Math.min(...at(highs)), Math.max(...at(lows)), BAND));
  }

  takeBox(left, top, width, height) {
    for (let column = Math.floor(left); column < left + width; column += 1) this.take(column, top, top + height, LINE);
  }

  /** Every column of pixels that a line goes through; `at` gives the heights with which it enters and leaves it. */
  columns(places, visit) {
    if (places.length === 1) visit(Math.floor(places[0]), (heights) => [heights[0], heights[0]]);
    for (let index = 1; index < places.length; index += 1) {
      const [from, to] = [places[index - 1], places[index]];
      const share = (x) => (to > from ? Math.min(Math.max((x - from) / (to - from), 0), 1) : 0);
      for (let column = Math.floor(from); column <= to; column += 1) {
        visit(column, (heights) => {
          const height = (part) => heights[index - 1] + part * (heights[index] - heights[index - 1]);
          return to > from ? [height(share(column)), height(share(column + 1))] : [heights[index - 1], heights[index]];
        });
      }
    }
  }

  take(column, high, low, what) {
    const x = column - this.left;
    if (x < 0 || x >= this.width) return;
    const last = Math.min(Math.floor(low) - this.top, this.height - 1);
    for (let y = Math.max(Math.floor(high) - this.top, 0); y <= last; y += 1) this.taken[y * this.width + x] |= what;
  }

  /** Whether a box lies in the plot and on no line; on no band either unless it may. */
  isFree({ left, top, width, height }, mayCoverBands) {
    const [x, y] = [Math.floor(left) - this.left, Math.floor(top) - this.top];
    const [right, bottom] = [Math.ceil(left + width) - this.left, Math.ceil(top + height) - this.top];
    if (x < 0 || y < 0 || right > this.width || bottom > this.height) return false;
    const least = mayCoverBands ? LINE : BAND;
    for (let row = y; row < bottom; row += 1) {
      for (let at = row * this.width + x; at < row * this.width + right; at += 1) if (this.taken[at] >= least) return false;
    }
    return true;
  }
}

const NEAR = [1.5, 4.5, 7.5]; // pixels between a line and its name
const FAR_STEP = 4;
const SIDE_STEP = 6;

/**
 * A place for a box beside a horizontal line: {side, gap, right, isFar}, as near to the line as it can be, and there as
 * far right as it can be; null if there is none. Far from the line the box is `farWidth` wide. `sides` are those of the
 * line, −1 above it, the better one first.
 */
export function findPlace(room, { y, width, farWidth, height, sides }) {
  const gaps = Array.from({ length: Math.ceil(room.height / FAR_STEP) }, (_, index) => NEAR.at(-1) + (index + 1) * FAR_STEP);
  for (const [some, wide, mayCoverBands] of [[NEAR, width, false], [NEAR, width, true], [gaps, farWidth, false]]) {
    for (const gap of some) {
      for (const side of sides) {
        for (let right = 0; right + wide <= room.width; right += SIDE_STEP) {
          const place = { side, gap, right, isFar: some === gaps };
          if (room.isFree(boxAt(room, place, { y, width: wide, height }), mayCoverBands)) return place;
        }
      }
    }
  }
  return null;
}

/** Where a box lies that has a place beside the line at y. */
export function boxAt(room, { side, gap, right }, { y, width, height }) {
  return { left: room.left + room.width - right - width, top: side < 0 ? y - gap - height : y + gap, width, height };
}
