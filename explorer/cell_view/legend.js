import { element } from "../web/dom.js";
import { formatBound } from "../web/format.js";
import { makeScale } from "../web/scales.js";
import { THEME } from "../web/theme.js";

/** The colour scales of a run and their legend. A scale never changes without a word, and can be kept. */
export class Legend {
  constructor({ root, onChange }) {
    this.root = root;
    this.onChange = onChange;
    this.kept = null;
    this.before = null;
    this.scales = {};
  }

  /** Take the bounds of a new run; `continues` is false when everything was replaced. */
  take(bounds, continues) {
    this.before = continues ? this.bounds : null;
    if (!continues) this.kept = null;
    this.bounds = bounds;
  }

  /** Make a scale for every signal and draw the legend. */
  lay(mode) {
    this.mode = mode;
    const bounds = { ...this.bounds, ...(this.kept ?? {}) };
    for (const [key, look] of Object.entries(THEME.looks)) {
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
    const { g, h, x } = this.scales;
    const same = g.bound === 1 && h.bound === 1;
    const sharesX = same && x.bound === 1;
    const bars = [this.bar("f", "f i o"), this.bar("h", same ? (sharesX ? "g h x" : "g h") : this.words("h", "h"))];
    if (!same) bars.push(this.bar("g", this.words("g", "g")));
    if (!sharesX) bars.push(this.bar("x", this.words("x", "x")));
    bars.push(this.bar("c", this.kept ? this.keptWords() : this.words("c", "c, this run")));
    this.box = element("input", { type: "checkbox", checked: Boolean(this.kept), onchange: () => this.keep(this.box.checked) });
    this.root.style.setProperty("--bar", bars.length > 3 ? "50px" : "60px");
    this.root.replaceChildren(element("span", { class: "legend-title" }, "scale"), ...bars,
      element("label", { class: "keep-scale" }, this.box, "Keep scale"));
  }

  bar(key, words) {
    const { bound, kind } = this.scales[key];
    const text = formatBound(bound);
    // Three long numbers would run into each other.
    const ends = kind === "unit" ? ["0", "1"] : text.length > 3 ? [`±${text}`] : [`−${text}`, "0", text];
    return element("span", { class: "scale" },
      element("span", { class: "scale-bar", style: `background:${this.scales[key].gradient()}` }), element("span", {}, words),
      element("span", { class: "scale-ends", "aria-hidden": "true" }, ...ends.map((end) => element("span", {}, end))));
  }

  /** "c scale ±2 → ±3" when the last change of the run changed a scale, else the usual words. */
  words(key, usual) {
    const [before, now] = [this.before?.[key], this.scales[key].bound];
    if (!before || before === now) return usual;
    return element("b", {}, `${key} scale ±${formatBound(before)} → ±${formatBound(now)}`);
  }

  keptWords() {
    return this.bounds.c > this.kept.c ? element("b", {}, "c, kept; values go beyond") : "c, kept";
  }

  /** Hold the scale of the memory line against the next change, or let it go. */
  keep(on) {
    const { c, kept, written } = this.bounds;
    this.kept = on ? { c, kept, written } : null;
    this.before = null;
    this.lay(this.mode);
    this.onChange();
    this.box.focus();
  }
}
