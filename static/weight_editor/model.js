import { readNumber } from "../web/format.js";

/** What decides whether the matrix on screen is still the same one. */
export const shapeOf = ({ gates, hidden, rows, face, looks = face.looks, arrays, blocks = arrays }) =>
  JSON.stringify([gates, hidden, rows, looks, Object.keys(blocks)]);

/**
 * The weights, what was typed but is no number, and what the server has not answered yet.
 * A place is {gate, row, unit}: indices as on the screen, where all gates share one list of rows.
 * A weight is {name, gate, row, unit}: as in the files, and as the other components call it.
 */
export class WeightModel {
  constructor(header) {
    const { gates, hidden, rows, limit, heard, face } = header;
    Object.assign(this, { gates, hidden, rows, limit, sent: heard, looks: face.looks });
    this.rowIndex = new Map(rows.map(({ name, row }, index) => [`${name} ${row}`, index]));
    this.blocks = {};
    this.unanswered = new Map(); // key → {place, value, number of the edit}
    this.drafts = new Map(); // key → text
    this.take(header);
  }

  /** New weights from the server. Edits that it has not heard of yet stay on top. */
  take({ arrays, heard }) {
    const drafted = [...this.drafts.keys()].map((key) => [key, this.value(this.placeOf(key))]);
    this.blocks = Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, values.slice()]));
    for (const [key, { place, value, edit }] of this.unanswered) {
      if (edit <= heard) this.unanswered.delete(key);
      else this.write(place, value);
    }
    this.sent = Math.max(this.sent, heard);
    // Where the weight itself is another now, the text was about something that is gone.
    for (const [key, before] of drafted) {
      if (!Object.is(before, this.value(this.placeOf(key)))) this.drafts.delete(key);
    }
  }

  key({ gate, row, unit }) {
    return `${gate} ${row} ${unit}`;
  }

  placeOf(key) {
    const [gate, row, unit] = key.split(" ").map(Number);
    return { gate, row, unit };
  }

  /** How a gate looks and is called: {symbol, word, scale, …}. */
  look(gate) {
    return this.looks[this.gates[gate]];
  }

  /** What a row is in one gate: {name, label}. A gate can weigh another thing than the others there. */
  rowOf({ gate, row }) {
    const { name, label, labels } = this.rows[row];
    return { name, label: labels[this.gates[gate]] ?? label };
  }

  /** A gate need not have every row: the candidate has no peephole. */
  has({ gate, row }) {
    return `${this.rows[row].name}.${this.gates[gate]}` in this.blocks;
  }

  value(place) {
    const { block, index } = this.spot(place);
    return block[index];
  }

  write(place, value) {
    const { block, index } = this.spot(place);
    block[index] = value;
  }

  spot({ gate, row, unit }) {
    const { name, row: within } = this.rows[row];
    return { block: this.blocks[`${name}.${this.gates[gate]}`], index: within * this.hidden + unit };
  }

  weight({ gate, row, unit }) {
    const { name, row: within } = this.rows[row];
    return { name, gate: this.gates[gate], row: within, unit };
  }

  /** The place of a weight, or null if there is none. */
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

  /** The number in a text, whether it may be a weight, and whether it was a number at all. */
  judge(text) {
    const value = readNumber(text);
    return { value, isNumber: value !== null, isGood: value !== null && Math.abs(value) <= this.limit };
  }

  /**
   * Write changes [{place, value}] and return the message for the server, or null if all is as it was.
   * It repeats what the server has not answered yet: of two messages at once only the last gets through.
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
