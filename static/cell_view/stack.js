import { setAll, svg } from "../web/dom.js";
import { formatWithin } from "../web/format.js";

/**
 * @import { Digits } from "../web/format.js"
 * @import { Scale } from "../web/scales.js"
 * @import { Shows } from "./plan.d.ts"
 *
 * @typedef {ReturnType<Stack["makeCell"]>} Cell
 * @typedef {number | "followed" | "all"} Lane
 */

/** Up to this many values a stack lists every one with its number; above it shows one and a grid. */
export const LISTED = 8;
const GRID = { width: 72, height: 45, gap: 3, top: 24 };

export const rowHeight = (/** @type {number} */ count) => (count <= 3 ? 24 : 18);
export const stackHeight = (/** @type {number} */ count) => (count <= LISTED ? rowHeight(count) * count : GRID.top + GRID.gap + GRID.height);
/** From one column of a folded stack to the next. */
const COLUMN_GAP = 4;

/**
 * Fill a shape, unless it has that colour already: with 128 units most cells keep theirs from step to step.
 * @param {Element} shape
 * @param {string} fill
 */
function paint(shape, fill) {
  if (shape.getAttribute("fill") !== fill) shape.setAttribute("fill", fill);
}

/**
 * A column of values in the diagram: the value of one signal for every unit.
 * With `single` it shows only the followed unit (the drawing for narrow screens), with `rest` what is left of 1.
 */
export class Stack {
  /**
   * @param {{
   *   signal: string, previous?: boolean, x: number, y: number, count: number, width?: number, single?: boolean,
   *   rowSize?: number, fold?: number, shows?: Shows, rest?: boolean, again?: boolean,
   * }} options
   */
  constructor({ signal, previous = false, x, y, count, width = 72, single = false, rowSize, fold = Infinity, shows, rest = false, again = rest }) {
    this.signal = signal;
    this.previous = previous;
    this.x = x;
    this.y = y;
    this.count = count;
    this.width = width;
    this.single = single;
    this.fold = fold;
    this.shows = shows;
    this.rest = rest;
    this.listed = single || count <= LISTED;
    this.row = rowSize ?? (this.listed && !single ? rowHeight(count) : 24);
    this.followable = signal !== "x";
    this.node = svg("g", { class: "stack", "data-signal": signal, "data-previous": previous || null, "data-again": again || null });
    this.cells = this.listed
      ? Array.from({ length: shows ? shows(() => 0).length : single ? 1 : count }, (_, index) => this.makeCell(index))
      : [this.makeCell(0)];
    this.grid = this.listed ? [] : this.makeGrid();
    this.outline = this.makeRing("followed-ring");
    this.ring = this.makeRing("lit-ring");
    this.pointed = this.makeRing("pointed-ring");
    this.corner = svg("path", { class: "pinned-corner", visibility: "hidden" });
    this.node.append(this.outline, this.pointed, this.ring, this.corner);
  }

  /** @param {number} unit */
  makeCell(unit) {
    const height = this.row - 2;
    const x = this.x + Math.floor(unit / this.fold) * (this.width + COLUMN_GAP);
    const y = this.y + (unit % this.fold) * this.row;
    const rect = svg("rect", { x, y: y + 1, width: this.width, height, rx: 3, class: "value-box" });
    const text = svg("text", {
      x: x + this.width / 2, y: y + this.row / 2 + 0.5, class: this.row < 24 ? "value small" : "value",
    });
    const node = svg("g", { class: "cell", "data-unit": unit }, rect, text);
    this.node.append(node);
    return { node, rect, text, x, y };
  }

  makeGrid() {
    const columns = this.count <= 32 ? 4 : 8;
    const rows = Math.ceil(this.count / columns);
    const [width, height] = [GRID.width / columns, GRID.height / rows];
    const top = this.y + GRID.top + GRID.gap;
    const frame = svg("g", { class: "grid" });
    const cells = Array.from({ length: this.count }, (_, unit) => {
      const rect = svg("rect", {
        x: this.x + Math.floor(unit / rows) * width, y: top + (unit % rows) * height, width, height,
        class: "cell grid-cell", "data-unit": unit,
      });
      frame.append(rect);
      return rect;
    });
    this.mark = svg("rect", { class: "grid-mark", width, height, rx: 1 });
    frame.append(svg("rect", { x: this.x, y: top, width: GRID.width, height: GRID.height, class: "grid-frame" }), this.mark);
    this.node.append(frame);
    return cells;
  }

  /** @param {string} name */
  makeRing(name) {
    return svg("rect", { class: name, rx: 5, visibility: "hidden" });
  }

  /**
   * Where a unit's value stands, and so where its wire goes.
   * @param {number} unit
   */
  centre(unit) {
    const index = this.single || !this.listed ? 0 : unit;
    return this.y + index * this.row + this.row / 2;
  }

  /**
   * The lines that lead on from here: one for each unit, or one for the followed and one for all.
   * @returns {Lane[]}
   */
  get lanes() {
    if (this.single) return ["followed"];
    return this.listed ? [...Array(this.count).keys()] : ["followed", "all"];
  }

  /** @param {Lane} lane */
  laneAt(lane) {
    if (lane === "all") return this.allCentre;
    return this.centre(lane === "followed" ? 0 : lane);
  }

  get allCentre() {
    return this.y + GRID.top + GRID.gap + GRID.height / 2;
  }

  get height() {
    if (this.single) return this.row;
    return this.listed ? this.row * Math.min(this.count, this.fold) : stackHeight(this.count);
  }

  get right() {
    return this.x + this.width + (Math.ceil(this.cells.length / this.fold) - 1) * (this.width + COLUMN_GAP);
  }

  /**
   * Put a ring round the cell of a listed value.
   * @param {SVGElement} ring
   * @param {Cell} cell
   * @param {number} grow
   */
  place(ring, cell, grow) {
    setAll(ring, {
      x: cell.x - grow, y: cell.y + 1 - grow, width: this.width + 2 * grow, height: this.row - 2 + 2 * grow,
      visibility: "visible",
    });
  }

  /**
   * Put a ring round a unit in the grid.
   * @param {SVGElement} ring
   * @param {number} unit
   * @param {number} grow
   */
  placeInGrid(ring, unit, grow) {
    const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(this.grid[unit].getAttribute(name)));
    setAll(ring, {
      x: x - grow, y: y - grow, width: width + 2 * grow, height: height + 2 * grow, visibility: "visible",
    });
  }

  /**
   * Draw the values: `known` is false while the phase inside the step has not reached this stack.
   * @param {{
   *   valueOf: (unit: number) => number, scale: Scale, followed: number, known: boolean, digits: Digits, skipped: boolean,
   * }} moment
   */
  draw({ valueOf: recorded, scale, followed, known, digits, skipped }) {
    const valueOf = this.rest ? (/** @type {number} */ unit) => 1 - recorded(unit) : recorded;
    const units = this.shows?.(valueOf);
    const shown = (/** @type {number} */ index) => {
      if (units) return units[index];
      return this.single || !this.listed ? this.followUnit(followed) : index;
    };
    this.node.classList.toggle("unknown", !known);
    this.node.classList.toggle("skipped", skipped);
    this.cells.forEach((cell, index) => {
      const unit = shown(index);
      const value = valueOf(unit);
      cell.node.dataset.unit = String(unit);
      paint(cell.rect, known ? (skipped ? "url(#hatch)" : scale.fill(value)) : "none");
      cell.text.style.fill = known && !skipped ? scale.ink(value) : "var(--muted)";
      cell.node.classList.toggle("followed", this.followable && unit === followed);
      cell.text.textContent = !known ? "·" : skipped ? "" : formatWithin(value, digits, this.row < 24 ? 8 : 7);
    });
    this.grid.forEach((rect, unit) => paint(rect, known ? (skipped ? "url(#hatch)" : scale.fill(valueOf(unit))) : "none"));
    if (this.mark) this.placeInGrid(this.mark, shown(0), 0);
    if (!this.followable) return;
    this.place(this.outline, this.cells[this.single || !this.listed ? 0 : followed], 0.75);
  }

  /** @param {number} followed */
  followUnit(followed) {
    return this.followable ? followed : 0;
  }

  /**
   * The listed cell that shows a unit now, if one does.
   * @param {number} unit
   */
  cellOf(unit) {
    return this.cells.find((cell) => Number(cell.node.dataset.unit) === unit);
  }

  /**
   * Put a ring round a unit, or none.
   * @param {SVGElement} ring
   * @param {number | null} unit
   */
  light(ring, unit) {
    const cell = unit === null ? null : this.cellOf(unit);
    if (cell) this.place(ring, cell, 2);
    else if (unit !== null && this.grid[unit]) this.placeInGrid(ring, unit, 2);
    else setAll(ring, { visibility: "hidden" });
  }

  /**
   * Fold the corner of a pinned value.
   * @param {number | null} unit
   */
  markPinned(unit) {
    const cell = unit === null ? null : this.cellOf(unit);
    setAll(this.corner, { visibility: cell ? "visible" : "hidden" });
    if (!cell) return;
    const [right, top] = [cell.x + this.width + 1, cell.y];
    setAll(this.corner, { d: `M${right - 11},${top} H${right} V${top + 11} Z` });
  }
}
