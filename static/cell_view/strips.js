import { element, findAll, penOf, setAll } from "../web/dom.js";
import { formatNumber, formatWithin } from "../web/format.js";
import { THEME } from "../web/theme.js";

/**
 * @import { Mode } from "../types.d.ts"
 * @import { Scale } from "../web/scales.js"
 * @import { Colours } from "../web/theme.js"
 * @import { Model, Ref } from "./model.js"
 *
 * @typedef {{ signal: string, top: number, height: number }} Group  The strips of a signal.
 * @typedef {{ t: number, signal: string | null, unit: number, x: number, y: number }} Spot
 *   The value under the pointer; signal is null above and between the strips.
 */

const GROUP_GAP = 4;
const HEAD = 24;
const FOLLOWED = 17;
const TALLEST = 26;
/** How high the strips of six signals and three units are together. */
const PAINTED = 222;
const MIN_COLUMN = 6;
const MANY_UNITS = 32;
/** The narrowest column that has room for a symbol. */
const SYMBOL_COLUMN = 10;
/** Between two numbers on the time axis. */
const TICK_GAP = 44;
const INPUT_HEIGHT = 14;
const NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight"];
/** Browsers refuse a canvas wider than this many pixels. */
const MAX_CANVAS = 16000;

/**
 * Every signal over all timesteps, units stacked. The picture is a canvas, painted when the run, the
 * followed unit, the theme or the width changes; moving in time only moves the cursor over it.
 */
export class Strips {
  // There once something was painted.
  /** @type {Model} */
  model;
  /** @type {Record<string, Scale>} */
  scales;
  /** @type {Mode} */
  mode;
  /** @type {Ref} */
  told;

  /**
   * @param {{
   *   root: HTMLElement, onMove: (t: number) => void, onPick: (spot: Spot) => void, onPoint: (ref: Ref | null) => void,
   *   onShowAll: (showAll: boolean) => void,
   * }} options
   */
  constructor({ root, onMove, onPick, onPoint, onShowAll }) {
    this.handlers = { onMove, onPick, onPoint };
    this.labels = element("div", { class: "strip-labels", "aria-hidden": "true" });
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.symbol = element("span", { class: "cursor-symbol" });
    this.cursor = element("div", { class: "strip-cursor" }, this.symbol);
    this.chosen = element("div", { class: "strip-chosen" });
    this.lit = element("div", { class: "strip-lit", hidden: true });
    this.veils = element("div", {});
    this.content = element("div", { class: "strip-content" }, this.canvas, this.veils, this.cursor, this.chosen, this.lit);
    this.scroll = element("div", { class: "strip-scroll", onscroll: () => this.markEdges() }, this.content);
    this.tip = element("div", { class: "strip-tip", hidden: true, "aria-hidden": "true" });
    this.node = element("div", { class: "strips", tabindex: 0, role: "application", "aria-roledescription": "timeline", "aria-describedby": "sentence" },
      this.labels, this.scroll, this.tip);
    this.allName = element("span");
    this.all = element("label", { class: "strip-all", hidden: true },
      element("input", { type: "checkbox", onchange: (event) => onShowAll(event.target.checked) }), this.allName);
    root.append(this.node, this.all);
    this.unit = this.labelWidth = this.column = this.row = this.height = 0;
    this.narrow = this.hasSymbols = this.overflows = this.dragging = false;
    this.font = "";
    /** @type {string[]} */
    this.signals = [];
    /** @type {Group[]} */
    this.groups = [];
    this.content.addEventListener("pointerdown", (event) => this.press(event));
    this.content.addEventListener("pointermove", (event) => this.move(event));
    this.content.addEventListener("pointerleave", () => this.leave());
    this.content.addEventListener("pointerup", () => { this.dragging = false; });
    this.content.addEventListener("pointercancel", () => { this.dragging = false; });
  }

  /**
   * Lay out and paint. `width` is the room for the whole block.
   * @param {{
   *   model: Model, unit: number, signal: string, scales: Record<string, Scale>, width: number, narrow: boolean,
   *   showAll: boolean, mode: Mode,
   * }} what
   */
  paint({ model, unit, signal, scales, width, narrow, showAll, mode }) {
    this.model = model;
    this.unit = unit;
    this.scales = scales;
    this.narrow = narrow;
    this.mode = mode;
    this.labelWidth = narrow ? 42 : 102;
    const room = Math.max(width - this.labelWidth - 2, 60);
    this.column = Math.max(room / model.T, MIN_COLUMN);
    const canHide = model.H > MANY_UNITS && model.order.length > model.states.length + 1;
    const few = canHide && !showAll;
    this.signals = model.order.filter((key) => !few || key === signal || model.states.includes(key));
    this.all.hidden = !canHide;
    this.allName.textContent = `all ${NUMBERS[model.order.length]} signals`;
    setAll(this.node, { "aria-label":
      `All timesteps. Arrow keys move in time and between units, 1 to ${model.order.length} choose a signal.` });
    const context = penOf(this.canvas);
    this.font = getComputedStyle(this.node).fontFamily;
    this.hasSymbols = this.findRoom(context);
    this.layout();
    this.makeLabels(signal);
    const colours = THEME.colours[mode];
    const contentWidth = Math.ceil(this.column * model.T);
    const ratio = Math.min(globalThis.devicePixelRatio || 1, MAX_CANVAS / contentWidth);
    this.canvas.width = Math.round(contentWidth * ratio);
    this.canvas.height = Math.round(this.height * ratio);
    setAll(this.canvas, { style: `width:${contentWidth}px;height:${this.height}px` });
    setAll(this.content, { style: `width:${contentWidth}px;height:${this.height}px` });
    this.overflows = contentWidth > room + 1;
    setAll(this.scroll, this.overflows ? { tabindex: 0, role: "group", "aria-label": "All timesteps, to be scrolled" }
      : { tabindex: null, role: null, "aria-label": null });
    const scrollbar = this.overflows ? 14 : 0;
    setAll(this.node, { style: `--label-width:${this.labelWidth}px;height:${this.height + scrollbar}px` });
    this.markEdges();
    context.scale(ratio, ratio);
    if (this.hasSymbols) this.paintSymbols(context, colours);
    else this.paintAxis(context, colours);
    for (const group of this.groups) this.paintGroup(context, group, colours);
    if (!this.tip.hidden) this.retellTip();
  }

  /** Another run came while the pointer stood still. */
  retellTip() {
    const { model, told } = this;
    if (model.order.includes(told.signal) && told.unit < model.H && told.t < model.T) this.tip.textContent = this.tipWords(told);
    else this.tip.hidden = true;
  }

  /** @param {Ref} ref */
  tipWords({ signal, unit, t }) {
    const look = this.model.looks[signal];
    return `${look.symbol} ${look.word}, unit ${unit + 1}, t = ${t + 1}: ${formatNumber(this.model.value({ signal, unit, t }), 3)}`;
  }

  /**
   * Whether the columns have room for symbols: for at least one of those there are.
   * @param {CanvasRenderingContext2D} context
   */
  findRoom(context) {
    if (this.column < SYMBOL_COLUMN) return false;
    context.font = `600 14px ${this.font}`;
    const symbols = this.model.symbols.filter((symbol, t) => symbol && !this.model.padded[t]);
    return !symbols.length || symbols.some((symbol) => !["", "…"].includes(this.fit(context, symbol)));
  }

  rowHeight() {
    const { H } = this.model;
    if (this.narrow && H <= 3) return 10;
    const usual = H <= 3 ? 8 : Math.min(Math.max(Math.floor(40 / (H - 1)), 1), 4);
    // A cell of few signals has room for taller rows beside the formula.
    const room = PAINTED / this.signals.length - GROUP_GAP - FOLLOWED;
    return Math.max(usual, Math.min(Math.floor(room / Math.max(H - 1, 1)), TALLEST));
  }

  layout() {
    const { H } = this.model;
    this.row = this.rowHeight();
    let top = !this.hasSymbols ? HEAD + INPUT_HEIGHT + GROUP_GAP : HEAD;
    this.groups = this.signals.map((signal) => {
      const group = { signal, top, height: FOLLOWED + this.row * (H - 1) };
      top += group.height + GROUP_GAP;
      return group;
    });
    this.height = top;
  }

  /**
   * @param {Group} group
   * @param {number} unit
   */
  rowTop(group, unit) {
    return group.top + unit * this.row + (unit > this.unit ? FOLLOWED - this.row : 0);
  }

  /** @param {number} unit */
  heightOf(unit) {
    return unit === this.unit ? FOLLOWED : this.row;
  }

  /** @param {string} signal */
  makeLabels(signal) {
    const x = element("div", { class: "strip-label", style: "top:2px" }, element("b", { style: "color:var(--hue-x)" }, "x"), this.narrow ? "" : " input");
    this.labels.replaceChildren(x, ...this.groups.flatMap((group) => {
      const look = this.model.looks[group.signal];
      const middle = group.top + Math.min(group.height / 2, 34);
      return [
        element("div", { title: look.paper || null, class: `strip-label ${group.signal === signal ? "chosen" : ""}`, style: `top:${middle - 10}px` },
          element("b", { style: `color:var(--hue-${group.signal})` }, look.symbol), this.narrow ? "" : ` ${look.word}`),
        element("div", { class: "strip-unit", style: `top:${this.rowTop(group, this.unit)}px` }, String(this.unit + 1)),
      ];
    }));
  }

  /**
   * The symbol of each timestep, where a column has room for it.
   * @param {CanvasRenderingContext2D} context
   * @param {Colours} colours
   */
  paintSymbols(context, colours) {
    const { model } = this;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (let t = 0; t < model.T; t += 1) {
      const symbol = model.padded[t] ? "∅" : model.symbols[t] || String(t + 1);
      const plain = model.kind !== "text" && Number(symbol) === 0;
      context.font = `${plain || !model.symbols[t] ? 400 : 600} 14px ${this.font}`;
      context.fillStyle = plain || !model.symbols[t] ? colours.muted : colours.text;
      const text = this.fit(context, symbol);
      if (text) context.fillText(text, (t + 0.5) * this.column, 11);
    }
  }

  /**
   * Where symbols have no room: numbers of timesteps, and the input as a row of colours under them.
   * @param {CanvasRenderingContext2D} context
   * @param {Colours} colours
   */
  paintAxis(context, colours) {
    const { model, column } = this;
    context.font = `400 13px ${this.font}`;
    context.fillStyle = colours.muted;
    context.textBaseline = "middle";
    const every = [5, 10, 20, 50, 100].find((step) => step * column >= TICK_GAP) ?? 200;
    for (let t = 1; t <= model.T; t += t === 1 ? every - 1 : every) {
      const place = (t - 0.5) * column;
      const atEnd = place + 14 > column * model.T;
      context.textAlign = t === 1 ? "left" : atEnd ? "right" : "center";
      context.fillText(String(t), t === 1 ? 0 : atEnd ? column * model.T : place, 10);
    }
    this.paintCells(context, { values: model.arrays.x, rows: model.D, scale: this.scales.x, width: column * model.T },
      (row) => [HEAD + (row * INPUT_HEIGHT) / model.D, INPUT_HEIGHT / model.D]);
  }

  /**
   * As much of a symbol as a column has room for.
   * @param {CanvasRenderingContext2D} context
   * @param {string} symbol
   */
  fit(context, symbol) {
    const room = this.column - 2;
    if (context.measureText(symbol).width <= room) return symbol;
    const letters = [...symbol];
    if (letters.length === 1) return symbol; // a wide letter looks better a little too wide than missing
    while (letters.length > 1 && context.measureText(`${letters.join("")}…`).width > room) letters.pop();
    const text = letters.length > 1 ? `${letters.join("")}…` : "…";
    return context.measureText(text).width <= room ? text : "";
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Group} group
   * @param {Colours} colours
   */
  paintGroup(context, group, colours) {
    const { model, column } = this;
    const scale = this.scales[group.signal];
    const values = model.arrays[group.signal];
    const width = column * model.T;
    this.paintCells(context, { values, rows: model.H, scale, width }, (unit) => [this.rowTop(group, unit), this.heightOf(unit)]);
    if (column >= SYMBOL_COLUMN) {
      context.fillStyle = colours.background;
      context.globalAlpha = 0.55;
      for (let t = 1; t < model.T; t += 1) context.fillRect(t * column - 0.5, group.top, 1, group.height);
      context.globalAlpha = 1;
    }
    if (!this.model.states.includes(group.signal)) {
      for (let t = 0; t < model.T; t += 1) if (!model.mask[t]) this.paintSkipped(context, group, t, colours);
    }
    const top = this.rowTop(group, this.unit);
    context.strokeStyle = colours.wire;
    context.lineWidth = 1;
    context.strokeRect(0.5, group.top + 0.5, width - 1, group.height - 1);
    context.strokeStyle = colours.ink;
    context.lineWidth = 1.25;
    if (model.H > 1) context.strokeRect(0.6, top + 0.5, width - 1.2, 16);
    this.paintNumbers(context, group, scale, top);
  }

  /**
   * Colours: one pixel per value, enlarged without smoothing, row by row; `place` says where a row lies.
   * @param {CanvasRenderingContext2D} context
   * @param {{ values: Float64Array, rows: number, scale: Scale, width: number }} cells
   * @param {(row: number) => [top: number, height: number]} place
   */
  paintCells(context, { values, rows, scale, width }, place) {
    const { T } = this.model;
    const image = new ImageData(T, rows);
    for (let t = 0; t < T; t += 1) {
      for (let row = 0; row < rows; row += 1) {
        const [red, green, blue] = scale.rgb(values[t * rows + row]);
        image.data.set([red, green, blue, 255], (row * T + t) * 4);
      }
    }
    const small = element("canvas", { width: T, height: rows });
    penOf(small).putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    for (let row = 0; row < rows; row += 1) {
      const [top, height] = place(row);
      context.drawImage(small, 0, row, T, 1, 0, top, width, height);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Group} group
   * @param {number} t
   * @param {Colours} colours
   */
  paintSkipped(context, group, t, colours) {
    const left = t * this.column;
    context.save();
    context.beginPath();
    context.rect(left, group.top, this.column, group.height);
    context.clip();
    context.fillStyle = colours.background;
    context.fillRect(left, group.top, this.column, group.height);
    context.strokeStyle = colours.wire;
    context.lineWidth = 1;
    context.beginPath();
    for (let at = -group.height; at < this.column; at += 6) {
      context.moveTo(left + at, group.top + group.height);
      context.lineTo(left + at + group.height, group.top);
    }
    context.stroke();
    context.restore();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Group} group
   * @param {Scale} scale
   * @param {number} top
   */
  paintNumbers(context, group, scale, top) {
    const { model, column } = this;
    if (this.narrow || column < 30) return;
    context.font = `500 12.75px ${this.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    const steps = [...model.mask.keys()].filter((t) => model.mask[t] || model.states.includes(group.signal));
    const valueAt = (/** @type {number} */ t) => model.value({ signal: group.signal, unit: this.unit, t });
    const room = Math.floor(column / 6.8);
    // One count of decimals for the row: 0.998 beside −0.09 would read like two kinds of number.
    const digits = [3, 2, 1].find((count) => steps.every((t) => formatNumber(valueAt(t), count).length <= room)) ?? 0;
    for (const t of steps) {
      context.fillStyle = scale.ink(valueAt(t));
      context.fillText(formatWithin(valueAt(t), digits, room), (t + 0.5) * column, top + 9);
    }
  }

  /**
   * Move the cursor; nothing is painted. What the phase inside the step has not come to is covered.
   * @param {{ t: number, signal: string, phase: number }} moment
   */
  draw({ t, signal, phase }) {
    const { model, column, symbol } = this;
    const wide = Math.max(column, 8);
    const left = (t + 0.5) * column - wide / 2;
    this.cursor.style.transform = `translateX(${left}px)`;
    this.cursor.style.width = `${wide}px`;
    this.cursor.style.height = `${this.height - 2}px`;
    this.veils.replaceChildren(...this.groups.filter((group) => phase < model.phaseOf(group.signal, false)).map((group) =>
      element("div", { class: "strip-veil", style: `left:${t * column}px;width:${column}px;top:${group.top}px;height:${group.height}px` })));
    symbol.hidden = this.hasSymbols;
    symbol.textContent = model.padded[t] ? "∅" : model.symbols[t] || String(t + 1);
    // To the left of the cursor at the end, to the right of it at the beginning: never out of the strips.
    symbol.style.transform = `translateX(${(-100 * (t + 0.5)) / model.T}%)`;
    const group = this.groups.find((candidate) => candidate.signal === signal);
    this.chosen.hidden = !group;
    if (group) {
      setAll(this.chosen, { style:
        `left:${left}px;width:${wide}px;top:${this.rowTop(group, this.unit)}px;height:17px` });
    }
    for (const label of findAll(this.labels, ".strip-label")) {
      label.classList.toggle("chosen", label.firstChild?.textContent === (group && model.looks[signal].symbol));
    }
    // Asking where a box is makes the browser lay the page out in the middle of the step.
    if (this.overflows) this.keepInView(left, wide);
  }

  /** Fade the edges behind which there is more. */
  markEdges() {
    const { scrollLeft, clientWidth, scrollWidth } = this.scroll;
    this.scroll.classList.toggle("more-left", scrollLeft > 1);
    this.scroll.classList.toggle("more-right", scrollLeft + clientWidth < scrollWidth - 2);
  }

  /**
   * @param {number} left
   * @param {number} wide
   */
  keepInView(left, wide) {
    if (this.dragging) return;
    const { scrollLeft, clientWidth } = this.scroll;
    if (left < scrollLeft || left + wide > scrollLeft + clientWidth) {
      this.scroll.scrollLeft = left - clientWidth / 2;
    }
  }

  /**
   * Ring the cell of a ref.
   * @param {Ref | null} ref
   */
  light(ref) {
    const group = this.groups.find((candidate) => candidate.signal === ref?.signal);
    this.lit.hidden = !group || !ref || ref.t < 0;
    if (!group || !ref) return;
    const wide = Math.max(this.column, 6);
    const high = Math.max(this.heightOf(ref.unit), 4);
    setAll(this.lit, { style:
      `left:${(ref.t + 0.5) * this.column - wide / 2}px;width:${wide}px;` +
      `top:${this.rowTop(group, ref.unit)}px;height:${high}px` });
  }

  /**
   * @param {MouseEvent} event
   * @returns {Spot}
   */
  under(event) {
    const box = this.content.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    const t = Math.min(Math.max(Math.floor(x / this.column), 0), this.model.T - 1);
    const group = this.groups.find(({ top, height }) => y >= top && y < top + height);
    if (!group) return { t, signal: null, unit: 0, x, y };
    let unit = Math.floor((y - group.top) / this.row);
    if (y >= this.rowTop(group, this.unit)) {
      unit = Math.max(this.unit, this.unit + Math.ceil((y - this.rowTop(group, this.unit) - FOLLOWED) / this.row));
    }
    return { t, signal: group.signal, unit: Math.min(Math.max(unit, 0), this.model.H - 1), x, y };
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (event.button !== 0) return;
    this.dragging = true;
    // A captured pointer keeps dragging outside; a synthetic one may not be capturable.
    if (event.pointerId !== undefined && event.isTrusted) this.content.setPointerCapture(event.pointerId);
    this.handlers.onPick(this.under(event));
  }

  /** @param {PointerEvent} event */
  move(event) {
    const spot = this.under(event);
    if (this.dragging) this.handlers.onMove(spot.t);
    const { signal, unit, t } = spot;
    if (this.dragging || signal === null || !(this.model.mask[t] || this.model.states.includes(signal))) this.leave();
    else {
      this.told = { signal, unit, t };
      this.tip.textContent = this.tipWords(this.told);
      this.tip.hidden = false;
      const box = this.node.getBoundingClientRect();
      const left = Math.min(event.clientX - box.left + 12, box.width - this.tip.offsetWidth - 2);
      this.tip.style.transform = `translate(${Math.max(left, 0)}px, ${event.clientY - box.top + 18}px)`;
      this.handlers.onPoint(this.told);
    }
  }

  leave() {
    this.tip.hidden = true;
    this.handlers.onPoint(null);
  }
}
