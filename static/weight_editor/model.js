import { readNumber } from "../web/format.js";

/**
 * @import { Focus, Weight, WeightEdit, WeightsMessage } from "../types.d.ts"
 *
 * @typedef {{ gate: number, row: number, unit: number }} Place
 *   Indices as on the screen, where all gates share one list of rows. A Weight is named as in the files.
 * @typedef {{ place: Place, value: number }} Change
 */

/**
 * What decides whether the matrix on screen is still the same one.
 * @param {WeightsMessage} header
 */
export const shapeOf = ({ gates, hidden, rows, style, arrays }) =>
  JSON.stringify([gates, hidden, rows, style.signals, Object.keys(arrays)]);

/** The weights, what was typed but is no number, and what the server has not answered yet. */
export class WeightModel {
  /** @param {WeightsMessage} header */
  constructor(header) {
    this.shape = shapeOf(header);
    this.gates = header.gates;
    this.hidden = header.hidden;
    this.rows = header.rows;
    this.limit = header.limit;
    this.looks = header.style.signals;
    this.sent = header.answered;
    this.rowIndex = new Map(this.rows.map(({ name, row }, index) => [`${name} ${row}`, index]));
    /** @type {Record<string, Float64Array>} */
    this.blocks = {};
    /** @type {Map<string, Change & { edit: number }>} */
    this.unanswered = new Map();
    /** @type {Map<string, string>} */
    this.drafts = new Map();
    this.take(header);
  }

  /**
   * New weights from the server. Edits that it has not heard of yet stay on top.
   * @param {WeightsMessage} header
   */
  take({ arrays, answered }) {
    const drafted = new Map([...this.drafts.keys()].map((key) => [key, this.value(this.placeOf(key))]));
    this.blocks = Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, values.slice()]));
    for (const [key, { place, value, edit }] of this.unanswered) {
      if (edit <= answered) this.unanswered.delete(key);
      else this.write(place, value);
    }
    this.sent = Math.max(this.sent, answered);
    // Where the weight itself is another now, the text was about something that is gone.
    for (const [key, before] of drafted) {
      if (!Object.is(before, this.value(this.placeOf(key)))) this.drafts.delete(key);
    }
  }

  /** @param {Place} place */
  key({ gate, row, unit }) {
    return `${gate} ${row} ${unit}`;
  }

  /**
   * @param {string} key
   * @returns {Place}
   */
  placeOf(key) {
    const [gate, row, unit] = key.split(" ").map(Number);
    return { gate, row, unit };
  }

  /**
   * How a gate looks and is called: {symbol, word, scale, …}.
   * @param {number} gate
   */
  look(gate) {
    return this.looks[this.gates[gate]];
  }

  /**
   * The gate that a signal is computed with, or −1.
   * @param {Focus | null} focus
   */
  gateOf(focus) {
    return focus?.gate ? this.gates.indexOf(focus.gate) : -1;
  }

  /**
   * What a row is in one gate. A gate can weigh another thing than the others there.
   * @param {Pick<Place, "gate" | "row">} place
   */
  rowOf({ gate, row }) {
    const { name, label, labels } = this.rows[row];
    return { name, label: labels[this.gates[gate]] ?? label };
  }

  /**
   * A gate need not have every row: the candidate has no peephole.
   * @param {Pick<Place, "gate" | "row">} place
   */
  has({ gate, row }) {
    return `${this.rows[row].name}.${this.gates[gate]}` in this.blocks;
  }

  /** @param {Place} place */
  value(place) {
    const { block, index } = this.spot(place);
    return block[index];
  }

  /**
   * @param {Place} place
   * @param {number} value
   */
  write(place, value) {
    const { block, index } = this.spot(place);
    block[index] = value;
  }

  /** @param {Place} place */
  spot({ gate, row, unit }) {
    const { name, row: within } = this.rows[row];
    return { block: this.blocks[`${name}.${this.gates[gate]}`], index: within * this.hidden + unit };
  }

  /**
   * @param {Place} place
   * @returns {Weight}
   */
  weight({ gate, row, unit }) {
    const { name, row: within } = this.rows[row];
    return { name, gate: this.gates[gate], row: within, unit };
  }

  /**
   * The place of a weight, or null if there is none.
   * @param {Weight | null | undefined} weight
   */
  find(weight) {
    if (!weight) return null;
    const place = {
      gate: this.gates.indexOf(weight.gate),
      row: this.rowIndex.get(`${weight.name} ${weight.row}`) ?? -1,
      unit: weight.unit,
    };
    const known = place.gate >= 0 && place.row >= 0 && place.unit >= 0 && place.unit < this.hidden;
    return known && this.has(place) ? place : null;
  }

  /**
   * The number in a text, or null where it may not be a weight, and whether it was a number at all.
   * @param {string} text
   */
  judge(text) {
    const number = readNumber(text);
    const isGood = number !== null && Math.abs(number) <= this.limit;
    return { value: isGood ? number : null, isNumber: number !== null };
  }

  /**
   * Write changes [{place, value}] and return the message for the server, or null if all is as it was.
   * It repeats what the server has not answered yet: of two messages at once only the last gets through.
   * @param {Change[]} changes
   * @returns {WeightEdit | null}
   */
  change(changes) {
    changes.forEach(({ place }) => this.drafts.delete(this.key(place)));
    const real = changes.filter(({ place, value }) => this.value(place) !== value);
    if (!real.length) return null;
    this.sent += 1;
    for (const { place, value } of real) {
      this.write(place, value);
      this.unanswered.set(this.key(place), { place, value, edit: this.sent });
    }
    return {
      edit: this.sent,
      changes: [...this.unanswered.values()].map(({ place, value }) => ({ ...this.weight(place), value })),
    };
  }
}
