import { subscript } from "../web/format.js";
import { THEME } from "../web/theme.js";

/** How a step falls into phases: what is known after each. A key with "-" is the value of the step before. */
const PHASES = [["c-", "h-", "x"], ["f", "i", "g", "o"], ["kept", "written", "c"], ["c_out", "h"]];

/**
 * What the view knows: every value of the run, and what each is made of.
 * A `ref` names one value: {signal, unit, t}; t = −1 is the initial state.
 */
export class Model {
  constructor(header) {
    Object.assign(this, header, header.size);
  }

  /** The value of a ref, exactly as computed. */
  value({ signal, unit, t }) {
    if (t < 0) return this.arrays[`initial_${signal}`]?.[unit] ?? 0;
    const width = signal === "x" ? this.D : this.H;
    return this.arrays[signal][t * width + unit];
  }

  isHeld(signal) {
    const { kind, tokens } = this.equations[signal] ?? {};
    return kind === "expression" && !tokens.some((token) => token.signal);
  }

  isComputed(signal) {
    return this.equations[signal]?.kind === "affine";
  }

  weight(param, block, row, unit) {
    return this.arrays[`${param}.${block}`][row * this.H + unit];
  }

  /** The timestep that `t` sees as the one before: states carry over a skipped step, other signals stop at it. */
  before(signal, t) {
    let at = t - 1;
    if (!this.states.includes(signal)) while (at >= 0 && !this.mask[at]) at -= 1;
    return at;
  }

  /** Whether the weighted sum of a gate sees a signal (of this step, or of the one before). */
  sees(block, source, previous) {
    return this.isComputed(block) && this.equations[block].terms.some(
      (term) => term.param !== "U" && term.sources.includes(source) && term.previous === previous,
    );
  }

  /** The values of the same step whose equation takes a value in; "kept" and "written" stand for their sum. */
  usesOf({ signal, unit, t }) {
    const within = { kept: "c", written: "c", c_out: "h" };
    const takes = (key) => this.equations[key].kind === "expression" && !(key in within) &&
      this.equations[key].tokens.some((token) => token.signal === signal && !token.previous);
    const keys = Object.keys(this.equations).filter((key) => within[signal] === key || takes(key));
    return keys.map((key) => ({ signal: key, unit, t }));
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
    return `${signal === "c" ? "the memory" : "every gate"} at t = ${next + 1}`;
  }

  /** The products that make up a gate or candidate: label, source ref, weight, product, running sum. */
  terms(block, unit, t) {
    const rows = [];
    let sum = 0;
    const add = (param, row, ref, label) => {
      const weight = this.weight(param, block, row, unit);
      const value = ref ? this.value(ref) : 1;
      const product = value * weight;
      sum += product;
      rows.push({
        param, ref, label, value, weight, product, sum,
        weightRef: { name: param, gate: block, row, unit },
      });
    };
    for (const { param, sources, previous } of this.equations[block].terms) {
      if (param === "b") add("b", 0, null, "b");
      else if (sources[0] === "x") {
        for (let row = 0; row < this.D; row += 1) add(param, row, { signal: "x", unit: row, t }, this.inputName(row));
      } else {
        const diagonal = param === "P";
        sources.forEach((signal, part) => {
          const at = previous ? this.before(signal, t) : t;
          const units = diagonal ? [unit] : Array.from({ length: this.H }, (_, index) => index);
          for (const source of units) {
            const ref = { signal, unit: source, t: at };
            add(param, diagonal ? 0 : part * this.H + source, ref, this.name(ref));
          }
        });
      }
    }
    return rows;
  }

  /** Whether a value is one of those that a gate or candidate weighs. */
  isTerm(ref, { signal, unit, t }) {
    if (!this.isComputed(signal)) return false;
    return this.equations[signal].terms.some(({ param, sources, previous }) =>
      sources.includes(ref.signal) && (param !== "P" || ref.unit === unit) &&
      ref.t === (previous ? this.before(ref.signal, t) : t));
  }

  /** The tokens of any other formula, the signals as refs. */
  tokens(signal, unit, t) {
    return this.equations[signal].tokens.map((token) =>
      token.signal
        ? { ref: { signal: token.signal, unit, t: token.previous ? this.before(token.signal, t) : t },
            previous: token.previous }
        : { text: token.replaceAll("⊙", "×") },
    );
  }

  /** The signal that is exactly this product of the same step, such as "kept" for f × c₋; null if none is. */
  nameOfProduct(tokens) {
    const write = (list) => list.map((token) => token.text ?? `${token.ref.signal}${token.previous ? "-" : ""}`).join("");
    const { unit, t } = tokens[0].ref;
    const wanted = write(tokens);
    return Object.keys(this.equations).find(
      (key) => this.equations[key].kind === "expression" && key !== "c" && write(this.tokens(key, unit, t)) === wanted,
    ) ?? null;
  }

  symbol(signal) {
    if (signal === "c_out") return this.outputSymbol() ? `${this.outputSymbol()} c` : "c shown";
    return THEME.looks[signal].symbol;
  }

  /** The function between c and the output gate: "tanh", "relu" or "". */
  outputSymbol() {
    const first = this.equations.c_out.tokens[0];
    return typeof first === "string" ? first.replace("(", "") : "";
  }

  /** "h₂"; one input is simply "x". */
  name({ signal, unit }) {
    if (signal === "x") return this.inputName(unit);
    if (signal === "kept") return `f${subscript(unit + 1)}×c${subscript(unit + 1)}₋`;
    if (signal === "written") return `i${subscript(unit + 1)}×g${subscript(unit + 1)}`;
    return `${this.symbol(signal)}${subscript(unit + 1)}`;
  }

  inputName(row) {
    return this.kind === "text" && this.D > 1 ? `x “${this.inputs[row]}”` : this.inputs[row];
  }

  /** From which phase on (1 to 4) a place of the diagram is known. */
  phaseOf(signal, previous) {
    if (signal === "o" && this.sees("o", "c", false)) return 4;
    return PHASES.findIndex((keys) => keys.includes(previous ? `${signal}-` : signal)) + 1;
  }

  /** What a person would call the input of a timestep; empty when there is no short word for it. */
  symbolText(t) {
    if (t < 0) return "";
    if (this.padded[t]) return "padding";
    const symbol = this.symbols[t];
    if (this.kind === "text") return `“${symbol}”`;
    return symbol ? `x = ${symbol}` : "";
  }
}
