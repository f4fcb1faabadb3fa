/** Where the code of a component lies that was sent once, for places that are sent without it; see light.py. */
const shelf = (globalThis.lstmExplorerShelf ??= new Map());

function slot(name) {
  if (!shelf.has(name)) {
    let give;
    const given = new Promise((resolve) => { give = resolve; });
    shelf.set(name, { given, give });
  }
  return shelf.get(name);
}

/** Let what shows a component also show it elsewhere in the page, if that is what it is asked for. */
export function lendable(show) {
  return (component) => {
    const { data, parentElement } = component;
    const { lend, css } = data ?? {};
    if (!lend) return show(component);
    parentElement.querySelector(".lx")?.remove(); // nothing is to be seen, or found, where the code is
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    slot(lend).give({ show, sheet });
    return undefined;
  };
}

/** Show a component with the code that is lent under a name, as soon as it is there. */
export function borrowed(name) {
  return async (component) => {
    const { show, sheet } = await slot(name).given;
    const root = component.parentElement;
    if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    return show(component);
  };
}
