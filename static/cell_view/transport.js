import { element, svg } from "../web/dom.js";
import { grouped } from "../web/format.js";

/**
 * @import { Model } from "./model.js"
 * @typedef {"first" | "back" | "forward" | "last"} Goal
 */

const ICONS = {
  first: "M6 5h2.4v14H6zM19 5v14l-9.2-7z",
  back: "M8.5 5h2.2v14H8.5zM19 6.2v11.6L12 12z",
  play: "M7.5 4.8v14.4L19 12z",
  pause: "M7 5h3.6v14H7zM13.4 5H17v14h-3.6z",
  forward: "M13.3 5h2.2v14h-2.2zM5 6.2v11.6L12 12z",
  last: "M15.6 5H18v14h-2.4zM5 5v14l9.2-7z",
};
const SPEEDS = [0.5, 1, 2, 4];

const icon = (/** @type {keyof typeof ICONS} */ name) =>
  element("span", { class: "icon" }, svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: ICONS[name] })));

/** First, back, play, forward, last; the scrubber with the symbols of the timesteps; speed. */
export class Transport {
  /**
   * @param {{
   *   root: HTMLElement, onGo: (where: Goal | number) => void, onPlay: () => void, onSpeed: (speed: number) => void,
   * }} options
   */
  constructor({ root, onGo, onPlay, onSpeed }) {
    /** @type {(name: keyof typeof ICONS, words: string, onclick: () => void) => HTMLButtonElement} */
    const button = (name, words, onclick) =>
      element("button", { type: "button", class: `button ${name}`, "aria-label": words, title: words, onclick }, icon(name));
    this.buttons = {
      first: button("first", "First", () => onGo("first")),
      back: button("back", "Step back", () => onGo("back")),
      play: button("play", "Play", onPlay),
      forward: button("forward", "Step forward", () => onGo("forward")),
      last: button("last", "Last", () => onGo("last")),
    };
    this.range = element("input", { type: "range", class: "slider", min: 1, step: 1, "aria-label": "Timestep",
      oninput: () => onGo(Number(this.range.value) - 1) });
    this.ticks = element("div", { class: "ticks", "aria-hidden": "true" });
    this.time = element("div", { class: "time" });
    this.speed = element("select", { "aria-label": "Speed", title: "Speed",
      onchange: () => onSpeed(Number(this.speed.value)) },
    ...SPEEDS.map((speed) => element("option", { value: speed, selected: speed === 1 }, `${speed}×`)));
    /** @type {HTMLElement[]} */
    this.marks = [];
    this.shown = "play";
    root.append(
      element("div", { class: "buttons" }, Object.values(this.buttons)),
      element("div", { class: "scrub" }, this.ticks, this.range),
      this.time, this.speed);
  }

  /**
   * Set the length and the symbols above the scrubber, where there is room for them.
   * @param {Model} model
   */
  lay(model) {
    this.range.max = String(model.T);
    this.range.disabled = model.T === 1;
    const room = this.range.clientWidth || 470;
    const every = model.T > 1 && room / model.T >= 18 && model.symbols.every((symbol) => symbol && [...symbol].length <= 5);
    this.marks = every
      ? model.symbols.map((symbol, t) => {
        const strong = model.kind === "text" ? !model.padded[t] : Number(symbol) !== 0;
        return element("span", { class: strong ? "strong" : "", style: `--at:${t / (model.T - 1)}` }, model.padded[t] ? "∅" : symbol);
      })
      : [];
    if (every && this.overlaps(room, model)) this.marks = [];
    this.ticks.replaceChildren(...this.marks);
  }

  /**
   * @param {number} room
   * @param {Model} model
   */
  overlaps(room, model) {
    const longest = Math.max(...model.symbols.map((symbol) => [...symbol].length));
    return longest * 8 + 4 > room / model.T;
  }

  /** @param {{ model: Model, t: number, playing: boolean }} moment */
  draw({ model, t, playing }) {
    this.range.value = String(t + 1);
    const symbol = model.symbolText(t);
    this.range.setAttribute("aria-valuetext", `Timestep ${t + 1} of ${model.T}${symbol ? `, ${symbol}` : ""}`);
    this.range.style.setProperty("--share", String(model.T > 1 ? t / (model.T - 1) : 0));
    this.time.replaceChildren(
      element("b", {}, `t = ${grouped(t + 1)}`), ` of ${grouped(model.T)}`,
      ...(symbol ? [" · ", element("b", {}, symbol)] : []));
    this.marks.forEach((mark, index) => mark.classList.toggle("here", index === t));
    this.disable("first", t === 0);
    this.disable("back", t === 0);
    this.disable("forward", t === model.T - 1);
    this.disable("last", t === model.T - 1);
    this.disable("play", model.T === 1);
    const name = playing ? "pause" : "play";
    if (this.shown !== name) {
      this.shown = name;
      const words = playing ? "Pause" : "Play";
      this.buttons.play.replaceChildren(icon(name));
      this.buttons.play.title = words;
      this.buttons.play.setAttribute("aria-label", words);
    }
  }

  /**
   * aria-disabled, not disabled: the focus must not fall off a button that reaches its end.
   * @param {Goal | "play"} name
   * @param {boolean} off
   */
  disable(name, off) {
    this.buttons[name].setAttribute("aria-disabled", String(off));
  }
}
