import { setAll, svg } from "../web/dom.js";
import { formatNumber } from "../web/format.js";
import { Stack } from "./stack.js";

/**
 * @import { Value } from "../web/dom.js"
 * @import { Digits } from "../web/format.js"
 * @import { Scale } from "../web/scales.js"
 * @import { Model, Ref } from "./model.js"
 * @import { BeadPlan, BusPlan, GatePlan, LabelPlan, OperatorPlan, Plan, Shows, Tap, Tells, WirePlan } from "./plan.d.ts"
 * @import { Lane } from "./stack.js"
 */

/**
 * @param {string} d
 * @param {Record<string, Value>} attributes
 */
export const path = (d, attributes) => svg("path", { d, fill: "none", ...attributes });
export const colourOf = (/** @type {string} */ hue) => (hue === "wire" ? "var(--wire)" : `var(--hue-${hue})`);
const parse = (/** @type {string} */ name) => ({ signal: name.replace("₋", ""), previous: name.endsWith("₋") });

/**
 * A wire that ends in an arrow head of its own colour.
 * @param {number[][]} points
 * @param {{ hue: string, width?: number, size?: number, class?: string }} look
 */
function arrow(points, { hue, width = 1.75, size = 8, ...attributes }) {
  const [[fromX, fromY], [toX, toY]] = points.slice(-2);
  const angle = Math.atan2(toY - fromY, toX - fromX);
  const tip = [toX + Math.cos(angle) * size * 0.9, toY + Math.sin(angle) * size * 0.9];
  const line = points.map(([x, y]) => `${x},${y}`).join(" L");
  return svg("g", { class: "wire", ...attributes },
    path(`M${line}`, { stroke: hue, "stroke-width": width, class: "line" }),
    svg("path", {
      d: `M0,0 L${-size},${-size * 0.62} L${-size},${size * 0.62} Z`, fill: hue,
      transform: `translate(${tip}) rotate(${(angle * 180) / Math.PI})`, class: "head",
    }));
}

/**
 * Text with a bold symbol in its hue: label("f", "keep", …).
 * @param {number} x
 * @param {number} y
 * @param {string | null | undefined} symbol
 * @param {string | null | undefined} words
 * @param {string | undefined} hue
 * @param {Pick<LabelPlan, "anchor" | "size">} place
 */
function label(x, y, symbol, words, hue, { anchor = "middle", size = 14.5 } = {}) {
  return svg("text", { x, y, "text-anchor": anchor, class: "label", "font-size": size },
    symbol ? svg("tspan", { class: "symbol", fill: hue, "font-size": size + 3.5 }, symbol) : null,
    words ? svg("tspan", { dx: symbol ? 6 : 0 }, words) : null);
}

/**
 * The inputs shown with their number where there is no room for all: of one-hot ones that of the symbol that came.
 * @param {Model} model
 * @param {number} room
 * @returns {Shows}
 */
export function shownInputs(model, room) {
  const all = Array.from({ length: model.D }, (_, unit) => unit);
  if (!model.isOneHot) return () => all.slice(0, room);
  return (valueOf) => [all.reduce((best, unit) => (valueOf(unit) > valueOf(best) ? unit : best), 0)];
}

/**
 * What a label can tell that changes from step to step.
 * @type {Record<"before" | "shortBefore" | "next" | "nextAndReader", Tells>}
 */
const TOLD = {
  before: ({ t }) => (t === 0 ? "at the start" : `from t = ${t}`),
  shortBefore: ({ t }) => (t === 0 ? "start" : `t = ${t}`),
  next: ({ t, model }) => (t === model.T - 1 ? "" : `to t = ${t + 2}`),
  nextAndReader: ({ t, model }) => (t === model.T - 1 ? "read out" : `to t = ${t + 2}, read out`),
};

/** The picture of one timestep of a cell, made from a plan: see plan.d.ts. */
export class Drawing {
  /**
   * @param {Model} model
   * @param {Plan} plan
   * @param {string} name
   */
  constructor(model, plan, name) {
    this.model = model;
    this.plan = plan;
    /** @type {Stack[]} */
    this.stacks = [];
    /** @type {{ node: SVGElement, unit: Lane | "single", phase: number, from?: { signal: string, previous: boolean } }[]} */
    this.lanes = [];
    /** @type {{ node: SVGElement, tell: Tells, symbol?: string }[]} */
    this.told = [];
    /** @type {Record<string, SVGElement>} */
    this.gates = {};
    /** @type {SVGElement[]} */
    this.rowLabels = [];
    this.busLight = path("", { class: "bus-light" });
    this.node = svg("svg", { class: "diagram-svg", "aria-hidden": "true", viewBox: `0 0 ${plan.width} ${plan.height}` },
      svg("defs", {}, svg("pattern", { id: "hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
        svg("line", { x1: 0, y1: 0, x2: 0, y2: 6, stroke: "var(--wire)", "stroke-width": 1.5 }))));
    this.node.dataset.drawing = name;
    this.under = svg("g", {});
    this.over = svg("g", {});
    this.node.append(this.under, this.over);
    this.make(plan);
  }

  /** @param {Plan} plan */
  make(plan) {
    const [x, y, width, height] = plan.body;
    this.under.append(svg("rect", { x, y, width, height, rx: 12, class: "body" }));
    const shape = plan.single ? { width: 54, single: true, rowSize: 26 } : {};
    for (const { value, ...place } of plan.stacks) this.stack({ ...parse(value), ...shape, ...place });
    this.stack({ signal: "x", count: this.model.D, ...shape, ...plan.input });
    for (const capsule of plan.capsules ?? []) this.makeCapsule(capsule);
    for (const wire of plan.wires) this.makeWire(wire);
    this.makeBus(plan.bus);
    for (const [cx, cy, hue] of plan.dots ?? []) this.under.append(svg("circle", { cx, cy, r: 3.5, fill: colourOf(hue) }));
    for (const operator of plan.operators ?? []) this.makeOperator(operator);
    for (const bead of plan.beads ?? []) this.makeBead(bead);
    for (const gate of plan.gates) this.makeGate(gate);
    for (const words of plan.labels) this.makeLabel(words);
    if (plan.units) this.makeUnits(plan.units);
  }

  /** @param {Omit<ConstructorParameters<typeof Stack>[0], "count"> & { count?: number }} options */
  stack(options) {
    const stack = new Stack({ count: this.model.H, ...options });
    this.stacks.push(stack);
    this.over.append(stack.node);
  }

  /**
   * @param {string} name
   * @param {number} [nth]
   */
  stackOf(name, nth = 0) {
    const { signal, previous } = parse(name);
    return this.stacks.filter((stack) => stack.signal === signal && stack.previous === previous)[nth];
  }

  /**
   * Operator and operand share a capsule whose edge has the operand's hue.
   * @param {OperatorPlan} plan
   */
  makeCapsule({ operator, x, y, hue }) {
    const stack = this.plan.rows?.stack ?? 0;
    this.under.append(
      svg("rect", { x: x - 14, y: y - 4, width: 105, height: stack + 8, rx: 10, class: "capsule", stroke: colourOf(hue) }),
      svg("text", { x: x - 1, y: y + stack / 2, class: "operator" }, operator));
  }

  /** @param {OperatorPlan} plan */
  makeOperator({ operator, x, y, hue }) {
    this.under.append(svg("circle", { cx: x, cy: y, r: 13, class: "capsule", stroke: colourOf(hue) }),
      svg("text", { x, y, class: "operator" }, operator));
  }

  /** @param {BeadPlan} plan */
  makeBead({ text, x, y, width = 44, height = 20, hue }) {
    this.over.append(
      svg("rect", { x: x - width / 2, y: y - height / 2, width, height, rx: 10, class: "bead", stroke: colourOf(hue) }),
      svg("text", { x, y: y + 4.5, class: "bead-text pill", "text-anchor": "middle" }, text));
  }

  /**
   * One line per unit from stack to stack, where over 8 units one is for the followed and one for all; or one line.
   * @param {WirePlan} plan
   */
  makeWire({ lane, merge, nth, x, path: curve, d, points = [], hue, when, from, head, dashed, width = 2.5, size = 8 }) {
    const source = lane ?? merge;
    const stroke = colourOf(hue);
    const carried = from ?? source;
    const waits = when ? parse(when) : null;
    const known = {
      phase: waits ? this.model.phaseOf(waits.signal, waits.previous) : 0, from: carried ? parse(carried) : undefined,
    };
    /** @type {(node: SVGElement, unit: Lane | "single") => void} */
    const add = (node, unit) => {
      this.under.append(node);
      this.lanes.push({ node, unit, ...known });
    };
    if (source) {
      const stack = this.stackOf(source, nth);
      for (const unit of stack.lanes) {
        const at = stack.laneAt(unit);
        const kind = { class: `wire lane ${merge ? "merge" : ""} ${unit === "all" ? "all" : ""}` };
        const line = () => svg("g", kind, path(x ? `M${x[0]},${at} H${x[1]}` : curve?.(at) ?? "", { stroke, class: "line" }));
        add(x && head ? arrow([[x[0], at], [x[1], at]], { hue: stroke, ...kind }) : line(), unit);
      }
      return;
    }
    const kind = { class: dashed ? "wire dashed" : "wire" };
    const line = d ?? `M${points.map((point) => point.join(",")).join(" L")}`;
    add(head ? arrow(points, { hue: stroke, width, size, ...kind })
      : svg("g", kind, path(line, { stroke, "stroke-width": width, class: "line" })), "single");
  }

  /**
   * All of h₋ and x run together into one line that every sum taps.
   * @param {BusPlan} plan
   */
  makeBus({ y, start, joint, taps, arrows }) {
    const grey = { hue: "var(--wire)", width: 2.5, size: 7 };
    const end = Math.max(...taps.map(([x]) => x));
    const line = (/** @type {string} */ d) => path(d, { stroke: "var(--wire)", "stroke-width": 2.5 });
    const dot = (/** @type {number} */ cx) => svg("circle", { cx, cy: y, r: 3.5, class: "dot" });
    this.under.append(line(`M${start},${y} H${end}`), line(`M${joint[0]},${y} V${joint[1]}`));
    if (arrows) this.under.append(dot(joint[0]));
    for (const [x, top] of taps) this.under.append(arrows ? arrow([[x, y], [x, top + 7]], grey) : line(`M${x},${y} V${top}`), dot(x));
    this.under.append(this.busLight);
  }

  /**
   * The button-like box of a gate or candidate, with its function as a bead on the top edge.
   * @param {GatePlan} plan
   */
  makeGate({ signal, x, y, width, height, stacked = false, bead = x, words }) {
    const { model } = this;
    const computed = model.isComputed(signal);
    const hue = colourOf(signal);
    const { paper, word, symbol } = model.looks[signal];
    const box = svg("g", { class: computed ? "gate" : "gate constant", "data-gate": signal },
      svg("title", {}, paper ? `${word}: the ${paper} of papers and libraries` : word),
      svg("rect", { x: x - width / 2, y, width, height, rx: 6, stroke: hue, style: `--hue: ${hue}`, class: "gate-box" }));
    if (!computed) box.append(label(x, y + height / 2 + 5, null, this.constant(signal), hue, { size: stacked ? 12.5 : 15 }));
    else if (words) box.append(label(x, y + height / 2 + 5, null, words, hue, { size: stacked ? 12.5 : 14.5 }));
    else if (stacked) {
      box.append(label(x, y + 24, symbol, null, hue, { size: 14.5 }), label(x, y + 41, null, word, hue, { size: word.length > 8 ? 12 : 13 }));
    } else box.append(label(x, y + height / 2 + 6, symbol, word, hue, { size: 15 }));
    const activation = computed ? model.functionOf(signal) : "";
    if (activation) {
      const wide = activation.length > 2 ? (activation.length > 4 ? 46 : 34) : 22;
      // Where the word stands under the symbol, the bead sits higher to leave the symbol free.
      const top = stacked ? y - 13 : y - 10;
      box.append(
        svg("rect", { x: bead - wide / 2, y: top, width: wide, height: 18, rx: 9, class: "bead", stroke: hue }),
        svg("text", { x: bead, y: top + 13, class: "bead-text", "text-anchor": "middle" }, activation));
    }
    this.over.append(box);
    this.gates[signal] = box;
  }

  /**
   * The equation of a gate that has no weights: "f = 1", "f = 1 − i".
   * @param {string} signal
   */
  constant(signal) {
    return `${signal} = ${this.model.tokens(signal, 0, 0).map((token) => token.text ?? token.ref.signal).join("")}`;
  }

  /** @param {LabelPlan} plan */
  makeLabel({ x, y, symbol, words, hue, anchor, size, tells }) {
    const node = label(x, y, symbol, words, hue && colourOf(hue), { anchor, size });
    if (tells) this.told.push({ node, tell: typeof tells === "string" ? TOLD[tells] : tells, symbol });
    this.over.append(node);
  }

  /**
   * The numbers of the units beside a stack; each follows its unit when it is clicked.
   * @param {{ values: string[], below: number }} plan
   */
  makeUnits({ values, below }) {
    for (const source of values.map((name) => this.stackOf(name))) {
      /** @type {(y: number, text: string, unit?: number) => SVGElement} */
      const number = (y, text, unit) => svg("text", { x: 10, y: y + 5, class: "row-label", "data-follow": unit, "text-anchor": "middle" }, text);
      const units = source.listed ? [...Array(this.model.H).keys()] : [0];
      const labels = units.map((unit) => number(source.centre(unit), String(unit + 1), unit));
      this.rowLabels.push(...labels);
      this.over.append(...labels);
      if (!source.listed) this.over.append(number(source.allCentre, "all"));
    }
    // Over 8 units a menu stands here instead, see layFollow.
    if (this.stackOf(values[0]).listed) this.over.append(svg("text", { x: 0, y: below, class: "label", "font-size": 14 }, "unit"));
  }

  /**
   * Mark the followed unit, the chosen signal, and what is known in this phase; then fill in the values.
   * @param {{ t: number, unit: number, signal: string, phase: number, scales: Record<string, Scale>, digits: Digits }} moment
   */
  draw({ t, unit, signal, phase, scales, digits }) {
    const { model } = this;
    const skipped = !model.mask[t];
    for (const stack of this.stacks) {
      const at = stack.previous ? t - 1 : t;
      const carried = model.states.includes(stack.signal) || stack.signal === "x";
      const known = phase >= model.phaseOf(stack.signal, stack.previous);
      stack.draw({
        valueOf: (index) => model.value({ signal: stack.signal, unit: index, t: at }),
        scale: scales[stack.signal], followed: unit, digits, known,
        skipped: skipped && !carried,
      });
    }
    for (const lane of this.lanes) {
      lane.node.classList.toggle("followed", lane.unit === unit || lane.unit === "followed");
      lane.node.classList.toggle("later", phase < lane.phase);
    }
    for (const [key, box] of Object.entries(this.gates)) box.classList.toggle("chosen", key === signal);
    for (const [index, node] of this.rowLabels.entries()) {
      const listed = this.stacks[0].listed;
      if (!listed) node.textContent = String(unit + 1);
      node.classList.toggle("followed", !listed || index % model.H === unit);
    }
    const number = (/** @type {string} */ key) =>
      (phase >= model.phaseOf(key) && model.mask[t] ? formatNumber(model.value({ signal: key, unit, t }), digits) : "·");
    for (const { node, tell, symbol } of this.told) {
      const words = tell({ t, unit, model, number });
      if (!symbol) node.textContent = words;
      else {
        if (node.children.length < 2) node.append(svg("tspan", { dx: 6 }));
        node.children[1].textContent = words;
      }
    }
  }

  /**
   * Ring the value of a ref wherever the drawing shows it, and its wire; also the whole unit, more lightly.
   * @param {{ ref: Ref | null, t: number, unit: number | null, gate: string | null, pinned: Ref | null }} lit
   */
  light({ ref, t, unit, gate, pinned }) {
    /** @type {(stack: { signal: string, previous: boolean } | undefined, value: Ref | null) => number | null} */
    const unitAt = (stack, value) =>
      (stack && value && stack.signal === value.signal && (stack.previous ? t - 1 : t) === value.t ? value.unit : null);
    for (const stack of this.stacks) {
      stack.markPinned(unitAt(stack, pinned));
      const here = unitAt(stack, ref);
      stack.light(stack.ring, here);
      stack.light(stack.pointed, here === null && stack.followable ? unit : null);
    }
    for (const lane of this.lanes) {
      const here = unitAt(lane.from, ref);
      lane.node.classList.toggle("lit", here !== null && (lane.unit === here || typeof lane.unit === "string"));
    }
    const { bus } = this.plan;
    const tap = gate && ref && this.model.term(gate, ref.signal, ref.t < t) && bus.taps.find(([, , signal]) => signal === gate);
    const start = ref && tap && ref.t === (ref.signal === "x" ? t : t - 1) && bus.light?.[ref.signal];
    setAll(this.busLight, { d: start ? `${start} H${tap[0]} V${tap[1] + 2}` : "" });
  }
}

/**
 * The gates of a plan that take something from the bus, as its taps; what to write beside those that take part of it, or in one line.
 * @param {Model} model
 * @param {GatePlan[]} gates
 * @param {number} bus
 * @returns {{ taps: Tap[], notes: LabelPlan[], partial: string }}
 */
export function tapsOf(model, gates, bus) {
  const sees = (/** @type {string} */ signal) => ({ x: Boolean(model.term(signal, "x")), h: Boolean(model.term(signal, "h", true)) });
  const tapped = gates.filter(({ signal }) => sees(signal).x || sees(signal).h);
  const some = tapped.filter(({ signal }) => sees(signal).x !== sees(signal).h)
    .map(({ signal, x, words }) => ({ x, name: words ?? signal, sees: sees(signal).x ? "x only" : "h₋ only" }));
  return {
    taps: tapped.map(({ signal, x, y, height }) => [x, y + height, signal]),
    notes: some.map(({ x, sees: words }) => ({ x: x + 8, y: bus - 3, words, anchor: "start", size: 12.5 })),
    partial: some.length ? `from here ${some.map(({ name, sees: words }, index) => `${name} ${index ? "" : "gets "}${words}`).join(", ")}` : "",
  };
}
