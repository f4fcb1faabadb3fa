/** @import { Component } from "../types.d.ts" */
import { mounting } from "../web/view.js";

const STATE = "data-test-connection-state";

/** Tells the server when the connection is back: it may be another one, which knows nothing of this page. */
class Connection {
  constructor() {
    const app = document.querySelector(`[${STATE}]`);
    let isLost = false;
    this.watcher = new MutationObserver(() => {
      const isThere = app?.getAttribute(STATE) === "CONNECTED";
      if (isThere && isLost) this.setStateValue?.("back", Date.now());
      isLost = !isThere;
    });
    if (app) this.watcher.observe(app, { attributeFilter: [STATE] });
  }

  /**
   * @param {object} _
   * @param {Component} component
   */
  receive(_, { setStateValue }) {
    this.setStateValue = setStateValue;
  }

  close() {
    this.watcher.disconnect();
  }
}

export default mounting(Connection);
