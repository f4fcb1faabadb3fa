import { element, setAll } from "../web/dom.js";
import { grouped } from "../web/format.js";

const PATIENCE = 1500;

/** What one can go back to: the checkpoints, and after them the latest update unless it is one of them. */
export class Stops {
  constructor(moments, latest) {
    this.updates = [...moments];
    if (!this.updates.length || latest > this.updates.at(-1)) this.updates.push(latest);
  }

  get last() {
    return this.updates.length - 1;
  }

  /** The place nearest to an update. */
  nearest(update) {
    const distances = this.updates.map((stop) => Math.abs(stop - update));
    return distances.indexOf(Math.min(...distances));
  }

  /** The update at a place; null at the end, which is wherever the run has come to. */
  wish(place) {
    return place === this.last ? null : this.updates[place];
  }

  place(wish) {
    return wish === null ? this.last : this.nearest(wish);
  }
}

/**
 * The moment that the reader wants to see, an update or null for the latest, on its way to the server: one message at
 * a time. What the reader did last counts until the server has answered it, or has not answered for a while.
 */
export class Wish {
  constructor({ send, settled }) {
    this.send = send;
    this.settled = settled;
    this.forget();
  }

  get pending() {
    return this.sent !== undefined;
  }

  ask(wish) {
    this.wanted = wish;
    if (!this.pending) this.deliver();
  }

  deliver() {
    this.sent = this.wanted;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.goOn(), PATIENCE);
    this.send(this.sent);
  }

  answered(wish) {
    if (this.pending && wish === this.sent) this.goOn();
  }

  goOn() {
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
  constructor({ root, onPlace, onLatest }) {
    this.range = element("input", { type: "range", class: "slider", id: "training-time", min: 0, step: 1, oninput: () => onPlace(Number(this.range.value)) });
    this.time = element("span", { class: "time" });
    this.latest = element("button", { type: "button", class: "latest", onclick: onLatest, title: "Show the latest update" }, "Latest");
    root.append(
      element("label", { for: "training-time" }, "Go back in training time"),
      this.range, this.time, this.latest);
  }

  draw({ stops, place, isLatest, total }) {
    const update = stops.updates[place];
    const last = grouped(Math.max(total, stops.updates.at(-1)));
    const text = `update ${grouped(update)} of ${last}`;
    setAll(this.range, { max: Math.max(stops.last, 1), "aria-valuetext": isLatest ? `${text}, the latest` : text });
    this.range.disabled = stops.last === 0;
    this.range.value = stops.last === 0 ? 1 : place;
    this.range.style.setProperty("--share", stops.last === 0 ? 1 : place / stops.last);
    if (this.text !== text) this.time.textContent = this.text = text;
    this.time.style.minWidth = `${11 + 2 * last.length}ch`; // more digits must not push the slider
    this.latest.setAttribute("aria-pressed", String(isLatest));
  }
}
