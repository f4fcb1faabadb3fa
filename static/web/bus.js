/**
 * How the components of one page tell each other where the reader points, without the server.
 * An event is {signal, unit, t} for what is chosen (`focus`), or {weight} / {signal} for what is
 * pointed at (`point`; null ends it). The last focus is kept for whoever is mounted later.
 */
const PREFIX = "lstm-explorer:";

export function tell(kind, detail) {
  if (kind === "focus") globalThis.lstmExplorerFocus = detail;
  document.dispatchEvent(new CustomEvent(PREFIX + kind, { detail }));
}

/** Listen until the returned function is called. */
export function hear(kind, listener) {
  const handler = (event) => listener(event.detail);
  document.addEventListener(PREFIX + kind, handler);
  if (kind === "focus" && globalThis.lstmExplorerFocus) listener(globalThis.lstmExplorerFocus);
  return () => document.removeEventListener(PREFIX + kind, handler);
}
