import { element } from "../web/dom.js";
import { applyTheme, watchTheme } from "../web/theme.js";

const boxes = new WeakMap();

export default function ({ data, parentElement }) {
  let box = boxes.get(parentElement);
  if (!box) {
    box = parentElement.querySelector(".notices");
    boxes.set(parentElement, box);
    watchTheme(parentElement, (mode) => applyTheme(box, mode));
  }
  const text = JSON.stringify(data.messages);
  // Writing the same words again would make a screen reader say them again.
  if (box.dataset.text === text) return;
  box.dataset.text = text;
  box.replaceChildren(...data.messages.map(({ headline, advice, tone }) =>
    element("div", { class: `notice ${tone}`, role: tone === "error" ? "alert" : "status" },
      element("p", { class: "headline" }, headline), advice ? element("p", {}, advice) : null)));
}
