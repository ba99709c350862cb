// What a run is doing: who looks into what, which tools they ask, how long that takes.

import {html, useEffect, useState} from "../vendor/htm-preact.js";
import {Citation, Icon} from "./parts.js";
import {since} from "./run_state.js";
import {plain, seconds, t, term} from "./words.js";

const TICK_MS = 500;

/** @param {{run: import("./run_state.js").RunState|null}} props */
export function Progress({run}) {
  const now = useClock();
  const spent = run?.beganAt ? since(run, run.beganAt, now) : 0;
  const at = run?.tasks.find((one) => one.state === "started");
  const said = !run || !run.tasks.length ? t("run.reading")
    : run.text ? t("run.writing")
      : at ? t("run.at", {agent: term("agent", at.agent)}) : t("run.joining");
  return html`<section class="progress">
    <p class="now"><span class="spinner" aria-hidden="true"></span>
      <span role="status" aria-live="polite">${run?.stopping ? t("ask.stopping") : said}</span>
      <span class="time" aria-hidden="true">${seconds(Math.floor(spent))}</span></p>
    ${run && html`<${Tasks} tasks=${run.tasks} spent=${(at) => since(run, at, now)} /><${Notes} notes=${run.notes} />`}
  </section>`;
}

/** Each specialist's task with its looks. */
export const Tasks = ({tasks, spent}) => html`
  <ol class="tasks">${tasks.map((task) => html`<li key=${task.id} class=${task.state}>
    <p class="task"><${Icon} name=${{done: "check", started: "again", waits: "clock"}[task.state]} />
      <strong>${term("agent", task.agent)}</strong> <span dir="auto">${task.goal}</span></p>
    ${task.looks.length > 0 && html`<ul class="looks">${task.looks.map((look, place) => html`
      <${Look} key=${place} look=${look} spent=${spent} />`)}</ul>`}
  </li>`)}</ol>`;

function Look({look, spent}) {
  const running = look.seconds === null && spent !== undefined;
  return html`<li class=${running ? "running" : look.error ? "bad" : "good"}>
    <span class="tool" translate=${false}><bdi>${plain(look.tool)}</bdi></span>
    <span class="found" dir="auto">${look.error || look.summary || (running ? t("run.asking") : "")}</span>
    ${look.evidence && html`<${Citation} id=${look.evidence} />`}
    <span class="time">${running ? seconds(Math.floor(spent(look.at))) : look.seconds !== null && seconds(look.seconds)}</span>
  </li>`;
}

/** Warnings of a run. @param {{notes: string[]}} props */
export const Notes = ({notes}) => notes.length > 0 && html`
  <ul class="notes">${notes.map((note, place) => html`<li key=${place} dir="auto"><${Icon} name="warn" />${note}</li>`)}</ul>`;

/** The clock of this page, as often as figures on it change. */
function useClock() {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
