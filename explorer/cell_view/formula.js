import { element } from "./dom.js";
import { formatNumber, formatWithin, subscript } from "./format.js";
import { THEME } from "./theme.js";

const MOST_ROWS = 6;
/** Where each signal goes next. */
const USED_IN = { f: "c", i: "c", g: "c", o: "h", c: "h", kept: "c", written: "c", c_out: "h" };

const exactAt = (numbers, digits) => numbers.every((number) => Math.abs(number - Number(number.toFixed(digits))) < 1e-12);

function howMuch(value) {
  if (value < 0.1) return "almost nothing";
  if (value > 0.9) return "almost everything";
  return `about ${Math.round(value * 100)} %`;
}

/** The formula of one value with its numbers put in. Every number in it can be pointed at or opened. */
export class Formula {
  constructor({ root, onPoint, onOpen, onDigits, onFree }) {
    Object.assign(this, { root, onPoint, onOpen, onFree });
    this.open = false;
    this.body = element("div", { class: "formula-body" });
    this.digits = element("select", { class: "digits", "aria-label": "Digits", title: "Digits",
      onchange: () => onDigits(this.digits.value === "all" ? "all" : Number(this.digits.value)) },
    element("option", { value: 3 }, "3 digits"), element("option", { value: 6 }, "6 digits"), element("option", { value: "all" }, "all digits"));
    root.append(this.body);
  }

  draw({ model, ref, digits, pinned, live }) {
    this.state = { model, ref, digits };
    this.root.classList.toggle("pinned", pinned);

    const { signal } = ref;
    const parts = [this.title(pinned)];
    if (signal === "readout") parts.push(...this.readout());
    else if (signal === "x") parts.push(element("p", { class: "result" }, `${model.name(ref)} = ${this.number(model.value(ref))}`), this.words("what comes in at this timestep"));
    else if (ref.t < 0) parts.push(element("p", { class: "result" }, this.symbol(ref), ` = ${this.number(model.value(ref))}`), this.words("the initial state, before the first timestep"));
    else if (!model.mask[ref.t]) parts.push(this.words("Padding: the cell skips this timestep, so c and h stay what they were."));
    else if (!live) parts.push(this.words("Not yet computed in this phase of the step."));
    else if (model.isComputed(signal)) parts.push(...this.sum());
    else parts.push(...this.expression());
    this.body.replaceChildren(...parts);
  }

  /** A number with the chosen digits; a very large one keeps only as many decimals as there is room for. */
  number(value, extra = 0) {
    const { digits } = this.state;
    return digits === "all" ? formatNumber(value, "all") : formatWithin(value, digits + extra, 5 + digits);
  }

  symbol(ref, previous = false) {
    const { model } = this.state;
    const signal = ref.signal;
    const text = signal === "x" ? model.inputName(ref.unit) : model.symbol(signal);
    return element("span", { class: "math", style: `--hue: var(--hue-${signal})` },
      element("b", {}, text), signal === "x" ? "" : subscript(ref.unit + 1), previous ? "₋" : "");
  }

  title(pinned) {
    const { model, ref } = this.state;
    const { signal, unit, t } = ref;
    const at = t < 0 ? "before the first timestep" : `at t = ${t + 1}`;
    let words;
    if (signal === "readout") words = [element("b", {}, "softmax"), ` of “${model.readout.words[unit]}” ${at}`];
    else if (signal === "x") words = [this.symbol(ref), element("b", {}, " input"), ` ${at}`];
    else {
      const look = THEME.looks[signal];
      const role = look.scale === "unit" ? " gate" : "";
      words = [this.symbol(ref), element("b", {}, ` ${signal === "c_out" ? "memory, ready to be shown" : look.word}`), `${role} of unit ${unit + 1} ${at}`];
    }
    return element("div", { class: "formula-title" }, element("h3", {}, ...words),
      pinned ? element("button", { type: "button", class: "free", title: "Pinned. Unpin (Esc)", "aria-label": "Unpin", onclick: this.onFree }, "✕") : null,
      this.digits);
  }

  words(text) {
    return element("p", { class: "reading" }, text);
  }

  /** A gate or candidate: products, running sum, activation, what it means. */
  sum() {
    const { model, ref } = this.state;
    const rows = model.terms(ref.signal, ref.unit, ref.t);
    const { shown, hidden } = this.choose(rows);
    const plain = exactAt(rows.map((row) => row.weight), 2);
    const value = model.value(ref);
    const pre = model.arrays[model.equations[ref.signal].pre][ref.t * model.H + ref.unit];
    const activation = model.equations[ref.signal].activation.replace("hard_σ", "hard σ");
    const extra = plain ? -1 : 0;
    const inside = this.number(pre, extra);
    const look = THEME.looks[ref.signal];
    const reading = look.scale === "unit" ? look.reading.replace("{}", howMuch(value)) : look.reading;
    return [
      this.table(shown, hidden, { plain, extra }),
      element("p", { class: "result", "data-result": value, "data-pre": pre }, this.symbol(ref),
        activation ? ` = ${activation}(${inside}) = ` : " = ", this.number(value)),
      this.words(reading),
      ...this.usedIn(),
    ];
  }

  /** All rows up to six sources; above that the six largest products, the others as one row that opens. */
  choose(rows) {
    const sources = rows.filter((row) => row.ref);
    if (sources.length <= MOST_ROWS || this.open) return { shown: rows, hidden: [] };
    const byProduct = [...sources].sort((a, b) => Math.abs(b.product) - Math.abs(a.product)).slice(0, MOST_ROWS);
    const largest = new Set(byProduct.filter((row, index) => row.product !== 0 || index === 0));
    return { shown: rows.filter((row) => !row.ref || largest.has(row)), hidden: sources.filter((row) => !largest.has(row)) };
  }

  table(shown, hidden, { plain, extra }) {
    const { ref, digits } = this.state;
    let sum = 0;
    const weightDigits = plain ? -1 : 0;
    const lines = [];
    const more = () => {
      const product = hidden.reduce((total, row) => total + row.product, 0);
      sum += product;
      lines.push(element("tr", { class: "more" },
        element("th", { scope: "row", colspan: 3 }, element("button", { type: "button", class: "link", onclick: () => this.toggle(true) }, `${hidden.length} more`)),
        element("td", {}, this.number(product, extra)), element("td", {}, this.number(sum, extra))));
    };
    for (const row of shown) {
      if (!row.ref && hidden.length) more();
      sum += row.product;
      lines.push(this.row(row, sum, { extra, weightDigits, last: row === shown.at(-1) }));
    }
    const fold = this.open && shown.length > MOST_ROWS + 1
      ? element("button", { type: "button", class: "link fold", onclick: () => this.toggle(false) }, "show the six largest only") : null;
    const long = digits !== 3 || [...shown, ...hidden].some((row) => Math.max(Math.abs(row.value), Math.abs(row.product)) >= 1000);
    return element("div", { class: long ? "table-box dense" : "table-box", tabindex: this.open && fold ? 0 : null, role: fold ? "region" : null, "aria-label": fold ? "All products" : null },
      element("table", {},
        element("caption", { class: "visually-hidden" }, `What ${ref.signal} of unit ${ref.unit + 1} is made of`),
        element("thead", {}, element("tr", {}, ...["source", "value", "weight", "product", "sum"].map((name) => element("th", { scope: "col" }, name)))),
        element("tbody", {}, ...lines)),
      fold);
  }

  row(row, sum, { extra, weightDigits, last }) {
    const earlier = row.ref && row.ref.signal !== "x" && row.ref.t < this.state.ref.t;
    const at = earlier ? (row.ref.t < 0 ? "start" : `t = ${row.ref.t + 1}`) : "";
    const source = row.ref
      ? [this.term(row), element("small", {}, at ? ` at ${at}` : "")]
      : [element("b", {}, "b"), element("small", {}, " bias")];
    const line = element("tr", { class: row.product === 0 && row.ref ? "zero" : "", "data-param": row.param },
      element("th", { scope: "row" }, ...source),
      element("td", {}, row.ref ? element("span", { class: "factor" }, this.number(row.value), element("i", {}, "×")) : ""),
      element("td", {}, row.ref ? element("span", { class: "factor" }, this.number(row.weight, weightDigits), element("i", {}, "=")) : ""),
      element("td", {}, this.number(row.product, extra)),
      element("td", { class: last ? "total" : "" }, this.number(sum, extra)));
    const target = { ref: row.ref, weight: row.weightRef };
    line.addEventListener("pointerenter", () => { line.classList.add("lit"); this.onPoint(target); });
    line.addEventListener("pointerleave", () => { line.classList.remove("lit"); this.onPoint(null); });
    line.addEventListener("focusin", () => this.onPoint(target));
    line.addEventListener("focusout", () => this.onPoint(null));
    line.refKey = row.ref && `${row.ref.signal} ${row.ref.unit} ${row.ref.t}`;
    line.weightKey = Object.values(row.weightRef).join(" ");
    return line;
  }

  /** The source of a product: opens its own formula. */
  term(row) {
    return this.link(row.ref, [element("b", {}, row.label.replace(/[₀-₉]+$/, "")), row.label.match(/[₀-₉]+$/)?.[0] ?? ""], row.label);
  }

  link(ref, content, words) {
    const at = ref.t < 0 ? "initial" : `at t = ${ref.t + 1}`;
    return element("button", { type: "button", class: "link math", style: `--hue: var(--hue-${ref.signal})`,
      "aria-label": `Open the formula of ${words} ${at}`, onclick: () => this.onOpen(ref) }, ...content);
  }

  toggle(open) {
    this.open = open;
    this.onOpen(null);
  }

  /** c, h and the products between: the equation in letters, in numbers, and the result. */
  expression() {
    const { model, ref } = this.state;
    const value = model.value(ref);
    const look = THEME.looks[ref.signal];
    const reading = look.scale === "unit" ? look.reading.replace("{}", howMuch(value)) : look.reading;
    const held = model.isHeld(ref.signal);
    return [
      ...(held ? [] : [this.equation(ref, true), this.productTable(ref) ?? this.numbers(ref)]),
      element("p", { class: "result", "data-result": value }, this.symbol(ref), held ? ` is held at ${this.number(value)}` : ` = ${this.number(value)}`),
      this.words(reading),
      ...this.usedIn(),
    ];
  }

  equation(ref, linked) {
    const { model } = this.state;
    const parts = model.tokens(ref.signal, ref.unit, ref.t).map((token) => {
      if (token.text) return token.text;
      const content = [this.symbol(token.ref, token.previous)];
      return linked ? this.pointable(this.link(token.ref, content, model.name(token.ref)), token.ref) : content[0];
    });
    return element("p", { class: "equation" }, this.symbol(ref), " = ", ...parts);
  }

  /** A sum of products, such as c: one row for each, with the running sum; null for anything else. */
  productTable(ref) {
    const { model } = this.state;
    const groups = [[]];
    for (const token of model.tokens(ref.signal, ref.unit, ref.t)) {
      if (token.text === " + ") groups.push([]);
      else groups.at(-1).push(token);
    }
    if (groups.length < 2) return null;
    let sum = 0;
    const lines = groups.map((group) => {
      const product = group.reduce((total, token) => (token.ref ? total * model.value(token.ref) : total), 1);
      sum += product;
      const source = model.nameOfProduct(group);
      const line = element("tr", {},
        element("th", { scope: "row" }, source ? this.link({ ...ref, signal: source }, [THEME.looks[source].word], model.name({ ...ref, signal: source })) : ""),
        element("td", {}, ...group.map((token) => token.text ?? this.bracket(this.number(model.value(token.ref), 1)))),
        element("td", {}, this.number(product)), element("td", {}, this.number(sum)));
      return source ? this.pointable(line, { ...ref, signal: source }) : line;
    });
    lines.at(-1).lastChild.className = "total";
    return element("table", {},
      element("thead", {}, element("tr", {}, ...["source", "factors", "product", "sum"].map((name) => element("th", { scope: "col" }, name)))),
      element("tbody", {}, ...lines));
  }

  /** A negative number in brackets, as a factor is written. */
  bracket(text) {
    return text.startsWith("−") ? `(${text})` : text;
  }

  pointable(node, ref) {
    node.addEventListener("pointerenter", () => this.onPoint({ ref }));
    node.addEventListener("pointerleave", () => this.onPoint(null));
    node.addEventListener("focusin", () => this.onPoint({ ref }));
    node.addEventListener("focusout", () => this.onPoint(null));
    return node;
  }

  /** Factors with one digit more than the result, so that a calculator agrees. */
  numbers(ref, marked = null) {
    const { model } = this.state;
    const parts = model.tokens(ref.signal, ref.unit, ref.t).map((token) => {
      if (token.text) return token.text;
      const text = this.number(model.value(token.ref), 1);
      const mine = marked && token.ref.signal === marked.signal && token.ref.t === marked.t;
      const shown = this.bracket(text);
      return mine ? element("b", { class: "mine", style: `--hue: var(--hue-${marked.signal})` }, shown) : shown;
    });
    return element("p", { class: "numbers" }, "= ", ...parts, " = ", element("b", {}, this.number(model.value(ref))));
  }

  /** The next equation on the way, with this value marked in it. */
  usedIn() {
    const { model, ref } = this.state;
    const target = USED_IN[ref.signal];
    if (ref.signal === "h") {
      const goals = [
        ...(model.readout ? ["the dense layer"] : []),
        ...(ref.t + 1 < model.T ? [`every gate of every unit at t = ${ref.t + 2}`] : []),
      ];
      const next = goals.join(", and ") || "nothing more: this is the last timestep";
      return [element("div", { class: "used" }, element("small", {}, "used in "), next)];
    }
    const goal = { signal: target, unit: ref.unit, t: ref.t };
    return [element("div", { class: "used" }, element("small", {}, "used in "), this.equation(goal, true), this.numbers(goal, ref))];
  }

  /** One word of the readout: its logit, then its share. */
  readout() {
    const { model, ref } = this.state;
    const K = model.readout.words.length;
    const { readout_kernel: kernel, readout_bias: bias, logits, probabilities } = model.arrays;
    const at = Math.max(ref.t, 0);
    const products = Array.from({ length: model.H }, (_, unit) => model.value({ signal: "h", unit, t: at }) * kernel[unit * K + ref.unit]);
    const first = products.slice(0, 3).map((_, unit) =>
      `${this.number(model.value({ signal: "h", unit, t: at }), 1)} × ${this.number(kernel[unit * K + ref.unit], 1)}`);
    const logit = logits[at * K + ref.unit];
    return [
      element("p", { class: "equation" }, `score = h · w + b`),
      element("p", { class: "numbers" }, `= ${first.join(" + ")}${products.length > 3 ? " + …" : ""} + ${this.number(bias[ref.unit], 1)} = `, element("b", {}, this.number(logit))),
      element("p", { class: "equation" }, "softmax = e^score ÷ sum of e^score over all words"),
      element("p", { class: "result", "data-result": probabilities[at * K + ref.unit] }, `= ${this.number(probabilities[at * K + ref.unit])}`),
      this.words(`the share of “${model.readout.words[ref.unit]}” among all ${K} answers`),
    ];
  }

  /** Tint the row that shows a ref or a weight that is pointed at elsewhere. */
  light({ ref, weight }) {
    const refKey = ref && `${ref.signal} ${ref.unit} ${ref.t}`;
    const weightKey = weight && [weight.name, weight.gate, weight.row, weight.unit].join(" ");
    for (const line of this.body.querySelectorAll("tbody tr")) {
      line.classList.toggle("lit", Boolean((refKey && line.refKey === refKey) || (weightKey && line.weightKey === weightKey)));
    }
  }
}
