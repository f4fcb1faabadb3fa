import { unpack } from "./payload.js";
import { themedBox } from "./theme.js";

/** @import { Component, Hues, Message, Packed } from "../types.d.ts" */

/**
 * A component whose box is drawn anew with each message and each width.
 * @template {Message & { looks: Hues }} Received
 */
export class Redrawn {
  /**
   * @param {ShadowRoot} parent
   * @param {string} selector
   */
  constructor(parent, selector) {
    this.parent = parent;
    this.selector = selector;
    this.box = themedBox(parent, selector);
    /** @type {Received | null} */
    this.message = null;
    /** @type {number | null} */
    this.drawn = null; // the width
    this.watcher = new ResizeObserver(() => this.redraw());
    this.watcher.observe(this.box);
  }

  /** @param {Packed} data */
  receive(data) {
    /** @type {Received} */
    const message = unpack(data);
    if (message.revision === this.message?.revision) return;
    this.message = message;
    themedBox(this.parent, this.selector, message.looks);
    this.drawn = null;
    this.redraw();
  }

  redraw() {
    const width = Math.round(this.box.clientWidth);
    // While the page keeps the view hidden, there is nothing to lay out.
    if (!this.message || width <= 0 || width === this.drawn) return;
    this.drawn = width;
    this.draw(width, this.message);
  }

  /** @type {(width: number, message: Received) => void} */
  draw() {
    throw new Error("a view says how it is drawn");
  }

  close() {
    this.watcher.disconnect();
  }
}

/**
 * What Streamlit calls for a component: one view for each element that it mounts, as long as it is there.
 * @param {new (parent: ShadowRoot) => { receive(data: any, component: Component): void, close(): void }} View
 */
export function mounting(View) {
  /** @type {WeakMap<ShadowRoot, InstanceType<typeof View>>} */
  const views = new WeakMap();
  return (/** @type {Component} */ component) => {
    const { data, parentElement } = component;
    const view = views.get(parentElement) ?? new View(parentElement);
    views.set(parentElement, view);
    if (data) view.receive(data, component);
    return () => {
      // Streamlit also takes back a call that a later one has overtaken, of the same view.
      if (parentElement.host.isConnected) return;
      view.close();
      views.delete(parentElement);
    };
  };
}
