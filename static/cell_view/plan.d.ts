import type { Model } from "./model.js";

/*
 * A drawing is made from a plan: a plain description of what stands where in the picture of one cell. The plans
 * are in lstm.js, gru.js and rnn.js; here is what they can be made of.
 */

/** As in the equations: "c", and "c₋" for that of the step before. */
type Value = string;

/** The key of a signal, or "wire" for grey. */
type HueName = string;

type Point = number[];

export interface Plan {
  width: number;
  height: number;
  /** Whether only the followed unit is shown; else `rows` says how high a stack is. */
  single?: boolean;
  rows?: { stack: number };
  body: [x: number, y: number, width: number, height: number];
  stacks: StackPlan[];
  /** The stack of x. */
  input: InputPlan;
  /** A frame around an operator and its operand. */
  capsules?: OperatorPlan[];
  /** An operator alone. */
  operators?: OperatorPlan[];
  wires: WirePlan[];
  dots?: DotPlan[];
  beads?: BeadPlan[];
  gates: GatePlan[];
  bus: BusPlan;
  labels: LabelPlan[];
  /** The stacks whose units are numbered, and where the word "unit" stands. */
  units?: { values: Value[]; below: number };
}

export interface StackPlan {
  value: Value;
  x: number;
  y: number;
  width?: number;
  /** Shows what is left of 1. */
  rest?: boolean;
  /** Repeats a value that is shown elsewhere. */
  again?: boolean;
}

/** Which units to show, where there is no room for all. */
export type Shows = (valueOf: (unit: number) => number) => number[];

export interface InputPlan {
  x: number;
  y: number;
  width?: number;
  /** How many stand on top of each other. */
  fold?: number;
  shows?: Shows;
}

export interface OperatorPlan {
  operator: string;
  x: number;
  y: number;
  hue: HueName;
}

/**
 * A line for each unit of a stack (`lane` with `x`, or `merge` with `path`), or a single line (`d` or `points`). `when`
 * is the value that it waits for, `from` the one that it carries.
 */
export interface WirePlan {
  lane?: Value;
  merge?: Value;
  /** Which of the stacks of the value, from 0. */
  nth?: number;
  x?: [from: number, to: number];
  path?: (y: number) => string;
  d?: string;
  points?: Point[];
  hue: HueName;
  when?: Value;
  from?: Value;
  head?: boolean;
  dashed?: boolean;
  width?: number;
  size?: number;
}

export type DotPlan = [x: number, y: number, hue: HueName];

/** A function on a wire. */
export interface BeadPlan {
  text: string;
  x: number;
  y: number;
  width?: number;
  height?: number;
  hue: HueName;
}

export interface GatePlan {
  signal: string;
  x: number;
  y: number;
  width: number;
  height: number;
  stacked?: boolean;
  /** Where its function stands. */
  bead?: number;
  words?: string;
}

/** From the bus up to a gate. */
export type Tap = [x: number, top: number, gate: string];

export interface BusPlan {
  y: number;
  start: number;
  joint: [x: number, y: number];
  taps: Tap[];
  arrows?: boolean;
  /** Where the way of a light from x and from h begins. */
  light?: Record<string, string>;
}

export interface LabelPlan {
  x: number;
  y: number;
  symbol?: string;
  words?: string;
  hue?: HueName;
  anchor?: string;
  size?: number;
  /** What changes from step to step. */
  tells?: "before" | "shortBefore" | "next" | "nextAndReader" | Tells;
}

export type Tells = (moment: { t: number; unit: number; model: Model; number: (signal: string) => string }) => string;
