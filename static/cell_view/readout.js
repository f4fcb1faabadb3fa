import { element, setAll } from "../web/dom.js";
import { formatNumber } from "../web/format.js";

/**
 * @import { ReadoutWords } from "../types.d.ts"
 * @import { Digits } from "../web/format.js"
 * @import { Model } from "./model.js"
 * @typedef {ReturnType<Readout["makeCard"]>} Card
 */

/** With more outputs than this only the largest are shown, and the right one. */
const MOST_CARDS = 8;
/** Cards beside one another where names are longer than a letter or two. */
const WORDS_IN_A_ROW = 5;
const ACTIVATIONS = { softmax: " → softmax", sigmoid: " → σ", linear: "" };

/** The layer after the cell: a card for each output, the largest named. */
export class Readout {
  /** @param {{ root: HTMLElement, onPick: (index: number) => void }} options */
  constructor({ root, onPick }) {
    this.root = root;
    this.onPick = onPick;
    this.says = element("span", { class: "says" });
    /** @type {Card[]} */
    this.cards = [];
  }

  /** @param {Model} model */
  lay(model) {
    this.root.hidden = !model.readout;
    if (!model.readout) return;
    const { words, truths, activation, wording } = model.readout;
    const few = words.length <= MOST_CARDS;
    const more = !few && truths.some((truth) => words.includes(truth));
    this.cards = Array.from({ length: few ? words.length : MOST_CARDS + Number(more) }, () => this.makeCard(activation));
    const longest = Math.max(...words.map((word) => [...word].length));
    const count = few || longest < 3 ? this.cards.length : WORDS_IN_A_ROW;
    this.root.replaceChildren(
      element("div", { class: "readout-head" },
        element("span", {}, element("b", { style: "color:var(--hue-h)" }, "h"),
          ` → dense layer${ACTIVATIONS[activation]}: ${wording.question}`), this.says),
      element("div", { class: few ? "cards" : "cards many", style: `--count:${count}` }, this.cards.map((card) => card.node)));
  }

  /** @param {ReadoutWords["activation"]} activation */
  makeCard(activation) {
    const word = element("span", { class: "word" });
    const share = element("span", { class: "share" });
    const bar = element("span");
    const node = element("button", { type: "button", class: "card", onclick: () => this.onPick(card.index) },
      word, share, activation === "linear" ? null : element("span", { class: "bar" }, bar));
    const card = { node, word, share, bar, index: 0 };
    return card;
  }

  /** @param {{ model: Model, t: number, digits: Digits }} moment */
  draw({ model, t, digits }) {
    if (!model.readout) return;
    const { words, truths, activation, wording, every } = model.readout;
    const values = model.readoutAt(t);
    const best = values.indexOf(Math.max(...values));
    const right = words.indexOf(truths[t]);
    this.choose(values, right).forEach((index, place) => {
      const card = this.cards[place];
      card.index = index;
      card.word.textContent = model.answerName(index);
      card.share.textContent = formatNumber(values[index], digits);
      setAll(card.bar, { style: `width:${Math.max(values[index] * 100, 0.5)}%` });
      card.node.classList.toggle("best", words.length > 1 && index === best);
      card.node.classList.toggle("truth", words.length > MOST_CARDS && index === right);
      const what = activation === "linear" ? "" : "probability ";
      card.node.setAttribute("aria-label", `${model.answerName(index)}: ${what}${formatNumber(values[index], 3)}. Show the formula.`);
    });
    const last = t === model.T - 1;
    const says = every ? "says" : "would say";
    const answer = activation === "linear" ? formatNumber(values[best], digits) : `“${words[best]}”`;
    this.says.replaceChildren(`${last && !every ? wording.answer : `after t = ${t + 1} it ${says}`}: `,
      element("b", {}, answer), this.verdict(truths[t], activation, words[best], wording));
  }

  /**
   * Which outputs are shown: all, or the largest, and behind them the right one if it is not among them.
   * @param {Float64Array} values
   * @param {number} right
   */
  choose(values, right) {
    const all = [...values.keys()];
    if (values.length <= MOST_CARDS) return all;
    const largest = all.sort((a, b) => values[b] - values[a]).slice(0, this.cards.length);
    if (right >= 0 && !largest.includes(right)) largest[largest.length - 1] = right;
    return largest;
  }

  /**
   * @param {string} truth
   * @param {ReadoutWords["activation"]} activation
   * @param {string} said
   * @param {ReadoutWords["wording"]} wording
   */
  verdict(truth, activation, said, { right, wrong }) {
    if (!truth) return "";
    if (activation === "linear") return wrong.replace("{}", () => truth);
    return truth === said ? right : wrong.replace("{}", () => `“${truth}”`);
  }
}
