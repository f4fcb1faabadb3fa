import { element } from "../web/dom.js";

/** @import { CardsBlock, Chain, LinesBlock } from "../types.d.ts" */

/** e to a power, with up to one pair of brackets inside it; or a letter with the gate it belongs to. */
const SPECIAL = /e\^(?:\(((?:[^()]|\([^()]*\))*)\)|(z))|([aWUb])_([ifgo])/g;
const NO_BREAK = "\u00a0";

/**
 * A line of arithmetic: powers raised, gates lowered; it may break before + and −, never inside a product.
 * @param {string} text
 */
export function drawFormula(text) {
  const whole = (/** @type {string} */ part) => part.replaceAll(" × ", `${NO_BREAK}×${NO_BREAK}`)
    .replace(/ ([+−÷]) /g, ` $1${NO_BREAK}`);
  const drawn = [];
  let end = 0;
  for (const found of text.matchAll(SPECIAL)) {
    const [all, bracket, letter, name, gate] = found;
    drawn.push(whole(text.slice(end, found.index)));
    drawn.push(name ? element("span", { class: "named" }, name, element("sub", {}, gate))
      : element("span", { class: "named" }, "e", element("sup", {}, whole(bracket ?? letter))));
    end = found.index + all.length;
  }
  drawn.push(whole(text.slice(end)));
  return drawn.filter((part) => part !== "");
}

const hueOf = (/** @type {string | undefined} */ signal) => (signal ? `--hue: var(--hue-${signal})` : null);

/** @param {Chain} chain */
function chainRows({ symbol, signal, formula, parts, result }) {
  const lines = [...(formula ? [formula] : []), ...parts];
  const row = (/** @type {string} */ text, /** @type {boolean} */ first, /** @type {boolean} */ last) => [
    element("dt", { class: "symbol", style: hueOf(signal) }, first ? drawFormula(symbol) : ""),
    element("dd", { class: last ? "result" : null }, element("span", { class: "equals" }, "="), element("span", {}, drawFormula(text))),
  ];
  return [...lines, result].flatMap((text, place) => row(text, place === 0, place === lines.length));
}

/**
 * Cards with a number each, and the way to it from top to bottom.
 * @param {CardsBlock} block
 */
export function drawCards({ cards }) {
  return element("div", { class: "cards" }, cards.map(({ title, function: name, chains }) =>
    element("div", { class: "card" },
      element("h5", { style: hueOf(title.signal) },
        title.signal ? element("b", {}, title.signal) : null, title.signal ? ` ${title.text}` : title.text,
        name ? element("span", { class: "through" }, `through ${name}`) : null),
      element("dl", { class: "chain" }, chains.flatMap(chainRows)))));
}

/**
 * A line for each class: what it is, the arithmetic, what comes out.
 * @param {LinesBlock} block
 */
export function drawLines({ lines, total }) {
  return element("dl", { class: "lines" }, lines.map(({ symbol, formula, parts, result }, place) =>
    element("div", { class: total && place === lines.length - 1 ? "line sum" : "line" },
      element("dt", {}, symbol, element("span", { class: "formula" }, drawFormula(formula))),
      element("dd", { class: "way" }, parts.map((part) => element("span", {}, drawFormula(part)))),
      element("dd", { class: "result" }, "= ", result))));
}
