import { closest, element, findAll, setAll } from "../web/dom.js";
import { gateCard, labelWidth, rowLabel } from "./card.js";
import { isBlock } from "./clipboard.js";
import { moved, samePlace, shift, startsNumber } from "./cursor.js";
import { fullNumber, plainNumber, shortNumber, spokenName } from "./words.js";

/**
 * @import { Focus, WeightRow } from "../types.d.ts"
 * @import { WeightEditor } from "./component.js"
 * @import { Place } from "./model.js"
 */

const DIGIT_WIDTH = 6.9;
const CELL_PADDING = 2; // a point is half a digit wide
const LEAST_CELL = 48;
const CELL_GAP = 4;
const CRAMPED = 46;

/** Up to eight units: every weight is a cell with its number. */
export class CellsView {
  /**
   * @param {WeightEditor} editor
   * @param {HTMLElement} gates
   */
  constructor(editor, gates) {
    this.editor = editor;
    this.model = editor.model;
    /** @type {Map<string, { node: HTMLElement, number: HTMLElement }>} */
    this.cells = new Map();
    this.stops = this.model.gates.map((_, gate) => ({ gate, row: 0, unit: 0 })); // one tab stop in each gate
    /** @type {{ place: Place, input: HTMLInputElement, before: string | null } | null} */
    this.editing = null;
    /** @type {Place | null} */
    this.wasActive = null;
    this.touched = false;
    this.room = 7;
    const { hidden, rows } = this.model;
    const label = labelWidth(rows);
    this.leastWidth = label + 4 + hidden * (LEAST_CELL + CELL_GAP);
    gates.style.setProperty("--units", String(hidden));
    gates.style.setProperty("--label", `${label}px`);
    gates.replaceChildren(...this.model.gates.map((gate, index) => this.card(gate, index)));
    this.gates = gates;
  }

  /**
   * @param {string} gate
   * @param {number} index
   */
  card(gate, index) {
    const outline = element("div", { class: "column-outline", hidden: true, "aria-hidden": "true" });
    const grid = element("div", { class: "grid", role: "grid", "aria-labelledby": `gate-${gate}` },
      this.headRow(), ...this.model.rows.map((row, at) => this.row(index, row, at)));
    const own = this.model.rows.filter((_, at) => this.model.has({ gate: index, row: at })).length;
    return gateCard(this.model, index, element("div", {
      class: "matrix", style: `--all-lines: ${this.model.rows.length + 1}; --own-lines: ${own + 1}`,
    }, grid, outline));
  }

  headRow() {
    const heads = Array.from({ length: this.model.hidden }, (_, unit) =>
      element("div", { class: "unit-name", role: "columnheader", "data-unit": unit },
        element("span", { class: "unit-word" }, "unit "), String(unit + 1)));
    return element("div", { class: "line", role: "row" },
      element("div", { role: "columnheader", class: "corner" }, element("span", { class: "visually-hidden" }, "from")), ...heads);
  }

  /**
   * @param {number} index  Of the gate.
   * @param {WeightRow} row
   * @param {number} at
   */
  row(index, row, at) {
    const before = this.model.rows[at - 1];
    const lone = (/** @type {string} */ name) => name === "P" || name === "b" || name === "b_rec";
    const apart = lone(row.name) && !lone(before?.name) ? "apart" : "";
    if (!this.model.has({ gate: index, row: at })) return element("div", { class: `line blank ${apart}`, "aria-hidden": "true" });
    const cells = Array.from({ length: this.model.hidden }, (_, unit) => this.cell({ gate: index, row: at, unit }));
    return element("div", { class: `line ${apart}`, role: "row" }, rowLabel(this.model.rowOf({ gate: index, row: at }).label, { role: "rowheader" }), ...cells);
  }

  /** @param {Place} place */
  cell(place) {
    const number = element("span", { class: "number" });
    const first = samePlace(place, this.stops[place.gate]);
    const node = element("div", { class: "cell", role: "gridcell", tabindex: first ? 0 : -1, "data-place": this.model.key(place) }, number);
    this.cells.set(this.model.key(place), { node, number });
    return node;
  }

  /**
   * The listeners of the whole view; one set, so that a thousand cells cost nothing.
   * @returns {Record<string, (event: any) => void>}
   */
  listeners() {
    return {
      keydown: (event) => this.onKey(event),
      click: (event) => this.onClick(event),
      dblclick: (event) => this.withPlace(event, (place) => this.edit(place)),
      pointerdown: (event) => { this.wasActive = this.active(); this.touched = event.pointerType !== "mouse"; },
      pointerover: (event) => this.editor.point(this.placeAt(event.target)),
      pointerleave: () => this.editor.point(null),
      focusin: (event) => this.withPlace(event, (place) => this.moveStop(place)),
      focusout: (event) => { if (event.target === this.editing?.input) this.finish(true); },
      input: (event) => { if (event.target === this.editing?.input) fitInput(event.target); },
      copy: (event) => this.onCopy(event),
      paste: (event) => this.onPaste(event),
    };
  }

  /** @param {EventTarget | null} target */
  placeAt(target) {
    const place = closest(target, ".cell")?.dataset.place;
    return place ? this.model.placeOf(place) : null;
  }

  /**
   * @param {Event} event
   * @param {(place: Place) => void} act
   */
  withPlace(event, act) {
    const place = this.placeAt(event.target);
    if (place) act(place);
  }

  /** The cell that has the focus, or null. */
  active() {
    return this.placeAt(this.editor.focused() ?? this.gates);
  }

  /** @param {Place} place */
  cellAt(place) {
    const cell = this.cells.get(this.model.key(place));
    if (!cell) throw new Error(`there is no cell ${this.model.key(place)}`);
    return cell;
  }

  /** @param {Place} place */
  node(place) {
    return this.cellAt(place).node;
  }

  /** @param {Place} place */
  moveStop(place) {
    this.node(this.stops[place.gate]).tabIndex = -1;
    this.stops[place.gate] = place;
    this.node(place).tabIndex = 0;
  }

  /** @param {Place} place */
  go(place) {
    this.node(place).focus();
    this.editor.point(place);
  }

  // ---- keys and pointer

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const place = this.placeAt(event.target);
    if (!place) return;
    const done = this.editing ? this.onTypingKey(event, place) : this.onCellKey(event, place);
    if (done) event.preventDefault();
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Place} place
   */
  onCellKey(event, place) {
    const next = moved(this.model, place, event, this.editor.reach(place));
    if (next) this.go(next);
    else if (event.key === "Enter" || event.key === "F2") this.edit(place);
    else if (event.key === "Delete" || event.key === "Backspace") this.edit(place, "");
    else if (event.key === "Escape") this.editor.restore(place);
    else if (startsNumber(event)) this.edit(place, event.key);
    else return false;
    return true;
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Place} place
   */
  onTypingKey(event, place) {
    if (event.isComposing) return false;
    if (event.key === "Escape") return this.leave(place, false, [0, 0]);
    if (event.key === "Enter") return this.leave(place, true, [event.shiftKey ? -1 : 1, 0]);
    if (event.key === "Tab") return this.leave(place, true, [0, event.shiftKey ? -1 : 1], true);
    return false;
  }

  /**
   * End the editing and move on; what is no number is not left by Enter. Past the last cell Tab leaves the matrix.
   * @param {Place} place
   * @param {boolean} keep
   * @param {[down: number, right: number]} step
   */
  leave(place, keep, [down, right], always = false) {
    const good = this.finish(keep);
    const next = good || always ? shift(this.model, place, down, right, this.editor.reach(place)) : place;
    this.go(next);
    return !(always && samePlace(next, place));
  }

  /** @param {MouseEvent} event */
  onClick(event) {
    this.withPlace(event, (place) => {
      if (event.target === this.editing?.input) return;
      // A finger has no keys to begin with: a tap opens the cell. So does a click on the cell that is chosen.
      if (this.touched || samePlace(place, this.wasActive)) this.edit(place);
      else this.node(place).focus();
    });
  }

  // ---- editing

  /**
   * @param {Place} place
   * @param {string | null} first  What was typed to begin with.
   */
  edit(place, first = null) {
    if (samePlace(this.editing?.place, place)) return;
    this.finish(true);
    const { node } = this.cellAt(place);
    const { gate, unit } = place;
    const text = this.editor.textOf(place);
    const input = element("input", {
      type: "text", class: "typing", autocomplete: "off", spellcheck: "false", enterkeyhint: "done",
      "aria-label": spokenName(this.model.look(gate), this.model.rowOf(place), unit),
    });
    input.value = first ?? text;
    this.editing = { place, input, before: first === null ? text : null };
    node.classList.add("editing");
    node.classList.toggle("to-left", unit >= this.model.hidden / 2);
    node.append(input);
    fitInput(input);
    input.focus();
    if (first === null) input.select();
  }

  /**
   * Take the input away; `keep` what was typed or restore. Returns whether the cell holds a number now.
   * @param {boolean} keep
   */
  finish(keep) {
    if (!this.editing) return true;
    const { place, input, before } = this.editing;
    this.editing = null; // first: taking the input away is a blur, which would end the editing again
    const text = input.value;
    input.remove();
    this.node(place).classList.remove("editing", "to-left");
    if (!keep) this.editor.restore(place);
    else if (text !== before) this.editor.commit(place, text);
    return !this.model.drafts.has(this.model.key(place));
  }

  /** @param {ClipboardEvent} event */
  onCopy(event) {
    if (this.editing) return;
    const place = this.active();
    if (!place) return;
    event.clipboardData?.setData("text/plain", plainNumber(this.model.value(place)));
    event.preventDefault();
  }

  /** @param {ClipboardEvent} event */
  onPaste(event) {
    const place = this.active();
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!place || (this.editing && !isBlock(text))) return;
    event.preventDefault();
    if (this.editing) {
      this.editing.input.value = this.editing.before = ""; // the block takes the place of what was being typed
      this.finish(true);
      this.go(place);
    }
    this.editor.paste(place, text);
  }

  // ---- drawing

  paint() {
    for (const key of this.cells.keys()) this.paintCell(this.model.placeOf(key));
  }

  /** @param {Place} place */
  paintCell(place) {
    const { node, number } = this.cellAt(place);
    const { scale } = this.editor;
    const value = this.model.value(place);
    const draft = this.model.drafts.get(this.model.key(place));
    const bad = draft !== undefined;
    const full = fullNumber(value);
    number.textContent = bad ? draft : shortNumber(value, this.room);
    node.style.background = bad ? "" : scale.fill(value);
    node.style.color = bad ? "" : scale.ink(value);
    node.classList.toggle("bad", bad);
    const name = spokenName(this.model.look(place.gate), this.model.rowOf(place), place.unit);
    setAll(node, {
      title: bad ? null : full,
      "aria-label": `${name}: ${bad ? draft || "empty" : full}`,
      "aria-invalid": bad && "true",
    });
  }

  /** @param {Focus | null} focus */
  showFocus(focus) {
    const gate = this.model.gateOf(focus);
    for (const head of findAll(this.gates, ".unit-name")) {
      head.classList.toggle("followed", Number(head.dataset.unit) === focus?.unit);
    }
    findAll(this.gates, ".column-outline").forEach((outline, index) => {
      outline.hidden = !focus || index !== gate || focus.unit >= this.model.hidden;
      if (focus) outline.style.gridColumn = String(focus.unit + 2);
    });
  }

  /** @param {Place | null} place */
  showPoint(place) {
    this.gates.querySelector(".pointed")?.classList.remove("pointed");
    if (place) this.node(place).classList.add("pointed");
  }

  chooseGate() {}

  /** After a change of width: how many characters a cell has room for. */
  resize() {
    const shown = [...this.cells.values()].find(({ node }) => node.offsetWidth);
    if (!shown) return;
    const width = shown.node.offsetWidth;
    this.gates.classList.toggle("cramped", width < CRAMPED);
    const room = Math.max(Math.floor((width - CELL_PADDING) / DIGIT_WIDTH), 3);
    if (room === this.room) return;
    this.room = room;
    this.paint();
  }
}

/**
 * As wide as what is typed, but not narrower than the cell.
 * @param {HTMLInputElement} input
 */
function fitInput(input) {
  input.style.width = `calc(${input.value.length}ch + 18px)`;
}
