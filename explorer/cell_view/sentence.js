import { formatNumber } from "../web/format.js";

const say = (value) => formatNumber(value, 3);

/** The current step in words, for those who cannot see the picture. */
export function sentence(model, t, unit) {
  const symbol = model.kind === "text" ? ` ${model.symbolText(t)}` : model.D === 1 ? ` ${say(model.value({ signal: "x", unit: 0, t }))}` : "";
  const start = `Timestep ${t + 1} of ${model.T}${symbol ? `, input${symbol}` : ""}. Unit ${unit + 1}: `;
  const at = (signal, step = t) => say(model.value({ signal, unit, t: step }));
  if (!model.mask[t]) return `${start}padding, skipped; memory stays ${at("c")}, output stays ${at("h")}.`;
  const squash = model.outputSymbol() ? `${model.outputSymbol()} ${at("c_out")}` : at("c_out");
  return `${start}keep ${at("f")} × memory ${at("c", t - 1)} + write ${at("i")} × candidate ${at("g")} ` +
    `gives memory ${at("c")}; show ${at("o")} × ${squash} gives output ${at("h")}.`;
}
