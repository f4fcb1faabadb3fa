import { element, setAll } from "../web/dom.js";
import { formatNumber } from "../web/format.js";

/** The dense layer and softmax after the cell: one card per word, the likeliest named. */
export class Readout {
  constructor({ root, onPick }) {
    this.root = root;
    this.onPick = onPick;
  }

  lay(model) {
    this.root.hidden = !model.readout;
    if (!model.readout) return;
    this.says = element("span", { class: "says" });
    this.cards = model.readout.words.map((word, index) => {
      const bar = element("span", { class: "bar" }, element("span", {}));
      const share = element("span", { class: "share" });
      const node = element("button", { type: "button", class: "card", onclick: () => this.onPick(index) },
        element("span", { class: "word" }, word), share, bar);
      return { node, bar: bar.firstChild, share };
    });
    this.root.replaceChildren(
      element("div", { class: "readout-head" },
        element("span", {}, element("b", { style: "color:var(--hue-h)" }, "h"), " → dense layer → softmax: which word comes next?"), this.says),
      element("div", { class: "cards", style: `--count:${this.cards.length}` }, this.cards.map((card) => card.node)));
  }

  draw({ model, t, digits }) {
    if (!model.readout) return;
    const { words, truth } = model.readout;
    const shares = words.map((_, index) => model.arrays.probabilities[t * words.length + index]);
    const best = shares.indexOf(Math.max(...shares));
    this.cards.forEach(({ node, bar, share }, index) => {
      share.textContent = formatNumber(shares[index], digits);
      setAll(bar, { style: `width:${Math.max(shares[index] * 100, 0.5)}%` });
      node.classList.toggle("best", index === best);
      node.setAttribute("aria-label", `${words[index]}: probability ${formatNumber(shares[index], 3)}. Show the formula.`);
    });
    const after = t === model.T - 1 ? "predicted next word" : `after t = ${t + 1} it would say`;
    const right = t === model.T - 1 && truth ? (truth === words[best] ? ", as in its training text" : `; its training text goes on with “${truth}”`) : "";
    this.says.replaceChildren(`${after}: `, element("b", {}, `“${words[best]}”`), right);
  }
}
