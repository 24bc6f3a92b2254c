/** Runs in the browser. Texts reach the page as text nodes only, so no id can become markup. */
export const script = `const byId = (id) => document.getElementById(id);
let chosen;
let clock = {};
async function ask(path, body) {
  const response = await fetch("/_emulator/" + path, body === undefined ? {} : {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const value = await response.json();
  if (!response.ok) throw new Error(value.communicationError.message);
  return value;
}
function rows(id, items, cells, empty) {
  const body = byId(id);
  if (items.length === 0) {
    const cell = document.createElement("td");
    cell.className = "empty"; cell.colSpan = 9; cell.textContent = empty;
    const row = document.createElement("tr"); row.append(cell);
    body.replaceChildren(row);
    return;
  }
  body.replaceChildren(...items.map((item) => {
    const row = document.createElement("tr");
    for (const value of cells(item)) {
      const cell = document.createElement("td");
      if (typeof value === "number") cell.className = value === 0 ? "number none" : "number";
      if (Array.isArray(value)) cell.append(...value.map(whole)); else if (value instanceof Node) cell.append(value); else cell.textContent = value;
      row.append(cell);
    }
    return row;
  }));
}
function queueButton(queue, current) {
  const button = document.createElement("button");
  button.type = "button"; button.textContent = queue.id; button.dataset.queue = queue.id;
  button.setAttribute("aria-current", String(queue.id === current));
  button.addEventListener("click", () => { chosen = queue.id; void refresh(); });
  return button;
}
/** A name in a list breaks between names, not inside one that fits. */
function whole(text, index, all) {
  const span = document.createElement("span");
  span.className = "whole"; span.textContent = index < all.length - 1 ? text + "," : text;
  return span;
}
const time = (text) => text === null ? "" : text.replace("T", " ").replace(/\\.\\d+Z$/, "");
/** Of today (the emulator's) the time is enough. */
const short = (text) => text?.slice(0, 10) === clock.now.slice(0, 10) ? time(text).slice(11) : time(text);
const few = (shown, count) => count > shown ? shown + " of " + count : count === 0 ? "" : String(count);
async function refresh() {
  try {
    const [state, view] = await Promise.all([ask("clock"),
      ask("overview" + (chosen === undefined ? "" : "?queue=" + encodeURIComponent(chosen)))]);
    clock = state;
    byId("now").textContent = time(state.now) + " UTC";
    byId("now").dateTime = state.now;
    byId("pace").textContent = state.frozen ? "frozen" : state.scale === 1 ? "" : state.scale + "× speed";
    byId("freeze").setAttribute("aria-pressed", String(state.frozen));
    byId("next").disabled = state.nextDue === undefined;
    const focused = document.activeElement?.dataset?.queue;
    byId("begin").hidden = view.queueCount + view.workers.length + view.events.length > 0;
    byId("queue-count").textContent = few(view.queues.length, view.queueCount);
    byId("worker-count").textContent = view.hasMoreWorkers ? "first " + view.workers.length : few(view.workers.length, view.workers.length);
    byId("queue").textContent = view.queueId === null ? "" : "in " + view.queueId + (view.waitingCount === 0 ? "" : ", " + few(view.waiting.length, view.waitingCount));
    rows("queues", view.queues, (q) => [queueButton(q, view.queueId), q.name ?? "", q.length], "No queues yet");
    rows("waiting", view.waiting, (j) => [j.id, j.priority, short(j.enqueuedAt), j.offers], "Nobody waits");
    rows("workers", view.workers, (w) => [w.id, w.state, Math.round(w.loadRatio * 100) / 100,
      w.offers.map((o) => o.jobId), w.assignedJobs.map((a) => a.jobId)], "No workers yet");
    rows("events", view.events, (e) => [e.sequence, short(e.at), e.name.replace(/^Router/, ""), e.subject], "Nothing has happened yet");
    if (focused !== undefined) document.querySelector('[data-queue="' + CSS.escape(focused) + '"]')?.focus();
    byId("problem").hidden = true;
  } catch (error) { problem(error); }
}
function problem(error) {
  byId("problem").hidden = false;
  byId("problem").textContent = error instanceof TypeError ? "The emulator does not answer." : error.message;
}
const turn = (change) => ask("clock", change).then(refresh, problem);
for (const button of document.querySelectorAll("[data-advance]")) {
  button.addEventListener("click", () => turn({ advance: Number(button.dataset.advance) }));
}
byId("freeze").addEventListener("click", () => turn({ frozen: clock.frozen !== true }));
byId("next").addEventListener("click", () => { if (clock.nextDue) void turn({ set: clock.nextDue }); });
void refresh();
setInterval(() => { if (!document.hidden) void refresh(); }, 1000);
`;
