import type { CurvesMessage, Extent, LineLook } from "../types.d.ts";
import type { Chart } from "./chart.js";

/* What the view makes of a message, for its charts to draw. */

export type Pen = CanvasRenderingContext2D;

export interface ChartOptions {
  name: string;
  onPoint: (update: number | null) => void;
  onPick: (update: number) => void;
  onLog: (name: string) => void;
}

export type LookName = keyof CurvesMessage["looks"];

/** Numbers at each point: of updates their mean, the lowest and the highest; of an overlaid gradient only the mean. */
export interface Rows {
  mean: Float64Array;
  low: Float64Array;
  high: Float64Array;
}

export interface Series extends Rows {
  x: Float64Array;
  look: LineLook;
  width: number;
  isBand?: boolean;
  /** Whether a dot stands at its end. */
  tip?: boolean;
}

/** A horizontal line: what stands beside it, in short where there is no room, and in the legend. */
export interface Level {
  key: LookName;
  value: number;
  name: string;
  short: string;
  legend: string;
  words: string;
  look: LineLook;
}

/** Below the plot; drawn around a middle. */
export interface Strip {
  name: string;
  draw: ((chart: Chart, pen: Pen, middle: number) => void) | null;
}

export interface Content {
  series: Series[];
  levels: Level[];
  labelsBelow?: boolean;
  strips: Strip[];
  emptyText?: string | null;
}

export interface Scene extends Content {
  span: number[];
  extent: Pick<Extent, "low" | "high" | "positive">;
  log: boolean;
  /** Why it is logarithmic, unless the reader made it so. */
  reason: string;
}

/** A number of the moment; without a key there is no swatch. */
export interface Item {
  key: LookName | null;
  name: string;
  text: string;
  after?: string;
}

export interface LegendItem {
  swatches: [key: string, look: LineLook][];
  text: string;
  title?: string;
}
