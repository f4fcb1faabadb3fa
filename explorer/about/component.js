import { tell } from "../web/bus.js";
import { element } from "../web/dom.js";
import { themedBox } from "../web/theme.js";

/** A symbol that shows its place in the diagram when it is clicked. */
function link(text, signal, previous) {
  return element("button", {
    type: "button", style: `--hue: var(--hue-${signal})`, "aria-label": `Show ${text} in the diagram`,
    onclick: () => tell("open", { signal, previous }),
  }, text);
}

/** An equation with every signal in it made a link. */
function equation(text, signals) {
  return text.split(/([A-Za-z_]+₋?)/).map((part) => {
    const name = part.replace("₋", "");
    if (name in signals) return link(part, signals[name], part !== name);
    const [letter, ...below] = part.split("_");
    return below.join("") ? [letter, element("sub", {}, below.join(" "))] : part;
  }).flat();
}

export default function ({ data, parentElement }) {
  const box = themedBox(parentElement, ".about", data.face.looks);
  box.replaceChildren(
    element("h3", {}, "The equations of this cell"),
    element("p", {}, "x is the input, ₋ marks a value of the timestep before, σ squeezes to 0…1, tanh to −1…1, ⊙ multiplies unit by unit. " +
      "W weighs the input, U the previous output, b is the bias. Click a symbol to see its place in the diagram."),
    element("dl", {}, data.lines.map(({ equation: text, words }) =>
      element("div", { class: "line" }, element("dt", {}, equation(text, data.signals)), element("dd", {}, words)))),
    element("h3", {}, "Keys"),
    element("p", {}, "In the picture: ← → step, Home and End go to the first and last timestep, Space plays, ↑ ↓ follow another unit, " +
      `1 to ${data.face.order.length} choose a signal, P goes through the phases of a step, Esc frees a pinned value.`));
}
