import { element } from "../web/dom.js";
import { themedBox } from "../web/theme.js";

/** @import { Component, NoticeMessage } from "../types.d.ts" */

/** @type {Record<string, string | null>} */
const ROLES = { error: "alert", live: null };

/** @param {Component<NoticeMessage>} component */
export default function ({ data, parentElement }) {
  const box = themedBox(parentElement, ".notices");
  const text = JSON.stringify(data.messages);
  // Writing the same words again would make a screen reader say them again.
  if (box.dataset.text === text) return;
  box.dataset.text = text;
  box.replaceChildren(...data.messages.map(({ headline, advice, tone }) =>
    element("div", { class: `notice ${tone}`, role: tone in ROLES ? ROLES[tone] : "status" },
      element("p", { class: "headline" }, headline), advice ? element("p", {}, advice) : null)));
}
