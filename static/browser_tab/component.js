/** @import { Component, BrowserTabMessage } from "../types.d.ts" */

const PLACE = "lstm-explorer-tab";

/** A name for this tab that a reload does not change, and nobody else can guess. */
function nameOfTab() {
  let name = sessionStorage.getItem(PLACE);
  if (!name) {
    name = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    sessionStorage.setItem(PLACE, name);
  }
  return name;
}

/** @param {Component<BrowserTabMessage>} component */
export default function ({ data, setStateValue }) {
  if (data.known) return;
  try {
    setStateValue("tab", nameOfTab());
  } catch (error) {
    // Without storage a reload begins anew, as it does everywhere else.
    if (!(error instanceof DOMException)) throw error;
  }
}
