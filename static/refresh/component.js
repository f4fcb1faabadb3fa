/** @import { Component, RefreshMessage } from "../types.d.ts" */
import { mounting } from "../web/view.js";

const BREATH = 30; // milliseconds between a drawing and the question for the next one
const UNANSWERED = 5_000; // milliseconds after which it asks once more

/** Asks for drawings in a rhythm, and for none before the last one has arrived. */
class Refresh {
  /**
   * @param {RefreshMessage} message
   * @param {Component} component
   */
  receive({ seconds }, { setTriggerValue }) {
    clearTimeout(this.timer);
    const now = performance.now();
    const ask = () => {
      this.asked = performance.now();
      this.timer = setTimeout(ask, UNANSWERED);
      setTriggerValue("due", true);
    };
    this.timer = setTimeout(ask, Math.max(BREATH, (this.asked ?? now) + 1000 * seconds - now));
  }

  close() {
    clearTimeout(this.timer);
  }
}

export default mounting(Refresh);
