import { element } from "../web/dom.js";
import { formatBound } from "../web/format.js";
import { makeScale } from "../web/scales.js";

/**
 * @import { Mode, SignalStyles } from "../types.d.ts"
 * @import { Child } from "../web/dom.js"
 * @import { Scale } from "../web/scales.js"
 * @import { Model } from "./model.js"
 * @typedef {Record<string, number>} Bounds
 */

/** How long a change of scale is told while new runs keep coming, in milliseconds. */
const GROWTH_TOLD = 4000;

/** The colour scales of a run and their legend. A scale never changes without a word, and can be kept. */
export class Legend {
  /** @type {Mode} */
  mode;

  /** @param {{ root: HTMLElement, onChange: () => void }} options */
  constructor({ root, onChange }) {
    this.root = root;
    this.onChange = onChange;
    /** @type {Bounds | null} */
    this.kept = null;
    /** @type {Bounds | null} */
    this.before = null;
    this.changed = 0; // when a scale grew, in milliseconds
    /** @type {Bounds} */
    this.bounds = {};
    /** @type {SignalStyles} */
    this.looks = {};
    /** @type {string[]} */
    this.order = [];
    this.memory = "";
    /** @type {Record<string, Scale>} */
    this.scales = {};
    this.box = element("input", { type: "checkbox", onchange: () => this.keep(this.box.checked) });
  }

  /**
   * Take the bounds of a new run; `continues` is false when everything was replaced. Strips that stand alone
   * show a network while it learns: there scales only grow, and what has grown is told for a while.
   * @param {Model} model
   * @param {boolean} continues
   */
  take({ bounds, looks, order, memory, isStripsOnly }, continues) {
    const grows = isStripsOnly && continues;
    if (!grows) this.before = continues ? this.bounds : null;
    if (!continues || memory !== this.memory) this.kept = null;
    this.bounds = grows ? this.grown(bounds) : bounds;
    this.looks = looks;
    this.order = order;
    this.memory = memory;
  }

  /** @param {Bounds} bounds */
  grown(bounds) {
    const largest = Object.fromEntries(Object.entries(bounds).map(([key, bound]) => [key, Math.max(bound, this.bounds[key] ?? bound)]));
    const grew = Object.keys(largest).some((key) => largest[key] > (this.bounds[key] ?? largest[key]));
    if (grew) {
      this.before = { ...this.bounds, ...this.before };
      this.changed = Date.now();
    } else if (Date.now() - this.changed > GROWTH_TOLD) this.before = null;
    return largest;
  }

  /**
   * Make a scale for every signal and draw the legend.
   * @param {Mode} mode
   */
  lay(mode) {
    this.mode = mode;
    const bounds = { ...this.bounds, ...(this.kept ?? {}) };
    this.scales = {};
    for (const [key, look] of Object.entries(this.looks)) {
      this.scales[key] = makeScale(look.scale === "unit" ? "unit" : "signed", bounds[key] ?? 1, mode);
    }
    this.draw();
  }

  /** The reader moves on: what changed has been said. */
  settle() {
    if (!this.before) return;
    this.before = null;
    this.draw();
  }

  draw() {
    const scaled = (/** @type {string} */ scale, keys = this.order) => keys.filter((key) => this.looks[key].scale === scale);
    const symbols = (/** @type {string[]} */ keys) => keys.map((key) => this.looks[key].symbol).join(" ");
    const units = scaled("unit");
    const signed = [...scaled("signed"), "x"];
    const plain = signed.filter((key) => this.scales[key].bound === 1);
    const bars = units.length ? [this.bar(units[0], symbols(units))] : [];
    if (plain.length) bars.push(this.bar(plain[0], this.words(plain[0], symbols(plain))));
    for (const key of signed) if (!plain.includes(key)) bars.push(this.bar(key, this.words(key, this.looks[key].symbol)));
    const [sum] = scaled("sum", Object.keys(this.looks));
    if (sum && (this.order.includes(sum) || this.scales[sum].bound !== 1)) bars.push(this.bar(sum, this.words(sum, this.looks[sum].word)));
    bars.push(this.bar(this.memory, this.kept ? this.keptWords() : this.words(this.memory, `${this.memory}, this run`)));
    this.box.checked = Boolean(this.kept);
    this.root.style.setProperty("--bar", bars.length > 3 ? "50px" : "60px");
    this.root.replaceChildren(element("span", { class: "legend-title" }, "scale"), ...bars,
      element("label", { class: "keep-scale" }, this.box, "Keep scale"));
  }

  /**
   * @param {string} key
   * @param {Child} words
   */
  bar(key, words) {
    const { bound, kind } = this.scales[key];
    const text = formatBound(bound);
    // Three long numbers would run into each other.
    const ends = kind === "unit" ? ["0", "1"] : text.length > 3 ? [`±${text}`] : [`−${text}`, "0", text];
    return element("span", { class: "scale" },
      element("span", { class: "scale-bar", style: `background:${this.scales[key].gradient()}` }), element("span", {}, words),
      element("span", { class: "scale-ends", "aria-hidden": "true" }, ...ends.map((end) => element("span", {}, end))));
  }

  /**
   * "c scale ±2 → ±3" when the last change of the run changed a scale, else the usual words.
   * @param {string} key
   * @param {string} usual
   */
  words(key, usual) {
    const [before, now] = [this.before?.[key], this.scales[key].bound];
    if (!before || before === now) return usual;
    return element("b", {}, `${this.looks[key].symbol} scale ±${formatBound(before)} → ±${formatBound(now)}`);
  }

  keptWords() {
    const { bounds, kept, memory } = this;
    return kept && bounds[memory] > kept[memory] ? element("b", {}, `${memory}, kept; values go beyond`) : `${memory}, kept`;
  }

  /**
   * Hold the scale of the memory line against the next change, or let it go.
   * @param {boolean} on
   */
  keep(on) {
    const line = Object.keys(this.looks).filter((key) => this.looks[key].scale === "state");
    this.kept = on ? Object.fromEntries(line.map((key) => [key, this.bounds[key]])) : null;
    this.before = null;
    this.lay(this.mode);
    this.onChange();
    this.box.focus();
  }
}
