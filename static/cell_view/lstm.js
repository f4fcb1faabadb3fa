import { shownInputs, tapsOf } from "./diagram.js";
import { LISTED, stackHeight } from "./stack.js";

/**
 * @import { Model } from "./model.js"
 * @import { BeadPlan, DotPlan, InputPlan, LabelPlan, Plan, Tells, WirePlan } from "./plan.d.ts"
 * @typedef {ReturnType<typeof wideRows>} Rows
 */

/**
 * Where the rows of a wide picture stand, for a number of units.
 * @param {number} H
 */
export function wideRows(H) {
  const stack = stackHeight(H);
  const grow = stack - 72;
  const bus = 270 + 2 * grow;
  const rows = { stack, grow, A: 27, B: 134 + grow, gate: 220 + 2 * grow, bus, x: bus + 14, h: Math.min(234 + grow, bus - stack / 2) };
  return { ...rows, below: (/** @type {number} */ top) => top + stack + 4, middle: (/** @type {number} */ top) => top + stack / 2 };
}

/**
 * The stack of x in a wide picture: eight inputs on top of each other would push everything else off the screen.
 * @param {Model} model
 * @param {number} y
 * @returns {InputPlan}
 */
export function wideInput(model, y) {
  return { x: 120, y, fold: 2, shows: model.D > LISTED ? shownInputs(model, 1) : undefined };
}

/**
 * How much room the stack of x takes: its right edge, and where what is below it may begin.
 * @param {Model} model
 * @param {number} y
 */
export function inputRoom({ D }, y) {
  const count = D > LISTED ? 1 : D;
  const row = count === 1 || D <= 3 ? 24 : 18;
  const right = 192 + (Math.ceil(count / 2) - 1) * 76;
  const height = D > LISTED ? stackHeight(D) : row * Math.min(count, 2);
  // A wide stack comes close to the phases, which then stand below it.
  return { right, end: y + height + (right > 300 ? 12 : 4) };
}

/**
 * What stands beside x.
 * @type {Tells}
 */
export function inputWords({ model, t }) {
  if (model.padded[t]) return "padding";
  const word = model.hasWords ? `input ${model.symbolText(t)}` : "input";
  return model.D > LISTED && !model.isOneHot ? `${word}, ${model.inputs[0]} of ${model.D}` : word;
}

/**
 * The same in a narrow picture, where three inputs have room.
 * @type {Tells}
 */
export function shortInputWords({ model, t }) {
  const symbol = model.symbolText(t);
  if (model.hasWords) return symbol;
  return model.D > 3 ? `and ${model.D - 3} more` : "";
}

/**
 * The memory line on top, as the equation reads: c₋ × f + i × g = c; a line per unit.
 * @param {Model} model
 * @returns {Plan}
 */
export function wideLstm(model) {
  const y = wideRows(model.H);
  const { A, B, below } = y;
  const gate = (/** @type {string} */ signal, /** @type {number} */ x, width = 104) => ({ signal, x, y: y.gate, width, height: 34 });
  const gates = [gate("f", 200), gate("i", 342), gate("g", 466, 120), gate("o", 728)];
  /** @type {(signal: string, x: number, top: number) => WirePlan[]} */
  const stem = (signal, x, top) => (model.isComputed(signal) ? [{ d: `M${x},${y.gate} V${top}`, hue: signal, when: signal }] : []);
  const { taps } = tapsOf(model, gates, y.bus);
  const output = model.functionOf("c_out");
  const variants = variantsOf(model, y);
  return {
    width: 916, height: Math.max(310 + 2 * y.grow, variants.height), rows: y,
    body: [120, 1, 664, y.bus + 8],
    stacks: /** @type {[string, number, number][]} */ ([
      ["c₋", 24, A], ["f", 164, A], ["kept", 274, A], ["written", 430, A], ["c", 556, A],
      ["i", 306, B], ["g", 430, B], ["c_out", 556, B], ["o", 692, B], ["h", 820, B], ["h₋", 24, y.h],
    ]).map(([value, x, top]) => ({ value, x, y: top })),
    input: wideInput(model, y.x),
    capsules: [
      { operator: "×", x: 150, y: A, hue: "f" }, { operator: "+", x: 416, y: A, hue: "c" },
      { operator: "×", x: 416, y: B, hue: "g" }, { operator: "×", x: 678, y: B, hue: "o" },
    ],
    wires: [
      { lane: "c₋", x: [96, 136], hue: "c", when: "c₋" },
      { lane: "f", x: [241, 274], hue: "c", when: "kept" },
      { lane: "kept", x: [346, 402], hue: "c", when: "kept" },
      { lane: "written", x: [507, 556], hue: "c", when: "c" },
      { lane: "c", x: [628, 796], hue: "c", when: "c", head: true },
      { lane: "i", x: [378, 402], hue: "i", when: "i" },
      { lane: "c_out", x: [628, 664], hue: "c", when: "c_out" },
      { lane: "o", x: [769, 820], hue: "h", when: "h" },
      { lane: "h", x: [892, 903], hue: "h", when: "h", head: true },
      { merge: "h₋", path: (at) => `M96,${at} C120,${at} 112,${y.bus} 134,${y.bus}`, hue: "h", when: "h₋" },
      ...(model.isComputed("f") ? [{ points: [[200, y.gate - 8], [200, below(A) + 8]], hue: "f", when: "f", from: "f", head: true }] : []),
      ...stem("i", 342, below(B) - 4), ...stem("g", 466, below(B)), ...stem("o", 728, below(B)),
      { points: [[466, B - 4], [466, below(A) + 8]], hue: "c", when: "written", from: "written", head: true },
      { d: `M592,${below(A) - 4} V${B}`, hue: "c", when: "c_out" },
      { points: [[856, B], [856, 36]], hue: "h", when: "h", from: "h", head: true },
      ...variants.wires,
    ],
    dots: variants.dots,
    beads: [
      ...(output ? [{ text: output, x: 592, y: (below(A) - 4 + B) / 2, hue: "c" }] : []),
      ...variants.beads,
    ],
    gates,
    bus: { y: y.bus, start: 132, joint: [156, y.x], taps, arrows: true, light: { x: `M156,${y.x} V${y.bus}`, h: `M134,${y.bus}` } },
    labels: [
      { x: 60, y: 17, symbol: "c₋", hue: "c", tells: "before" },
      { x: 200, y: 17, symbol: "× f", words: "keep", hue: "f" },
      { x: 310, y: 17, words: "kept" },
      { x: 466, y: 17, symbol: "+ i×g", words: "written", hue: "c" },
      { x: 592, y: 17, symbol: "c", words: "memory", hue: "c" },
      { x: 776, y: 17, anchor: "end", tells: "next" },
      { x: 856, y: 17, words: "read out" },
      { x: 818, y: B - 12, symbol: "h", words: "output", hue: "h", anchor: "end" },
      { x: 912, y: below(B) + 16, anchor: "end", tells: "next" },
      { x: 60, y: y.h - 8, symbol: "h₋", hue: "h", tells: "before" },
      { x: inputRoom(model, y.x).right + 14, y: y.x + 17, symbol: "x", hue: "x", anchor: "start", tells: inputWords },
      ...variants.labels,
    ],
    units: { values: ["c₋", "h₋"], below: below(A) + 12 },
  };
}

/**
 * What a variant adds: pieces come and go, places never change. `height` is the room that it needs.
 * @param {Model} model
 * @param {Rows} y
 */
function variantsOf(model, y) {
  const { A, B, below, middle } = y;
  /** @type {{ wires: WirePlan[], beads: BeadPlan[], labels: LabelPlan[], dots: DotPlan[] }} */
  const extra = { wires: [], beads: [], labels: [], dots: [] };
  /** @type {(points: number[][], hue: string) => void} */
  const dashed = (points, hue) => extra.wires.push({ points, hue, width: 2, size: 7, head: true, dashed: true });
  if (model.takes("f", "i")) {
    extra.wires.push({ points: [[306, middle(B)], [200, middle(B)], [200, below(A) + 8]], hue: "f", when: "f", head: true });
    extra.beads.push({ text: "1 − i", x: 200, y: middle(B), height: 22, hue: "f" });
  }
  const seen = /** @type {("f" | "i")[]} */ (["f", "i"]).filter((signal) => model.term(signal, "c", true));
  if (seen.length) {
    // From the lowest lane, so that it crosses none: into f from the left, on into i from below.
    const start = lowestLane(model, y);
    const routes = { f: [[128, y.gate + 17], [140, y.gate + 17]], i: [[128, y.gate + 42], [318, y.gate + 42], [318, y.gate + 40]] };
    extra.dots.push([128, start, "c"]);
    for (const signal of seen) dashed([[128, start], ...routes[signal]], "c");
  }
  if (model.term("o", "c")) {
    dashed([[566, below(A) - 4], [566, below(A) + 8], [533, below(A) + 8], [533, y.gate + 17], [668, y.gate + 17]], "c");
  }
  const { right, end } = inputRoom(model, y.x);
  const gates = ["i", "f", "o"].filter((signal) => ["i", "f", "o"].some((block) => model.term(block, signal, true)));
  if (!gates.length) return { ...extra, height: end };
  // Beside the input where there is room, else under it; its wire joins the bus right after x.
  const beside = right < 200;
  const [x, top] = beside ? [300, y.x + 1] : [120, end];
  const [wireX, wireY] = beside ? [x + 20, top] : [right + 6, top + 11];
  const out = beside ? `M${wireX},${wireY}` : `M${x + 150},${wireY} H${wireX}`;
  extra.wires.push({ d: `${out} V${y.bus + 7} H176 V${y.bus}`, hue: "wire", width: 2, dashed: true });
  extra.beads.push({ text: `${gates.map((name) => `${name}₋`).join(" ")} into ${gates.join(" ")}`, x: x + 75, y: top + 11, width: 150, height: 22, hue: "wire" });
  return { ...extra, height: beside ? end : top + 26 };
}

/**
 * Where the lowest line of the first row runs.
 * @param {Model} model
 * @param {Rows} rows
 */
export function lowestLane({ H }, { A, stack }) {
  return H <= LISTED ? A + stack - stack / H / 2 : A + 49.5;
}

/**
 * For a phone: one unit, everything else the same.
 * @param {Model} model
 * @returns {Plan}
 */
export function narrowLstm(model) {
  const at = { f: 90, i: 150, g: 210, o: 270 };
  const gates = Object.entries(at).map(([signal, x]) => ({ signal, x, y: 196, width: 56, height: 48, stacked: true }));
  const output = model.functionOf("c_out");
  const { taps } = tapsOf(model, gates, 260);
  return {
    width: 358, height: 316, single: true, body: [58, 36, 244, 214],
    stacks: /** @type {[string, number, number][]} */ ([
      ["c₋", 0, 48], ["c", 202, 48], ["h", 304, 112], ["h₋", 0, 247],
      ["f", 63, 156], ["i", 123, 156], ["g", 183, 156], ["o", 243, 156],
    ]).map(([value, x, y]) => ({ value, x: x + 1, y })),
    input: { x: 63, y: 286, fold: 1, shows: shownInputs(model, 3) },
    operators: [
      { operator: "×", x: 90, y: 61, hue: "f" }, { operator: "+", x: 180, y: 61, hue: "c" },
      { operator: "×", x: 180, y: 121, hue: "g" }, { operator: "×", x: 270, y: 125, hue: "o" },
    ],
    wires: [
      { d: "M54,61 H346", hue: "c", when: "c₋", from: "c₋", width: 4 },
      { points: [[300, 61], [346, 61]], hue: "c", width: 4, size: 11, head: true },
      { d: model.takes("f", "i") ? "M150,140 H90 V61" : "M90,196 V61", hue: "f", when: "f", from: "f" },
      { d: "M150,196 V121 H180", hue: "i", when: "i", from: "i" },
      { d: "M210,196 V121 H180", hue: "g", when: "g", from: "g" },
      { d: "M180,121 V61", hue: "c", when: "written", from: "written" },
      { d: "M270,61 V125", hue: "c", when: "c_out", from: "c" },
      { d: "M270,196 V125", hue: "o", when: "o", from: "o" },
      { d: "M270,125 H310", hue: "h", when: "h", from: "h", width: 4 },
      { points: [[331, 112], [331, 84]], hue: "h", head: true },
    ],
    beads: output ? [{ text: output, x: 270, y: 92, height: 18, hue: "c" }] : [],
    gates,
    bus: { y: 260, start: 54, joint: [90, 286], taps },
    labels: [
      { x: 0, y: 32, symbol: "c₋", hue: "c", anchor: "start", tells: "before" },
      { x: 202, y: 32, symbol: "c", words: "memory", hue: "c", anchor: "start" },
      { x: 358, y: 46, anchor: "end", size: 13.5, tells: "next" },
      { x: 104, y: 82, anchor: "start", size: 13, tells: ({ number }) => `kept ${number("kept")}` },
      { x: 188, y: 96, anchor: "start", size: 13, tells: ({ number }) => added(number("written")) },
      { x: 358, y: 158, symbol: "h", words: "output", hue: "h", anchor: "end" },
      { x: 0, y: 238, symbol: "h₋", hue: "h", anchor: "start", size: 13.5, tells: "shortBefore" },
      ...narrowInput(model, 286, "every gate reads all of h₋ and x"),
    ],
  };
}

/**
 * A number that is added: with its sign.
 * @param {string} number
 */
export const added = (number) => (number.startsWith("−") || number === "·" ? number : `+${number}`);

/**
 * What stands beside x on a phone, and what the gates read where there is room to say it.
 * @param {Model} model
 * @param {number} y
 * @param {string} note
 * @returns {LabelPlan[]}
 */
export function narrowInput(model, y, note) {
  const shown = model.isOneHot ? 1 : Math.min(model.D, 3);
  return [
    { x: 118 + (shown - 1) * 58 + 9, y: y + 18, symbol: "x", hue: "x", anchor: "start", tells: shortInputWords },
    ...(model.hasWords || model.D > 1 ? [] : [{ x: 358, y: y + 18, words: note, anchor: "end", size: 12.5 }]),
  ];
}
