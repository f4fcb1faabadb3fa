import { setAll, svg } from "../web/dom.js";
import { Stack } from "./stack.js";
import { THEME } from "../web/theme.js";

const word = (signal) => THEME.looks[signal].word;

export const path = (d, attributes) => svg("path", { d, fill: "none", ...attributes });

/** A wire that ends in an arrow head of its own colour. */
export function arrow(points, { hue, width = 1.75, size = 8, ...attributes }) {
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

/** Text with a bold symbol in its hue: label("f", "keep", …). */
export function label(x, y, symbol, words, hue, { anchor = "middle", size = 14.5 } = {}) {
  return svg("text", { x, y, "text-anchor": anchor, class: "label", "font-size": size },
    symbol ? svg("tspan", { class: "symbol", fill: hue, "font-size": size + 3.5 }, symbol) : null,
    words ? svg("tspan", { dx: symbol ? 6 : 0 }, words) : null);
}

/** The inputs shown with their number where there is no room for all: of a text the symbol that came. */
export function shownInputs(model, room) {
  const all = Array.from({ length: model.D }, (_, unit) => unit);
  if (model.kind !== "text") return () => all.slice(0, room);
  return (valueOf) => [all.reduce((best, unit) => (valueOf(unit) > valueOf(best) ? unit : best), 0)];
}

/** What both drawings share: the stacks, what is followed, lit and known. */
export class Drawing {
  constructor(model) {
    this.model = model;
    this.stacks = [];
    this.lanes = [];
    this.labels = {};
    this.gates = {};
  }

  start(width, description) {
    this.width = width;
    this.node = svg("svg", { class: "diagram-svg", "aria-hidden": "true" },
      svg("defs", {}, svg("pattern", { id: "hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
        svg("line", { x1: 0, y1: 0, x2: 0, y2: 6, stroke: "var(--wire)", "stroke-width": 1.5 }))));
    this.node.dataset.drawing = description;
    this.under = svg("g", {});
    this.over = svg("g", {});
    this.node.append(this.under, this.over);
  }

  resize(height) {
    setAll(this.node, { viewBox: `0 0 ${this.width} ${height}` });
  }

  stack(options) {
    const stack = new Stack({ count: this.model.H, ...options });
    this.stacks.push(stack);
    this.over.append(stack.node);
    return stack;
  }

  stackOf(signal, previous = false) {
    return this.stacks.find((stack) => stack.signal === signal && stack.previous === previous);
  }

  text(name, ...args) {
    this.labels[name] = label(...args);
    this.over.append(this.labels[name]);
  }

  /** Change the words behind the symbol of a label. */
  setWords(name, text) {
    const node = this.labels[name];
    if (node.childNodes.length < 2) node.append(svg("tspan", { dx: 6 }));
    node.lastChild.textContent = text;
  }

  /** The button-like box of a gate or candidate, with its function as a bead on the top edge. */
  gateBox(signal, { x, y, width, height, stacked = false }) {
    const { model } = this;
    const computed = model.isComputed(signal);
    const hue = `var(--hue-${signal})`;
    const activation = model.equations[signal].activation;
    const { paper, word: name } = THEME.looks[signal];
    const box = svg("g", { class: computed ? "gate" : "gate constant", "data-gate": signal },
      svg("title", {}, paper ? `${name}: the ${paper} of papers and libraries` : name),
      svg("rect", { x: x - width / 2, y, width, height, rx: 6, stroke: hue, style: `--hue: ${hue}`, class: "gate-box" }));
    if (!computed) box.append(label(x, y + height / 2 + 5, null, model.isHeld(signal) ? `${signal} = 1` : `${signal} = 1 − i`, hue, { size: stacked ? 12.5 : 15 }));
    else if (stacked) {
      box.append(label(x, y + 24, signal, null, hue, { size: 14.5 }), label(x, y + 41, null, word(signal), hue, { size: signal === "g" ? 12 : 13 }));
    } else box.append(label(x, y + height / 2 + 6, signal, word(signal), hue, { size: 15 }));
    if (activation) {
      const wide = activation.length > 2 ? (activation.length > 4 ? 46 : 34) : 22;
      // Where the word stands under the symbol, the bead sits higher to leave the symbol free.
      const top = stacked ? y - 13 : y - 10;
      box.append(
        svg("rect", { x: x - wide / 2, y: top, width: wide, height: 18, rx: 9, class: "bead", stroke: hue }),
        svg("text", { x, y: top + 13, class: "bead-text", "text-anchor": "middle" }, activation.replace("hard_σ", "hard σ")));
    }
    this.over.append(box);
    this.gates[signal] = box;
  }

  /** Mark the followed unit, the chosen signal, and what is known in this phase; then fill in the values. */
  draw({ t, unit, signal, phase, scales, digits }) {
    const { model } = this;
    const skipped = !model.mask[t];
    for (const stack of this.stacks) {
      const at = stack.previous ? t - 1 : t;
      const carried = stack.signal === "c" || stack.signal === "h" || stack.signal === "x";
      stack.draw({
        valueOf: (index) => model.value({ signal: stack.signal, unit: index, t: at }),
        scale: scales[stack.signal], followed: unit, digits,
        known: phase >= model.phaseOf(stack.signal, stack.previous),
        skipped: skipped && !carried,
      });
    }
    for (const lane of this.lanes) {
      lane.node.classList.toggle("followed", lane.unit === unit || lane.unit === "followed");
      lane.node.classList.toggle("later", phase < lane.phase);
    }
    for (const [key, box] of Object.entries(this.gates)) box.classList.toggle("chosen", key === signal);
    for (const [index, node] of (this.rowLabels ?? []).entries()) node.classList.toggle("followed", index % model.H === unit);
    this.drawLabels(t, unit);
  }

  /** Ring the value of a ref wherever the drawing shows it, and its wire; also the whole unit, more lightly. */
  light({ ref, t, unit, pinned }) {
    const at = (stack, value) => value && stack.signal === value.signal && (stack.previous ? t - 1 : t) === value.t;
    for (const stack of this.stacks) {
      stack.markPinned(at(stack, pinned) ? pinned.unit : null);
      const here = at(stack, ref);
      stack.light(stack.ring, here ? ref.unit : null);
      stack.light(stack.pointed, unit !== null && !here && stack.followable ? unit : null);
    }
    for (const lane of this.lanes) {
      const here = lane.from && at(lane.from, ref) && (lane.unit === ref.unit || typeof lane.unit === "string");
      lane.node.classList.toggle("lit", Boolean(here));
    }
  }
}
