import { closest, element, penOf, setAll, svg } from "../web/dom.js";
import { gateCard, gateLabel, labelWidth } from "./card.js";
import { isBlock } from "./clipboard.js";
import { moved, samePlace, shift, startsNumber } from "./cursor.js";
import { fullNumber, gateName, plainNumber, spokenName, weightName } from "./words.js";

/**
 * @import { Focus, WeightRow } from "../types.d.ts"
 * @import { WeightEditor } from "./component.js"
 * @import { Place } from "./model.js"
 *
 * @typedef {{ name: string, label: string, labels: Record<string, string>, first: number, count: number }} Block
 *   The rows of one parameter and of one source, from the row `first` on.
 * @typedef {ReturnType<HeatmapView["makeMap"]>} Heatmap
 */

const WIDEST = 200;
const NARROWEST = 160;
const TALLEST = 300;
const LOW_ROW = 10; // a lone row (b, p) at least this high, to be seen and hit
const EDGE = 1; // the border around each block
const GAP = 4;
const LEAST_MARK = 9;
/** @type {[word: string, down: number, right: number, turn: number][]} */
const NUDGES = [["left", 0, -1, 180], ["up", -1, 0, 270], ["down", 1, 0, 90], ["right", 0, 1, 0]];

/** Over eight units: a heatmap per gate, a cursor, and one field for the weight under it. */
export class HeatmapView {
  /**
   * Of the drawing, from when there is room for one: how wide a weight is, and where every row lies.
   * @type {{ width: number, tops: number[], heights: number[], total: number }}
   */
  size;

  /**
   * @param {WeightEditor} editor
   * @param {HTMLElement} gates
   * @param {HTMLElement} below
   */
  constructor(editor, gates, below) {
    this.editor = editor;
    this.model = editor.model;
    this.gates = gates;
    /** @type {Place} */
    this.cursor = { gate: 0, row: 0, unit: 0 };
    /** @type {{ place: Place, before: string | null, fromMap: boolean } | null} */
    this.editing = null;
    this.blocks = blocksOf(this.model.rows);
    const label = labelWidth(this.blocks);
    this.leastWidth = label + 8 + NARROWEST;
    gates.style.setProperty("--label", `${label}px`);
    this.maps = this.model.gates.map((_, index) => this.makeMap(index));
    gates.replaceChildren(...this.maps.map(({ card }) => card));
    this.name = element("span", { class: "at" });
    this.input = element("input", {
      type: "text", class: "value", autocomplete: "off", spellcheck: "false", enterkeyhint: "done",
    });
    this.hint = element("p", { class: "hovered", "aria-hidden": "true" });
    this.said = element("div", { class: "visually-hidden", "aria-live": "polite" });
    below.replaceChildren(...this.makeField());
    this.startAt(editor.focus);
  }

  /** @param {Focus | null} focus */
  startAt(focus) {
    const gate = this.model.gateOf(focus);
    if (focus && gate >= 0 && focus.unit < this.model.hidden) this.cursor = { gate, row: 0, unit: focus.unit };
  }

  /** @param {number} index */
  makeMap(index) {
    const mark = (/** @type {string} */ name) => element("div", { class: `mark ${name}`, hidden: true, "aria-hidden": "true" });
    const marks = { column: mark("column"), point: mark("point"), cursor: mark("cursor") };
    const canvas = element("canvas", { "aria-hidden": "true" });
    const drafts = element("div", { class: "drafts", "aria-hidden": "true" });
    const { rows, hidden } = this.model;
    const map = element("div", {
      class: "map", role: "application", tabindex: 0, "data-gate": index, "aria-roledescription": "heatmap",
      "aria-label": `${gateName(this.model.look(index))}, ${rows.length} rows of ${hidden} weights. Arrow keys move, digits type.`,
    }, canvas, marks.column, drafts, marks.point, marks.cursor);
    const labels = this.blocks.map(({ first: row }) => {
      const label = sourceOf(this.model.rowOf({ gate: index, row }));
      return element("span", { title: label, hidden: !this.model.has({ gate: index, row }) }, label);
    });
    const line = element("div", { class: "mapped" },
      element("div", { class: "block-labels", "aria-hidden": "true" }, ...labels), map);
    return { card: gateCard(this.model, index, line), line, map, canvas, drafts, labels, ...marks };
  }

  makeField() {
    const nudges = NUDGES.map(([word, down, right, turn]) => {
      const move = () => this.go(this.near(this.cursor, down, right), true);
      return element("button", { type: "button", class: "nudge", "aria-label": `Move ${word}`, onclick: move }, arrow(turn));
    });
    return [
      element("div", { class: "field" },
        element("label", {}, this.name, this.input),
        element("div", { class: "nudges", role: "group", "aria-label": "Move to the next weight" }, ...nudges), this.hint),
      this.said,
    ];
  }

  /** @returns {Record<string, (event: any) => void>} */
  listeners() {
    return {
      keydown: (event) => this.onKey(event),
      pointerdown: (event) => this.onDown(event),
      pointermove: (event) => this.onHover(event),
      pointerleave: () => this.hover(null),
      focusin: (event) => this.onFocus(event),
      focusout: (event) => { if (event.target === this.input) this.finish(true); },
      input: (event) => { if (event.target === this.input) this.startTyping(false); },
      copy: (event) => this.onCopy(event),
      paste: (event) => this.onPaste(event),
    };
  }

  // ---- the cursor

  /**
   * @param {Place} place
   * @param {number} down
   * @param {number} right
   */
  near(place, down, right) {
    return shift(this.model, place, down, right, this.editor.reach(place));
  }

  /**
   * Move the cursor, and say where it is when a key or a button did it.
   * @param {Place} place
   * @param {boolean} spoken
   */
  go(place, spoken) {
    this.cursor = place;
    this.showCursor();
    this.editor.point(place);
    if (spoken) this.said.textContent = this.spoken(place);
  }

  /** @param {Place} place */
  goAndFocus(place) {
    this.go(place, true);
    this.maps[place.gate].map.focus();
  }

  /** @param {Place} place */
  spoken(place) {
    const value = this.model.drafts.get(this.model.key(place)) ?? fullNumber(this.model.value(place));
    return `${spokenName(this.model.look(place.gate), this.model.rowOf(place), place.unit)}: ${value}`;
  }

  /** @param {FocusEvent} event */
  onFocus(event) {
    if (event.target === this.input) this.input.select();
    const gate = Number(closest(event.target, ".map")?.dataset.gate ?? NaN);
    if (!Number.isNaN(gate) && gate !== this.cursor.gate) this.go(this.near({ ...this.cursor, gate }, 0, 0), true);
  }

  /** @param {PointerEvent} event */
  onDown(event) {
    const place = this.placeAt(event);
    if (place) this.go(place, false);
  }

  /** @param {PointerEvent} event */
  onHover(event) {
    if (event.pointerType === "mouse") this.hover(this.placeAt(event));
  }

  /** @param {Place | null} place */
  hover(place) {
    this.editor.point(place);
    this.hint.textContent = place
      ? `${this.model.gates[place.gate]} · ${weightName(this.model.rowOf(place), place.unit)} is ${fullNumber(this.model.value(place))}` : "";
  }

  /**
   * The weight under a pointer; in the gap between two blocks the nearest one.
   * @param {PointerEvent} event
   */
  placeAt(event) {
    const map = closest(event.target, ".map");
    if (!map || !this.size) return null;
    const box = map.getBoundingClientRect();
    const gate = Number(map.dataset.gate);
    const { width, tops, heights } = this.size;
    const unit = Math.floor((event.clientX - box.left - EDGE) / width);
    const down = event.clientY - box.top;
    const off = (/** @type {number} */ at) => Math.max(tops[at] - down, down - tops[at] - heights[at], 0);
    /** @type {number | null} */
    let row = null;
    for (let at = 0; at < tops.length; at += 1) {
      if (this.model.has({ gate, row: at }) && off(at) <= (row === null ? GAP : off(row))) row = at;
    }
    return row === null ? null : { gate, row, unit: Math.min(Math.max(unit, 0), this.model.hidden - 1) };
  }

  // ---- keys

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.target === this.input) return this.onFieldKey(event);
    if (!closest(event.target, ".map")) return;
    const next = moved(this.model, this.cursor, event, this.editor.reach(this.cursor));
    if (next) this.goAndFocus(next);
    else if (event.key === "Enter" || event.key === "F2") this.type();
    else if (event.key === "Delete" || event.key === "Backspace") this.type("");
    else if (event.key === "Escape") this.editor.restore(this.cursor);
    else if (startsNumber(event)) this.type(event.key);
    else return;
    event.preventDefault();
  }

  /**
   * Typing on the heatmap goes on in the field; from there Tab leads back to it.
   * @param {string} [first]
   */
  type(first) {
    this.input.focus();
    const editing = this.startTyping(true);
    if (first === undefined) return;
    this.input.value = first;
    editing.before = null;
  }

  /** @param {boolean} fromMap */
  startTyping(fromMap) {
    return (this.editing ??= { place: this.cursor, before: this.editor.textOf(this.cursor), fromMap });
  }

  /** @param {KeyboardEvent} event */
  onFieldKey(event) {
    if (event.isComposing) return;
    const { fromMap } = this.editing ?? {};
    const back = event.shiftKey ? -1 : 1;
    if (event.key === "Escape") this.leave(false, 0, 0);
    else if (event.key === "Enter") this.leave(true, back, 0);
    else if (event.key === "Tab" && fromMap) this.leave(true, 0, back);
    else return;
    event.preventDefault();
  }

  /**
   * End the typing and go on from there; what is no number is not left.
   * @param {boolean} keep
   * @param {number} down
   * @param {number} right
   */
  leave(keep, down, right) {
    const good = this.finish(keep);
    this.goAndFocus(good ? this.near(this.cursor, down, right) : this.cursor);
  }

  /** @param {boolean} keep */
  finish(keep) {
    if (this.editing) {
      const { place, before } = this.editing;
      this.editing = null;
      if (!keep) this.editor.restore(place);
      else if (this.input.value !== before) this.editor.commit(place, this.input.value);
    } else if (!keep) this.editor.restore(this.cursor);
    this.showField();
    return !this.model.drafts.has(this.model.key(this.cursor));
  }

  /** @param {ClipboardEvent} event */
  onCopy(event) {
    if (event.target === this.input) return;
    event.clipboardData?.setData("text/plain", plainNumber(this.model.value(this.cursor)));
    event.preventDefault();
  }

  /** @param {ClipboardEvent} event */
  onPaste(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (event.target === this.input && !isBlock(text)) return;
    event.preventDefault();
    this.editing = null; // the block takes the place of what was being typed
    this.editor.paste(this.cursor, text);
    this.showField();
  }

  // ---- drawing

  paint() {
    if (!this.size) this.measure();
    if (this.size) this.maps.forEach((_, gate) => this.paintMap(gate));
    this.showField();
    this.showDrafts();
  }

  paintCell() {
    this.paint();
  }

  resize() {
    this.measure();
    this.paint();
    this.showCursor();
    this.editor.showMarks();
  }

  /** How large a weight is drawn, from the room there is. */
  measure() {
    const shown = this.maps.find(({ card }) => card.offsetWidth);
    if (!shown) return;
    const room = shown.line.getBoundingClientRect().right - shown.map.getBoundingClientRect().left - 2 * EDGE;
    const exact = (this.editor.narrow ? room : Math.min(room, WIDEST)) / this.model.hidden;
    const width = exact >= 3 ? Math.floor(exact) : exact;
    const even = TALLEST / this.model.rows.length;
    const height = Math.min(width, Math.max(1, even >= 3 ? Math.floor(even) : even));
    this.size = { width, ...this.stack(height) };
    this.maps.forEach((map) => this.fit(map));
  }

  /**
   * The top and the height of every row.
   * @param {number} height
   */
  stack(height) {
    const tops = [];
    const heights = [];
    let top = 0;
    for (const { first, count } of this.blocks) {
      // Alone on the screen a gate need not keep the rows of the others free.
      const absent = this.editor.narrow && !this.model.has({ gate: this.cursor.gate, row: first });
      const tall = absent ? 0 : count === 1 ? Math.max(height, LOW_ROW) : height;
      if (!absent) top += top ? GAP + EDGE : EDGE;
      for (let row = first; row < first + count; row += 1) {
        tops.push(top);
        heights.push(tall);
        top += tall;
      }
      if (!absent) top += EDGE;
    }
    return { tops, heights, total: top };
  }

  /** @param {Heatmap} map */
  fit({ map, labels, canvas }) {
    const { width, tops, heights, total } = this.size;
    const across = width * this.model.hidden + 2 * EDGE;
    setAll(map, { style: `width: ${across}px; height: ${total}px` });
    const ratio = globalThis.devicePixelRatio || 1;
    canvas.width = Math.round(across * ratio);
    canvas.height = Math.round(total * ratio);
    this.blocks.forEach(({ first, count }, index) => {
      const last = first + count - 1;
      labels[index].style.top = `${(tops[first] + tops[last] + heights[last]) / 2}px`;
    });
  }

  /** @param {number} gate */
  paintMap(gate) {
    const { canvas } = this.maps[gate];
    const { width, tops, heights } = this.size;
    const { hidden } = this.model;
    const ratio = canvas.height / this.size.total;
    const pixels = this.pixels(gate);
    const context = penOf(canvas);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingEnabled = false;
    for (const { first, count } of this.blocks.filter(({ first: row }) => this.model.has({ gate, row }))) {
      const tall = heights[first] * count;
      context.fillStyle = this.editor.colour("border");
      context.fillRect(0, tops[first] - EDGE, width * hidden + 2 * EDGE, tall + 2 * EDGE);
      context.drawImage(pixels, 0, first, hidden, count, EDGE, tops[first], width * hidden, tall);
    }
  }

  /**
   * One pixel for every weight.
   * @param {number} gate
   */
  pixels(gate) {
    const { hidden, rows } = this.model;
    const image = new ImageData(hidden, rows.length);
    for (let row = 0; row < rows.length; row += 1) {
      if (!this.model.has({ gate, row })) continue;
      for (let unit = 0; unit < hidden; unit += 1) {
        const rgb = this.editor.scale.rgb(this.model.value({ gate, row, unit }));
        image.data.set([...rgb, 255], 4 * (row * hidden + unit));
      }
    }
    const canvas = new OffscreenCanvas(hidden, rows.length);
    canvas.getContext("2d")?.putImageData(image, 0, 0);
    return canvas;
  }

  /**
   * Put a mark around a weight; on a very small one it keeps a size that can be seen.
   * @param {HTMLElement} mark
   * @param {Place} place
   */
  placeMark(mark, { row, unit }) {
    const { width, tops, heights } = this.size;
    const across = Math.max(width, LEAST_MARK);
    const down = Math.max(heights[row], LEAST_MARK);
    const left = EDGE + unit * width + (width - across) / 2;
    const top = tops[row] + (heights[row] - down) / 2;
    mark.hidden = false;
    Object.assign(mark.style, { left: `${left}px`, top: `${top}px`, width: `${across}px`, height: `${down}px` });
  }

  showCursor() {
    this.maps.forEach(({ cursor }) => { cursor.hidden = true; });
    if (this.size) this.placeMark(this.maps[this.cursor.gate].cursor, this.cursor);
    this.showField();
  }

  /** The name and the value under the cursor; what is being typed stays. */
  showField() {
    if (this.editing) return;
    const { gate, unit } = this.cursor;
    const bad = this.model.drafts.has(this.model.key(this.cursor));
    this.name.replaceChildren(...gateLabel(this.model, gate), ` · ${weightName(this.model.rowOf(this.cursor), unit)}`);
    this.input.value = this.editor.textOf(this.cursor);
    this.input.classList.toggle("bad", bad);
    setAll(this.input, { "aria-invalid": bad && "true" });
  }

  showDrafts() {
    this.maps.forEach(({ drafts }) => drafts.replaceChildren());
    if (!this.size) return;
    for (const key of this.model.drafts.keys()) {
      const place = this.model.placeOf(key);
      const mark = element("div", { class: "mark bad" });
      this.maps[place.gate].drafts.append(mark);
      this.placeMark(mark, place);
    }
  }

  /** @param {Focus | null} focus */
  showFocus(focus) {
    this.maps.forEach(({ column }, index) => {
      column.hidden = !focus || !this.size || this.model.gates[index] !== focus.gate || focus.unit >= this.model.hidden;
      if (!focus || column.hidden) return;
      const { width, total } = this.size;
      Object.assign(column.style, { left: `${EDGE + focus.unit * width}px`, top: "0", width: `${width}px`, height: `${total}px` });
    });
  }

  /** @param {Place | null} place */
  showPoint(place) {
    this.maps.forEach(({ point }) => { point.hidden = true; });
    if (place && this.size && !samePlace(place, this.cursor)) this.placeMark(this.maps[place.gate].point, place);
  }

  /**
   * The one gate on a narrow screen is the one with the cursor.
   * @param {number} gate
   */
  chooseGate(gate) {
    if (gate === this.cursor.gate) return;
    this.cursor = this.near({ ...this.cursor, gate }, 0, 0);
    this.resize();
  }
}

/**
 * An arrow to the right, turned by some degrees.
 * @param {number} turn
 */
const arrow = (turn) => svg("svg", { width: 18, height: 18, viewBox: "0 0 18 18", "aria-hidden": "true" },
  svg("path", { d: "M3 9h11M9.5 4.5 14 9l-4.5 4.5", transform: `rotate(${turn} 9 9)`, fill: "none", stroke: "currentColor", "stroke-width": 2 }));

/**
 * What the rows of a block have in common: "x", "h", "i₋".
 * @param {{ name: string, label: string }} row
 */
const sourceOf = ({ name, label }) => (name === "W" ? "x" : label.replace(/[₀-₉]/g, ""));

/**
 * Rows of one parameter, and of one source, belong together.
 * @param {WeightRow[]} rows
 */
function blocksOf(rows) {
  /** @type {Block[]} */
  const blocks = [];
  rows.forEach((row, index) => {
    const { name, labels } = row;
    const last = blocks.at(-1);
    if (last && last.name === name && last.label === sourceOf(row)) last.count += 1;
    else blocks.push({ name, label: sourceOf(row), labels, first: index, count: 1 });
  });
  return blocks;
}
