import { groupOf } from "../web/bus.js";
import { element, find, findAll, focusedIn, partsOf } from "../web/dom.js";
import { formatNumber } from "../web/format.js";
import { unpack } from "../web/payload.js";
import { makeScale } from "../web/scales.js";
import { applyTheme, THEME, watchTheme } from "../web/theme.js";
import { mounting } from "../web/view.js";
import { gateLabel } from "./card.js";
import { CellsView } from "./cells.js";
import { layBlock, readBlock } from "./clipboard.js";
import { samePlace } from "./cursor.js";
import { HeatmapView } from "./heatmap.js";
import { shapeOf, WeightModel } from "./model.js";
import { cellProblem, plainNumber } from "./words.js";

/**
 * @import { Component, Focus, Mode, Packed, Weight, WeightEdit, WeightsMessage } from "../types.d.ts"
 * @import { Group } from "../web/bus.js"
 * @import { Scale } from "../web/scales.js"
 * @import { Reach } from "./cursor.js"
 * @import { Change, Place } from "./model.js"
 * @import { Problem } from "./words.js"
 */

const EVENTS = [
  "keydown", "click", "dblclick", "pointerdown", "pointerover", "pointermove", "focusin", "focusout", "input", "copy", "paste",
];
const MOST_CELLS = 8;
const NARROW = 640;
const SLIM = 460;
const GATE_GAP = 16;
const MOST_PROBLEMS = 3;

/** One editor on the page: what the weights are, which view shows them, and what goes to the server and the group. */
export class WeightEditor {
  // There from the first message on, and the scale when the theme is known too.
  /** @type {WeightModel} */
  model;
  /** @type {CellsView | HeatmapView} */
  view;
  /** @type {Record<string, (event: any) => void>} */
  listeners;
  /** @type {Group} */
  group;
  /** @type {(message: WeightEdit) => void} */
  send;
  /** @type {number} */
  bound;
  /** @type {number} */
  answered;
  /** @type {Mode} */
  mode;
  /** @type {Scale} */
  scale;

  /** @param {ShadowRoot} parent */
  constructor(parent) {
    this.root = find(parent, ".weights");
    this.parts = partsOf(this.root, ["gates", "below", "problems", "scale", "gate-choice", "segments"]);
    /** @type {Focus | null} */
    this.focus = null;
    /** @type {Place | null} */
    this.pointed = null;
    /** @type {Problem | null} */
    this.pasteProblem = null;
    this.revision = this.problemText = "";
    this.narrow = false;
    this.gate = 0;
    this.gateChosen = false;
    this.listen();
    watchTheme(this.root, (mode) => this.setMode(mode));
    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(this.root);
  }

  /** The view changes with the number of units; the listeners stay and ask for the present one. */
  listen() {
    const pass = (/** @type {string} */ type) => (/** @type {Event} */ event) => this.listeners?.[type]?.(event);
    EVENTS.forEach((type) => this.root.addEventListener(type, pass(type)));
    this.parts.gates.addEventListener("pointerleave", pass("pointerleave"));
    this.root.addEventListener("focusout", ({ relatedTarget }) => {
      if (!this.root.contains(/** @type {Element | null} */ (relatedTarget))) this.point(null);
    });
    // The page takes single letters as commands, and does not see through to a field in here.
    for (const type of ["keydown", "keypress", "keyup"]) {
      this.root.addEventListener(type, (event) => event.stopPropagation());
    }
  }

  /** @param {Group} group */
  join(group) {
    this.group = group;
    this.stops = [
      group.on("focus", (focus) => this.setFocus(focus)),
      group.on("point", (detail) => this.showPoint(detail?.weight)),
    ];
  }

  close() {
    this.stops?.forEach((stop) => stop());
    this.resizing.disconnect();
    this.point(null);
  }

  // ---- what comes in

  /**
   * @param {Packed} data
   * @param {Component} component
   */
  receive(data, { setTriggerValue }) {
    this.send = (message) => setTriggerValue("edit", message);
    /** @type {WeightsMessage} */
    const header = unpack(data);
    if (header.revision === this.revision) return;
    this.revision = header.revision;
    if (!this.group) this.join(groupOf(header.group));
    const same = this.model?.shape === shapeOf(header);
    this.setBound(header.bound, same);
    // Weights that changed without an edit here were drawn or reset: what was typed before belongs to the old ones.
    if (same && header.answered === this.answered) this.model.drafts.clear();
    this.answered = header.answered;
    this.pasteProblem = null;
    if (same) this.model.take(header);
    else this.open(header);
    this.view.paint();
    this.showProblems();
  }

  /** @param {WeightsMessage} header */
  open(header) {
    this.model = new WeightModel(header);
    if (this.mode) applyTheme(this.root, this.mode, this.model.looks);
    this.pasteProblem = this.pointed = null;
    this.gate = Math.min(this.gate, header.gates.length - 1);
    this.parts.below.replaceChildren();
    this.view = header.hidden > MOST_CELLS
      ? new HeatmapView(this, this.parts.gates, this.parts.below) : new CellsView(this, this.parts.gates);
    this.listeners = this.view.listeners();
    this.makeSegments();
    this.setFocus(this.focus);
    this.resize();
  }

  /** @param {Mode} mode */
  setMode(mode) {
    this.mode = mode;
    applyTheme(this.root, mode, this.model?.looks);
    if (!this.model) return;
    this.scale = makeScale("signed", this.bound, mode);
    this.view.paint();
  }

  /**
   * A scale never changes silently: the one before is named beside it.
   * @param {number} bound
   * @param {boolean} same
   */
  setBound(bound, same) {
    const name = (/** @type {number} */ value) => `−${formatNumber(value, "all")} … ${formatNumber(value, "all")}`;
    const before = same && this.bound !== bound ? `, was ${name(this.bound)}` : "";
    this.parts.scale.textContent = `scale ${name(bound)}${before}`;
    this.bound = bound;
    this.scale = makeScale("signed", bound, this.mode);
  }

  /** @param {keyof typeof THEME.colours.light} name */
  colour(name) {
    return THEME.colours[this.mode][name];
  }

  // ---- the group

  /** @param {Focus | null} focus */
  setFocus(focus) {
    this.focus = focus;
    if (!this.model) return;
    const gate = this.model.gateOf(focus);
    if (gate >= 0 && !this.gateChosen) this.showGate(gate);
    this.view.showFocus(focus);
  }

  /** @param {Weight | null | undefined} weight */
  showPoint(weight) {
    this.shownPoint = weight;
    if (this.model) this.view.showPoint(this.model.find(weight));
  }

  showMarks() {
    this.view.showFocus(this.focus);
    this.showPoint(this.shownPoint);
  }

  /**
   * Tell the page which weight is pointed at here.
   * @param {Place | null} place
   */
  point(place) {
    if (samePlace(place, this.pointed)) return;
    this.pointed = place;
    this.group.emit("point", place ? { weight: this.model.weight(place) } : null);
  }

  // ---- one gate at a time on a narrow screen

  makeSegments() {
    this.parts.segments.replaceChildren(...this.model.gates.map((_, index) => {
      const choose = () => { this.gateChosen = true; this.showGate(index); };
      return element("label", {},
        element("input", { type: "radio", name: "gate", value: index, class: "visually-hidden", onchange: choose }),
        element("span", {}, gateLabel(this.model, index, true)));
    }));
    this.showGate(this.gate);
  }

  /** @param {number} gate */
  showGate(gate) {
    this.gate = gate;
    this.parts.segments.querySelectorAll("input").forEach((input, index) => { input.checked = index === gate; });
    findAll(this.parts.gates, ".gate").forEach((card, index) => { card.hidden = this.narrow && index !== gate; });
    if (this.narrow) this.view.chooseGate(gate);
  }

  resize() {
    const width = this.root.offsetWidth;
    if (!width) return; // in a tab that is not open
    this.narrow = width < NARROW;
    this.root.toggleAttribute("data-narrow", this.narrow);
    this.root.toggleAttribute("data-slim", width < SLIM);
    if (!this.model) return;
    this.parts["gate-choice"].hidden = !this.narrow || this.model.gates.length === 1;
    this.parts.gates.style.setProperty("--columns", String(this.columns(width)));
    this.showGate(this.gate);
    this.view.resize();
  }

  /**
   * How many gates stand side by side: as many as fit, but 2 + 2 rather than 3 + 1.
   * @param {number} width
   */
  columns(width) {
    if (this.narrow) return 1;
    const { length } = this.model.gates;
    const fitting = Math.max(Math.floor((width + GATE_GAP) / (this.view.leastWidth + GATE_GAP)), 1);
    return Math.ceil(length / Math.ceil(length / fitting));
  }

  /**
   * The gates that keys and a pasted block can reach from a place: those to be seen.
   * @param {Place} place
   * @returns {Reach}
   */
  reach({ gate }) {
    return this.narrow ? [gate, gate] : [0, this.model.gates.length - 1];
  }

  focused() {
    return focusedIn(this.root);
  }

  // ---- edits

  /**
   * What a cell shows when it is opened: text that was refused, or every digit.
   * @param {Place} place
   */
  textOf(place) {
    return this.model.drafts.get(this.model.key(place)) ?? plainNumber(this.model.value(place));
  }

  /**
   * @param {Place} place
   * @param {string} text
   */
  commit(place, text) {
    const { value } = this.model.judge(text);
    this.pasteProblem = null;
    if (value !== null) this.deliver([{ place, value }]);
    else this.model.drafts.set(this.model.key(place), text);
    this.view.paintCell(place);
    this.showProblems();
  }

  /** @param {Place} place */
  restore(place) {
    this.model.drafts.delete(this.model.key(place));
    this.pasteProblem = null;
    this.view.paintCell(place);
    this.showProblems();
  }

  /**
   * @param {Place} place
   * @param {string} text
   */
  paste(place, text) {
    if (!text.trim()) return;
    const { changes, problem } = layBlock(this.model, place, readBlock(text), this.reach(place)[1]);
    this.pasteProblem = problem ?? null;
    if (changes) this.deliver(changes);
    this.view.paint();
    this.showProblems();
  }

  /**
   * Show the new values at once; the server's answer comes later.
   * @param {Change[]} changes
   */
  deliver(changes) {
    const message = this.model.change(changes);
    if (message) this.send(message);
  }

  showProblems() {
    const problems = this.pasteProblem ? [this.pasteProblem] : [];
    for (const [key, text] of this.model.drafts) {
      const { gate, row, unit } = this.model.placeOf(key);
      const { isNumber } = this.model.judge(text);
      problems.push(cellProblem(this.model.look(gate), this.model.rowOf({ gate, row }), unit, text, this.model.limit, isNumber));
    }
    const shown = problems.slice(0, MOST_PROBLEMS);
    const rest = problems.length - shown.length;
    if (rest) shown.push({ head: `${rest} more`, body: rest === 1 ? "cell is no number." : "cells are no numbers." });
    const text = JSON.stringify(shown);
    if (text === this.problemText) return; // writing the same again would say it again
    this.problemText = text;
    this.parts.problems.replaceChildren(...shown.map(({ head, body }) =>
      element("p", { class: "problem" }, element("b", {}, head), ` ${body}`)));
  }
}

export default mounting(WeightEditor);
