/** @import { BrowserTab, BrowserTabMessage, Component } from "../types.d.ts" */

const PLACE = "lstm-explorer-tab";

/**
 * Hold a name for as long as this page is open; false if another page holds it.
 * @param {string} name
 * @returns {Promise<boolean>}
 */
function hold(name) {
  // Only a page from a safe address, or from this machine, has locks. Others cannot tell a copy from a reload.
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((done) => {
    navigator.locks.request(`${PLACE}-${name}`, { ifAvailable: true }, (lock) => {
      done(lock !== null);
      return lock && new Promise(() => {});
    });
  });
}

/**
 * The name of this tab, which a reload does not change and nobody else can guess. The copy of a tab has the same
 * memory: it takes another name.
 * @returns {Promise<BrowserTab | null>}
 */
async function findTab() {
  try {
    const known = sessionStorage.getItem(PLACE);
    if (known && (await hold(known))) return { name: known, copyOf: null };
    const name = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    sessionStorage.setItem(PLACE, name);
    await hold(name);
    return { name, copyOf: known };
  } catch (error) {
    // Without storage a reload begins anew, as it does everywhere else.
    if (!(error instanceof DOMException)) throw error;
    return null;
  }
}

const finding = findTab(); // once: who asks again would find the name held, by itself

/** @param {Component<BrowserTabMessage>} component */
export default async function ({ data, setStateValue }) {
  if (data.known) return;
  const tab = await finding;
  if (tab) setStateValue("tab", tab);
}
