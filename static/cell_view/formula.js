import { element, findAll, focusedIn } from "../web/dom.js";
import { formatNumber, formatWithin, subscript } from "../web/format.js";

/**
 * @import { Weight } from "../types.d.ts"
 * @import { Child } from "../web/dom.js"
 * @import { Digits } from "../web/format.js"
 * @import { Model, Piece, Ref, Row } from "./model.js"
 *
 * @typedef {{ value: number, weight: number, result: number, long: boolean, small?: boolean }} NumberStyle
 *   How many digits more or less than chosen each column has.
 */

const MOST_ROWS = 6;
/**
 * How many decimals, from 2 up to `most`, show all the numbers exactly; `most` if none does.
 * @param {number[]} numbers
 * @param {number} most
 */
const decimalsOf = (numbers, most) => {
  const exact = (/** @type {number} */ digits) => numbers.every((number) => Math.abs(number - Number(number.toFixed(digits))) < 1e-12);
  for (let digits = Math.min(2, most); digits < most; digits += 1) if (exact(digits)) return digits;
  return most;
};

/** @param {Ref} ref */
const keyOf = ({ signal, unit, t }) => `${signal} ${unit} ${t}`;

/** @param {Weight} weight */
const weightKeyOf = ({ name, gate, row, unit }) => `${name} ${gate} ${row} ${unit}`;

/** @param {number} value */
function howMuch(value) {
  if (value < 0.1) return "almost nothing";
  if (value > 0.9) return "almost everything";
  return `about ${Math.round(value * 100)} %`;
}

/** The formula of one value with its numbers put in. Every number in it can be pointed at or opened. */
export class Formula {
  /**
   * What is drawn.
   * @type {{ model: Model, ref: Ref, digits: Digits, phase: number, t: number }}
   */
  state;

  /**
   * @param {{
   *   root: HTMLElement, onPoint: (target: { ref: Ref | null, weight?: Weight | null } | null) => void,
   *   onOpen: (ref: Ref | null) => void, onDigits: (digits: Digits) => void, onFree: () => void,
   * }} options
   */
  constructor({ root, onPoint, onOpen, onDigits, onFree }) {
    this.root = root;
    this.onPoint = onPoint;
    this.onOpen = onOpen;
    this.open = false;
    this.heading = element("h3", { tabindex: -1 });
    this.unpin = element("button", { type: "button", class: "free", title: "Unpin (Esc)", "aria-label": "Unpin", onclick: onFree }, "✕");
    this.digits = element("select", { class: "digits", "aria-label": "Digits", title: "Digits",
      onchange: () => onDigits(this.digits.value === "all" ? "all" : Number(this.digits.value)) },
    element("option", { value: 3 }, "3 digits"), element("option", { value: 6 }, "6 digits"), element("option", { value: "all" }, "all digits"));
    this.body = element("div", { class: "formula-body" });
    root.append(element("div", { class: "formula-title" }, this.heading, this.unpin, this.digits), this.body);
  }

  /**
   * Draw the formula of `ref`. `phase` is how far the shown timestep `t` has come; what is not computed
   * yet is not told.
   * @param {{ model: Model, ref: Ref, digits: Digits, pinned: boolean, phase: number, t: number }} moment
   */
  draw({ model, ref, digits, pinned, phase, t }) {
    this.state = { model, ref, digits, phase, t };
    this.root.classList.toggle("pinned", pinned);
    this.unpin.hidden = !pinned;
    const focused = focusedIn(this.root);
    const wasInside = this.body.contains(focused);
    const scroll = this.open ? this.body.querySelector(".table-box")?.scrollTop : 0;
    this.heading.replaceChildren(...this.title());
    this.body.replaceChildren(...this.parts());
    if (scroll) this.body.querySelector(".table-box")?.scrollTo({ top: scroll });
    // Drawing anew must not take the keyboard away from whoever is in the middle of the panel.
    const again = () => [...findAll(this.body, "[data-place]")].find((node) => node.dataset.place === focused?.dataset.place);
    if (wasInside) (again() ?? this.heading).focus();
  }

  /** @returns {(HTMLElement | string)[]} */
  parts() {
    const { model, ref } = this.state;
    const { signal } = ref;
    if (signal === "readout") return this.readout();
    if (signal === "x") return [this.result(ref), this.words("what comes in at this timestep")];
    if (ref.t < 0) return [this.result(ref), this.words("the initial state, before the first timestep")];
    if (!model.mask[ref.t] && !model.states.includes(signal)) return [this.words("Padding: the cell skips this timestep.")];
    if (!model.mask[ref.t]) return [this.result(ref), this.words("Padding: the cell skips this timestep, so it stays what it was.")];
    if (model.isComputed(signal)) return this.sum();
    return this.isKnown(ref) ? this.expression() : [this.words("Not yet computed in this phase of the step.")];
  }

  /**
   * Which phase a value belongs to, in words.
   * @param {Ref} ref
   */
  phaseWords(ref) {
    const { model } = this.state;
    const phase = model.phaseOf(ref.signal, false);
    return `phase ${phase}, ${model.phases[phase - 1][0]}`;
  }

  /**
   * Whether the phase inside the step has come to a value.
   * @param {Ref} ref
   */
  isKnown(ref) {
    const { model, t, phase } = this.state;
    return ref.t !== t || phase >= model.phaseOf(ref.signal, false);
  }

  /** @param {Ref} ref */
  result(ref) {
    const value = this.state.model.value(ref);
    return element("p", { class: "result", "data-result": value }, this.symbol(ref), ` = ${this.number(value)}`);
  }

  /**
   * A number with the chosen digits; a very large one keeps only as many decimals as there is room for.
   * @param {number} value
   */
  number(value, extra = 0) {
    const { digits } = this.state;
    return digits === "all" ? formatNumber(value, "all") : formatWithin(value, digits + extra, 6 + digits);
  }

  /**
   * @param {Ref} ref
   * @param {boolean} [previous]
   */
  symbol(ref, previous = false) {
    const { model } = this.state;
    const signal = ref.signal;
    const text = signal === "x" ? model.inputName(ref.unit) : model.symbol(signal);
    return element("span", { class: "math", style: `--hue: var(--hue-${signal})` },
      element("b", {}, text), signal === "x" ? "" : subscript(ref.unit + 1), previous ? "₋" : "");
  }

  /** @returns {(HTMLElement | string)[]} */
  title() {
    const { model, ref } = this.state;
    const { signal, unit, t } = ref;
    const at = t < 0 ? "before the first timestep" : `at t = ${t + 1}`;
    if (signal === "readout") return this.readoutTitle(unit, at);
    if (signal === "x") return [this.symbol(ref), element("b", {}, " input"), ` ${at}`];
    const { word } = model.looks[signal];
    return [this.symbol(ref), element("b", {}, ` ${word}`), `${model.isGate(signal) ? " gate" : ""} of unit ${unit + 1} ${at}`];
  }

  /** @param {string} text */
  words(text) {
    return element("p", { class: "reading" }, text);
  }

  /**
   * What a value means.
   * @param {string} signal
   * @param {number} value
   */
  reading(signal, value) {
    const { reading } = this.state.model.looks[signal];
    return this.words(reading.replace("{}", howMuch(value)));
  }

  /**
   * A gate or candidate: products, running sum, activation, what it means.
   * @returns {HTMLElement[]}
   */
  sum() {
    const { model, ref } = this.state;
    const rows = model.terms(ref.signal, ref.unit, ref.t);
    if (!rows.every((row) => !row.ref || this.isKnown(row.ref))) return [this.words(`Not computed yet: it comes in ${this.phaseWords(ref)}.`)];
    const { shown, hidden } = this.choose(rows);
    const style = this.numberStyle(rows);
    const table = this.table(shown, hidden, style);
    if (!this.isKnown(ref)) {
      const squash = model.functionOf(ref.signal);
      return [table, this.words(`${squash ? `The ${squash} of this sum` : "This sum"} becomes its value in ${this.phaseWords(ref)}.`)];
    }
    const value = model.value(ref);
    const { pre: key } = model.equations[ref.signal];
    const pre = key ? model.arrays[key][ref.t * model.H + ref.unit] : rows[rows.length - 1].sum;
    const activation = model.functionOf(ref.signal);
    return [
      table,
      element("p", { class: "result", "data-result": value, "data-pre": pre }, this.symbol(ref),
        activation ? ` = ${activation}(${this.number(pre, style.result)}) = ` : " = ", this.number(value)),
      this.reading(ref.signal, value),
      ...this.usedIn(),
    ];
  }

  /**
   * How many digits more or less than chosen each column has. Factors have one more than results, so that
   * a calculator agrees; whole weights and large products need fewer.
   * @param {Row[]} rows
   * @returns {NumberStyle}
   */
  numberStyle(rows) {
    const { digits } = this.state;
    if (digits === "all") return { value: 0, weight: 0, result: 0, long: true };
    const weight = decimalsOf(rows.map((row) => row.weight ?? 0), digits + 1) - digits;
    const large = Math.max(...rows.map((row) => Math.abs(row.product)));
    const long = digits > 3 || large >= 1000 || Math.max(...rows.map((row) => Math.abs(row.value))) >= 1000;
    if (weight < 0 && large >= 1) return { value: 0, weight, result: -1, long };
    return { value: 1, weight, result: 0, long, small: true };
  }

  /**
   * All rows up to six sources; above that the six largest products, the others as one row that opens.
   * @param {Row[]} rows
   */
  choose(rows) {
    const sources = rows.filter((row) => row.ref);
    if (sources.length <= MOST_ROWS || this.open) return { shown: rows, hidden: [] };
    const byProduct = [...sources].sort((a, b) => Math.abs(b.product) - Math.abs(a.product)).slice(0, MOST_ROWS);
    const few = this.state.model.D <= 2;
    const largest = new Set(byProduct.filter((row, index) => row.product !== 0 || index === 0));
    for (const row of sources) if ((few && row.param === "W") || row.weight === null) largest.add(row);
    return { shown: rows.filter((row) => !row.ref || largest.has(row)), hidden: sources.filter((row) => !largest.has(row)) };
  }

  /**
   * @param {Row[]} shown
   * @param {Row[]} hidden
   * @param {NumberStyle} style
   */
  table(shown, hidden, style) {
    let sum = 0;
    const lines = [];
    const more = () => {
      const product = hidden.reduce((total, row) => total + row.product, 0);
      sum += product;
      lines.push(element("tr", { class: "more" },
        element("th", { scope: "row", colspan: 3 }, element("button", { type: "button", class: "link", "data-place": "fold", onclick: () => this.toggle(true) }, `${hidden.length} more`)),
        element("td", {}, this.number(product, style.result)), element("td", {}, this.number(sum, style.result))));
    };
    const firstBias = shown.find((row) => !row.ref);
    for (const row of shown) {
      if (row === firstBias && hidden.length) more();
      sum += row.product;
      lines.push(this.row(row, sum, style, row === shown.at(-1)));
    }
    if (!firstBias && hidden.length) more();
    const fold = this.open && shown.length > MOST_ROWS + 1
      ? element("button", { type: "button", class: "link fold", "data-place": "fold", onclick: () => this.toggle(false) }, "show the six largest only") : null;
    const scrolls = style.long || fold;
    return element("div", { class: style.long || style.small ? "table-box dense" : "table-box", "data-place": "table", tabindex: scrolls ? 0 : null, role: scrolls ? "region" : null, "aria-label": scrolls ? "Products" : null },
      this.tableOf(["source", "value", "weight", "product", "sum"], lines), fold);
  }

  /**
   * @param {string[]} names
   * @param {HTMLElement[]} lines
   */
  tableOf(names, lines) {
    return element("table", {},
      element("thead", {}, element("tr", {}, ...names.map((name) => element("th", { scope: "col" }, name)))),
      element("tbody", {}, ...lines));
  }

  /**
   * @param {Row} row
   * @param {number} sum
   * @param {NumberStyle} style
   * @param {boolean} last
   */
  row(row, sum, style, last) {
    const { ref } = row;
    const earlier = ref && ref.signal !== "x" && ref.t < this.state.ref.t;
    const at = earlier ? (ref.t < 0 ? "start" : `t = ${ref.t + 1}`) : "";
    const [letter, part] = row.label.split("_");
    const source = ref
      ? [this.term(ref, row.label), element("small", {}, at ? ` at ${at}` : "")]
      : [element("b", {}, letter, part ? element("sub", {}, part) : ""), element("small", {}, " bias")];
    const factor = (/** @type {number} */ number, /** @type {number} */ digits, /** @type {string} */ sign) =>
      // A bias, and what is added as it is, have no factors.
      (ref && row.weight !== null ? element("span", { class: "factor" }, this.number(number, digits), element("i", {}, sign)) : "");
    const line = element("tr", {
      class: row.product === 0 && ref ? "zero" : "", "data-param": row.param,
      "data-ref": ref && keyOf(ref), "data-weight": row.weightRef && weightKeyOf(row.weightRef),
    },
    element("th", { scope: "row" }, ...source),
    element("td", {}, factor(row.value, style.value, "×")),
    element("td", {}, factor(row.weight ?? 0, style.weight, "=")),
    element("td", {}, this.number(row.product, style.result)),
    element("td", { class: last ? "total" : "" }, this.number(sum, style.result)));
    const target = { ref, weight: row.weightRef };
    line.addEventListener("pointerenter", () => { line.classList.add("lit"); this.onPoint(target); });
    line.addEventListener("pointerleave", () => { line.classList.remove("lit"); this.onPoint(null); });
    line.addEventListener("focusin", () => this.onPoint(target));
    line.addEventListener("focusout", () => this.onPoint(null));
    return line;
  }

  /**
   * The source of a product: opens its own formula.
   * @param {Ref} ref
   * @param {string} label
   */
  term(ref, label) {
    return this.link(ref, [element("b", {}, label.replace(/[₀-₉]+$/, "")), label.match(/[₀-₉]+$/)?.[0] ?? ""], label);
  }

  /**
   * @param {Ref} ref
   * @param {Child[]} content
   * @param {string} words
   */
  link(ref, content, words) {
    const at = ref.t < 0 ? "initial" : `at t = ${ref.t + 1}`;
    return element("button", { type: "button", class: "link math", "data-place": keyOf(ref), style: `--hue: var(--hue-${ref.signal})`,
      "aria-label": `Open the formula of ${words} ${at}`, onclick: () => this.onOpen(ref) }, ...content);
  }

  /** @param {boolean} open */
  toggle(open) {
    this.open = open;
    this.onOpen(null);
  }

  /** c, h and the products between: the equation in letters, in numbers, and the result. */
  expression() {
    const { model, ref } = this.state;
    const value = model.value(ref);
    if (model.isHeld(ref.signal)) {
      return [element("p", { class: "result", "data-result": value }, this.symbol(ref), ` is held at ${this.number(value)}`),
        this.reading(ref.signal, value), ...this.usedIn()];
    }
    return [this.equation(ref), this.productTable(ref) ?? this.numbers(ref), this.result(ref), this.reading(ref.signal, value), ...this.usedIn()];
  }

  /** @param {Ref} ref */
  equation(ref) {
    const { model } = this.state;
    const parts = model.tokens(ref.signal, ref.unit, ref.t).map((token) =>
      token.text ?? this.pointable(this.link(token.ref, [this.symbol(token.ref, token.previous)], model.name(token.ref)), token.ref));
    return element("p", { class: "equation" }, this.symbol(ref), " = ", ...parts);
  }

  /**
   * A sum of products, such as c: one row for each, with the running sum; null for anything else.
   * @param {Ref} ref
   */
  productTable(ref) {
    const { model } = this.state;
    const { products } = model.relations[ref.signal];
    if (!products) return null;
    /** @type {Piece[]} */
    let group = [];
    const groups = [group];
    for (const token of model.tokens(ref.signal, ref.unit, ref.t)) {
      if (token.text === " + ") groups.push((group = []));
      else group.push(token);
    }
    let sum = 0;
    const lines = products.map((source, index) => {
      const product = model.value({ ...ref, signal: source });
      sum += product;
      const line = element("tr", {},
        element("th", { scope: "row" }, this.link({ ...ref, signal: source }, [model.looks[source].word], model.name({ ...ref, signal: source }))),
        element("td", {}, ...this.factors(groups[index])), element("td", {}, this.number(product)),
        element("td", { class: index === groups.length - 1 ? "total" : null }, this.number(sum)));
      return this.pointable(line, { ...ref, signal: source });
    });
    return this.tableOf(["source", "factors", "product", "sum"], lines);
  }

  /**
   * Numbers in the place of letters; a negative factor gets brackets, unless it stands in some already.
   * @param {Piece[]} tokens
   * @param {Ref | null} marked
   * @returns {(HTMLElement | string)[]}
   */
  factors(tokens, marked = null) {
    return tokens.map((token, index) => {
      if (!token.ref) return token.text;
      const text = this.number(this.state.model.value(token.ref), 1);
      const bare = !text.startsWith("−") || tokens[index - 1]?.text?.endsWith("(");
      const shown = bare ? text : `(${text})`;
      const mine = marked && token.ref.signal === marked.signal && token.ref.t === marked.t;
      return mine ? element("b", { class: "mine", style: `--hue: var(--hue-${marked.signal})` }, shown) : shown;
    });
  }

  /**
   * @template {HTMLElement} Pointable
   * @param {Pointable} node
   * @param {Ref} ref
   */
  pointable(node, ref) {
    node.addEventListener("pointerenter", () => this.onPoint({ ref }));
    node.addEventListener("pointerleave", () => this.onPoint(null));
    node.addEventListener("focusin", () => this.onPoint({ ref }));
    node.addEventListener("focusout", () => this.onPoint(null));
    return node;
  }

  /**
   * The numbers of an equation and its result.
   * @param {Ref} ref
   * @param {Ref | null} marked
   */
  numbers(ref, marked = null) {
    const { model } = this.state;
    return element("p", { class: "numbers" }, "= ", ...this.factors(model.tokens(ref.signal, ref.unit, ref.t), marked), " = ", element("b", {}, this.number(model.value(ref))));
  }

  /** Where a value goes: the next equation of its own step with the value marked in it, and the next step. */
  usedIn() {
    const { model, ref } = this.state;
    const goals = model.usesOf(ref).filter((goal) => this.isKnown(goal));
    const next = model.nextUse(ref.signal, ref.t);
    const sums = model.relations[ref.signal].weighed_in.map((key) => model.named(key));
    const later = [...sums, ...(ref.signal === "h" && model.readout ? ["the dense layer"] : []), ...(next ? [next] : [])];
    if (!model.usesOf(ref).length && !later.length) later.push("nothing more: this is the last timestep");
    const lines = goals.flatMap((goal) => [element("div", {}, element("small", {}, "used in "), this.equation(goal)), this.numbers(goal, ref)]);
    if (later.length) lines.push(element("div", {}, element("small", {}, goals.length ? "and in " : "used in "), later.join(", and ")));
    return lines.length ? [element("div", { class: "used" }, ...lines)] : [];
  }

  /**
   * @param {number} unit
   * @param {string} at
   */
  readoutTitle(unit, at) {
    const activation = this.state.model.readout?.activation ?? "";
    const name = this.state.model.answerName(unit);
    if (activation === "linear") return [element("b", {}, name), ` ${at}`];
    return [element("b", {}, activation === "sigmoid" ? "σ" : activation), ` of “${name}” ${at}`];
  }

  /** One output of the readout: its score, then what becomes of it. */
  readout() {
    const { model, ref } = this.state;
    if (!model.readout) return [];
    const { words, activation } = model.readout;
    const K = words.length;
    const { readout_kernel: kernel, readout_bias: bias, logits, outputs } = model.arrays;
    const at = Math.max(ref.t, 0);
    const place = at * K + ref.unit;
    const hidden = Array.from({ length: Math.min(model.H, 3) }, (_, unit) => unit);
    const first = hidden.map((unit) =>
      `${this.number(model.value({ signal: "h", unit, t: at }), 1)} × ${this.number(kernel[unit * K + ref.unit], 1)}`);
    const score = [
      element("p", { class: "equation" }, "score = h · w + b"),
      element("p", { class: "numbers" }, `= ${first.join(" + ")}${model.H > 3 ? " + …" : ""} + ${this.number(bias[ref.unit], 1)} = `, element("b", {}, this.number(logits[place]))),
    ];
    if (activation === "linear") return [...score, ...this.readoutNumber(ref, at, outputs[place])];
    if (activation === "sigmoid") {
      return [...score, element("p", { class: "equation" }, "share = σ(score)"), this.readoutResult(outputs[place])];
    }
    const total = logits.slice(at * K, (at + 1) * K).reduce((sum, other) => sum + Math.exp(other), 0);
    return [
      ...score,
      element("p", { class: "equation" }, "share = e", element("sup", {}, "score"), " ÷ the sum of e", element("sup", {}, "score"), ` over all ${K} answers`),
      element("p", { class: "numbers" }, `= ${this.number(Math.exp(logits[place]), 1)} ÷ ${this.number(total, 1)}`),
      this.readoutResult(outputs[place]),
      this.words(`the share of “${words[ref.unit]}” among all ${K} answers`),
    ];
  }

  /**
   * A score that is an answer by itself, or a step to be added to the input and put into the units of the data.
   * @param {Ref} ref
   * @param {number} at
   * @param {number} output
   */
  readoutNumber(ref, at, output) {
    const { model } = this.state;
    const units = model.readout?.units;
    if (!units) return [this.readoutResult(output), this.words("the score itself is the answer")];
    return [
      element("p", { class: "equation" }, "answer = (x + score) × scale + level"),
      element("p", { class: "numbers" },
        `= (${this.number(model.value({ signal: "x", unit: 0, t: at }), 1)} + ${this.number(output, 1)}) × ${this.number(units.scale, 1)} + ${this.number(units.level, 1)}`),
      this.readoutResult(model.readoutAt(at)[ref.unit]),
      this.words("the score is how much the next value differs from this one"),
    ];
  }

  /** @param {number} value */
  readoutResult(value) {
    return element("p", { class: "result", "data-result": value }, `= ${this.number(value)}`);
  }

  /**
   * Tint the row that shows a ref or a weight that is pointed at elsewhere.
   * @param {{ ref: Ref | null, weight: Weight | null }} target
   */
  light({ ref, weight }) {
    for (const line of findAll(this.body, "tbody tr")) {
      const isRef = ref && line.dataset.ref === keyOf(ref);
      line.classList.toggle("lit", Boolean(isRef || (weight && line.dataset.weight === weightKeyOf(weight))));
    }
  }
}
