import { unpack } from "./payload.js";
import { lendable } from "./shelf.js";
import { themedBox } from "./theme.js";

/** A component whose box is drawn anew with each message and each width. What draws it is `draw(width)`. */
export class Redrawn {
  constructor(parent, selector) {
    this.parent = parent;
    this.selector = selector;
    this.box = themedBox(parent, selector);
    this.watcher = new ResizeObserver(() => this.redraw());
    this.watcher.observe(this.box);
  }

  receive(data) {
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
    this.draw(width);
  }

  close() {
    this.watcher.disconnect();
  }
}

/** What Streamlit calls for a component: one view for each element that it mounts, as long as it is there. */
export function mounting(View) {
  const views = new WeakMap();
  return lendable(({ data, parentElement }) => {
    let view = views.get(parentElement);
    if (!view) {
      view = new View(parentElement);
      views.set(parentElement, view);
    }
    if (data) view.receive(data);
    return () => {
      view.close();
      views.delete(parentElement);
    };
  });
}
