import { groupOf } from "../web/bus.js";
import { closest, element, find, partsOf } from "../web/dom.js";
import { formatNumber, subscript } from "../web/format.js";
import { Drawing } from "./diagram.js";
import { Formula } from "./formula.js";
import { narrowGru, wideGru } from "./gru.js";
import { Legend } from "./legend.js";
import { narrowLstm, wideLstm } from "./lstm.js";
import { Model } from "./model.js";
import { unpack } from "../web/payload.js";
import { Readout } from "./readout.js";
import { narrowRnn, wideRnn } from "./rnn.js";
import { sentence } from "./sentence.js";
import { Strips } from "./strips.js";
import { applyTheme, watchTheme } from "../web/theme.js";
import { mounting } from "../web/view.js";
import { LISTED } from "./stack.js";
import { Transport } from "./transport.js";

/**
 * @import { CellMessage, GroupEvents, Mode, Packed, Weight } from "../types.d.ts"
 * @import { Group } from "../web/bus.js"
 * @import { Digits } from "../web/format.js"
 * @import { Ref } from "./model.js"
 * @import { Goal } from "./transport.js"
 *
 * @typedef {Ref & { moves?: boolean }} Place  Moves: when time does, another value stands there.
 * @typedef {{ ref?: Ref | null, weight?: Weight | null }} Target  What is lit: a value, a weight, or both.
 * @typedef {{
 *   t: number, unit: number, signal: string, phase: number, playing: boolean, speed: number, digits: Digits, showAll: boolean,
 * }} State
 */

const PLANS = {
  wide: { lstm: wideLstm, gru: wideGru, rnn: wideRnn },
  narrow: { lstm: narrowLstm, gru: narrowGru, rnn: narrowRnn },
};
const NARROW = 640;
const SIDE_BY_SIDE = 880;
const FORMULA_WIDTH = 324;
/** The narrowest strips that have room for the words beside them. */
const WORDED_STRIPS = 500;

/** @type {(value: number, low: number, high: number) => number} */
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/**
 * All on the page; the one that was used last is the last.
 * @type {Set<CellView>}
 */
const views = new Set();

class CellView {
  // There from the first message on, and the drawing when the theme and the width are known too.
  /** @type {Model} */
  model;
  /** @type {Group} */
  group;
  /** @type {Mode} */
  mode;
  /** @type {Drawing} */
  diagram;

  /** @param {ShadowRoot} root */
  constructor(root) {
    this.root = root;
    this.node = find(root, ".cell-view");
    this.part = partsOf(this.node, [
      "transport", "follow", "diagram-box", "diagram", "phases", "readout", "strips-head", "strips-root", "legend", "formula", "sentence",
    ]);
    /** @type {State} */
    this.state = { t: 0, unit: 0, signal: "", phase: 0, playing: false, speed: 1, digits: 3, showAll: false };
    /** @type {Ref | null} */
    this.pinned = null;
    this.seeks = true; // where there are only strips: the unit in which there is most to see
    /** @type {Place | null} */
    this.hover = null; // the value whose own formula is shown
    /** @type {Place | null} */
    this.source = null; // the value whose row is lit in the open formula
    /** @type {Target | null} */
    this.pointed = null; // what is lit now
    this.transport = new Transport({
      root: this.part.transport,
      onGo: (where) => this.go(where),
      onPlay: () => this.play(!this.state.playing),
      onSpeed: (speed) => { this.state.speed = speed; if (this.state.playing) this.play(true); },
    });
    this.strips = new Strips({
      root: this.part["strips-root"],
      onMove: (t) => this.step({ t }),
      onPick: ({ t, signal, unit }) => {
        this.pinned = null;
        this.choose(signal === null ? { t } : { t, signal, unit });
      },
      onPoint: (ref) => this.point(ref),
      onShowAll: (showAll) => { this.state.showAll = showAll; this.layStrips(); this.draw(); },
    });
    this.formula = new Formula({
      root: this.part.formula,
      onPoint: (target) => this.light(target),
      onOpen: (ref) => (ref ? this.pin(ref) : this.draw()),
      onDigits: (digits) => { this.state.digits = digits; this.draw(); },
      onFree: () => this.free(),
    });
    this.legend = new Legend({
      root: this.part.legend,
      onChange: () => { this.layStrips(); this.draw(); },
    });
    this.readout = new Readout({
      root: this.part.readout,
      onPick: (unit) => this.pin({ signal: "readout", unit, t: this.state.t }),
    });
    this.moment = element("div", { class: "moment", "aria-hidden": "true" });
    /** @type {HTMLButtonElement[]} */
    this.phaseButtons = [];
    /** @type {HTMLButtonElement[]} */
    this.unitButtons = [];
    /** @type {HTMLSelectElement | null} */
    this.unitMenu = null;
    /** @type {Record<string, string>} */
    this.followed = {}; // which signal was chosen in a kind of cell
    this.byPhase = false;
    /** @type {number | undefined} */
    this.timer = undefined;
    this.width = 0;
    this.headFor = "";
    this.narrow = false;
    /** @type {{ unit: number, signal: string } | null} */
    this.paintedFor = null;
    this.onPageKey = (/** @type {KeyboardEvent} */ event) => {
      // On a page that only has the strips, the keys may be another part's.
      if (this.model?.isStripsOnly || document.activeElement !== document.body || this !== [...views].at(-1)) return;
      if (/^(Arrow(Left|Right)|Escape)$/.test(event.key)) this.key(event);
    };
    this.resize = new ResizeObserver(() => this.fit());
    this.listen();
  }

  listen() {
    this.node.addEventListener("keydown", (event) => this.key(event));
    this.node.addEventListener("focusin", () => { if (this.model?.isStripsOnly) this.say(); });
    // A teacher who clicked beside the picture still steps with the arrow keys.
    document.addEventListener("keydown", this.onPageKey);
    const use = () => { views.delete(this); views.add(this); };
    for (const type of ["pointerdown", "focusin"]) this.node.addEventListener(type, use);
    use();
    const { diagram } = this.part;
    // What is pointed at in the diagram is a place: when time moves, another value stands there.
    diagram.addEventListener("pointerover", (event) => {
      const ref = this.refUnder(event);
      this.point(ref && { ...ref, moves: true });
    });
    diagram.addEventListener("pointerleave", () => this.point(null));
    diagram.addEventListener("click", (event) => this.pick(event));
    this.resize.observe(this.node);
    // Numbers painted before the font arrived have the wrong widths.
    document.fonts.ready.then(() => {
      if (!this.paintedFor) return;
      this.layStrips();
      this.draw();
    });
  }

  /** @param {Group} group */
  join(group) {
    this.group = group;
    this.stops = [
      group.on("point", (detail) => this.hearPoint(detail)),
      group.on("open", (detail) => this.openSignal(detail)),
    ];
  }

  close() {
    this.halt();
    document.removeEventListener("keydown", this.onPageKey);
    views.delete(this);
    this.stops?.forEach((stop) => stop());
    this.resize.disconnect();
  }

  /**
   * Take a new run. While the scene is the same, time, unit and open formula stay where the reader left them.
   * @param {Packed} data
   */
  receive(data) {
    /** @type {CellMessage} */
    const header = unpack(data);
    if (header.revision === this.model?.revision) return;
    if (!this.group) this.join(groupOf(header.group));
    /** @type {Model | undefined} */
    const before = this.model;
    const continues = before?.scene === header.scene;
    this.model = new Model(header);
    this.node.classList.toggle("strips-only", this.model.isStripsOnly);
    if (!before || !continues) {
      Object.assign(this.state, header.open, { phase: this.model.phases.length });
      this.pinned = null;
      this.followed = {};
      this.halt();
    } else if (this.model.cell !== before.cell) this.changeKind(before);
    if (!this.model.order.includes(this.state.signal)) [this.state.signal] = this.model.order;
    this.legend.take(this.model, continues);
    this.state.t = clamp(this.state.t, 0, this.model.T - 1);
    this.state.unit = clamp(this.state.unit, 0, this.model.H - 1);
    if (this.model.isStripsOnly && this.seeks) this.state.unit = this.model.telling(continues ? this.state.unit : null);
    this.pinned = this.stillThere(this.pinned);
    // While a network learns, runs follow one another faster than a hand moves: what it points at stays lit.
    if (this.model.isStripsOnly) this.hover = this.stillThere(this.hover);
    else this.unpoint();
    this.lay();
    if (this.mode === undefined) watchTheme(this.root, (mode) => this.setMode(mode));
    else this.draw();
  }

  /**
   * Another kind of cell: choose the signal that was chosen in it before, and show the whole step.
   * @param {Model} before
   */
  changeKind(before) {
    this.followed[before.order.join()] = this.state.signal;
    this.state.signal = this.followed[this.model.order.join()] ?? this.state.signal;
    this.state.phase = this.model.phases.length;
    this.pinned = null;
    this.halt();
  }

  /**
   * @template {Ref} Kept
   * @param {Kept | null} ref
   */
  stillThere(ref) {
    const { model } = this;
    if (!ref || ref.t >= model.T || ref.t < -1) return null;
    if (ref.signal === "readout") return ref.unit < (model.readout?.words.length ?? 0) ? ref : null;
    if (ref.signal !== "x" && !model.looks[ref.signal]) return null;
    return ref.unit < (ref.signal === "x" ? model.D : model.H) ? ref : null;
  }

  /** @param {Mode} mode */
  setMode(mode) {
    this.mode = mode;
    this.lay();
    this.draw();
  }

  /** Build what depends on the run and the width, not on the moment. */
  lay() {
    const { model } = this;
    const width = this.node.clientWidth;
    // Before the theme is known, and while the page keeps the view hidden, there is nothing to lay out.
    if (!this.mode || width === 0) return;
    const { isStripsOnly } = model;
    this.width = width;
    applyTheme(this.node, this.mode, model.looks);
    this.narrow = width < (isStripsOnly ? WORDED_STRIPS : NARROW);
    this.node.classList.toggle("narrow", this.narrow);
    this.node.classList.toggle("middle", !this.narrow && width < SIDE_BY_SIDE);
    this.legend.lay(this.mode);
    if (isStripsOnly) this.layStripsHead();
    else this.layPicture();
    this.layStrips();
  }

  layPicture() {
    const { model } = this;
    const size = this.narrow ? "narrow" : "wide";
    this.diagram = new Drawing(model, PLANS[size][model.drawing](model), size);
    this.part.diagram.replaceChildren(this.diagram.node);
    this.transport.lay(model);
    this.readout.lay(model);
    this.layFollow();
    this.layPhases();
    this.reserve();
  }

  fit() {
    if (!this.model || !this.mode || this.node.clientWidth === this.width) return;
    this.lay();
    this.draw();
  }

  /** Above strips that stand alone: whose unit is followed and where the cursor is. An open menu stays open. */
  layStripsHead() {
    const { model, narrow, part } = this;
    const units = `${model.H} ${narrow}`;
    if (this.headFor === units) return;
    this.headFor = units;
    this.layFollow();
    part["strips-head"].replaceChildren(part.follow, this.moment);
  }

  /** Room for the tallest formula of this run, so that nothing below jumps while time moves. */
  reserve() {
    const { model } = this;
    const rows = Object.keys(model.equations).filter((key) => model.isComputed(key)).map((key) => {
      const terms = model.terms(key, 0, 0);
      const sources = terms.filter((term) => term.ref).length;
      return Math.min(sources, 6) + (sources > 6 ? 1 : 0) + terms.length - sources;
    });
    this.part.formula.style.setProperty("--rows", String(Math.max(...rows)));
  }

  layStrips() {
    const { model, state, narrow, mode } = this;
    const box = this.part["strips-root"].clientWidth;
    this.strips.paint({
      model, unit: state.unit, signal: state.signal, scales: this.legend.scales, mode, narrow: narrow && box < WORDED_STRIPS,
      showAll: state.showAll, width: box || this.width - (this.width >= SIDE_BY_SIDE ? FORMULA_WIDTH + 16 : 0),
    });
    this.paintedFor = { unit: state.unit, signal: state.signal };
  }

  /** A way to the other units: buttons on a phone, a menu where there are too many to list. */
  layFollow() {
    const { model, narrow } = this;
    const { follow } = this.part;
    // In the whole view the names of the rows in the drawing are buttons too.
    follow.hidden = model.H === 1 || (!model.isStripsOnly && !narrow && model.H <= LISTED);
    const units = [...Array(model.H).keys()];
    const choose = (/** @type {number} */ unit) => { this.pinned = null; this.choose({ unit }); };
    this.unitButtons = [];
    this.unitMenu = null;
    if (follow.hidden) {
      follow.replaceChildren();
      return;
    }
    if (model.H <= LISTED) {
      this.unitButtons = units.map((unit) =>
        element("button", { type: "button", "aria-label": `Follow unit ${unit + 1}`, onclick: () => choose(unit) }, String(unit + 1)));
    } else {
      this.unitMenu = element("select", { "aria-label": "Follow unit", onchange: (event) => choose(Number(event.target.value)) },
        ...units.map((unit) => element("option", { value: unit }, `unit ${unit + 1}`)));
    }
    this.seekButton = element("button", {
      type: "button", class: "seek", title: "Follow the unit whose gates change most over this example",
      onclick: () => this.seek(),
    }, "most telling");
    follow.replaceChildren(element("span", { "aria-hidden": "true" }, "Follow unit"),
      element("div", { class: "segments" }, ...(this.unitMenu ? [this.unitMenu] : this.unitButtons)),
      ...(model.isStripsOnly ? [this.seekButton] : []));
  }

  layPhases() {
    const { phases, order } = this.model;
    this.phaseButtons = phases.map(([word], index) =>
      element("button", { type: "button", class: "phase", onclick: () => this.setPhase(index + 1) }, `${index + 1} ${word}`));
    this.part.phases.replaceChildren(element("span", { class: "phases-title", "aria-hidden": "true" }, "Inside the step"), ...this.phaseButtons);
    this.part.diagram.setAttribute("aria-label",
      `The cell. Arrow keys step and change the unit, 1 to ${order.length} choose a signal, P goes through the phases, Space plays.`);
  }

  /** How many parts a step has. */
  get lastPhase() {
    return this.model.phases.length;
  }

  /** Draw the moment. Everything here happens on every step and must stay within a frame. */
  draw() {
    const { model, state } = this;
    if (!this.mode || !this.paintedFor) return;
    const { t, unit, signal, phase, digits, playing } = state;
    if (this.paintedFor.unit !== unit || (model.H > 32 && this.paintedFor.signal !== signal)) this.layStrips();
    if (model.isStripsOnly) {
      this.drawStripsOnly();
      return;
    }
    this.diagram.draw({ t, unit, signal, phase, scales: this.legend.scales, digits });
    this.transport.draw({ model, t, playing });
    this.strips.draw({ t, signal, phase });
    this.readout.draw({ model, t, digits });
    this.drawFollowed();
    this.phaseButtons.forEach((button, index) => button.setAttribute("aria-pressed", String(index + 1 === phase)));
    if (!playing) this.say();
    this.drawFormula();
  }

  /** The moment where there are only strips. New runs are not said aloud: they come several times a second. */
  drawStripsOnly() {
    const { model } = this;
    const { t, unit, signal, phase } = this.state;
    this.strips.draw({ t, signal, phase });
    this.drawFollowed();
    const symbol = model.symbolText(t);
    const look = model.looks[signal];
    const skipped = !model.mask[t] && !model.states.includes(signal);
    this.moment.style.setProperty("--hue", `var(--hue-${signal})`);
    this.moment.replaceChildren(`t = ${t + 1} of ${model.T}${symbol ? ` · ${symbol}` : ""} · `,
      element("b", {}, look.symbol), `${subscript(unit + 1)} ${look.word} ${skipped ? "–" : formatNumber(model.value({ signal, unit, t }), 3)}`);
    this.light(null);
  }

  drawFollowed() {
    const { unit } = this.state;
    this.seekButton?.setAttribute("aria-pressed", String(this.seeks));
    this.unitButtons.forEach((button, index) => button.setAttribute("aria-pressed", String(index === unit)));
    if (this.unitMenu) this.unitMenu.value = String(unit);
  }

  say() {
    const { model } = this;
    const words = sentence(model, this.state.t, this.state.unit);
    if (this.part.sentence.textContent !== words) this.part.sentence.textContent = words;
  }

  /** @returns {Ref} */
  shown() {
    const { t, unit, signal } = this.state;
    return this.pinned ?? this.hover ?? { signal, unit, t };
  }

  drawFormula() {
    const { model, state } = this;
    if (model.isStripsOnly) {
      this.light(null);
      return;
    }
    const ref = this.shown();
    const { digits, phase, t } = state;
    this.formula.draw({ model, ref, digits, pinned: this.pinned !== null, phase, t });
    this.light(this.pointed);
    // An input and a class are numbered too, but they are no units.
    const unit = ref.signal === "x" || ref.signal === "readout" ? state.unit : ref.unit;
    this.group.emit("focus", { signal: ref.signal, gate: model.blockOf(ref.signal), unit, t: ref.t });
  }

  /**
   * Light a value wherever it stands: diagram, strips, formula, weights.
   * @param {Target | null} target
   */
  light(target) {
    this.pointed = target;
    const ref = target?.ref ?? this.hover;
    this.strips.light(ref);
    if (this.model.isStripsOnly) return;
    const shown = this.shown();
    const unit = !target && this.hover && this.hover.signal !== "x" ? this.hover.unit : null;
    this.diagram?.light({ ref, t: this.state.t, unit, gate: target ? shown.signal : null, pinned: this.pinned });
    this.formula.light({ ref: target?.ref ?? null, weight: target?.weight ?? null });
    this.group.emit("point", { weight: target?.weight ?? null, from: "cell" });
  }

  /** Forget what was pointed at: another formula is open, or another run. */
  unpoint() {
    this.hover = this.source = this.pointed = null;
  }

  /**
   * The reader points at a value. If the open formula is made of it, its row lights up; otherwise its own
   * formula appears, unless one is pinned.
   * @param {Place | null} ref
   */
  point(ref) {
    if (same(ref, this.source ?? this.hover)) return;
    const { t, unit, signal } = this.state;
    this.source = ref && !this.pinned && this.model.isTerm(ref, { signal, unit, t }) ? ref : null;
    this.hover = this.source ? null : ref;
    if (this.pinned) this.light(ref ? { ref } : null);
    else {
      this.pointed = this.source && { ref: this.source };
      this.drawFormula();
    }
  }

  /** @param {GroupEvents["point"]} detail */
  hearPoint(detail) {
    if (detail?.from === "cell" || !this.diagram) return;
    const { weight } = detail ?? {};
    const shown = this.shown();
    if (!weight || weight.gate !== this.model.blockOf(shown.signal) || weight.unit !== shown.unit) {
      this.light(null);
      return;
    }
    const key = JSON.stringify(weight);
    const terms = this.model.isComputed(shown.signal) ? this.model.terms(shown.signal, shown.unit, shown.t) : [];
    const row = terms.find((term) => JSON.stringify(term.weightRef) === key);
    this.light({ ref: row?.ref ?? null, weight });
  }

  /** @param {GroupEvents["open"]} detail */
  openSignal({ signal, previous }) {
    if (!this.diagram) return;
    const { t, unit } = this.state;
    this.pin({ signal, unit: signal === "x" ? 0 : unit, t: previous ? t - 1 : t });
    this.part["diagram-box"].scrollIntoView({ behavior: this.calm() ? "auto" : "smooth", block: "start" });
    this.part.diagram.focus({ preventScroll: true });
    this.light({ ref: this.shown() });
  }

  /**
   * @param {MouseEvent} event
   * @returns {Ref | null}
   */
  refUnder({ target }) {
    const cell = closest(target, ".cell");
    const stack = closest(target, ".stack");
    const gate = closest(target, ".gate")?.dataset.gate;
    const { t, unit } = this.state;
    if (gate) return { signal: gate, unit, t };
    if (!cell || !stack?.dataset.signal) return null;
    return { signal: stack.dataset.signal, unit: Number(cell.dataset.unit), t: "previous" in stack.dataset ? t - 1 : t };
  }

  /** @param {MouseEvent} event */
  pick(event) {
    const row = closest(event.target, "[data-follow]");
    const ref = this.refUnder(event);
    if (row) {
      this.pinned = null;
      this.choose({ unit: this.model.H <= LISTED ? Number(row.dataset.follow) : this.state.unit });
    } else if (!ref) this.free();
    else if (closest(event.target, ".gate")) {
      this.pinned = null;
      this.choose({ signal: ref.signal });
    } else this.pin(ref);
  }

  /**
   * Keep one value's formula open, whatever is pointed at; its unit is followed.
   * @param {Ref} ref
   */
  pin(ref) {
    this.pinned = ref;
    if (ref.signal !== "x" && ref.signal !== "readout") this.state.unit = ref.unit;
    if (this.model.order.includes(ref.signal) && ref.t === this.state.t) this.state.signal = ref.signal;
    this.unpoint();
    this.formula.open = false;
    this.draw();
  }

  free() {
    this.pinned = null;
    this.draw();
  }

  /** Follow the unit in which there is most to see, also when another run comes. */
  seek() {
    this.choose({ unit: this.model.telling() });
    this.seeks = true;
    this.drawFollowed();
  }

  /** @param {Partial<State>} change */
  choose(change) {
    if ("unit" in change) this.seeks = false;
    this.unpoint();
    this.formula.open = false;
    this.step(change);
  }

  /**
   * Move in time (and whatever else changes with it); a pinned value moves along.
   * @param {Partial<State>} change
   */
  step(change) {
    const before = this.state.t;
    Object.assign(this.state, { phase: this.lastPhase }, change);
    this.state.t = clamp(this.state.t, 0, this.model.T - 1);
    const passed = this.state.t - before;
    if (this.pinned) this.pinned = this.stillThere({ ...this.pinned, t: this.pinned.t + passed });
    const follow = (/** @type {Place | null} */ ref) => (ref?.moves ? this.stillThere({ ...ref, t: ref.t + passed }) : null);
    this.hover = follow(this.hover);
    if (this.source) {
      this.source = follow(this.source);
      this.pointed = this.source && { ref: this.source };
    }
    if (passed) this.legend.settle();
    this.draw();
    if (this.model.isStripsOnly) this.say();
  }

  /** @param {Goal | number} where */
  go(where) {
    const last = this.model.T - 1;
    const { t } = this.state;
    const goals = { first: 0, back: t - 1, forward: t + 1, last };
    const goal = clamp(typeof where === "number" ? where : goals[where], 0, last);
    if (this.state.playing) this.play(false);
    if (goal !== t || this.state.phase !== this.lastPhase) this.step({ t: goal });
  }

  /** @param {number} phase */
  setPhase(phase) {
    this.state.phase = phase;
    this.draw();
  }

  /** One phase on; after the last, the first of the next step. */
  nextPhase() {
    const { t, phase } = this.state;
    if (phase < this.lastPhase) this.setPhase(phase + 1);
    else if (t < this.model.T - 1) this.step({ t: t + 1, phase: 1 });
  }

  halt() {
    clearInterval(this.timer);
    this.state.playing = false;
  }

  /** @param {boolean} on */
  play(on) {
    if (on && this.model.T === 1) return;
    // Changing the speed starts anew: what was being played goes on, whatever phase it is in.
    const byPhase = this.state.playing ? this.byPhase : this.state.phase < this.lastPhase;
    this.halt();
    this.state.playing = on;
    this.byPhase = byPhase;
    if (on) {
      if (this.isOver()) this.step({ t: 0 });
      this.timer = setInterval(() => {
        if (byPhase) this.nextPhase();
        else this.step({ t: this.state.t + 1 });
        if (this.isOver()) this.play(false);
      }, (byPhase ? 600 : 1000) / this.state.speed);
    }
    this.draw();
  }

  /** Whether the last part of the last step is shown. */
  isOver() {
    return this.state.t === this.model.T - 1 && this.state.phase === this.lastPhase;
  }

  calm() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.model) return;
    const field = closest(event.target, "select, input");
    const button = closest(event.target, "button");
    // Fields keep their keys; the scrubber has no use for Space, letters and digits.
    if (field && event.key !== "Escape" && !(field.matches("[type=range]") && event.key.length === 1)) return;
    const { unit } = this.state;
    const { H } = this.model;
    const follow = (/** @type {number} */ next) => { this.pinned = null; this.choose({ unit: clamp(next, 0, H - 1) }); };
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowLeft: () => this.go("back"),
      ArrowRight: () => this.go("forward"),
      Home: () => this.go("first"),
      End: () => this.go("last"),
      ArrowUp: () => follow(unit - 1),
      ArrowDown: () => follow(unit + 1),
      Escape: () => this.free(),
      ...(this.model.isStripsOnly ? {} : { p: () => this.nextPhase(), " ": () => this.play(!this.state.playing) }),
    };
    this.model.order.forEach((signal, index) => {
      keys[index + 1] = () => { this.pinned = null; this.choose({ signal }); };
    });
    const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    // A focused button keeps the space bar for itself.
    if (!action || (button && event.key === " ")) return;
    event.preventDefault();
    action();
  }
}

/**
 * @param {Ref | null} a
 * @param {Ref | null} b
 */
function same(a, b) {
  return a === b || Boolean(a && b && a.signal === b.signal && a.unit === b.unit && a.t === b.t);
}

export default mounting(CellView);
