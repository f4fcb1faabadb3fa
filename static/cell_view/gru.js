import { shownInputs, tapsOf } from "./diagram.js";
import { added, inputRoom, inputWords, lowestLane, narrowInput, wideInput, wideRows } from "./lstm.js";

/**
 * @import { Model } from "./model.js"
 * @import { DotPlan, Plan } from "./plan.d.ts"
 */

/**
 * What the equations of a GRU, or of a cell of its family, leave open.
 * @param {Model} model
 */
function formOf(model) {
  const { tokens = [] } = model.equations.kept;
  return {
    /** Whether z writes, so that 1 − z keeps; in a GRU it is the other way round. */
    zWrites: typeof tokens[0] === "string",
    /** Whether U comes before the reset gate, and has made something of h₋ that can be scaled. */
    recalls: model.has("recalled"),
    squashesInput: model.takes("n", "squashed"),
    squashesMemory: model.takes("z", "squashed"),
  };
}

/**
 * The memory line on top: h₋ × keep + write × candidate = h. Below it the way of the candidate: what the reset gate
 * lets through of the old memory, then n. z stands on the left; a wire takes what is left of 1 across, or z itself.
 * @param {Model} model
 * @returns {Plan}
 */
export function wideGru(model) {
  const y = wideRows(model.H);
  const { A, B, below, middle } = y;
  const { zWrites, recalls, squashesInput, squashesMemory } = formOf(model);
  const zX = squashesMemory ? 218 : 200;
  const across = B - 17;
  const gate = (/** @type {string} */ signal, /** @type {number} */ x, width = 104) => ({ signal, x, y: y.gate, width, height: 34 });
  const gates = [
    { ...gate("z", 200), bead: zX }, gate("r", 414), gate("n", 603, 120),
    ...(recalls ? [{ ...gate("recalled", 300, 84), words: "recall" }] : []),
    ...(squashesInput && model.isComputed("squashed") ? [{ ...gate("squashed", 826, 92), words: "squash x" }] : []),
  ];
  const { taps, notes } = tapsOf(model, gates, y.bus);
  if (!recalls) taps.push([300, below(B) - 2, "reset"]);
  if (squashesInput && !model.isComputed("squashed")) taps.push([826, below(B) - 2, "squashed"]);
  const weighsReset = model.term("n", "reset")?.param === "U";
  return {
    width: 916, height: Math.max(310 + 2 * y.grow, inputRoom(model, y.x).end), rows: y,
    body: [120, 1, 760, y.bus + 8],
    stacks: [
      { value: "h₋", x: 24, y: A },
      { value: "z", x: 164, y: A, rest: zWrites },
      { value: "kept", x: 404, y: A }, { value: "written", x: 681, y: A }, { value: "h", x: 790, y: A },
      recalls ? { value: "recalled", x: 264, y: B } : { value: "h₋", x: 264, y: B, again: true },
      { value: "r", x: 378, y: B }, { value: "reset", x: 471, y: B }, { value: "n", x: 567, y: B },
      { value: "z", x: 681, y: B, rest: !zWrites },
      ...(squashesInput ? [{ value: "squashed", x: 790, y: B }] : []),
      ...(squashesMemory ? [{ value: "squashed", x: 124, y: B }] : []),
    ],
    input: wideInput(model, y.x),
    capsules: [
      { operator: "×", x: 150, y: A, hue: "z" }, { operator: "+", x: 667, y: A, hue: "h" },
      { operator: "×", x: 364, y: B, hue: "r" }, { operator: "×", x: 667, y: B, hue: "z" },
    ],
    wires: [
      { lane: "h₋", x: [96, 136], hue: "h", when: "h₋" },
      { lane: "z", x: [241, 404], hue: "h", when: "kept" },
      { lane: "kept", x: [476, 653], hue: "h", when: "kept" },
      { lane: "written", x: [758, 790], hue: "h", when: "h" },
      { lane: "h", x: [862, 896], hue: "h", when: "h", head: true },
      { d: `M88,${below(A) - 4} V${y.bus - 14} Q88,${y.bus} 102,${y.bus} H134`, hue: "h", when: "h₋", from: "h₋" },
      // z goes up to what is kept, and across to what is written.
      { points: [[zX, y.gate - 8], [zX, below(A) + 8]], hue: "z", when: "z", from: "z", head: true },
      { points: [[zX, across + 25], [250, across + 25], [250, across], [697, across], [697, B - 11]], hue: "z", when: "z", from: "z", head: true, size: 7 },
      recalls ? { lane: "recalled", x: [336, 350], hue: "h", when: "recalled" } : { lane: "h₋", nth: 1, x: [336, 350], hue: "h", when: "h₋" },
      ...(model.isComputed("r") ? [{ d: `M414,${y.gate} V${below(B)}`, hue: "r", when: "r", from: "r" }] : []),
      { lane: "r", x: [455, 471], hue: "h", when: "reset" },
      weighsReset
        ? { merge: "reset", path: (at) => `M543,${at} Q555,${at} 555,${at + 14} V${y.gate - 7}`, hue: "h", when: "reset" }
        : { d: `M543,${middle(B)} H549 Q555,${middle(B)} 555,${middle(B) + 8} V${y.gate - 7}`, hue: "h", when: "reset", from: "reset" },
      { points: [[555, y.gate - 12], [555, y.gate - 7]], hue: "h", when: "reset", head: true },
      { d: `M603,${y.gate} V${below(B) - 4}`, hue: "n", when: "n", from: "n" },
      { lane: "n", x: [639, 653], hue: "n", when: "n" },
      { points: [[735, B - 4], [735, below(A) + 8]], hue: "h", when: "written", from: "written", head: true },
      ...(recalls ? [{ d: `M300,${y.gate} V${below(B) - 4}`, hue: "h", when: "recalled", from: "recalled" }] : []),
      ...(squashesInput ? [
        { points: [[790, middle(B)], [774, middle(B)], [774, y.gate + 17], [671, y.gate + 17]], hue: "x", when: "squashed", from: "squashed", head: true },
        { d: `M826,${y.gate} V${below(B) - 4}`, hue: "x", when: "squashed" },
      ] : []),
      ...(squashesMemory ? [
        { d: `M128,${lowestLane(model, y)} V${across} H160 V${B}`, hue: "h", when: "squashed" },
        { points: [[160, below(B) - 4], [160, y.gate - 7]], hue: "h", when: "squashed", from: "squashed", head: true, size: 7 },
      ] : []),
    ],
    dots: /** @type {DotPlan[]} */ ([[zX, across + 25, "z"], ...(squashesMemory ? [[128, lowestLane(model, y), "h"]] : [])]),
    beads: [
      zWrites ? { text: "1 − z", x: zX, y: across + 1, width: 48, hue: "z" } : { text: "1 − z", x: 507, y: across, width: 48, hue: "z" },
      ...(squashesMemory ? [{ text: "tanh", x: 160, y: across, hue: "h" }] : []),
      ...(squashesInput && !model.isComputed("squashed") ? [{ text: "tanh", x: 826, y: y.gate + 17, hue: "x" }] : []),
    ],
    gates,
    bus: { y: y.bus, start: 132, joint: [156, y.x], taps, arrows: true, light: { x: `M156,${y.x} V${y.bus}`, h: `M88,${below(A)} V${y.bus}` } },
    labels: [
      { x: 60, y: 17, symbol: "h₋", hue: "h", tells: "before" },
      { x: 200, y: 17, symbol: zWrites ? "× 1−z" : "× z", words: "keep", hue: "z" },
      { x: 440, y: 17, words: "kept" },
      { x: 717, y: 17, symbol: zWrites ? "+ z×n" : "+ (1−z)×n", words: "written", hue: "h" },
      { x: 826, y: 17, symbol: "h", words: "memory", hue: "h" },
      { x: 868, y: below(A) + 12, anchor: "end", tells: "nextAndReader" },
      { x: 506, y: below(B) + 12, words: "after reset", size: 13 },
      ...(recalls ? [] : [{ x: 308, y: y.gate + 22, symbol: "h₋", hue: "h", anchor: "start", size: 12.5 }]),
      { x: inputRoom(model, y.x).right + 14, y: y.x + 17, symbol: "x", hue: "x", anchor: "start", tells: inputWords },
      ...notes,
    ],
    units: { values: ["h₋"], below: below(A) + 12 },
  };
}

/**
 * For a phone: one unit, everything else the same.
 * @param {Model} model
 * @returns {Plan}
 */
export function narrowGru(model) {
  const { zWrites, recalls, squashesInput, squashesMemory } = formOf(model);
  const at = { z: 90, r: 210, n: 274 };
  const box = (/** @type {string} */ signal, /** @type {number} */ x) => ({ signal, x, y: 216, width: 56, height: 48, stacked: true });
  const gates = [
    ...Object.entries(at).map(([signal, x]) => box(signal, x)),
    ...(recalls ? [{ ...box("recalled", 150), words: "recall" }] : []),
  ];
  const { taps, partial } = tapsOf(model, gates, 280);
  if (!recalls) taps.push([150, 202, "reset"]);
  if (squashesInput) taps.push([331, 253, "squashed"]);
  return {
    width: 358, height: 336, single: true, body: [58, 36, 244, 234],
    stacks: [
      { value: "h₋", x: 1, y: 48 }, { value: "h", x: 304, y: 48 },
      { value: "z", x: 63, y: 176 }, { value: "r", x: 183, y: 176 }, { value: "n", x: 247, y: 176 },
      recalls ? { value: "recalled", x: 123, y: 176 } : { value: "h₋", x: 123, y: 176, again: true },
      ...(squashesInput ? [{ value: "squashed", x: 304, y: 227 }] : []),
      ...(squashesMemory ? [{ value: "squashed", x: 10, y: 227, width: 46 }] : []),
    ],
    input: { x: 63, y: 306, fold: 1, shows: shownInputs(model, 3) },
    operators: [
      { operator: "×", x: 90, y: 61, hue: "z" }, { operator: "+", x: 274, y: 61, hue: "h" },
      { operator: "×", x: 180, y: 141, hue: "r" }, { operator: "×", x: 274, y: 141, hue: "z" },
    ],
    wires: [
      { d: "M54,61 H296", hue: "h", when: "h₋", from: "h₋", width: 4 },
      { points: [[288, 61], [296, 61]], hue: "h", width: 4, size: 10, when: "h", head: true },
      { d: squashesMemory ? "M5,74 V272 Q5,280 13,280 H54" : "M28,74 V272 Q28,280 36,280 H54", hue: "h", when: "h₋", from: "h₋" },
      { d: "M90,216 V61", hue: "z", when: "z", from: "z" },
      { d: "M90,104 H252 V141 H274", hue: "z", when: "z", from: "z" },
      { d: "M150,176 V141 H180", hue: "h", when: recalls ? "recalled" : "h₋", from: recalls ? "recalled" : "h₋" },
      ...(recalls ? [{ d: "M150,216 V202", hue: "h", when: "recalled" }] : []),
      { d: "M210,216 V141 H180", hue: "r", when: "r", from: "r" },
      { d: "M180,141 V118 H241.5 V240 H246", hue: "h", when: "reset", from: "reset" },
      { d: "M274,216 V141", hue: "n", when: "n", from: "n" },
      { d: "M274,141 V61", hue: "h", when: "written", from: "written" },
      ...(squashesInput ? [{ d: "M304,240 H302", hue: "x", when: "squashed", from: "squashed" }] : []),
      ...(squashesMemory ? [
        { d: "M33,74 V227", hue: "h", when: "squashed" },
        { d: "M56,240 H62", hue: "h", when: "squashed", from: "squashed" },
      ] : []),
    ],
    dots: [[90, 104, "z"]],
    beads: [
      zWrites ? { text: "1 − z", x: 90, y: 86, width: 40, height: 18, hue: "z" } : { text: "1 − z", x: 142, y: 104, width: 42, height: 18, hue: "z" },
      ...(squashesInput ? [{ text: model.isComputed("squashed") ? "squash" : "tanh", x: 331, y: 267, width: 53, height: 18, hue: "x" }] : []),
      ...(squashesMemory ? [{ text: "tanh", x: 33, y: 206, width: 38, height: 18, hue: "h" }] : []),
    ],
    gates,
    bus: { y: 280, start: 54, joint: [90, 306], taps },
    labels: [
      { x: 0, y: 32, symbol: "h₋", hue: "h", anchor: "start", tells: "before" },
      { x: 358, y: 32, symbol: "h", words: "memory", hue: "h", anchor: "end" },
      { x: 358, y: 92, anchor: "end", size: 13.5, tells: "next" },
      { x: 108, y: 53, anchor: "start", size: 13, tells: ({ number }) => `kept ${number("kept")}` },
      { x: 258, y: 53, anchor: "end", size: 13, tells: ({ number }) => added(number("written")) },
      { x: 196, y: 132, anchor: "start", size: 12.5, tells: ({ number }) => number("reset") },
      ...(recalls ? [] : [{ x: 156, y: 246, symbol: "h₋", hue: "h", anchor: "start", size: 12 }]),
      ...narrowInput(model, 306, partial),
    ],
  };
}
