/*
 * What goes between Python and the views, and from view to view. Python is the source: the header of each
 * `payload.py`, and the dicts of the views that take JSON. tests/test_style.py compares messages with this.
 */

// ---- every view

/** What Streamlit calls a view with, each time that there is something new. */
export interface Component<Data = unknown> {
  data: Data;
  /** The shadow root of the view, with what stands in its component.html. */
  parentElement: ShadowRoot;
  key: string;
  name: string;
  setStateValue<Name extends keyof States>(name: Name, value: States[Name]): void;
  setTriggerValue<Name extends keyof Triggers>(name: Name, value: Triggers[Name]): void;
}

/** What a view lets Python know, and Python keeps. */
export interface States {
  /** What the reader of the curves asked for: an index of the moments, or null for the latest. */
  at: { moment: number | null; number: number };
  tab: BrowserTab;
  /** When the connection came back, in milliseconds. */
  back: number;
}

/** What a view lets Python know once. */
export interface Triggers {
  edit: WeightEdit;
  /** That the part of the page in which the view stands is to be drawn again. */
  due: true;
}

/** What explorer/web/payload.py packed. */
export type Packed = Uint8Array | ArrayBuffer;

/** What every packed message holds besides. */
export interface Message {
  revision: string;
  shapes: Record<string, number[]>;
  /** How many of the arrays, the last ones, are float32. */
  singles: number;
  /** A Float32Array, which is used alike, passes for one of these here. */
  arrays: Record<string, Float64Array>;
}

export type Mode = "light" | "dark";

/** A hue on a light and on a dark page. */
export type Hue = Record<Mode, string>;
export type Hues = Record<string, Hue>;

/** How a signal looks and is called: explorer.cell_styles.SignalStyle. */
export interface SignalStyle extends Hue {
  word: string;
  scale: "unit" | "state" | "signed" | "input" | "sum";
  reading: string;
  paper: string;
  about: string;
  symbol: string;
}

export type SignalStyles = Record<string, SignalStyle>;

/** How a kind of cell is drawn and told: explorer.cell_styles.CellStyle. */
export interface CellStyle {
  cell: string;
  signals: SignalStyles;
  order: string[];
  phases: [word: string, known: string[]][];
  sentence: string;
  drawing: "lstm" | "gru" | "rnn";
}

// ---- what the views of one group tell each other

/** One weight, as in the files: its parameter, its gate, and its indices in there. */
export interface Weight {
  name: string;
  gate: string;
  row: number;
  unit: number;
}

export interface Focus {
  signal: string;
  /** The block of weights that the signal is computed with. */
  gate: string | null;
  unit: number;
  t: number;
}

export interface GroupEvents {
  /** What is chosen. */
  focus: Focus;
  /** What is pointed at; null ends it. */
  point: { weight: Weight | null; from?: "cell" } | null;
  /** What is to be shown. */
  open: { signal: string; previous: boolean };
}

// ---- the cell view: explorer/views/cell_view/payload.py

export interface CellMessage extends Message {
  form: "whole" | "strips";
  group: string;
  scene: string;
  open: { t: number; unit: number; signal: string };
  size: { T: number; H: number; D: number };
  kind: "numbers" | "text" | "signal" | "example";
  encoding: "value" | "one-hot" | "id" | "embedding" | "layer";
  symbols: string[];
  inputs: string[];
  padded: boolean[];
  mask: boolean[];
  states: string[];
  style: CellStyle;
  equations: Record<string, Equation>;
  relations: Record<string, Relations>;
  /** From which phase of a step on, from 1, a value is known; that of the step before as "c₋". */
  known_from: Record<string, number>;
  bounds: Record<string, number>;
  readout: ReadoutWords | null;
}

/** What a signal is made of: explorer/views/cell_view/equations.py. */
export type Equation =
  | { kind: "affine"; activation: string; pre: string | null; terms: Term[]; tokens?: undefined }
  | { kind: "expression"; tokens: Token[]; activation?: undefined; pre?: undefined; terms?: undefined };

export interface Term {
  param: string | null;
  block: string | null;
  sources: string[];
  previous: boolean;
}

/** What a signal has to do with others: explorer/views/cell_view/relations.py. */
export interface Relations {
  block: string | null;
  function: string;
  is_held: boolean;
  products: string[] | null;
  used_in: string[];
  weighed_in: string[];
  next_use: string | null;
}

export type Token = string | { signal: string; previous: boolean };

/** How the layer after the cell is told. */
export interface ReadoutWords {
  words: string[];
  truths: string[];
  activation: "softmax" | "sigmoid" | "linear";
  every: boolean;
  wording: { question: string; answer: string; right: string; wrong: string };
  units: { level: number; scale: number; name: string } | null;
}

// ---- the weight editor: explorer/views/weight_editor/payload.py

export interface WeightsMessage extends Message {
  gates: string[];
  hidden: number;
  rows: WeightRow[];
  style: CellStyle;
  bound: number;
  limit: number;
  answered: number;
  group: string;
}

export interface WeightRow {
  name: string;
  row: number;
  label: string;
  /** What stands there instead in some of the gates. */
  labels: Record<string, string>;
}

export interface WeightEdit {
  edit: number;
  changes: (Weight & { value: number })[];
}

// ---- views that take JSON

/** explorer/views/about */
export interface AboutMessage {
  lines: { signal: string; equation: string; words: string }[];
  signals: Record<string, string>;
  style: CellStyle;
  group: string;
}

/** explorer/views/notice */
export interface NoticeMessage {
  messages: Notice[];
}

export interface Notice {
  headline: string;
  advice: string;
  tone: "error" | "note" | "empty" | "good" | "bad" | "live";
}

/** explorer/views/connection: nothing. */
export type ConnectionMessage = Record<string, never>;

/** explorer/views/refresh: how long the drawing stays, and when it was made. */
export interface RefreshMessage {
  seconds: number;
  drawn: number;
}

/** A tab by its name, and by that of the open one that it was duplicated from. */
export interface BrowserTab {
  name: string;
  copyOf: string | null;
}

/** explorer/views/browser_tab */
export interface BrowserTabMessage {
  known: boolean;
}

/** explorer/lessons/worked_example: stages, which are made of blocks. */
export interface WorkedExampleMessage {
  stages: Block[];
  looks: SignalStyles;
}

export type Block =
  StageBlock | GroupBlock | HeadingBlock | TextBlock | TableBlock | CardsBlock | LinesBlock | ChartBlock;

export interface StageBlock {
  kind: "stage";
  number?: number;
  title: string;
  blocks: Block[];
}

export interface GroupBlock {
  kind: "pair" | "columns" | "group";
  blocks: Block[];
}

export interface HeadingBlock {
  kind: "heading";
  text: string;
}

export interface TextBlock {
  kind: "text";
  text: string;
  note: boolean;
}

export interface TableBlock {
  kind: "table";
  head: string[];
  rows: TableCell[][];
  numbers: number[];
  caption: string;
  total: string;
  mark: number | null;
}

export type TableCell = string | { text?: string; signal?: string; bar?: number; class?: string };

export interface CardsBlock {
  kind: "cards";
  cards: Card[];
}

export interface LinesBlock {
  kind: "lines";
  lines: Chain[];
  total: boolean;
}

export interface Card {
  title: { text: string; signal?: string };
  function: string;
  chains: Chain[];
}

export interface Chain {
  symbol: string;
  signal: string;
  formula: string;
  parts: string[];
  result: string;
}

export interface ChartBlock {
  kind: "chart";
  curves: { name: string; losses: number[]; hue: string; dash: string }[];
  level: { name: string; value: number };
  about: string;
}

// ---- the curves of training runs: explorer/views/curves/payload.py

export interface CurvesMessage extends Message {
  scene: string;
  metric: { name: string; unit: string; better: "lower" | "higher"; isLoss: boolean };
  baseline: { name: string; lossName: string; value: number | null; loss: number | null };
  clip: number | null;
  measured: string;
  every: number | null;
  exact: { validation: number | null; metric: number | null } | null;
  at: number | null;
  answered: number;
  total: number;
  x: [first: number, last: number];
  runs: [first: CurvesRun, ...overlaid: OverlaidRun[]];
  rate: number | null;
  rates: [update: number, before: number, after: number][];
  clipped: number | null;
  looks: Record<"training" | "validation" | "baseline" | "clip", LineLook>;
  empty: string;
  wide: number;
  /** Of loss, gradient and, unless it is the loss, metric. */
  charts: Record<string, Extent>;
}

export interface CurvesRun {
  name: string;
  words: string;
  place: number;
  look: LineLook | null;
  n: number;
  updatesEach: number;
  measurementsEach: number;
}

export interface OverlaidRun extends CurvesRun {
  look: LineLook;
}

export interface LineLook extends Hue {
  dash: number[];
}

export interface Extent {
  low: number;
  high: number;
  positive: number | null;
  log: boolean;
  zero: boolean;
}

// ---- predictions: explorer/views/predictions/payload.py

export interface PredictionsMessage extends Message {
  see: string;
  picture: Picture | null;
  summary: string[];
  chances: Chances[];
  notes: string[];
  looks: Hues;
}

export interface Chances {
  about: string;
  rows: { name: string; share: number; right: boolean; text: string }[];
  others: string;
}

export type Picture =
  | ConfusionPicture | MistakesPicture | TextPicture | RowsPicture | CurvePicture | ScatterPicture | PairsPicture;

export interface ConfusionPicture {
  form: "confusion";
  labels: string[];
}

export interface MistakesPicture {
  form: "mistakes";
  rows: [said: string, truth: string, times: number][];
  others: number;
}

export interface TextPicture {
  form: "text";
  start: string;
  written: string;
  refused: string;
}

export interface RowsPicture {
  form: "rows";
  rows: Steps[];
  legend: [short: string, name: string][];
}

export interface CurvePicture {
  form: "curve";
  unit: string;
  first: number;
  split: number;
  count: number;
  decimals: number;
  chosen: number;
  range: [low: number, high: number];
  beyond: number;
}

export interface ScatterPicture {
  form: "scatter";
  chosen: number;
  range: [low: number, high: number];
  beyond: number;
}

export interface PairsPicture {
  form: "pairs";
  before: number;
  bound: number;
  beyond: number;
}

export interface Steps {
  name: string;
  before: number;
  inputs: string[];
  said: string[];
  truths: string[] | null;
  right: number;
  steps: number;
}

// ---- one sentence in two orders: explorer/views/word_order/payload.py

export interface WordOrderMessage extends Message {
  label: string;
  other: string | null;
  readings: OrderReading[];
  sentence: string;
  looks: Record<"network" | "bag" | "right", Hue>;
}

export interface OrderReading {
  words: string[];
  said: { by: string; label: string; share: string; right: boolean | null }[];
  truth: string | null;
  notes: string[];
}
