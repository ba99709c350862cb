// A conversation: what was asked, what is being done about it, and what was answered.

import {html, useEffect, useRef, useState} from "../vendor/htm-preact.js";
import {happenings, send} from "./api.js";
import {Answer} from "./answer.js";
import {Composer} from "./composer.js";
import {follow, useRun} from "./follow.js";
import {Empty, Icon, Problem, Read} from "./parts.js";
import {Notes, Progress} from "./progress.js";
import {useReading} from "./reading.js";
import {go, link} from "./route.js";
import {language, t} from "./words.js";

const NEAR_END = 160;

/** @param {{me: object, route: import("./route.js").Route}} props */
export function Ask({me, route}) {
  const thread = route.id;
  const reading = useReading(thread ? `/threads/${thread}` : null);
  const [asked, setAsked] = useState([]);
  const [failure, setFailure] = useState(null);
  const known = reading.data?.requests ?? [];
  const turns = [...known, ...asked.filter((one) =>
    one.thread_id === thread && !known.some((other) => other.run_id === one.run_id))];
  const newest = turns.at(-1);
  const run = useRun(newest?.state === "running" ? newest.run_id : null);
  const busy = run?.phase === "running";
  useEffect(() => {
    if (!run || run.phase === "running") return;
    reading.again();
    happenings.dispatchEvent(new Event("conversations"));
  }, [run?.runId, run?.phase]);
  const ask = async (text) => {
    setFailure(null);
    try {
      const begun = await send("POST", "/runs", {text, ...(thread && {thread_id: thread})});
      setAsked((before) => [...before, {...begun, text, state: "running"}]);
      if (begun.thread_id !== thread) go(link("ask", begun.thread_id));
      happenings.dispatchEvent(new Event("conversations"));
      return true;
    } catch (problem) {
      setFailure(problem);
      return false;
    }
  };
  const shown = thread && !turns.length
    ? html`<${Read} reading=${reading}>${() => null}<//>`
    : turns.map((turn) => html`<${Turn} key=${turn.run_id} turn=${turn}
        live=${turn === newest && run} ask=${busy ? null : ask} />`);
  return html`<div class="conversation ${turns.length ? "" : "new"}">
    ${thread || turns.length ? html`<${Turns} follow=${`${newest?.run_id} ${run?.text.length} ${run?.seq}`}>${shown}<//>`
      : html`<${Welcome} me=${me} ask=${ask} />`}
    <div class="bottom">
      ${failure && html`<${Problem} failure=${failure} />`}
      <${Composer} key=${thread} thread=${thread} ask=${ask} me=${me}
        stop=${busy ? () => follow(run.runId).cancel() : null} stopping=${run?.stopping} />
    </div>
  </div>`;
}

/** Turns in their order; the newest stays in sight while it grows, if the reader was there. */
function Turns({follow: mark, children}) {
  const end = useRef(null);
  const near = useRef(true);
  useEffect(() => {
    const scrolled = () => {
      const page = document.scrollingElement;
      near.current = page.scrollHeight - page.scrollTop - innerHeight < NEAR_END;
    };
    addEventListener("scroll", scrolled, {passive: true});
    return () => removeEventListener("scroll", scrolled);
  }, []);
  useEffect(() => {
    if (near.current) end.current.scrollIntoView({block: "end"});
  }, [mark]);
  return html`<div class="turns">${children}<span ref=${end} class="end"></span></div>`;
}

/** One request with what came of it. */
function Turn({turn, live, ask}) {
  const state = live || null;
  const answer = turn.answer ?? state?.answer;
  const ended = turn.answer ? null : state?.phase ?? turn.state;
  return html`<article class="turn">
    <h2 class="question" dir="auto">${turn.text}</h2>
    ${!answer && (state?.phase === "running" || (!state && turn.state === "running")) && html`
      <${Progress} run=${state} />
      ${state?.text && html`<div class="answer draft"><div class="text" dir="auto">
        ${state.text.split("\n").map((line, place) => html`<p key=${place}>${line}</p>`)}</div></div>`}`}
    ${state?.lost && html`<p class="hint" role="status">${t("run.lost")}</p>`}
    ${answer && html`<${Answer} answer=${answer} runId=${turn.run_id} ask=${ask} />`}
    ${!answer && ended === "failed" && html`<${Failed} runId=${turn.run_id} error=${state?.error}
      again=${ask && (() => ask(turn.text))} />`}
    ${!answer && (ended === "cancelled" || ended === "interrupted") && html`
      <p class="stopped"><${Icon} name="stop" />${t("run.stopped")}
        ${ask && html`<button type="button" class="quiet" onClick=${() => ask(turn.text)}>${t("again")}</button>`}</p>
      ${state && html`<${Notes} notes=${state.notes} />`}`}
  </article>`;
}

/** Why there is no answer: as the run just told it, or as the request log keeps it. */
function Failed({runId, error, again}) {
  const kept = useReading(error ? null : `/runs/${runId}`).data?.error;
  return html`<${Problem} failure=${error ?? kept ?? {message: t("run.failed")}} again=${again} />`;
}

/** What stands where nothing was asked yet. */
function Welcome({me, ask}) {
  const questions = ["ask.example.1", "ask.example.2", "ask.example.3", "ask.example.4"];
  return html`<div class="welcome">
    <h1>${t("ask.title")}</h1>
    <${Empty} title=${t("ask.says")}>${t(me.model ? "ask.model" : "ask.rules")}<//>
    <ul class="examples" key=${language()}>${questions.map((key) => html`<li key=${key}>
      <button type="button" onClick=${() => ask(t(key))}><span dir="auto">${t(key)}</span></button></li>`)}</ul>
  </div>`;
}
