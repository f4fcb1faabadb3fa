/** Views as Streamlit mounts them: markup in a tree of its own, one call for each message, a clean-up at the end. */
const views = new Map();
const answers = new Set(); // those that are awaited
let sent = 0;

const read = ({ bytes, json }) => (bytes === undefined ? json : Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0)));

export async function mount(key, name, [html, js], data) {
  const host = document.createElement("div");
  const parentElement = host.attachShadow({ mode: "open" });
  const box = document.createElement("div");
  box.innerHTML = html;
  parentElement.append(box);
  document.querySelector("main").append(host);
  await document.fonts.load("16px Source Sans");
  const { default: show } = await import(URL.createObjectURL(new Blob([js], { type: "text/javascript" })));
  const sending = (kind) => (part, value) => send({ key, kind, part, value });
  const component = { key, name, parentElement, setStateValue: sending("state"), setTriggerValue: sending("trigger") };
  views.set(key, { host, component, show });
  update(key, data);
}

/** As in Streamlit, a call that a later one has overtaken is taken back, before or after that. */
export function update(key, data, overtaken = "") {
  const view = views.get(key);
  const show = () => view.show({ ...view.component, data: read(data) });
  const first = overtaken && show();
  if (overtaken === "before") first();
  view.cleanUp = show();
  if (overtaken === "after") first();
}

export function unmountAll() {
  for (const { host, cleanUp } of views.values()) {
    host.remove(); // as in Streamlit, this comes first
    cleanUp?.();
  }
  views.clear();
  sent = 0;
}

/** Tell the test, and draw what it answers: {key: data}. */
function send(message) {
  sent += 1;
  const answer = window.tellTest(message).then((drawn) => {
    for (const [key, data] of Object.entries(drawn)) update(key, data);
  }).finally(() => answers.delete(answer));
  answers.add(answer);
}

/** Wait until all that was sent is answered, and painted. */
export async function settle() {
  while (answers.size) await Promise.all(answers);
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}

export async function waitForSent(count) {
  const end = performance.now() + 10_000;
  while (sent < count) {
    if (performance.now() > end) throw new Error(`${sent} messages were sent, not ${count}`);
    await new Promise(requestAnimationFrame);
  }
}
