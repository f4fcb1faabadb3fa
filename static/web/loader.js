/**
 * How the modules and style sheets of a view come into the page. The script that Streamlit sends imports this one
 * under the address of its version; all others have plain addresses, so that every view shares them.
 *
 * A browser takes what it has kept for fresh for a while, and would mix files of two versions. So it is noted
 * which files it has of which version, and all others are asked for anew.
 */
/**
 * @import { Component } from "../types.d.ts"
 * @typedef {{ version: string | null, files: string[] }} Note
 * @typedef {(path: string) => string} Address
 */

const NOTE = "lstm-explorer-files";
/** @type {Note} */
const NOTHING = { version: null, files: [] };

/** The version of the modules that this page runs: it can load each only once. */
const page = document.documentElement.dataset;

/**
 * The note, or null in a browser that has never been here.
 * @returns {Note | null}
 */
function noted() {
  try {
    const text = localStorage.getItem(NOTE);
    return text === null ? null : JSON.parse(text);
  } catch {
    return NOTHING; // without storage, or with somebody else's text in it, nothing is known
  }
}

/**
 * @param {string} version
 * @param {string[]} files
 */
function note(version, files) {
  const before = noted() ?? NOTHING;
  const same = before.version === version ? before.files : [];
  try {
    localStorage.setItem(NOTE, JSON.stringify({ version, files: [...new Set([...same, ...files])] }));
  } catch {
    // They are asked for anew next time.
  }
}

const isFirstVisit = noted() === null;

/**
 * Ask for what the browser may have kept from another version; what has not changed costs a line.
 * @param {string} version
 * @param {string[]} files
 * @param {Address} at
 */
async function renew(version, files, at) {
  if (isFirstVisit) return;
  const known = noted() ?? NOTHING;
  const old = known.version === version ? files.filter((file) => !known.files.includes(file)) : files;
  await Promise.all(old.map((file) => fetch(at(file), { cache: "no-cache" })));
}

/**
 * One style sheet for all views of a kind.
 * @type {Map<string, Promise<CSSStyleSheet>>}
 */
const sheets = new Map();

/** @param {string} address */
function sheetAt(address) {
  const sheet = sheets.get(address) ?? fetch(address).then(async (answer) => {
    if (!answer.ok) throw new Error(`${address} was answered with ${answer.status}`);
    return new CSSStyleSheet().replace(await answer.text());
  });
  sheets.set(address, sheet);
  return sheet;
}

/**
 * Load a view and return what Streamlit calls for it. `modules` are all that it needs, its own first: they are
 * asked for at once, instead of each when the module has been read that imports it.
 * @param {{ version: string, modules: string[], sheets: string[] }} view
 * @param {Address} at
 */
export async function loaded({ version, modules, sheets: names }, at) {
  page.lstmExplorer ??= version;
  if (page.lstmExplorer !== version) {
    location.reload();
    return () => {};
  }
  const files = [...modules, ...names];
  await renew(version, files, at);
  const loading = Promise.all(modules.map((module) => import(at(module))));
  const styles = await Promise.all(names.map((name) => sheetAt(at(name))));
  const [{ default: show }] = await loading;
  note(version, files);
  return (/** @type {Component} */ component) => {
    const root = component.parentElement;
    root.adoptedStyleSheets = [...new Set([...root.adoptedStyleSheets, ...styles])];
    return show(component);
  };
}
