import { gateName, quote, rangeOf, weightName } from "./words.js";

/**
 * @import { Change, Place, WeightModel } from "./model.js"
 * @import { Problem } from "./words.js"
 */

const UNCHANGED = "Nothing was changed.";
/**
 * @param {number} count
 * @param {string} word
 */
const counted = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

/**
 * Whether a text is more than one cell.
 * @param {string} text
 */
export const isBlock = (text) => /[\t\n\r]/.test(text.replace(/[\r\n]+$/, ""));

/**
 * The cells of a pasted text: lines, cut at tabs, else at semicolons, else at spaces.
 * @param {string} text
 */
export function readBlock(text) {
  const lines = text.replace(/[\r\n]+$/, "").split(/\r\n|\r|\n/);
  const tabs = text.includes("\t");
  const separator = tabs ? "\t" : text.includes(";") ? ";" : /[ \u00a0]+/;
  return lines.map((line) => (tabs ? line : line.trim()).split(separator).map((cell) => cell.trim()));
}

/**
 * Lay a block over the matrix from a place down and right, up to and with the gate `lastGate`.
 * Returns the changes or what is wrong; nothing is written here.
 * @param {WeightModel} model
 * @param {Place} start
 * @param {string[][]} block
 * @param {number} lastGate
 * @returns {{ changes?: Change[], problem?: Problem }}
 */
export function layBlock(model, start, block, lastGate) {
  const problem = misfit(model, start, block, lastGate);
  if (problem) return { problem };
  const changes = [];
  for (const [down, cells] of block.entries()) {
    for (const [right, text] of cells.entries()) {
      const place = shifted(model, start, down, right);
      const wrong = cellMisfit(model, place, text);
      if (wrong) {
        const where = `Pasted block, row ${down + 1}, column ${right + 1}`;
        return { problem: { head: `${where}: ${wrong.head}`, body: `${wrong.body} ${UNCHANGED}`.trim() } };
      }
      const { value } = model.judge(text);
      if (value !== null) changes.push({ place, value });
    }
  }
  return { changes };
}

/**
 * @param {WeightModel} model
 * @param {Place} place
 * @param {number} down
 * @param {number} right
 */
function shifted(model, { gate, row, unit }, down, right) {
  const column = unit + right;
  return { gate: gate + Math.floor(column / model.hidden), row: row + down, unit: column % model.hidden };
}

/**
 * @param {WeightModel} model
 * @param {Place} start
 * @param {string[][]} block
 * @param {number} lastGate
 */
function misfit(model, start, block, lastGate) {
  const width = block[0].length;
  const ragged = block.findIndex((cells) => cells.length !== width);
  if (ragged > 0) {
    return {
      head: `Pasted block, row ${ragged + 1}: ${counted(block[ragged].length, "column")} came, row 1 has ${width}.`,
      body: `Every row needs the same number of columns. ${UNCHANGED}`,
    };
  }
  const rows = model.rows.length - start.row;
  const columns = (lastGate - start.gate + 1) * model.hidden - start.unit;
  if (block.length <= rows && width <= columns) return null;
  const where = `${gateName(model.look(start.gate))}, ${weightName(model.rowOf(start), start.unit)}`;
  return {
    head: `The pasted block has ${counted(block.length, "row")} and ${counted(width, "column")}.`,
    body: `From ${where}, ${counted(rows, "row")} and ${counted(columns, "column")} fit. ${UNCHANGED}`,
  };
}

/**
 * @param {WeightModel} model
 * @param {Place} place
 * @param {string} text
 */
function cellMisfit(model, place, text) {
  if (!model.has(place)) {
    const { label } = model.rowOf(place);
    return text && { head: `the ${gateName(model.look(place.gate))} has no weight ${label}.`, body: "Leave that cell of the block empty." };
  }
  const { value, isNumber } = model.judge(text);
  if (value !== null) return null;
  if (isNumber) return { head: `${quote(text)} is too large.`, body: `A weight is a number ${rangeOf(model.limit)}.` };
  if (!text) return { head: "the cell is empty.", body: "Every cell needs a number." };
  return { head: `${quote(text)} is not a number.`, body: "" };
}
