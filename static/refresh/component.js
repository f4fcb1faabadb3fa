/** @import { Component, RefreshMessage } from "../types.d.ts" */
import { mounting } from "../web/view.js";

const UNANSWERED = 5; // seconds after which it asks once more

/** Asks for the next drawing some time after the last one has arrived. */
class Refresh {
  /**
   * @param {RefreshMessage} message
   * @param {Component} component
   */
  receive({ seconds }, { setTriggerValue }) {
    clearTimeout(this.timer);
    const ask = () => {
      this.timer = setTimeout(ask, 1000 * UNANSWERED);
      setTriggerValue("due", true);
    };
    this.timer = setTimeout(ask, 1000 * seconds);
  }

  close() {
    clearTimeout(this.timer);
  }
}

export default mounting(Refresh);
