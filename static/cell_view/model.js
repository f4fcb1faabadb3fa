import { subscript } from "../web/format.js";

const MUCH_MORE = 1.5;

/**
 * @import { CellMessage, Term, Token, Weight } from "../types.d.ts"
 *
 * @typedef {{ signal: string, unit: number, t: number }} Ref  One value; t = −1 is the initial state.
 * @typedef {{ ref: Ref, previous: boolean, text?: undefined } | { text: string, ref?: undefined, previous?: undefined }} Piece
 *   Of a formula: the text between two signals, or a signal.
 * @typedef {{
 *   param: string | null, ref: Ref | null, label: string, value: number, weight: number | null, product: number,
 *   sum: number, weightRef: Weight | null,
 * }} Row  Of a weighted sum: a value by its weight. A bias has no ref, what is added as it is no weight.
 */

/** @param {Token[]} tokens */
const signalsOf = (tokens) => tokens.filter((token) => typeof token !== "string");

/** What the view knows: every value of the run, what each is made of, and how the cell is shown. */
export class Model {
  /** @param {CellMessage} header */
  constructor(header) {
    const { size, style } = header;
    this.revision = header.revision;
    this.scene = header.scene;
    this.form = header.form;
    this.T = size.T;
    this.H = size.H;
    this.D = size.D;
    this.kind = header.kind;
    this.encoding = header.encoding;
    this.symbols = header.symbols;
    this.inputs = header.inputs;
    this.padded = header.padded;
    this.mask = header.mask;
    this.states = header.states;
    this.cell = style.cell;
    this.looks = style.signals;
    this.order = style.order;
    this.phases = style.phases;
    this.sentence = style.sentence;
    this.drawing = style.drawing;
    this.equations = header.equations;
    this.bounds = header.bounds;
    this.readout = header.readout;
    this.arrays = header.arrays;
    this.relations = header.relations;
    this.knownFrom = header.known_from;
  }

  /**
   * The value of a ref, exactly as computed.
   * @param {Ref} ref
   */
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

  /** @param {string} signal */
  has(signal) {
    return signal in this.equations;
  }

  /** @param {string} signal */
  isHeld(signal) {
    return this.relations[signal].is_held;
  }

  /** @param {string} signal */
  isComputed(signal) {
    return this.equations[signal]?.kind === "affine";
  }

  /**
   * A gate scales by 0 to 1.
   * @param {string} signal
   */
  isGate(signal) {
    return this.looks[signal]?.scale === "unit";
  }

  /**
   * The unit whose gates change most from timestep to timestep, so that there is most to see in it. While the
   * network learns, the one that was followed stays, unless another changes much more.
   * @param {number | null} followed
   */
  telling(followed = null) {
    const gates = this.order.filter((signal) => this.isGate(signal));
    const signals = gates.length > 0 ? gates : this.states;
    const steps = [...this.mask.keys()].filter((t) => this.mask[t]);
    const spread = (/** @type {number} */ unit) => signals.reduce((sum, signal) => {
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
    return this.order.find((signal) => this.looks[signal].scale === "state") ?? "";
  }

  /**
   * @param {string} param
   * @param {string} block
   * @param {number} row
   * @param {number} unit
   */
  weight(param, block, row, unit) {
    return this.arrays[`${param}.${block}`][row * this.H + unit];
  }

  /**
   * What a weighted sum adds up.
   * @param {string} signal
   */
  termsOf(signal) {
    return this.equations[signal]?.terms ?? [];
  }

  /**
   * The block of weights that a signal is computed with, if it has any.
   * @param {string} signal
   */
  blockOf(signal) {
    return this.relations[signal]?.block ?? null;
  }

  /**
   * The timestep that `t` sees as the one before: states carry over a skipped step, other signals stop at it.
   * @param {string} signal
   * @param {number} t
   */
  before(signal, t) {
    let at = t - 1;
    if (!this.states.includes(signal)) while (at >= 0 && !this.mask[at]) at -= 1;
    return at;
  }

  /**
   * The term of a weighted sum that takes in a signal (of this step, or of the one before), if there is one.
   * @param {string} signal
   * @param {string} source
   */
  term(signal, source, previous = false) {
    return this.termsOf(signal).find((term) => term.sources.includes(source) && term.previous === previous);
  }

  /**
   * Whether an equation of any kind takes in a signal.
   * @param {string} signal
   * @param {string} source
   */
  takes(signal, source, previous = false) {
    const { tokens = [] } = this.equations[signal] ?? {};
    return Boolean(this.term(signal, source, previous)) ||
      signalsOf(tokens).some((token) => token.signal === source && token.previous === previous);
  }

  /**
   * The values of the same step whose equation takes a value in.
   * @param {Ref} ref
   */
  usesOf({ signal, unit, t }) {
    return this.relations[signal].used_in.map((key) => ({ signal: key, unit, t }));
  }

  /**
   * What the next timestep that is not skipped does with a signal, in words; null after the last.
   * @param {string} signal
   * @param {number} t
   */
  nextUse(signal, t) {
    const next = this.mask.indexOf(true, t + 1);
    const words = this.relations[signal].next_use;
    return next < 0 || words === null ? null : `${words} at t = ${next + 1}`;
  }

  /**
   * "the reset gate", "the candidate"
   * @param {string} signal
   */
  named(signal) {
    return `the ${this.looks[signal].word}${this.isGate(signal) ? " gate" : ""}`;
  }

  /**
   * The terms that make up a weighted sum.
   * @param {string} signal
   * @param {number} unit
   * @param {number} t
   * @returns {Row[]}
   */
  terms(signal, unit, t) {
    /** @type {Row[]} */
    const rows = [];
    let sum = 0;
    /** @type {(term: Term, row: number, ref: Ref | null, label: string) => void} */
    const add = ({ param, block }, row, ref, label) => {
      const weight = param && block ? this.weight(param, block, row, unit) : null;
      const value = ref ? this.value(ref) : 1;
      const product = weight === null ? value : value * weight;
      sum += product;
      rows.push({
        param, ref, label, value, weight, product, sum,
        weightRef: param && block ? { name: param, gate: block, row, unit } : null,
      });
    };
    for (const term of this.termsOf(signal)) {
      const own = this.isOwn(term);
      if (!term.sources.length) add(term, 0, null, term.param ?? "");
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

  /**
   * Whether a term lets a unit see its own value only: through a peephole, or as it is.
   * @param {Term} term
   */
  isOwn({ param }) {
    return param === "P" || param === null;
  }

  /**
   * Whether a value is one of those that a gate or candidate weighs.
   * @param {Ref} ref
   * @param {Ref} sum
   */
  isTerm(ref, { signal, unit, t }) {
    if (!this.isComputed(signal)) return false;
    return this.termsOf(signal).some((term) =>
      term.sources.includes(ref.signal) && (!this.isOwn(term) || ref.unit === unit) &&
      ref.t === (term.previous ? this.before(ref.signal, t) : t));
  }

  /**
   * The tokens of a formula, the signals as refs; of an activation its sum in brackets.
   * @param {string} signal
   * @param {number} unit
   * @param {number} t
   * @returns {Piece[]}
   */
  tokens(signal, unit, t) {
    const { activation, pre, tokens } = this.equations[signal];
    const sum = { signal: pre ?? "", previous: false };
    const refs = tokens ?? (activation ? [`${activation}(`, sum, ")"] : [sum]);
    return refs.map((token) => {
      if (typeof token === "string") return { text: token.replaceAll("⊙", "×") };
      const { previous } = token;
      return { ref: { signal: token.signal, unit, t: previous ? this.before(token.signal, t) : t }, previous };
    });
  }

  /** @param {string} signal */
  symbol(signal) {
    if (signal === "c_out") return this.functionOf(signal) ? `${this.functionOf(signal)} c` : "c shown";
    return this.looks[signal].symbol;
  }

  /**
   * The function that makes a value: "tanh", "relu", "hard σ" or "".
   * @param {string} signal
   */
  functionOf(signal) {
    return this.relations[signal].function;
  }

  /**
   * "h₂"; one input is simply "x"; a product is written with the units of its factors.
   * @param {Ref} ref
   * @returns {string}
   */
  name({ signal, unit }) {
    if (signal === "x") return this.inputName(unit);
    const symbol = this.symbol(signal);
    if (!symbol.includes("×")) return `${symbol}${subscript(unit + 1)}`;
    return this.tokens(signal, unit, 0).map((token) =>
      token.ref ? `${this.name(token.ref)}${token.previous ? "₋" : ""}` : token.text.replaceAll(" ", "")).join("");
  }

  /** @param {number} row */
  inputName(row) {
    return this.isOneHot && this.D > 1 ? `x “${this.inputs[row]}”` : this.inputs[row];
  }

  /**
   * From which phase on (from 1) a value is known: its own, but not before what it is made of.
   * @param {string} signal
   */
  phaseOf(signal, previous = false) {
    return this.knownFrom[previous ? `${signal}₋` : signal];
  }

  /**
   * What the layer after the cell answers at a timestep, in the numbers that mean something to a reader.
   * @param {number} t
   */
  readoutAt(t) {
    const K = this.readout?.words.length ?? 0;
    return (this.arrays.readout_values ?? this.arrays.outputs).subarray(t * K, (t + 1) * K);
  }

  /** @param {number} index */
  answerName(index) {
    return this.readout?.units?.name ?? this.readout?.words[index] ?? "";
  }

  /**
   * What a person would call the input of a timestep; empty when there is no short word for it.
   * @param {number} t
   */
  symbolText(t) {
    if (t < 0) return "";
    if (this.padded[t]) return "padding";
    const symbol = this.symbols[t];
    if (this.kind === "text") return `“${symbol}”`;
    if (this.kind === "example") return symbol;
    return symbol ? `x = ${symbol}` : "";
  }
}
