import { element, find, partsOf, setAll } from "../web/dom.js";
import { grouped } from "../web/format.js";
import { unpack } from "../web/payload.js";
import { applyTheme, THEME, watchTheme } from "../web/theme.js";
import { mounting } from "../web/view.js";
import { Chart, swatch } from "./chart.js";
import { Stops, Timeline, PendingRequest } from "./timeline.js";
import { capital, inShort, measuredText, percentText, pointText, rateText } from "./words.js";

/**
 * @import { Component, CurvesMessage, CurvesRun, Extent, LineLook, Mode, OverlaidRun, Packed } from "../types.d.ts"
 * @import { Content, Item, LegendItem, Level, LookName, Rows, Series, Strip } from "./scene.d.ts"
 * @import { Moment } from "./timeline.js"
 */

const NAMES = ["loss", "metric", "gradient"];
const SIDE_BY_SIDE = 640;
const GAP = 16;
const PLOT_HEIGHT = { wide: 96, first: 150, others: 110 };
/** @type {Strip} */
const NO_STRIP = { name: "", draw: null };
const OFTEN_ENOUGH = 4000; // milliseconds between two text alternatives
const DIRECTIONS = { lower: "↓ lower is better", higher: "↑ higher is better" };

/** The curves on a page: what the runs are, which moment is looked at, and what goes to the server. */
class Curves {
  // There from the first message on, and the mode when the theme is known too.
  /** @type {CurvesMessage} */
  model;
  /** @type {ReturnType<typeof readRun<CurvesRun>>} */
  main;
  /** @type {ReturnType<typeof readRun<OverlaidRun>>[]} */
  others;
  /** @type {Stops} */
  stops;
  /** @type {Record<string, Omit<Extent, "log">>} */
  extents;
  /** @type {Record<string, boolean>} */
  isWide;
  /** @type {number[]} */
  span;
  /** @type {Component["setStateValue"]} */
  setStateValue;
  /** @type {Mode} */
  mode;

  /** @param {ShadowRoot} parent */
  constructor(parent) {
    this.root = find(parent, ".curves");
    this.part = partsOf(this.root, ["charts", "legend", "timeline", "caption"]);
    this.all = NAMES.map((name) => new Chart({
      name,
      onPoint: (update) => this.point(update),
      onPick: (update) => this.pick(update),
      onLog: (chart) => this.switchLog(chart),
    }));
    this.charts = this.all;
    this.part.charts.append(...this.all.map(({ figure }) => figure));
    this.timeline = new Timeline({
      root: this.part.timeline,
      onPlace: (place) => this.ask(this.stops.request(place)),
      onLatest: () => this.ask(null),
    });
    this.request = new PendingRequest({ send: (update, number) => this.send(update, number), settled: () => this.drawMoment() });
    /** @type {Record<string, boolean>} */
    this.logs = {};
    this.told = -Infinity;
    /** @type {number | undefined} */
    this.telling = undefined;
    /** @type {number | null} */
    this.pointed = null;
    this.drawn = this.shownLooks = this.legend = this.caption = "";
    // The page takes single letters as commands, and does not see through to a field in here.
    for (const type of ["keydown", "keypress", "keyup"]) this.root.addEventListener(type, (event) => event.stopPropagation());
    this.resizing = new ResizeObserver(() => this.lay());
    this.resizing.observe(this.root);
    document.fonts.ready.then(() => this.lay());
  }

  close() {
    this.resizing.disconnect();
    this.request.forget();
    clearTimeout(this.telling);
  }

  // ---- what comes in

  /**
   * @param {Packed} data
   * @param {Component} component
   */
  receive(data, { setStateValue }) {
    this.setStateValue = setStateValue;
    /** @type {CurvesMessage} */
    const header = unpack(data);
    if (header.revision === this.model?.revision) return;
    const isNew = header.scene !== this.model?.scene;
    this.model = header;
    if (isNew) this.open();
    const [main, ...others] = header.runs;
    this.main = readRun(header, main, 0);
    this.others = others.map((run, index) => readRun(header, run, index + 1));
    this.stops = new Stops(header.arrays.moments, this.main.latest);
    this.growExtents();
    this.request.answered(header.answered);
    if (this.mode === undefined) watchTheme(this.root, (mode) => this.setMode(mode));
    else {
      this.setLooks();
      this.draw();
    }
  }

  /** Another scene: scales begin anew. */
  open() {
    this.drawn = "";
    this.request.forget();
    this.told = -Infinity;
    const { name, unit, better, isLoss } = this.model.metric;
    const [loss, metric, gradient] = this.all;
    const named = unit && !name.includes(unit) ? `${name}, ${unit}` : name;
    loss.setTitle({ title: isLoss ? `Loss = ${named}` : "Loss", direction: DIRECTIONS.lower, hasLog: true });
    metric.setTitle({ title: capital(named), direction: DIRECTIONS[better], hasLog: better === "lower" });
    gradient.setTitle({ title: "Gradient norm", direction: "", hasLog: true });
    metric.figure.hidden = isLoss;
    this.root.toggleAttribute("data-two", isLoss);
    this.charts = this.all.filter(({ figure }) => !figure.hidden);
    if (this.mode) this.place();
  }

  /** Within a scene a scale only grows, while the same runs are drawn. */
  growExtents() {
    const { charts, runs, x } = this.model;
    const drawn = JSON.stringify(runs.map(({ name }) => name));
    if (drawn !== this.drawn) {
      this.drawn = drawn;
      this.extents = {};
      this.isWide = {};
      this.span = x;
    }
    const before = this.extents;
    this.extents = Object.fromEntries(this.charts.map(({ name }) => {
      const { low, high, positive, log, zero } = charts[name];
      const old = before[name] ?? charts[name];
      this.isWide[name] ||= log && !(name === "metric" && this.model.metric.better === "higher");
      const least = Math.min(old.positive ?? Infinity, positive ?? Infinity);
      return [name, {
        low: Math.min(old.low, low), high: Math.max(old.high, high), positive: Number.isFinite(least) ? least : null, zero,
      }];
    }));
    this.span = [Math.min(this.span[0], x[0]), Math.max(this.span[1], x[1])];
  }

  /** @param {Mode} mode */
  setMode(mode) {
    this.mode = mode;
    this.setLooks();
    this.lay();
  }

  /** The hues, for what is not on a canvas. */
  setLooks() {
    const looks = { ...this.model.looks, ...Object.fromEntries(this.others.map(({ place, look }) => [`run-${place}`, look])) };
    const shown = JSON.stringify([this.mode, looks]);
    if (shown === this.shownLooks) return;
    this.shownLooks = shown;
    applyTheme(this.root, this.mode, looks);
  }

  // ---- drawing

  lay() {
    if (!this.root.clientWidth || !this.mode) return; // in a tab that is not open
    this.place();
    this.draw();
  }

  /** Where there are two charts, the first is as wide as two. */
  place() {
    const width = this.root.clientWidth;
    const isWide = width >= SIDE_BY_SIDE;
    const isTwo = this.charts.length === 2;
    this.root.toggleAttribute("data-narrow", !isWide);
    const column = Math.floor(isWide ? (width - 2 * GAP) / 3 : (width - GAP) / 2);
    const strips = isTwo ? 2 : 1;
    this.charts.forEach((chart, index) => {
      if (isWide) chart.lay(isTwo && !index ? 2 * column + GAP : column, PLOT_HEIGHT.wide, strips);
      else chart.lay(index && !isTwo ? column : width, index ? PLOT_HEIGHT.others : PLOT_HEIGHT.first, index ? 1 : strips);
    });
  }

  draw() {
    if (!this.charts[0].width) return;
    const colours = THEME.colours[this.mode];
    const { main, others } = this;
    const { metric, looks, empty, rate, rates } = this.model;
    const levels = this.levels();
    /** @type {(key: "validation" | "metric" | "gradient", x: "at" | "measuredAt") => Series[]} */
    const rest = (key, x) => others.map((run) => ({ x: run[x], ...run[key], look: run.look, width: 1.5 }));
    /** @type {(x: Float64Array, rows: Rows, look: LineLook) => Series} */
    const front = (x, rows, look) => ({ x, ...rows, look, width: 2, isBand: true, tip: true });
    /** @type {Strip} */
    const rateStrip = rate === null ? NO_STRIP : { name: "rate", draw: (chart, pen, middle) => chart.drawRates(pen, middle, rate, rates, colours) };
    /** @type {Strip} */
    const savedStrip = this.stops.last
      ? { name: "saved", draw: (chart, pen, middle) => chart.drawTicks(pen, middle, this.model.arrays.moments, colours.muted) } : NO_STRIP;
    /** @type {Record<string, Content>} */
    const drawn = {
      loss: {
        series: [
          ...rest("validation", "measuredAt"),
          front(main.at, main.loss, looks.training),
          front(main.measuredAt, main.validation, looks.validation),
        ],
        levels: metric.isLoss ? levels.metric : levels.loss,
        strips: metric.isLoss ? [rateStrip, savedStrip] : [rateStrip],
        emptyText: main.n || others.length ? null : empty,
      },
      metric: {
        series: [...rest("metric", "measuredAt"), front(main.measuredAt, main.metric, looks.validation)],
        levels: levels.metric,
        labelsBelow: metric.better === "higher",
        strips: [savedStrip],
      },
      gradient: {
        series: [...rest("gradient", "at"), front(main.at, main.gradient, looks.training)],
        levels: levels.gradient,
        strips: [{
          name: this.model.clipped ? "clipped" : "",
          draw: (chart, pen, middle) => chart.drawShares(pen, middle, main, looks.training[this.mode]),
        }],
      },
    };
    this.charts.forEach((chart) => {
      const { name } = chart;
      const { low, high, positive, zero } = this.extents[name];
      const extent = { low: zero ? Math.min(low, 0) : low, high: zero ? Math.max(high, 0) : high, positive };
      chart.draw({ ...drawn[name], span: this.span, extent, log: this.isLog(name), reason: this.reason(name) }, colours, this.mode);
    });
    this.drawLegend();
    this.drawMoment();
  }

  /** The horizontal lines of each chart. */
  levels() {
    const { baseline, looks, clip } = this.model;
    /** @type {(key: LookName, value: number | null, name: string, short: string, legend: string, words?: string) => Level[]} */
    const level = (key, value, name, short, legend, words = name) =>
      (value === null ? [] : [{ key, value, name, short, legend, words, look: looks[key] }]);
    /** @type {(value: number | null, name: string, words: string, kind?: string) => Level[]} */
    const guess = (value, name, words, kind = "baseline") => level("baseline", value, name, "baseline", `${kind}: ${words}`, words);
    const limit = clip === null ? "" : rateText(clip);
    return {
      // A name that holds for both stands in the chart of the metric.
      loss: baseline.lossName === baseline.name
        ? guess(baseline.loss, "baseline", baseline.name)
        : guess(baseline.loss, baseline.lossName, baseline.lossName, "baseline of the loss"),
      metric: guess(baseline.value, baseline.name, baseline.name),
      gradient: level("clip", clip, `clipped above ${limit}`, `clip ${limit}`, `clipped above ${limit}`),
    };
  }

  /** The names of lines that do not have all of theirs beside them, and of the runs where there are several. */
  drawLegend() {
    const { main, others } = this;
    const { looks } = this.model;
    /** @type {Map<string, LegendItem>} */
    const lines = new Map(this.charts.flatMap(({ unnamed }) => unnamed)
      .map(({ legend, key, look }) => [legend, { swatches: [[key, look]], text: legend }]));
    /** @type {(run: CurvesRun, swatches: LegendItem["swatches"]) => LegendItem} */
    const ofRun = ({ name, words }, swatches) =>
      ({ swatches, text: [inShort(name), words].filter(Boolean).join(" · "), title: name });
    const runs = others.length ? [ofRun(main, [["training", looks.training], ["validation", looks.validation]])] : [];
    runs.push(...others.map((run) => ofRun(run, [[`run-${run.place}`, run.look]])));
    const items = [...lines.values(), ...runs];
    const legend = JSON.stringify(items);
    if (legend !== this.legend) {
      this.legend = legend;
      this.part.legend.replaceChildren(...items.map(({ swatches, text, title = null }) =>
        element("li", title === null ? {} : { title, class: "run" }, ...swatches.map(([key, { dash }]) => swatch(key, dash)), element("span", {}, text))));
    }
    const caption = main.n ? pointText(main, others.length > 0, this.model) : "";
    if (caption !== this.caption) this.part.caption.textContent = this.caption = caption;
  }

  /** Everything that depends on the moment: cursor, numbers, scrubber. */
  drawMoment() {
    if (!this.charts[0].across) return;
    const request = this.shown();
    const place = this.stops.place(request);
    const update = this.stops.updates[place];
    setAll(this.root, { "aria-busy": this.request.pending && "true" });
    this.timeline.draw({ stops: this.stops, place, isLatest: request === null, total: this.model.total });
    this.charts.forEach((chart) => {
      chart.setCursor(request === null ? null : update);
      chart.setPointer(this.pointed);
    });
    this.drawValues(this.pointed ?? update);
    this.tellLater(update);
  }

  /** @param {number} update */
  drawValues(update) {
    for (const chart of this.charts) chart.setValues(this.valuesAt(chart, update), this.model.looks);
  }

  /** What a chart says of an update. @type {(chart: Chart, update: number) => Item[]} */
  valuesAt({ name: chart, up }, update) {
    const { main } = this;
    const { baseline, clipped, exact, measured, metric } = this.model;
    const during = numberAt(main.first, update);
    const after = numberAt(main.measuredFirst, update);
    const told = (/** @type {number} */ value) => measuredText(value, up.finest);
    /** @type {(rows: Rows, index: number) => string} */
    const text = (rows, index) => (index < 0 ? "–" : told(rows.mean[index]));
    // Of the moment that is shown the page knows more than what was measured along the way.
    const known = this.pointed === null && !this.request.pending ? exact : null;
    const held = (/** @type {"validation" | "metric"} */ name) => {
      const value = known?.[name] ?? null;
      return value === null ? text(main[name], after) : told(value);
    };
    /** @type {Item[]} */
    const guess = baseline.value === null ? [] : [{ key: "baseline", name: "baseline", text: told(baseline.value) }];
    if (chart === "loss") {
      return [
        { key: "training", name: "training", text: text(main.loss, during) },
        { key: "validation", name: measured, text: held("validation") },
        ...(metric.isLoss ? guess : []),
      ];
    }
    if (chart === "metric") return [{ key: "validation", name: measured, text: held("metric") }, ...guess];
    return [
      { key: "training", name: "norm", text: text(main.gradient, during) },
      ...(clipped === null ? [] : [{ key: null, name: "clipped", text: percentText(clipped), after: "of updates" }]),
    ];
  }

  /** The text alternatives follow now and then: a run changes several times a second. @param {number} update */
  tellLater(update) {
    const tell = () => {
      this.told = performance.now();
      for (const chart of this.charts) {
        const values = this.valuesAt(chart, update);
        const words = values.map(({ name, text, after }) => [name, text, after].filter(Boolean).join(" ")).join(", ");
        chart.setLabel(`${chart.parts.title.textContent} at update ${grouped(update)}: ${words}`);
      }
    };
    clearTimeout(this.telling);
    const wait = this.told + OFTEN_ENOUGH - performance.now();
    if (wait <= 0) tell();
    else this.telling = setTimeout(tell, wait);
  }

  /** @param {string} name */
  isLog(name) {
    return this.logs[name] ?? Boolean(this.isWide[name]);
  }

  /** Why a scale is logarithmic, unless the reader made it so. @param {string} name */
  reason(name) {
    return this.logs[name] === undefined && this.isWide[name] ? `log scale: values differ by more than ${this.model.wide} times` : "";
  }

  /** @param {string} name */
  switchLog(name) {
    this.logs[name] = !this.isLog(name);
    this.draw();
  }

  // ---- the moment

  /** The update that the server shows, or null for the latest. */
  served() {
    const { at, arrays } = this.model;
    return at === null ? null : arrays.moments[at];
  }

  /** What is to be seen: what the reader asked for last, or what the server shows. */
  shown() {
    const { wanted } = this.request;
    return wanted === undefined ? this.served() : wanted;
  }

  /** @param {number | null} update */
  point(update) {
    const next = update === null || !this.main.n ? null : Math.min(update, this.main.latest);
    if (next === this.pointed) return;
    this.pointed = next;
    this.drawMoment();
  }

  /** @param {number} update */
  pick(update) {
    if (!this.stops.last) return;
    this.pointed = null;
    this.ask(this.stops.request(this.stops.nearest(update)));
  }

  /** @param {Moment} update */
  ask(update) {
    if (update === this.shown()) {
      this.drawMoment();
      return;
    }
    this.request.ask(update);
    this.drawMoment();
  }

  /** @type {(update: Moment, number: number) => void} */
  send(update, number) {
    const moment = update === null ? null : Math.min(this.stops.nearest(update), this.model.arrays.moments.length - 1);
    this.setStateValue("at", { moment, number });
  }
}

/**
 * The arrays of one run by their names, and where its points lie.
 * @template {CurvesRun} Sent
 * @param {CurvesMessage} message
 * @param {Sent} run
 * @param {number} index
 */
function readRun({ arrays, shapes }, run, index) {
  const rows = (/** @type {string} */ name) => {
    const [count, length] = shapes[`${index}.${name}`] ?? [0, 0]; // what is not drawn is not sent
    return Array.from({ length: count }, (_, row) => arrays[`${index}.${name}`].subarray(row * length, (row + 1) * length));
  };
  const bands = (/** @type {string} */ name) => {
    const [mean, low, high] = rows(name);
    return { mean, low, high };
  };
  const [first, last] = rows("updates");
  const [measuredFirst, measuredLast] = rows("measured");
  /** @type {(begin: Float64Array, end: Float64Array) => Float64Array} */
  const middle = (begin, end) => begin.map((update, at) => (update + end[at]) / 2);
  return {
    ...run,
    first,
    last,
    at: middle(first, last),
    measuredFirst,
    measuredAt: middle(measuredFirst, measuredLast),
    latest: Math.max(last.at(-1) ?? 0, measuredLast.at(-1) ?? 0),
    loss: bands("loss"),
    gradient: bands("gradient"),
    validation: bands("validation"),
    metric: bands("metric"),
    clipped: arrays[`${index}.clipped`],
  };
}

/** The last point that begins at an update or before it; −1 if there is none. @type {(first: Float64Array, update: number) => number} */
function numberAt(first, update) {
  let [low, high] = [0, first.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (first[middle] <= update) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export default mounting(Curves);
