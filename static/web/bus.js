/** @import { GroupEvents } from "../types.d.ts" */

/**
 * How the views of one group tell each other where the reader points, without the server. The messages of a view
 * name its group.
 */
export class Group {
  constructor() {
    /** @type {Map<(detail: any) => void, keyof GroupEvents>} */
    this.listeners = new Map();
    /** @type {GroupEvents["focus"] | null} */
    this.focus = null; // the last one, for whoever is mounted later
  }

  /**
   * @template {keyof GroupEvents} Kind
   * @param {Kind} kind
   * @param {GroupEvents[Kind]} detail
   */
  emit(kind, detail) {
    if (kind === "focus") this.focus = /** @type {GroupEvents["focus"]} */ (detail);
    for (const [listener, wanted] of this.listeners) if (wanted === kind) listener(detail);
  }

  /**
   * Listen until the returned function is called.
   * @template {keyof GroupEvents} Kind
   * @param {Kind} kind
   * @param {(detail: GroupEvents[Kind]) => void} listener
   */
  on(kind, listener) {
    this.listeners.set(listener, kind);
    if (kind === "focus" && this.focus) listener(/** @type {GroupEvents[Kind]} */ (this.focus));
    return () => this.listeners.delete(listener);
  }
}

/** @type {Map<string, Group>} */
const groups = new Map();

/** @param {string} name */
export function groupOf(name) {
  const group = groups.get(name) ?? new Group();
  groups.set(name, group);
  return group;
}
