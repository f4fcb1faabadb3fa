import { element, svg } from "../web/dom.js";

const HEIGHT = 190;
const ROOM = { left: 38, right: 10, top: 10, bottom: 36 };
const STEP = 0.1;

/** The losses of the runs, epoch by epoch, and the line that a network has to get below. */
export function drawChart({ curves, level, about }, width) {
  const epochs = curves[0].losses.length - 1;
  const highest = Math.max(level.value, ...curves.flatMap((curve) => curve.losses));
  const top = Math.ceil(highest / STEP) * STEP;
  const x = (epoch) => ROOM.left + (epoch / epochs) * (width - ROOM.left - ROOM.right);
  const y = (loss) => HEIGHT - ROOM.bottom - (loss / top) * (HEIGHT - ROOM.top - ROOM.bottom);
  const every = top > 6 * STEP ? 2 * STEP * Math.ceil(top / (6 * STEP) / 2) : STEP;
  const levels = Array.from({ length: Math.floor(top / every + 1e-9) + 1 }, (_, place) => place * every);
  const across = Array.from({ length: 6 }, (_, place) => (place * epochs) / 5);
  const line = (losses) => losses.map((loss, epoch) => `${epoch ? "L" : "M"}${x(epoch).toFixed(1)} ${y(loss).toFixed(1)}`).join("");
  const picture = svg("svg", { width, height: HEIGHT, role: "img", "aria-label": about },
    levels.map((loss) => [
      svg("path", { class: "grid", d: `M${ROOM.left} ${y(loss)}H${width - ROOM.right}` }),
      svg("text", { x: ROOM.left - 6, y: y(loss) + 4, "text-anchor": "end" }, loss.toFixed(1)),
    ]).flat(),
    across.map((epoch) => svg("text", { x: x(epoch), y: HEIGHT - ROOM.bottom + 16, "text-anchor": epoch === epochs ? "end" : "middle" },
      String(Math.round(epoch)))),
    svg("text", { x: x(epochs / 2), y: HEIGHT - 4, "text-anchor": "middle" }, "epoch"),
    svg("path", { class: "level", d: `M${ROOM.left} ${y(level.value)}H${width - ROOM.right}` }),
    curves.map(({ losses, hue, dash }) => svg("path", {
      class: "curve", d: line(losses), style: `stroke: var(--hue-${hue})`, "stroke-dasharray": dash || null,
    })));
  const swatch = (attributes) => svg("svg", { width: 26, height: 10, "aria-hidden": "true" },
    svg("path", { d: "M0 5H26", ...attributes }));
  const keys = curves.map(({ name, hue, dash }) => element("span", { class: "key" },
    swatch({ class: "curve", style: `stroke: var(--hue-${hue})`, "stroke-dasharray": dash || null }), name));
  return element("figure", { class: "chart" },
    element("figcaption", {}, element("b", {}, "Loss"), keys,
      element("span", { class: "key" }, swatch({ class: "level" }), `${level.name}: ${level.value.toFixed(4)}`)),
    picture);
}
