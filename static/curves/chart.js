import { element, setAll, svg } from "../web/dom.js";
import { grouped } from "../web/format.js";
import { updateAxis, valueAxis } from "./axes.js";
import { boxAt, findPlace, Room } from "./room.js";
import { measuredText, rateText } from "./words.js";

const LEFT = 46; // the numbers of the axis
const RIGHT = 8;
const TOP = 6;
const OFFSET_HEIGHT = 15; // above the numbers of the axis
const STRIP = 16; // between the curves and the numbers of the updates
const FOOT = 18;
const FONT_SIZE = 12;
const LABEL_HEIGHT = 15;
const RIM = 1; // round a name
const SWATCH_WIDTH = 25;
const NAME_SHARE = 0.8; // of the width that a name may take
const DOT_ROOM = 10;
const FINGER = 8;
const BAND_OPACITY = 0.22;

/** A short piece of a line, in its hue and with its dashes, to stand beside its name. */
export function swatch(key, dash) {
  return svg("svg", { class: "swatch", width: 20, height: 8, "aria-hidden": "true" }, svg("line", {
    x1: 0, x2: 20, y1: 4, y2: 4, stroke: `var(--hue-${key})`, "stroke-width": 2.5, "stroke-dasharray": dash.join(" ") || null,
  }));
}

/** One chart: a figure with its name, the numbers of the moment, and a canvas with what cannot be told in words. */
export class Chart {
  constructor({ name, onPoint, onPick, onLog }) {
    this.name = name;
    this.onPoint = onPoint;
    this.onPick = onPick;
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
    const there = ({ clientX }) => this.updateAt(clientX - plot.getBoundingClientRect().left);
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

  setTitle({ title, direction, hasLog }) {
    this.parts.title.textContent = title;
    this.parts.direction.textContent = direction;
    this.parts.log.hidden = !hasLog;
    this.parts.log.setAttribute("aria-label", `log scale, ${title}`);
  }

  setLabel(text) {
    if (this.label === text) return;
    this.label = text;
    this.figure.setAttribute("aria-label", text);
  }

  /** Names with their numbers: [{key, dash, name, text, after}, …]; `key` is the hue, without one there is no swatch. */
  setValues(items) {
    const names = items.map(({ key, name }) => `${key} ${name}`).join();
    if (names !== this.valueNames) {
      this.valueNames = names;
      this.numbers = items.map(() => element("b"));
      this.parts.values.replaceChildren(...items.map(({ key, dash, name, after }, index) =>
        element("span", {}, key ? swatch(key, dash) : null, name ? `${name} ` : null, this.numbers[index], after ? ` ${after}` : null)));
    }
    items.forEach(({ text }, index) => {
      if (this.numbers[index].textContent !== text) this.numbers[index].textContent = text;
    });
  }

  // ---- places

  /** `strips` is how many stand below the plot. */
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
    this.forgetPlaces();
  }

  /** The update at so many pixels from the left edge, a whole number. */
  updateAt(pixels) {
    const { begin, end } = this.across;
    const share = Math.min(Math.max((pixels - LEFT) / this.plotWidth, 0), 1);
    return Math.round(begin + share * (end - begin));
  }

  x(update) {
    return LEFT + this.across.share(update) * this.plotWidth;
  }

  y(value) {
    return this.top + (1 - this.up.share(value)) * (this.bottom - this.top);
  }

  // ---- drawing

  /**
   * `scene` is what is drawn: span, extent, log and the reason for it, series, levels, strips ({name, draw}: what a
   * pen draws around a middle), emptyText; `colours` are those of the page, `mode` is "light" or "dark".
   */
  draw(scene, colours, mode) {
    this.across = updateAxis(scene.span, Math.max(Math.floor(this.plotWidth / 64), 2));
    this.up = valueAxis(scene.extent, scene.log, Math.max(Math.floor((this.bottom - TOP) / 26), 2));
    this.top = TOP + (this.up.offset ? OFFSET_HEIGHT : 0);
    this.parts.log.setAttribute("aria-pressed", String(scene.log));
    this.parts.reason.textContent = scene.reason;
    const pen = this.clean();
    this.drawAxes(pen, colours, scene.strips);
    this.room = new Room({ left: LEFT, top: this.top, width: this.plotWidth, height: this.bottom - this.top });
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
    const pen = canvas.getContext("2d");
    if (canvas.width !== width || canvas.height !== height) setAll(canvas, { width, height });
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, this.width, this.height);
    pen.font = this.font;
    return pen;
  }

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
    this.room.takeLine([LEFT, LEFT + this.plotWidth], [y, y], 0.5);
  }

  /** A band from the lowest to the highest, then the line of the means; what is not finite is a gap. */
  drawSeries(pen, { x, mean, low, high, look, width, isBand, tip }, colour) {
    const places = Array.from(x, (update) => this.x(update));
    const heights = Array.from(mean, (value) => this.y(value));
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
      this.room.takeLine(places.slice(begin, end), heights.slice(begin, end), width);
    }
    pen.stroke();
    pen.setLineDash([]);
    const dot = (index, radius) => {
      pen.beginPath();
      pen.arc(places[index], heights[index], radius, 0, 2 * Math.PI);
      pen.fill();
      this.room.takeBox(places[index] - radius, heights[index] - radius, 2 * radius, 2 * radius);
    };
    const dotted = look.dash.length > 0 && (x.length - 1) * DOT_ROOM <= places.at(-1) - places[0];
    for (const [begin, end] of runs) {
      if (end - begin === 1) dot(begin, width);
      else if (dotted) for (let index = begin; index < end; index += 1) dot(index, width);
    }
    if (tip && runs.length && runs.at(-1)[1] === x.length) dot(x.length - 1, 3);
  }

  drawBand(pen, runs, places, low, high) {
    const height = (value) => {
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
      this.room.takeBand(places.slice(begin, end), highs.slice(begin, end), lows.slice(begin, end));
    }
    pen.globalAlpha = 1;
  }

  /** Shares of clipped updates as bars in the strip: a full one where every update was clipped. */
  drawShares(pen, middle, { first, last, shares }, colour) {
    const bottom = middle + STRIP / 2;
    const most = STRIP - 3;
    pen.fillStyle = colour;
    shares.forEach((share, index) => {
      if (!share) return;
      const left = this.x(first[index] - 0.5);
      const width = Math.max(this.x(last[index] + 0.5) - left, 1);
      const height = Math.max(most * share, 1);
      pen.fillRect(Math.max(left, LEFT), bottom - height, width, height);
    });
  }

  /** Short strokes in the strip. */
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

  /** A triangle at every change, with the rates before and after where there is room; the latest ones come first. */
  drawRates(pen, middle, rate, changes, colours) {
    pen.fillStyle = colours.text;
    pen.textAlign = "left";
    const places = changes.map(([update]) => this.x(update));
    const taken = places.map((x) => [x - 6, x + 6]);
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
      const x = places.at(-1 - index);
      const aside = [x + 7, -(x - 7)]; // right of its triangle, else left of it
      if (!write(`${rateText(before)} → ${rateText(after)}`, ...aside)) write(`→ ${rateText(after)}`, ...aside);
    });
    write(rateText(rate), LEFT);
  }

  // ---- what is laid over the canvas

  writeEmpty(text) {
    const { empty } = this.parts;
    const [span] = empty.children;
    empty.hidden = !text;
    span.textContent = text ?? "";
    if (!text) return;
    this.room.takeBox(empty.offsetLeft + span.offsetLeft, empty.offsetTop + span.offsetTop, span.offsetWidth, span.offsetHeight);
  }

  /** The places of names are kept as long as they are free, and found anew after a change of size or scale. */
  forgetPlaces() {
    this.places = new Map();
  }

  /**
   * The names of the horizontal lines where no curve is, first on the side where a run that learns does not go. A name
   * that is too long is shortened; `unnamed` are the lines that do not have their whole name beside them.
   */
  placeLevels(pen, { levels, labelsBelow, log, scene }) {
    const frame = JSON.stringify([scene, log, levels.map(({ name, value }) => [name, value])]);
    if (frame !== this.frame) {
      this.frame = frame;
      this.forgetPlaces();
    }
    const labels = levels.map((level, index) => this.labelFor(pen, level, index, labelsBelow ? [1, -1] : [-1, 1])).filter(Boolean);
    const whole = new Set(labels.filter(({ text, level }) => text === level.name).map(({ level }) => level));
    this.unnamed = levels.filter((level) => !whole.has(level));
    const written = JSON.stringify(labels.map(({ text, isFar, words }) => [text, isFar, words]));
    if (written !== this.written) {
      this.written = written;
      this.labelNodes = labels.map(({ text, isFar, words, level }) => element("span", { class: "level", title: words },
        isFar ? swatch(level.key, level.look.dash) : null, text));
      this.parts.levels.replaceChildren(...this.labelNodes);
    }
    labels.forEach(({ box }, index) => {
      this.labelNodes[index].style.left = `${box.left + RIM}px`;
      this.labelNodes[index].style.top = `${box.top}px`;
    });
  }

  /** What is written beside a line, and where; null if there is no place for it. */
  labelFor(pen, level, index, sides) {
    const y = this.y(level.value);
    if (!Number.isFinite(y)) return null;
    const sizeOf = ({ text, isFar }) => ({
      y, height: LABEL_HEIGHT, width: Math.ceil(pen.measureText(text).width) + 2 * RIM + 4 + (isFar ? SWATCH_WIDTH : 0),
    });
    let place = this.places.get(index);
    if (place === undefined || (place && !this.room.isFree(boxAt(this.room, place, sizeOf(place)), true))) {
      place = this.newPlace(level, sides, sizeOf);
      this.places.set(index, place);
    }
    if (!place) return null;
    const box = boxAt(this.room, place, sizeOf(place));
    this.room.takeBox(box.left, box.top, box.width, box.height);
    return { level, box, text: place.text, isFar: place.isFar, words: `${level.words}: ${measuredText(level.value, this.up.finest)}` };
  }

  /** The whole name beside the line, else the short one, which may stand apart from it with a piece of the line. */
  newPlace({ name, short }, sides, sizeOf) {
    const whole = sizeOf({ text: name });
    const beside = whole.width <= NAME_SHARE * this.plotWidth ? findPlace(this.room, { ...whole, farWidth: Infinity, sides }) : null;
    if (beside) return { ...beside, text: name };
    const apart = findPlace(this.room, { ...sizeOf({ text: short }), farWidth: sizeOf({ text: short, isFar: true }).width, sides });
    return apart && { ...apart, text: short };
  }

  setCursor(update) {
    this.cursor = update;
    this.placeMark("cursor", update);
  }

  setPointer(update) {
    this.pointed = update;
    this.placeMark("pointer", update);
  }

  placeMark(name, update) {
    const node = this.parts[name];
    node.hidden = update === null || update === undefined || !this.across;
    if (node.hidden) return;
    const [tag] = node.children;
    tag.textContent = grouped(update);
    const x = this.x(update);
    node.style.transform = `translateX(${x}px)`;
    const half = 4 * tag.textContent.length + 5; // a little more than it can be
    tag.style.left = `${Math.min(Math.max(x, half), this.width - half) - x}px`;
  }
}

const mark = (name) => element("div", { class: `mark ${name}`, hidden: true, "aria-hidden": "true" }, element("span", { class: "tag" }));

/** A line one pixel wide is sharp between two pixels. */
const crisp = (place) => Math.round(place) + 0.5;

/** The stretches of finite numbers: [[begin, end], …]. */
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
