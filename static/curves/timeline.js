import { element, setAll } from "../web/dom.js";
import { grouped } from "../web/format.js";

/** @typedef {number | null} Moment  An update, or null for the latest. */

const PATIENCE = 1500;

/** What one can go back to: the checkpoints, and after them the latest update unless it is one of them. */
export class Stops {
  /**
   * @param {Float64Array} moments
   * @param {number} latest
   */
  constructor(moments, latest) {
    this.updates = [...moments];
    if (latest > (this.updates.at(-1) ?? -Infinity)) this.updates.push(latest);
  }

  get last() {
    return this.updates.length - 1;
  }

  /**
   * The place nearest to an update.
   * @param {number} update
   */
  nearest(update) {
    const distances = this.updates.map((stop) => Math.abs(stop - update));
    return distances.indexOf(Math.min(...distances));
  }

  /**
   * The update at a place; null at the end, which is wherever the run has come to.
   * @param {number} place
   */
  request(place) {
    return place === this.last ? null : this.updates[place];
  }

  /** @param {Moment} request */
  place(request) {
    return request === null ? this.last : this.nearest(request);
  }
}

/**
 * The moment that the reader wants to see, an update or null for the latest, on its way to the server: one message at
 * a time, and another one only when the server has answered or has not for a while. What the reader did last counts
 * until the server has answered it, however long that takes: each message has a number, which comes back.
 */
export class PendingRequest {
  /** @param {{ send: (update: Moment, number: number) => void, settled: () => void }} options */
  constructor({ send, settled }) {
    this.send = send;
    this.settled = settled;
    this.number = 0;
    this.isLate = false;
    /** @type {number | undefined} */
    this.timer = undefined;
    // Undefined while nothing is on its way.
    /** @type {Moment | undefined} */
    this.sent = undefined;
    /** @type {Moment | undefined} */
    this.wanted = undefined;
  }

  get pending() {
    return this.sent !== undefined;
  }

  /** @param {Moment} request */
  ask(request) {
    this.wanted = request;
    if (!this.pending || this.isLate) this.deliver();
  }

  deliver() {
    const sent = this.wanted ?? null;
    this.sent = sent;
    this.number = Math.max(Date.now(), this.number + 1); // a page that is loaded again does not begin from 1
    this.isLate = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.wait(), PATIENCE);
    this.send(sent, this.number);
  }

  wait() {
    this.isLate = true;
    if (this.wanted !== this.sent) this.deliver();
  }

  /** @param {number} number */
  answered(number) {
    if (!this.pending || number !== this.number) return;
    if (this.wanted !== this.sent) {
      this.deliver();
      return;
    }
    this.forget();
    this.settled();
  }

  forget() {
    clearTimeout(this.timer);
    this.sent = this.wanted = undefined;
  }
}

/** The scrubber below the charts. */
export class Timeline {
  /** @param {{ root: HTMLElement, onPlace: (place: number) => void, onLatest: () => void }} options */
  constructor({ root, onPlace, onLatest }) {
    this.text = "";
    this.range = element("input", { type: "range", class: "slider", id: "training-time", min: 0, step: 1, oninput: () => onPlace(Number(this.range.value)) });
    this.time = element("span", { class: "time" });
    this.latest = element("button", { type: "button", class: "latest", onclick: onLatest, title: "Show the latest update" }, "Latest");
    root.append(
      element("label", { for: "training-time" }, "Go back in training time"),
      this.range, this.time, this.latest);
  }

  /** @param {{ stops: Stops, place: number, isLatest: boolean, total: number }} moment */
  draw({ stops, place, isLatest, total }) {
    const update = stops.updates[place];
    const last = grouped(Math.max(total, stops.updates[stops.last]));
    const text = `update ${grouped(update)} of ${last}`;
    setAll(this.range, { max: Math.max(stops.last, 1), "aria-valuetext": isLatest ? `${text}, the latest` : text });
    this.range.disabled = stops.last === 0;
    this.range.value = String(stops.last === 0 ? 1 : place);
    this.range.style.setProperty("--share", String(stops.last === 0 ? 1 : place / stops.last));
    if (this.text !== text) this.time.textContent = this.text = text;
    this.time.style.minWidth = `${11 + 2 * last.length}ch`; // more digits must not push the slider
    this.latest.setAttribute("aria-pressed", String(isLatest));
  }
}
