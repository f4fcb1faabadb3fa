import { groupOf } from "../web/bus.js";
import { element } from "../web/dom.js";
import { themedBox } from "../web/theme.js";

/**
 * @import { AboutMessage, Component } from "../types.d.ts"
 * @import { Group } from "../web/bus.js"
 */

/**
 * A symbol that shows its place in the diagram when it is clicked.
 * @param {string} text
 * @param {string} signal
 * @param {boolean} previous
 * @param {Group} group
 */
function link(text, signal, previous, group) {
  return element("button", {
    type: "button", style: `--hue: var(--hue-${signal})`, "aria-label": `Show ${text} in the diagram`,
    onclick: () => group.emit("open", { signal, previous }),
  }, text);
}

/**
 * An equation with every signal in it made a link.
 * @param {string} text
 * @param {Record<string, string>} signals
 * @param {Group} group
 */
function equation(text, signals, group) {
  return text.split(/([A-Za-z_]+₋?)/).map((part) => {
    const name = part.replace("₋", "");
    if (name in signals) return link(part, signals[name], part !== name, group);
    const [letter, ...below] = part.split("_");
    if (below[0] === "σ") return `${letter} σ`;
    return below.join("") ? [letter, element("sub", {}, below.join(" "))] : part;
  }).flat();
}

/**
 * What the marks of the equations mean: those that occur, in the order a reader meets them.
 * @type {[mark: RegExp, words: string][]}
 */
const MARKS = [
  [/₋/, "₋ marks a value of the timestep before"],
  [/(^|[^_])σ\(/, "σ squeezes to 0…1"],
  [/hard_σ\(/, "hard σ of v is v/6 + ½, cut to 0…1"],
  [/tanh\(/, "tanh squeezes to −1…1"],
  [/relu\(/, "relu turns what is negative into 0"],
  [/⊙/, "⊙ multiplies unit by unit"],
  [/ W_/, "W weighs the input"],
  [/ U_/, "U what the step before said"],
  [/P_/, "P a unit’s own memory"],
  [/ R_/, "R the gates of the step before"],
  [/b_[a-z](?!ec)/, "b is the bias"],
  [/b_rec/, "b rec a second bias, beside U"],
];

/** @param {Component<AboutMessage>} component */
export default function ({ data, parentElement }) {
  const written = data.lines.map((line) => line.equation).join("\n");
  const group = groupOf(data.group);
  const box = themedBox(parentElement, ".about", data.style.signals);
  box.replaceChildren(
    element("h3", {}, "The equations of this cell"),
    element("p", {}, `x is the input, ${MARKS.filter(([mark]) => mark.test(written)).map(([, words]) => words).join(", ")}. ` +
      "Click a symbol to see its place in the diagram."),
    element("dl", {}, data.lines.map(({ equation: text, words }) =>
      element("div", { class: "line" }, element("dt", {}, equation(text, data.signals, group)), element("dd", {}, words)))),
    element("h3", {}, "Keys"),
    element("p", {}, "In the picture: ← → step, Home and End go to the first and last timestep, Space plays, ↑ ↓ follow another unit, " +
      `1 to ${data.style.order.length} choose a signal, P goes through the phases of a step, Esc frees a pinned value.`));
}
