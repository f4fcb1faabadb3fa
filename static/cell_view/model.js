import { subscript } from "../web/format.js";

const MUCH_MORE = 1.5;

/**
 * What the view knows: every value of the run, what each is made of, and how the cell is shown.
 * A `ref` names one value: {signal, unit, t}; t = −1 is the initial state.
 */
export class Model {
  constructor(header) {
    Object.assign(this, header, header.size, header.face);
    this.knownFrom = {};
  }

  /** The value of a ref, exactly as computed. */
  value({ signal, unit, t }) {
    if (t < 0) return this.arrays[`initial_${signal}`]?.[unit] ?? 0;
    const width = signal === "x" ? this.D : this.H;
    return this.arrays[signal][t * width + unit];
  }

  /** Whether nothing but the strips is shown: then there are no weights and no equations either. */
  get isStripsOnly() {
    return this.form === "strips";
  }

  /** Whether each input stands for a symbol of its own: 1 for the one that comes. */
  get isOneHot() {
    return this.encoding === "one-hot";
  }

  /** Whether the symbols are words for what comes in, not the numbers themselves. */
  get hasWords() {
    return this.kind === "text" || this.kind === "example";
  }

  has(signal) {
    return signal in this.equations;
  }

  isHeld(signal) {
    const { kind, tokens } = this.equations[signal] ?? {};
    return kind === "expression" && !tokens.some((token) => token.signal);
  }

  isComputed(signal) {
    return this.equations[signal]?.kind === "affine";
  }

  /** A gate scales by 0 to 1. */
  isGate(signal) {
    return this.looks[signal]?.scale === "unit";
  }

  /**
   * The unit whose gates change most from timestep to timestep, so that there is most to see in it. While the
   * network learns, the one that was followed stays, unless another changes much more.
   */
  telling(followed = null) {
    const gates = this.order.filter((signal) => this.isGate(signal));
    const signals = gates.length > 0 ? gates : this.states;
    const steps = [...this.mask.keys()].filter((t) => this.mask[t]);
    const spread = (unit) => signals.reduce((sum, signal) => {
      const values = steps.map((t) => this.value({ signal, unit, t }));
      const mean = values.reduce((total, value) => total + value, 0) / values.length;
      return sum + values.reduce((total, value) => total + (value - mean) ** 2, 0);
    }, 0);
    const spreads = Array.from({ length: this.H }, (_, unit) => spread(unit));
    const most = spreads.indexOf(Math.max(...spreads));
    return followed !== null && spreads[most] < MUCH_MORE * spreads[followed] ? followed : Math.max(most, 0);
  }

  /** What remembers: the state that the memory line leads to. */
  get memory() {
    return this.order.find((signal) => this.looks[signal].scale === "state");
  }

  weight(param, block, row, unit) {
    return this.arrays[`${param}.${block}`][row * this.H + unit];
  }

  /** The block of weights that a signal is computed with, if it has any. */
  blockOf(signal) {
    return this.equations[signal]?.terms?.find((term) => term.block)?.block ?? null;
  }

  /** The timestep that `t` sees as the one before: states carry over a skipped step, other signals stop at it. */
  before(signal, t) {
    let at = t - 1;
    if (!this.states.includes(signal)) while (at >= 0 && !this.mask[at]) at -= 1;
    return at;
  }

  /** The term of a weighted sum that takes in a signal (of this step, or of the one before), if there is one. */
  term(signal, source, previous = false) {
    return this.equations[signal]?.terms?.find((term) => term.sources.includes(source) && term.previous === previous);
  }

  /** Whether an equation of any kind takes in a signal. */
  takes(signal, source, previous = false) {
    const { tokens = [] } = this.equations[signal] ?? {};
    return Boolean(this.term(signal, source, previous)) ||
      tokens.some((token) => token.signal === source && token.previous === previous);
  }

  /** The values of the same step whose equation takes a value in; the parts of a sum stand for the sum. */
  usesOf({ signal, unit, t }) {
    const whole = this.wholeOf(signal);
    const within = (key) => this.wholeOf(key) !== null;
    const takes = (key) => !within(key) && this.equations[key].kind === "expression" && this.takes(key, signal);
    const squashes = (key) => key !== signal && this.isComputed(key) && this.equations[key].pre === signal;
    const keys = Object.keys(this.equations).filter((key) => this.looks[key] && (whole === key || takes(key) || squashes(key)));
    return keys.map((key) => ({ signal: key, unit, t }));
  }

  /** The equation that a signal stands in as a part, written out: c for "kept"; null for a signal of its own. */
  wholeOf(signal) {
    if (this.order.includes(signal) || signal === "x") return null;
    const write = (list) => list.map((token) => (token.signal ? `<${token.signal}${token.previous ? "-" : ""}>` : token)).join("");
    const { kind, tokens } = this.equations[signal] ?? {};
    if (kind !== "expression") return null;
    const text = write(tokens);
    return Object.keys(this.equations).find((key) =>
      key !== signal && this.equations[key].kind === "expression" && write(this.equations[key].tokens).includes(text)) ?? null;
  }

  /** The gates and candidates of the same step whose sum takes a value in. */
  sumsOf(signal) {
    return Object.keys(this.looks).filter((key) => this.term(key, signal));
  }

  /** Whether a signal is still needed at the next timestep. */
  carries(signal) {
    return this.states.includes(signal) || Object.values(this.equations).some(
      ({ terms = [] }) => terms.some((term) => term.previous && term.sources.includes(signal)),
    );
  }

  /** What the next timestep that is not skipped does with a signal, in words; null after the last. */
  nextUse(signal, t) {
    const next = this.mask.indexOf(true, t + 1);
    if (next < 0 || !this.carries(signal)) return null;
    const isShownAsSum = ({ pre }, key) => pre !== key && this.order.includes(pre);
    const sums = this.order.filter((key) => this.isComputed(key) && !isShownAsSum(this.equations[key], key));
    const readers = sums.filter((key) => this.reads(key, signal));
    const gates = sums.filter((key) => this.isGate(key));
    const every = gates.length > 0 && gates.every((key) => readers.includes(key));
    const uses = every ? ["every gate"] : readers.map((key) => this.named(key));
    if (signal === this.memory && this.has("kept")) uses.unshift("the memory");
    return `${uses.join(", ").replace(/, ([^,]*)$/, " and $1")} at t = ${next + 1}`;
  }

  /** "the reset gate", "the candidate" */
  named(signal) {
    return `the ${this.looks[signal].word}${this.isGate(signal) ? " gate" : ""}`;
  }

  /** Whether a weighted sum sees a signal of the step before, by itself or through what it takes in. */
  reads(key, signal) {
    return this.equations[key].terms.some((term) => term.param !== "P" && term.sources.some((source) =>
      (term.previous ? source === signal : this.takes(source, signal, true))));
  }

  /** The terms that make up a weighted sum: label, source ref, weight, product, running sum. */
  terms(signal, unit, t) {
    const rows = [];
    let sum = 0;
    const add = ({ param, block }, row, ref, label) => {
      const weight = param ? this.weight(param, block, row, unit) : null;
      const value = ref ? this.value(ref) : 1;
      const product = weight === null ? value : value * weight;
      sum += product;
      rows.push({
        param, ref, label, value, weight, product, sum,
        weightRef: param && { name: param, gate: block, row, unit },
      });
    };
    for (const term of this.equations[signal].terms) {
      const own = this.isOwn(term);
      if (!term.sources.length) add(term, 0, null, term.param);
      term.sources.forEach((source, part) => {
        const width = source === "x" ? this.D : this.H;
        const at = term.previous ? this.before(source, t) : t;
        for (const index of own ? [unit] : Array(width).keys()) {
          const ref = { signal: source, unit: index, t: at };
          add(term, own ? 0 : part * this.H + index, ref, this.name(ref));
        }
      });
    }
    return rows;
  }

  /** Whether a term lets a unit see its own value only: through a peephole, or as it is. */
  isOwn({ param }) {
    return param === "P" || param === null;
  }

  /** Whether a value is one of those that a gate or candidate weighs. */
  isTerm(ref, { signal, unit, t }) {
    if (!this.isComputed(signal)) return false;
    return this.equations[signal].terms.some((term) =>
      term.sources.includes(ref.signal) && (!this.isOwn(term) || ref.unit === unit) &&
      ref.t === (term.previous ? this.before(ref.signal, t) : t));
  }

  /** The tokens of a formula, the signals as refs; of an activation its sum in brackets. */
  tokens(signal, unit, t) {
    const { activation, pre, tokens } = this.equations[signal];
    const sum = { signal: pre, previous: false };
    const refs = tokens ?? (activation ? [`${activation}(`, sum, ")"] : [sum]);
    return refs.map((token) =>
      token.signal
        ? { ref: { signal: token.signal, unit, t: token.previous ? this.before(token.signal, t) : t },
            previous: token.previous }
        : { text: token.replaceAll("⊙", "×") },
    );
  }

  /** The signal that is exactly this part of the equation of another, such as "kept" for f × c₋; null if none is. */
  nameOfProduct(tokens, whole) {
    const write = (list) => list.map((token) => token.text ?? `${token.ref.signal}${token.previous ? "-" : ""}`).join("");
    const { unit, t } = tokens.find((token) => token.ref).ref;
    const wanted = write(tokens);
    return Object.keys(this.equations).find(
      (key) => this.equations[key].kind === "expression" && key !== whole && write(this.tokens(key, unit, t)) === wanted,
    ) ?? null;
  }

  symbol(signal) {
    if (signal === "c_out") return this.functionOf(signal) ? `${this.functionOf(signal)} c` : "c shown";
    return this.looks[signal].symbol;
  }

  /** The function that makes a value: "tanh", "relu", "hard σ" or "". */
  functionOf(signal) {
    const { activation, tokens } = this.equations[signal];
    const first = activation ?? (typeof tokens[0] === "string" ? tokens[0].match(/^([^\s(]+)\($/)?.[1] ?? "" : "");
    return first.replace("hard_σ", "hard σ");
  }

  /** "h₂"; one input is simply "x"; a product is written with the units of its factors. */
  name({ signal, unit }) {
    if (signal === "x") return this.inputName(unit);
    const symbol = this.symbol(signal);
    if (!symbol.includes("×")) return `${symbol}${subscript(unit + 1)}`;
    return this.tokens(signal, unit, 0).map((token) =>
      token.ref ? `${this.name(token.ref)}${token.previous ? "₋" : ""}` : token.text.replaceAll(" ", "")).join("");
  }

  inputName(row) {
    return this.isOneHot && this.D > 1 ? `x “${this.inputs[row]}”` : this.inputs[row];
  }

  /** From which phase on (from 1) a value is known: its own, but not before what it is made of. */
  phaseOf(signal, previous = false) {
    const key = previous ? `${signal}₋` : signal;
    if (!(key in this.knownFrom)) {
      const { terms = [], tokens = [] } = previous ? {} : this.equations[signal] ?? {};
      const made = [
        ...terms.flatMap((term) => (term.previous ? [] : term.sources)),
        ...tokens.flatMap((token) => (token.signal && !token.previous ? [token.signal] : [])),
      ];
      const own = this.phases.findIndex(([, keys]) => keys.includes(key)) + 1;
      this.knownFrom[key] = Math.max(own, 1, ...made.map((source) => this.phaseOf(source)));
    }
    return this.knownFrom[key];
  }

  /** What the layer after the cell answers at a timestep, in the numbers that mean something to a reader. */
  readoutAt(t) {
    const K = this.readout.words.length;
    return (this.arrays.readout_values ?? this.arrays.outputs).subarray(t * K, (t + 1) * K);
  }

  answerName(index) {
    return this.readout.units?.name ?? this.readout.words[index];
  }

  /** What a person would call the input of a timestep; empty when there is no short word for it. */
  symbolText(t) {
    if (t < 0) return "";
    if (this.padded[t]) return "padding";
    const symbol = this.symbols[t];
    if (this.kind === "text") return `“${symbol}”`;
    if (this.kind === "example") return symbol;
    return symbol ? `x = ${symbol}` : "";
  }
}
