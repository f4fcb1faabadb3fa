import { shownInputs, tapsOf } from "./diagram.js";
import { inputRoom, inputWords, narrowInput, wideInput, wideRows } from "./lstm.js";

/**
 * @import { Model } from "./model.js"
 * @import { Plan } from "./plan.d.ts"
 */

/**
 * One row: the sum of what comes in and what was, through a function, is the new memory.
 * @param {Model} model
 * @returns {Plan}
 */
export function wideRnn(model) {
  const { stack } = wideRows(model.H);
  const y = { stack, A: 27, gate: 113 + stack - 72, bus: 163 + stack - 72, x: 177 + stack - 72 };
  const gates = [{ signal: "pre_h", x: 320, y: y.gate, width: 124, height: 34, words: "weigh and add" }];
  const { taps } = tapsOf(model, gates, y.bus);
  const squash = model.functionOf("h");
  return {
    width: 916, rows: y,
    height: Math.max(inputRoom(model, y.x).end, y.x + 28),
    body: [120, 1, 760, y.bus + 8],
    stacks: [{ value: "h₋", x: 24, y: y.A }, { value: "pre_h", x: 284, y: y.A }, { value: "h", x: 790, y: y.A }],
    input: wideInput(model, y.x),
    wires: [
      { merge: "h₋", path: (at) => `M96,${at} C122,${at} 96,${y.bus} 134,${y.bus}`, hue: "h", when: "h₋" },
      { d: `M320,${y.gate} V${y.A + stack}`, hue: "pre_h", when: "pre_h", from: "pre_h" },
      { lane: "pre_h", x: [356, 790], hue: "pre_h", when: "h" },
      { lane: "h", x: [862, 896], hue: "h", when: "h", head: true },
    ],
    beads: squash ? [{ text: squash, x: 573, y: y.A + stack / 2, width: 64, height: stack + 8, hue: "h" }] : [],
    gates,
    bus: { y: y.bus, start: 132, joint: [156, y.x], taps, arrows: true, light: { x: `M156,${y.x} V${y.bus}`, h: `M134,${y.bus}` } },
    labels: [
      { x: 60, y: 17, symbol: "h₋", hue: "h", tells: "before" },
      { x: 320, y: 17, symbol: "s", words: "sum", hue: "pre_h" },
      { x: 826, y: 17, symbol: "h", words: "memory", hue: "h" },
      { x: 868, y: y.A + stack + 16, anchor: "end", tells: "nextAndReader" },
      { x: inputRoom(model, y.x).right + 14, y: y.x + 17, symbol: "x", hue: "x", anchor: "start", tells: inputWords },
    ],
    units: { values: ["h₋"], below: y.A + stack + 16 },
  };
}

/**
 * For a phone: one unit, everything else the same.
 * @param {Model} model
 * @returns {Plan}
 */
export function narrowRnn(model) {
  const gates = [{ signal: "pre_h", x: 150, y: 96, width: 84, height: 48, stacked: true, words: "weigh, add" }];
  const { taps } = tapsOf(model, gates, 160);
  const squash = model.functionOf("h");
  return {
    width: 358, height: 216, single: true, body: [58, 12, 216, 138],
    stacks: [{ value: "h₋", x: 1, y: 147 }, { value: "pre_h", x: 123, y: 44 }, { value: "h", x: 304, y: 44 }],
    input: { x: 63, y: 186, fold: 1, shows: shownInputs(model, 3) },
    wires: [
      { d: "M150,96 V57", hue: "pre_h", when: "pre_h", from: "pre_h" },
      { d: "M177,57 H230", hue: "pre_h", when: "h", from: "pre_h", width: 4 },
      { points: [[230, 57], [296, 57]], hue: "h", when: "h", from: "h", width: 4, size: 10, head: true },
    ],
    beads: squash ? [{ text: squash, x: 230, y: 57, width: 52, height: 22, hue: "h" }] : [],
    gates,
    bus: { y: 160, start: 54, joint: [90, 186], taps },
    labels: [
      { x: 150, y: 36, symbol: "s", words: "sum", hue: "pre_h" },
      { x: 358, y: 28, symbol: "h", words: "memory", hue: "h", anchor: "end" },
      { x: 358, y: 90, anchor: "end", size: 13.5, tells: "next" },
      { x: 0, y: 138, symbol: "h₋", hue: "h", anchor: "start", size: 13.5, tells: "shortBefore" },
      ...narrowInput(model, 186, "the sum reads all of h₋ and x"),
    ],
  };
}
