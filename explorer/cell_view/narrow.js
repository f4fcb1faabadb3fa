import { svg } from "../web/dom.js";
import { formatNumber } from "../web/format.js";
import { arrow, Drawing, path, shownInputs } from "./diagram.js";

/** The drawing for a phone: one unit, everything else the same. */
export class NarrowDiagram extends Drawing {
  constructor(model) {
    super(model);
    this.start(358, "narrow");
    this.resize(316);
    this.under.append(svg("rect", { x: 58, y: 36, width: 244, height: 214, rx: 12, class: "body" }));
    const memory = "var(--hue-c)";
    const at = { f: 90, i: 150, g: 210, o: 270 };
    const wire = (d, hue, phase, from, width = 2.5) => {
      const node = svg("g", { class: "wire" }, path(d, { stroke: hue, "stroke-width": width, class: "line" }));
      this.under.append(node);
      this.lanes.push({ node, unit: "single", phase, from });
    };
    wire("M54,61 H346", memory, 1, { signal: "c", previous: true }, 4);
    this.under.append(arrow([[300, 61], [346, 61]], { hue: memory, width: 4, size: 11 }));
    if (model.isComputed("f") || model.isHeld("f")) wire("M90,196 V61", "var(--hue-f)", 2, { signal: "f" });
    else wire("M150,140 H90 V61", "var(--hue-f)", 2, { signal: "f" });
    wire("M150,196 V121 H180", "var(--hue-i)", 2, { signal: "i" });
    wire("M210,196 V121 H180", "var(--hue-g)", 2, { signal: "g" });
    wire("M180,121 V61", memory, 3, { signal: "written" });
    wire("M270,61 V125", memory, 4, { signal: "c" });
    wire("M270,196 V125", "var(--hue-o)", 2, { signal: "o" });
    wire("M270,125 H310", "var(--hue-h)", 4, { signal: "h" }, 4);
    this.under.append(arrow([[331, 112], [331, 84]], { hue: "var(--hue-h)", width: 2.5 }));
    const computed = Object.keys(at).filter((signal) => model.isComputed(signal));
    const end = Math.max(...computed.map((signal) => at[signal]));
    this.under.append(path(`M54,260 H${end}`, { stroke: "var(--wire)", "stroke-width": 2.5 }),
      path(`M90,260 V286`, { stroke: "var(--wire)", "stroke-width": 2.5 }));
    for (const signal of computed) {
      this.under.append(path(`M${at[signal]},260 V244`, { stroke: "var(--wire)", "stroke-width": 2.5 }),
        svg("circle", { cx: at[signal], cy: 260, r: 3.5, class: "dot" }));
    }
    for (const [text, x, y, hue] of [["×", 90, 61, "f"], ["+", 180, 61, "c"], ["×", 180, 121, "g"], ["×", 270, 125, "o"]]) {
      this.under.append(svg("circle", { cx: x, cy: y, r: 13, class: "capsule", stroke: `var(--hue-${hue})` }),
        svg("text", { x, y, class: "operator" }, text));
    }
    const pill = model.outputSymbol();
    if (pill) {
      this.over.append(svg("rect", { x: 248, y: 83, width: 44, height: 18, rx: 9, class: "bead", stroke: memory }),
        svg("text", { x: 270, y: 96.5, class: "bead-text pill", "text-anchor": "middle" }, pill));
    }
    const small = { width: 54, single: true, rowSize: 26 };
    for (const [signal, x, y, previous = false] of [
      ["c", 0, 48, true], ["c", 202, 48], ["h", 304, 112], ["h", 0, 247, true],
      ["f", 63, 156], ["i", 123, 156], ["g", 183, 156], ["o", 243, 156],
    ]) this.stack({ signal, previous, x: x + 1, y, ...small });
    this.input = this.stack({ signal: "x", x: 63, y: 286, count: model.D, ...small, shows: shownInputs(model, 3), fold: 1 });
    for (const [signal, x] of Object.entries(at)) {
      this.gateBox(signal, { x, y: 196, width: 56, height: 48, stacked: true });
    }
    this.text("cBefore", 0, 32, "c₋", "", memory, { anchor: "start" });
    this.text("memory", 202, 32, "c", "memory", memory, { anchor: "start" });
    this.text("next", 358, 46, null, "", null, { anchor: "end", size: 13.5 });
    this.text("kept", 104, 82, null, "kept", null, { anchor: "start", size: 13 });
    this.text("written", 188, 96, null, "written", null, { anchor: "start", size: 13 });
    this.text("output", 358, 158, "h", "output", "var(--hue-h)", { anchor: "end" });
    this.text("hBefore", 0, 238, "h₋", "", "var(--hue-h)", { anchor: "start", size: 13.5 });
    this.text("input", this.input.right + 9, 304, "x", "", "var(--hue-x)", { anchor: "start" });
    this.text("note", 358, 304, null, "every gate reads all of h₋ and x", null, { anchor: "end", size: 12.5 });
  }

  draw(state) {
    this.state = state;
    super.draw(state);
  }

  drawLabels(t, unit) {
    const { model } = this;
    const { digits, phase } = this.state;
    this.setWords("cBefore", t === 0 ? "at the start" : `from t = ${t}`);
    this.setWords("hBefore", t === 0 ? "start" : `t = ${t}`);
    this.labels.next.textContent = t === model.T - 1 ? "" : `to t = ${t + 2}`;
    const known = phase >= 3 && model.mask[t];
    const number = (signal) => (known ? formatNumber(model.value({ signal, unit, t }), digits) : "·");
    this.labels.kept.textContent = `kept ${number("kept")}`;
    const written = number("written");
    this.labels.written.textContent = written.startsWith("−") || written === "·" ? written : `+${written}`;
    const symbol = model.symbolText(t);
    const more = model.D > this.input.cells.length && model.kind !== "text" ? `and ${model.D - this.input.cells.length} more` : "";
    this.setWords("input", model.kind === "text" && symbol ? symbol : more);
    this.labels.note.textContent = model.kind === "text" || model.D > 1 ? "" : "every gate reads all of h₋ and x";
  }
}
