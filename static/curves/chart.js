import { updateAxis, valueAxis } from "../plot/axes.js";
import { placeNames } from "../plot/labels.js";
import { element, find, penOf, setAll, svg } from "../web/dom.js";
import { grouped } from "../web/format.js";
import { measuredText, rateText } from "./words.js";

/**
 * @import { Axis } from "../plot/axes.js"
 * @import { Curve } from "../plot/labels.js"
 * @import { CurvesMessage, LineLook, Mode } from "../types.d.ts"
 * @import { Colours } from "../web/theme.js"
 * @import { ChartOptions, Item, Level, Pen, Scene, Series, Strip } from "./scene.d.ts"
 * @import { Moment } from "./timeline.js"
 */

const LEFT = 46; // the numbers of the axis
const RIGHT = 8;
const TOP = 6;
const OFFSET_HEIGHT = 15; // above the numbers of the axis
const STRIP = 16; // between the curves and the numbers of the updates
const FOOT = 18;
const FONT_SIZE = 12;
const NAME_HEIGHT = 15;
const NAME_PADDING = 2;
const DOT_ROOM = 10;
const FINGER = 8;
const BAND_OPACITY = 0.22;

/**
 * A short piece of a line, in its hue and with its dashes, to stand beside its name.
 * @type {(key: string, dash: number[]) => Element}
 */
export function swatch(key, dash) {
  return svg("svg", { class: "swatch", width: 20, height: 8, "aria-hidden": "true" }, svg("line", {
    x1: 0, x2: 20, y1: 4, y2: 4, stroke: `var(--hue-${key})`, "stroke-width": 2.5, "stroke-dasharray": dash.join(" ") || null,
  }));
}

/** One chart: a figure with its name, the numbers of the moment, and a canvas with what cannot be told in words. */
export class Chart {
  // There once it is drawn.
  /** @type {Axis} */
  across;
  /** @type {Axis} */
  up;

  /** @param {ChartOptions} options */
  constructor({ name, onPoint, onPick, onLog }) {
    this.name = name;
    this.onPoint = onPoint;
    this.onPick = onPick;
    this.width = this.plotWidth = this.height = this.top = this.bottom = this.foot = 0;
    this.font = this.label = this.valueNames = this.written = "";
    /** @type {HTMLElement[]} */
    this.numbers = [];
    /** @type {Curve[]} */
    this.drawn = []; // curves, which no name may lie on
    /** @type {Level[]} */
    this.unnamed = [];
    /** @type {{ from: number, counts: boolean } | null} */
    this.press = null;
    /** @type {Moment} */
    this.cursor = null;
    /** @type {Moment} */
    this.pointed = null;
    this.parts = {
      title: element("span", { class: "title" }),
      direction: element("span", { class: "direction" }),
      reason: element("span", { class: "reason" }),
      log: element("button", { type: "button", class: "log", "aria-pressed": "false", title: "Logarithmic scale", onclick: () => onLog(name) }, "log"),
      values: element("p", { class: "values" }),
      canvas: element("canvas", { "aria-hidden": "true" }),
      levels: element("div", { class: "levels" }),
      empty: element("p", { class: "empty", hidden: true }),
      cursor: mark("cursor"),
      pointer: mark("pointer"),
    };
    const { title, direction, reason, log, values, canvas, levels, empty, cursor, pointer } = this.parts;
    empty.append(element("span"));
    this.plot = element("div", { class: "plot" }, canvas, cursor, pointer, levels, empty);
    this.figure = element("figure", { class: name }, element("div", { class: "head" }, element("p", {}, title, "\u2002", direction, " ", reason), log), values, this.plot);
    this.listen();
  }

  listen() {
    const { plot } = this;
    const there = (/** @type {PointerEvent} */ { clientX }) => this.updateAt(clientX - plot.getBoundingClientRect().left);
    plot.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      plot.setPointerCapture(event.pointerId);
      // A finger may be about to scroll the page: it counts when it moves sideways, or has tapped.
      this.press = { from: event.clientX, counts: event.pointerType !== "touch" };
      if (this.press.counts) this.onPick(there(event));
    });
    plot.addEventListener("pointermove", (event) => {
      if (!plot.hasPointerCapture(event.pointerId)) {
        if (event.pointerType !== "touch") this.onPoint(there(event));
        return;
      }
      if (!this.press) return; // another finger was lifted
      this.press.counts ||= Math.abs(event.clientX - this.press.from) > FINGER;
      if (this.press.counts) this.onPick(there(event));
    });
    plot.addEventListener("pointerup", (event) => {
      if (this.press && !this.press.counts) this.onPick(there(event));
      this.press = null;
    });
    plot.addEventListener("pointercancel", () => { this.press = null; });
    plot.addEventListener("pointerleave", () => this.onPoint(null));
  }

  /** @param {{ title: string, direction: string, hasLog: boolean }} words */
  setTitle({ title, direction, hasLog }) {
    this.parts.title.textContent = title;
    this.parts.direction.textContent = direction;
    this.parts.log.hidden = !hasLog;
    this.parts.log.setAttribute("aria-label", `log scale, ${title}`);
  }

  /** @param {string} text */
  setLabel(text) {
    if (this.label === text) return;
    this.label = text;
    this.figure.setAttribute("aria-label", text);
  }

  /**
   * Names with their numbers.
   * @param {Item[]} items
   * @param {CurvesMessage["looks"]} looks
   */
  setValues(items, looks) {
    const names = items.map(({ key, name }) => `${key} ${name}`).join();
    if (names !== this.valueNames) {
      this.valueNames = names;
      this.numbers = items.map(() => element("b"));
      this.parts.values.replaceChildren(...items.map(({ key, name, after }, index) =>
        element("span", {}, key ? swatch(key, looks[key].dash) : null, name ? `${name} ` : null, this.numbers[index], after ? ` ${after}` : null)));
    }
    items.forEach(({ text }, index) => {
      if (this.numbers[index].textContent !== text) this.numbers[index].textContent = text;
    });
  }

  // ---- places

  /** `strips` is how many stand below the plot. @type {(width: number, plotHeight: number, strips: number) => void} */
  lay(width, plotHeight, strips) {
    this.width = width;
    this.plotWidth = width - LEFT - RIGHT;
    this.bottom = TOP + plotHeight;
    this.foot = this.bottom + strips * STRIP;
    this.height = this.foot + FOOT;
    this.plot.style.height = `${this.height}px`;
    this.plot.style.setProperty("--left", `${LEFT}px`);
    this.plot.style.setProperty("--right", `${RIGHT}px`);
    this.plot.style.setProperty("--top", `${TOP}px`);
    this.plot.style.setProperty("--mark", `${this.foot}px`);
    this.plot.style.setProperty("--plot", `${plotHeight}px`);
    this.font = `${FONT_SIZE}px ${getComputedStyle(this.figure).fontFamily}`;
  }

  /** The update at so many pixels from the left edge, a whole number. @param {number} pixels */
  updateAt(pixels) {
    const [begin, end] = this.across.ends;
    const share = Math.min(Math.max((pixels - LEFT) / this.plotWidth, 0), 1);
    return Math.round(begin + share * (end - begin));
  }

  /** @param {number} update */
  x(update) {
    return LEFT + this.across.share(update) * this.plotWidth;
  }

  /** @param {number} value */
  y(value) {
    return this.top + (1 - this.up.share(value)) * (this.bottom - this.top);
  }

  // ---- drawing

  /** @type {(scene: Scene, colours: Colours, mode: Mode) => void} */
  draw(scene, colours, mode) {
    this.across = updateAxis(scene.span, Math.max(Math.floor(this.plotWidth / 64), 2));
    this.up = valueAxis(scene.extent, scene.log, Math.max(Math.floor((this.bottom - TOP) / 26), 2));
    this.top = TOP + (this.up.offset ? OFFSET_HEIGHT : 0);
    this.parts.log.setAttribute("aria-pressed", String(scene.log));
    this.parts.reason.textContent = scene.reason;
    const pen = this.clean();
    this.drawAxes(pen, colours, scene.strips);
    this.drawn = [];
    pen.save();
    pen.beginPath();
    pen.rect(LEFT - 4, this.top - 3, this.plotWidth + 8, this.bottom - this.top + 6);
    pen.clip();
    for (const { value, look } of scene.levels) this.drawLevel(pen, value, look, look[mode]);
    // What is in front comes last.
    for (const series of scene.series) this.drawSeries(pen, series, series.look[mode]);
    pen.restore();
    scene.strips.forEach(({ draw }, index) => draw?.(this, pen, this.bottom + (index + 0.5) * STRIP));
    this.writeEmpty(scene.emptyText);
    this.placeLevels(pen, scene);
    this.placeMark("cursor", this.cursor);
    this.placeMark("pointer", this.pointed);
  }

  clean() {
    const { canvas } = this.parts;
    const ratio = globalThis.devicePixelRatio || 1;
    const [width, height] = [Math.round(this.width * ratio), Math.round(this.height * ratio)];
    const pen = penOf(canvas);
    if (canvas.width !== width || canvas.height !== height) setAll(canvas, { width, height });
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, this.width, this.height);
    pen.font = this.font;
    return pen;
  }

  /** @type {(pen: Pen, colours: Colours, strips: Strip[]) => void} */
  drawAxes(pen, colours, strips) {
    const { bottom, foot } = this;
    pen.strokeStyle = colours.border;
    pen.fillStyle = colours.muted;
    pen.lineWidth = 1;
    pen.textBaseline = "middle";
    pen.textAlign = "right";
    pen.beginPath();
    for (const { value, text } of this.up.ticks) {
      const y = crisp(this.y(value));
      pen.moveTo(LEFT, y);
      pen.lineTo(LEFT + this.plotWidth, y);
      // The lowest one makes room for the name of the strip.
      pen.fillText(text, LEFT - 6, Math.min(y + 0.5, bottom - 4));
    }
    pen.stroke();
    pen.strokeStyle = colours.wire;
    pen.beginPath();
    pen.moveTo(LEFT, crisp(bottom));
    pen.lineTo(LEFT + this.plotWidth, crisp(bottom));
    for (const { value } of this.across.ticks) {
      const x = crisp(this.x(value));
      pen.moveTo(x, foot);
      pen.lineTo(x, foot + 3);
    }
    pen.stroke();
    strips.forEach(({ name }, index) => pen.fillText(name, LEFT - 6, bottom + (index + 0.5) * STRIP + 1.5));
    pen.fillText("update", LEFT - 6, foot + FOOT / 2 + 1.5);
    for (const { value, text } of this.across.ticks) {
      const half = pen.measureText(text).width / 2;
      const x = Math.min(Math.max(this.x(value), LEFT - 3 + half), this.width - half);
      pen.textAlign = "center";
      pen.fillText(text, x, foot + FOOT / 2 + 1.5);
    }
    pen.textAlign = "left";
    pen.fillText(this.up.offset, 0, OFFSET_HEIGHT / 2 + 1);
  }

  /** @type {(pen: Pen, value: number, look: LineLook, colour: string) => void} */
  drawLevel(pen, value, look, colour) {
    const y = this.y(value);
    if (!Number.isFinite(y)) return;
    pen.strokeStyle = colour;
    pen.lineWidth = 1.5;
    pen.setLineDash(look.dash);
    pen.beginPath();
    pen.moveTo(LEFT, y);
    pen.lineTo(LEFT + this.plotWidth, y);
    pen.stroke();
  }

  /**
   * A band from the lowest to the highest, then the line of the means; what is not finite is a gap.
   * @type {(pen: Pen, series: Series, colour: string) => void}
   */
  drawSeries(pen, { x, mean, low, high, look, width, isBand, tip }, colour) {
    const places = Array.from(x, (update) => this.x(update));
    const heights = Array.from(mean, (value) => (Number.isFinite(value) ? this.y(value) : NaN));
    this.drawn.push({ x: places, y: heights });
    pen.fillStyle = pen.strokeStyle = colour;
    const runs = unbroken(heights);
    if (isBand) this.drawBand(pen, runs, places, low, high);
    pen.lineWidth = width;
    pen.lineJoin = "round";
    pen.setLineDash(look.dash);
    pen.beginPath();
    for (const [begin, end] of runs) {
      pen.moveTo(places[begin], heights[begin]);
      for (let index = begin + 1; index < end; index += 1) pen.lineTo(places[index], heights[index]);
    }
    pen.stroke();
    pen.setLineDash([]);
    /** @type {(index: number, radius: number) => void} */
    const dot = (index, radius) => {
      pen.beginPath();
      pen.arc(places[index], heights[index], radius, 0, 2 * Math.PI);
      pen.fill();
    };
    const dotted = look.dash.length > 0 && (x.length - 1) * DOT_ROOM <= places[places.length - 1] - places[0];
    for (const [begin, end] of runs) {
      if (end - begin === 1) dot(begin, width);
      else if (dotted) for (let index = begin; index < end; index += 1) dot(index, width);
    }
    if (tip && runs.at(-1)?.[1] === x.length) dot(x.length - 1, 3);
  }

  /** @type {(pen: Pen, runs: number[][], places: number[], low: Float64Array, high: Float64Array) => void} */
  drawBand(pen, runs, places, low, high) {
    const height = (/** @type {number} */ value) => {
      const y = this.y(value);
      return Number.isFinite(y) ? y : this.bottom; // zero on a logarithmic scale
    };
    const [highs, lows] = [Array.from(high, height), Array.from(low, height)];
    pen.globalAlpha = BAND_OPACITY;
    for (const [begin, end] of runs) {
      pen.beginPath();
      pen.moveTo(places[begin], lows[begin]);
      for (let index = begin; index < end; index += 1) pen.lineTo(places[index], highs[index]);
      for (let index = end - 1; index >= begin; index -= 1) pen.lineTo(places[index], lows[index]);
      pen.fill();
    }
    pen.globalAlpha = 1;
  }

  /**
   * Shares of clipped updates as bars in the strip: a full one where every update was clipped.
   * @type {(pen: Pen, middle: number, run: Record<"first" | "last" | "clipped", Float64Array>, colour: string) => void}
   */
  drawShares(pen, middle, { first, last, clipped }, colour) {
    const bottom = middle + STRIP / 2;
    const most = STRIP - 3;
    pen.fillStyle = colour;
    clipped.forEach((share, index) => {
      if (!share) return;
      const left = this.x(first[index] - 0.5);
      const width = Math.max(this.x(last[index] + 0.5) - left, 1);
      const height = Math.max(most * share, 1);
      pen.fillRect(Math.max(left, LEFT), bottom - height, width, height);
    });
  }

  /** Short strokes in the strip. @type {(pen: Pen, middle: number, updates: Float64Array, colour: string) => void} */
  drawTicks(pen, middle, updates, colour) {
    pen.strokeStyle = colour;
    pen.lineWidth = 1;
    pen.beginPath();
    for (const update of updates) {
      const x = crisp(this.x(update));
      pen.moveTo(x, middle - 2.5);
      pen.lineTo(x, middle + 4.5);
    }
    pen.stroke();
  }

  /**
   * A triangle at every change, with the rates before and after where there is room; the latest ones come first.
   * @type {(pen: Pen, middle: number, rate: number, changes: CurvesMessage["rates"], colours: Colours) => void}
   */
  drawRates(pen, middle, rate, changes, colours) {
    pen.fillStyle = colours.text;
    pen.textAlign = "left";
    const places = changes.map(([update]) => this.x(update));
    const taken = places.map((x) => [x - 6, x + 6]);
    /** @type {(text: string, ...wanted: number[]) => boolean} */
    const write = (text, ...wanted) => {
      const width = pen.measureText(text).width;
      const left = wanted.map((at) => (at < 0 ? -at - width : at)).find((begin) => begin >= LEFT && begin + width <= this.width
        && taken.every(([from, to]) => begin + width <= from || begin >= to));
      if (left === undefined) return false;
      pen.fillText(text, left, middle + 1.5);
      taken.push([left - 6, left + width + 6]);
      return true;
    };
    for (const x of places) {
      pen.beginPath();
      pen.moveTo(x, middle - 3);
      pen.lineTo(x + 4, middle + 5);
      pen.lineTo(x - 4, middle + 5);
      pen.fill();
    }
    changes.toReversed().forEach(([, before, after], index) => {
      const x = places[places.length - 1 - index];
      const aside = [x + 7, -(x - 7)]; // right of its triangle, else left of it
      if (!write(`${rateText(before)} → ${rateText(after)}`, ...aside)) write(`→ ${rateText(after)}`, ...aside);
    });
    write(rateText(rate), LEFT);
  }

  // ---- what is laid over the canvas

  /** @param {string | null} [text] */
  writeEmpty(text) {
    const { empty } = this.parts;
    const span = find(empty, "span");
    empty.hidden = !text;
    span.textContent = text ?? "";
    if (!text) return;
    const [left, top] = [empty.offsetLeft + span.offsetLeft, empty.offsetTop + span.offsetTop];
    const [right, bottom] = [left + span.offsetWidth, top + span.offsetHeight];
    this.drawn.push({ x: [left, right, left, right], y: [top, top, bottom, bottom] });
  }

  /**
   * The names at the ends of horizontal lines; `unnamed` are the lines that do not have their whole name there.
   * @type {(pen: Pen, scene: Scene) => void}
   */
  placeLevels(pen, { levels, labelsBelow }) {
    const lines = levels.map(({ value, name, short }) => ({
      y: this.y(value), texts: [name, short].map((text) => ({ text, width: pen.measureText(text).width + 2 * NAME_PADDING })),
    }));
    const plot = { left: LEFT, right: LEFT + this.plotWidth, top: this.top, bottom: this.bottom };
    // First on the side where a run that learns does not go.
    const places = placeNames(lines, this.drawn, plot, { height: NAME_HEIGHT, sides: labelsBelow ? [1, -1] : [-1, 1] });
    this.unnamed = levels.filter(({ name }, index) => places[index]?.text !== name);
    const names = levels.flatMap(({ words, value }, index) =>
      (places[index] ? [{ ...places[index], title: `${words}: ${measuredText(value, this.up.finest)}` }] : []));
    const written = JSON.stringify(names);
    if (written === this.written) return;
    this.written = written;
    this.parts.levels.replaceChildren(...names.map(({ text, top, title }) =>
      element("span", { class: "level", title, style: `top: ${top}px` }, text)));
  }

  /** @param {Moment} update */
  setCursor(update) {
    this.cursor = update;
    this.placeMark("cursor", update);
  }

  /** @param {Moment} update */
  setPointer(update) {
    this.pointed = update;
    this.placeMark("pointer", update);
  }

  /** @type {(name: "cursor" | "pointer", update: Moment) => void} */
  placeMark(name, update) {
    const node = this.parts[name];
    node.hidden = update === null || !this.across;
    if (update === null || node.hidden) return;
    const tag = find(node, ".tag");
    tag.textContent = grouped(update);
    const x = this.x(update);
    node.style.transform = `translateX(${x}px)`;
    const half = 4 * tag.textContent.length + 5; // a little more than it can be
    tag.style.left = `${Math.min(Math.max(x, half), this.width - half) - x}px`;
  }
}

const mark = (/** @type {string} */ name) => element("div", { class: `mark ${name}`, hidden: true, "aria-hidden": "true" }, element("span", { class: "tag" }));

/** A line one pixel wide is sharp between two pixels. @param {number} place */
const crisp = (place) => Math.round(place) + 0.5;

/** The stretches of finite numbers: [[begin, end], …]. @param {number[]} values */
function unbroken(values) {
  const runs = [];
  let begin = -1;
  values.forEach((value, index) => {
    if (Number.isFinite(value)) {
      if (begin < 0) begin = index;
    } else if (begin >= 0) {
      runs.push([begin, index]);
      begin = -1;
    }
  });
  if (begin >= 0) runs.push([begin, values.length]);
  return runs;
}
