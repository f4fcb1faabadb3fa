import { setAll, svg } from "../web/dom.js";
import { arrow, Drawing, label, path, shownInputs } from "./diagram.js";
import { LISTED, stackHeight } from "./stack.js";

const WIDTH = 916;
const WIDE_GATES = { f: { x: 200, width: 104 }, i: { x: 342, width: 104 }, g: { x: 466, width: 120 }, o: { x: 728, width: 104 } };

/** The drawing for a wide page: one lane per unit, the memory line on top. */
export class WideDiagram extends Drawing {
  constructor(model) {
    super(model);
    const { H } = model;
    const stack = stackHeight(H);
    const grow = stack - 72;
    const y = { A: 27, B: 134 + grow, gate: 220 + 2 * grow, bus: 270 + 2 * grow };
    y.h = Math.min(234 + grow, y.bus - stack / 2);
    y.x = y.bus + 14;
    this.y = y;
    this.start(WIDTH, "wide");
    this.under.append(svg("rect", { x: 120, y: 1, width: 664, height: y.bus + 8, rx: 12, class: "body" }));
    this.makeStacks(y);
    this.makeCapsules(y);
    this.makeWires(y);
    for (const [signal, at] of Object.entries(WIDE_GATES)) this.gateBox(signal, { ...at, y: y.gate, height: 34 });
    this.makeLabels(y);
    this.resize(Math.max(310 + 2 * grow, this.makeVariants(y)));
  }

  makeStacks(y) {
    const places = [
      ["c", 24, y.A, true], ["f", 164, y.A], ["kept", 274, y.A], ["written", 430, y.A], ["c", 556, y.A],
      ["i", 306, y.B], ["g", 430, y.B], ["c_out", 556, y.B], ["o", 692, y.B], ["h", 820, y.B], ["h", 24, y.h, true],
    ];
    for (const [signal, x, top, previous = false] of places) this.stack({ signal, x, y: top, previous });
    // Folded: eight inputs on top of each other would push everything else off the screen.
    const shows = this.model.D > LISTED ? shownInputs(this.model, 1) : undefined;
    this.input = this.stack({ signal: "x", x: 120, y: y.x, count: this.model.D, fold: 2, shows });
  }

  /** Operator and operand share a capsule whose edge has the operand's hue. */
  makeCapsules(y) {
    const height = stackHeight(this.model.H);
    const capsules = [["×", 150, y.A, "f"], ["+", 416, y.A, "c"], ["×", 416, y.B, "g"], ["×", 678, y.B, "o"]];
    for (const [operator, x, top, hue] of capsules) {
      this.under.append(
        svg("rect", { x: x - 14, y: top - 4, width: 105, height: height + 8, rx: 10, class: "capsule", stroke: `var(--hue-${hue})` }),
        svg("text", { x: x - 1, y: top + height / 2, class: "operator" }, operator));
    }
  }

  /** One line per unit from stack to stack; over 8 units one for the followed and one for all. */
  lane(fromStack, fromX, toX, hue, phase, { head = false } = {}) {
    const { H } = this.model;
    const units = H <= LISTED ? [...Array(H).keys()] : ["followed", "all"];
    for (const unit of units) {
      const at = unit === "all" ? fromStack.allCentre : fromStack.centre(unit === "followed" ? 0 : unit);
      const points = [[fromX, at], [toX, at]];
      const kind = { class: `wire lane ${unit === "all" ? "all" : ""}` };
      const node = head
        ? arrow(points, { hue, ...kind })
        : svg("g", kind, path(`M${fromX},${at} H${toX}`, { stroke: hue, class: "line" }));
      this.under.append(node);
      this.lanes.push({ node, unit, phase, from: { signal: fromStack.signal, previous: fromStack.previous } });
    }
  }

  single(node, phase, from) {
    this.under.append(node);
    this.lanes.push({ node, unit: "single", phase, from });
  }

  makeWires(y) {
    const { model } = this;
    const bottom = (top) => top + stackHeight(model.H) + 4;
    const [memory, candidate, write, show, output] = ["c", "g", "i", "o", "h"].map((key) => `var(--hue-${key})`);
    const at = (signal, previous) => this.stackOf(signal, previous);
    this.lane(at("c", true), 96, 136, memory, 1);
    this.lane(at("f"), 241, 274, memory, 3);
    this.lane(at("kept"), 346, 402, memory, 3);
    this.lane(at("written"), 507, 556, memory, 3);
    this.lane(at("c"), 628, 796, memory, 3, { head: true });
    this.lane(at("i"), 378, 402, write, 2);
    this.lane(at("c_out"), 628, 664, memory, 4);
    this.lane(at("o"), 769, 820, output, 4);
    this.lane(at("h"), 892, 903, output, 4, { head: true });
    if (model.isComputed("f")) this.single(arrow([[200, y.gate - 8], [200, bottom(y.A) + 8]], { hue: "var(--hue-f)", width: 2.5 }), 2, { signal: "f" });
    if (model.isComputed("i")) this.single(path(`M342,${y.gate} V${bottom(y.B) - 4}`, { stroke: write, "stroke-width": 2.5, class: "wire" }), 2);
    this.single(arrow([[466, y.B - 4], [466, bottom(y.A) + 8]], { hue: memory, width: 2.5 }), 3, { signal: "written" });
    this.single(path(`M466,${y.gate} V${bottom(y.B)}`, { stroke: candidate, "stroke-width": 2.5, class: "wire" }), 2);
    if (model.isComputed("o")) this.single(path(`M728,${y.gate} V${bottom(y.B)}`, { stroke: show, "stroke-width": 2.5, class: "wire" }), 2);
    this.single(path(`M592,${bottom(y.A) - 4} V${y.B}`, { stroke: memory, "stroke-width": 2.5, class: "wire" }), 4);
    this.single(arrow([[856, y.B], [856, 36]], { hue: output, width: 2.5 }), 4, { signal: "h" });
    this.makeBus(y);
    const pill = model.outputSymbol();
    if (pill) {
      const middle = (bottom(y.A) - 4 + y.B) / 2;
      this.over.append(
        svg("rect", { x: 570, y: middle - 10, width: 44, height: 20, rx: 10, class: "bead", stroke: memory }),
        svg("text", { x: 592, y: middle + 4.5, class: "bead-text pill", "text-anchor": "middle" }, pill));
    }
  }

  /** All of h₋ and x run together into one line that every computed gate taps. */
  makeBus(y) {
    const { model } = this;
    const source = this.stackOf("h", true);
    const units = model.H <= LISTED ? [...Array(model.H).keys()] : ["followed", "all"];
    for (const unit of units) {
      const at = unit === "all" ? source.allCentre : source.centre(unit === "followed" ? 0 : unit);
      const node = svg("g", { class: "wire lane merge" }, path(`M96,${at} C120,${at} 112,${y.bus} 134,${y.bus}`, { stroke: "var(--hue-h)", class: "line" }));
      this.under.append(node);
      this.lanes.push({ node, unit, phase: 1, from: { signal: "h", previous: true } });
    }
    const taps = Object.entries(WIDE_GATES).filter(([signal]) => model.isComputed(signal));
    const end = Math.max(...taps.map(([, { x }]) => x));
    const grey = { hue: "var(--wire)", width: 2.5, size: 7 };
    this.under.append(path(`M132,${y.bus} H${end}`, { stroke: "var(--wire)", "stroke-width": 2.5 }),
      path(`M156,${y.bus} V${y.x}`, { stroke: "var(--wire)", "stroke-width": 2.5 }),
      svg("circle", { cx: 156, cy: y.bus, r: 3.5, class: "dot" }));
    for (const [, { x }] of taps) {
      this.under.append(arrow([[x, y.bus], [x, y.gate + 41]], grey), svg("circle", { cx: x, cy: y.bus, r: 3.5, class: "dot" }));
    }
    this.busLight = path("", { class: "bus-light" });
    this.under.append(this.busLight);
  }

  /** What a variant adds: pieces come and go, places never change. Returns the height that is needed. */
  makeVariants(y) {
    const { model } = this;
    const bottom = (top) => top + stackHeight(model.H) + 4;
    const dashed = (points, hue) => this.under.append(arrow(points, { hue, width: 2, size: 7, class: "wire dashed" }));
    const memory = "var(--hue-c)";
    if (model.equations.f.kind === "expression" && !model.isHeld("f")) {
      const middle = y.B + stackHeight(model.H) / 2;
      this.under.append(arrow([[306, middle], [200, middle], [200, bottom(y.A) + 8]], { hue: "var(--hue-f)", width: 2.5 }));
      this.over.append(svg("rect", { x: 178, y: middle - 11, width: 44, height: 22, rx: 11, class: "bead", stroke: "var(--hue-f)" }),
        svg("text", { x: 200, y: middle + 4.5, class: "bead-text pill", "text-anchor": "middle" }, "1 − i"));
    }
    const seen = ["f", "i"].filter((signal) => model.sees(signal, "c", true));
    if (seen.length) {
      // From the lowest lane, so that it crosses none: into f from the left, on into i from below.
      const from = this.stackOf("c", true);
      const start = model.H <= LISTED ? from.centre(model.H - 1) : from.allCentre;
      const routes = { f: [[128, y.gate + 17], [140, y.gate + 17]], i: [[128, y.gate + 42], [318, y.gate + 42], [318, y.gate + 40]] };
      this.under.append(svg("circle", { cx: 128, cy: start, r: 3.5, fill: memory }));
      for (const signal of seen) dashed([[128, start], ...routes[signal]], memory);
    }
    if (model.sees("o", "c", false)) {
      dashed([[566, bottom(y.A) - 4], [566, bottom(y.A) + 8], [533, bottom(y.A) + 8], [533, y.gate + 17], [668, y.gate + 17]], memory);
    }
    const end = y.x + this.input.height + (this.input.right > 300 ? 12 : 4);
    const gates = ["i", "f", "o"].filter((signal) => ["i", "f", "o"].some((block) => model.sees(block, signal, true)));
    if (!gates.length) return end;
    // Beside the input where there is room, else under it; its wire joins the bus right after x.
    const beside = this.input.right < 200;
    const [x, top] = beside ? [300, y.x + 1] : [120, end];
    const [wireX, wireY] = beside ? [x + 20, top] : [this.input.right + 6, top + 11];
    const out = beside ? `M${wireX},${wireY}` : `M${x + 150},${wireY} H${wireX}`;
    this.under.append(path(`${out} V${y.bus + 7} H176 V${y.bus}`, { stroke: "var(--wire)", "stroke-width": 2, class: "wire dashed" }));
    this.over.append(svg("rect", { x, y: top, width: 150, height: 22, rx: 11, class: "bead", stroke: "var(--wire)" }),
      label(x + 75, top + 16, null, `${gates.map((gate) => `${gate}₋`).join(" ")} into ${gates.join(" ")}`, null, { size: 13 }));
    return beside ? end : top + 26;
  }

  makeLabels(y) {
    const { model } = this;
    const stack = stackHeight(model.H);
    const hue = (signal) => `var(--hue-${signal})`;
    this.text("cBefore", 60, 17, "c₋", "", hue("c"));
    this.text("keep", 200, 17, "× f", "keep", hue("f"));
    this.text("kept", 310, 17, null, "kept", null);
    this.text("written", 466, 17, "+ i×g", "written", hue("c"));
    this.text("memory", 592, 17, "c", "memory", hue("c"));
    this.text("next", 776, 17, null, "", null, { anchor: "end" });
    this.text("read", 856, 17, null, "read out", null);
    this.text("output", 818, y.B - 12, "h", "output", hue("h"), { anchor: "end" });
    this.text("nextOutput", 912, y.B + stack + 20, null, "", null, { anchor: "end" });
    this.text("hBefore", 60, y.h - 8, "h₋", "", hue("h"));
    this.text("input", this.input.right + 14, y.x + 17, "x", "", hue("x"), { anchor: "start" });
    const rows = model.H <= LISTED ? [...Array(model.H).keys()] : [0];
    this.rowLabels = [];
    for (const source of [this.stackOf("c", true), this.stackOf("h", true)]) {
      for (const unit of rows) {
        const node = svg("text", { x: 10, y: source.centre(unit) + 5, class: "row-label", "data-follow": unit, "text-anchor": "middle" }, unit + 1);
        this.rowLabels.push(node);
        this.over.append(node);
      }
      if (model.H > LISTED) this.over.append(svg("text", { x: 10, y: source.allCentre + 5, class: "row-label", "text-anchor": "middle" }, "all"));
    }
    const first = this.stackOf("c", true);
    // Over 8 units a menu stands here instead, see layFollow.
    if (model.H <= LISTED) this.over.append(svg("text", { x: 0, y: first.y + first.height + 16, class: "label", "font-size": 14 }, "unit"));
  }

  drawLabels(t, unit) {
    const { model } = this;
    const from = t === 0 ? "at the start" : `from t = ${t}`;
    this.setWords("cBefore", from);
    this.setWords("hBefore", from);
    const last = t === model.T - 1;
    for (const name of ["next", "nextOutput"]) {
      this.labels[name].textContent = last ? "" : `to t = ${t + 2}`;
    }
    const symbol = model.kind === "text" ? model.symbolText(t) : "";
    const one = model.D > LISTED ? `input, ${model.inputs[0]} of ${model.D}` : "input";
    this.setWords("input", model.padded[t] ? "padding" : symbol ? `input ${symbol}` : one);
    if (model.H > LISTED) this.rowLabels.forEach((node) => { node.textContent = unit + 1; node.classList.add("followed"); });
  }

  light(state) {
    super.light(state);
    const { ref, t, gate } = state;
    const tap = gate && this.model.isComputed(gate) && ref ? WIDE_GATES[gate].x : null;
    const { bus, gate: top, x } = this.y;
    let d = "";
    if (tap && ref.signal === "x" && ref.t === t) d = `M156,${x} V${bus} H${tap} V${top + 36}`;
    else if (tap && ref.signal === "h" && ref.t === t - 1) d = `M134,${bus} H${tap} V${top + 36}`;
    setAll(this.busLight, { d });
  }
}
