// One case from its first sign to the proof: steps, causes, actions, effect, proposals.

import {html, useState} from "../vendor/htm-preact.js";
import {Ledger} from "./answer.js";
import {send} from "./api.js";
import {Candidates} from "./candidates.js";
import {Condition} from "./condition.js";
import {Due, Regions} from "./cases.js";
import {Citations, Icon, Name, Pill, Problem, Read, Severity} from "./parts.js";
import {useReading} from "./reading.js";
import {link} from "./route.js";
import {Fields, isEmpty} from "./values.js";
import {ago, capital, day, moment, number, plain, symptom, t, term} from "./words.js";

const STEP_SIGNS = {done: "check", open: "ring", not_applicable: "dash"};
const CAUSE_TONES = {supported: "good", refuted: "bad", untested: "open"};
const CHECK_TONES = {effective: "good", not_effective: "bad"};

/** @param {{id: string, me: object}} props */
export function CaseView({id, me}) {
  const reading = useReading(`/cases/${id}`);
  return html`<p class="back"><a href=${link("cases")}>${t("nav.cases")}</a></p>
    <${Read} reading=${reading} lines=${10}>${(file) => html`
      <${Head} file=${file} me=${me} again=${reading.again} />
      <div class="columns">
        <div><${Causes} causes=${file.causes} /><${Steps} file=${file} /></div>
        <div class="beside"><${Actions} actions=${file.actions} /><${Proposals} of=${file.proposals} />
          <${Checks} checks=${file.checks} /><${Evidence} of=${file.evidence} /><${Signs} signs=${file.signs} /></div>
      </div>`}<//>`;
}

function Head({file, me, again}) {
  const {case: one} = file;
  const [failure, setFailure] = useState(null);
  const take = async () => {
    setFailure(null);
    try {
      await send("POST", `/cases/${one.id}/owner`, {owner: me.id});
      await again();
    } catch (problem) {
      setFailure(problem);
    }
  };
  const ended = one.state === "closed" || one.state === "dismissed";
  return html`<header class="head case-head">
    <div><h1><${Severity} of=${one.severity} /> ${capital(symptom(one.symptom))} <${Name}>${one.id}<//></h1>
      <p><${Pill} tone=${one.state === "closed" ? "good" : "open"}>${t(`case.${one.state}`)}<//>
        <${Condition} of=${one.where} /></p>
      <p class="hint"><${Regions} of=${one.regions} /> · ${t("case.aware", {day: day(one.aware_at)})} (${ago(one.aware_at, new Date())})
        · ${t("case.owner")} ${one.owner ? html`<${Name}>${one.owner}<//>` : html`<i>${t("case.nobody")}</i>`}
        ${one.follows && html` · ${t("case.follows")} <a href=${link("cases", one.follows)}><${Name}>${one.follows}<//></a>`}</p></div>
    <div class="actions">
      ${!ended && one.owner !== me.id && html`<button type="button" onClick=${take}>${t("case.take")}</button>`}
      <a class="button" target="_blank" rel="noopener" href=${`/cases/${one.id}/report.html`}>${t("case.report")}</a>
    </div>
    ${failure && html`<${Problem} failure=${failure} />`}
  </header>`;
}

const Causes = ({causes}) => causes.length > 0 && html`
  <section class="card"><h2>${t("case.causes")}</h2>
    ${causes.map((one) => html`<article key=${one.kind + one.at} class="cause">
      <h3>${t(`cause.${one.kind}`)} <${Pill} tone=${CAUSE_TONES[one.status]}>${term("hypothesis_status", one.status)}<//></h3>
      <p dir="auto">${one.statement}</p>
      ${one.condition && html`<p><${Condition} of=${one.condition} /></p>`}
      <p><${Citations} ids=${one.evidence} /></p></article>`)}</section>`;

function Steps({file}) {
  const firstOpen = file.steps.find((one) => one.state === "open")?.step;
  return html`<section class="card"><h2>${t("case.steps")}</h2>
    <ol class="steps">${file.steps.map((one) => html`<li key=${one.step} class=${one.state}>
      <details open=${one.step === firstOpen && !isEmpty(one.content)}>
        <summary><${Icon} name=${STEP_SIGNS[one.state]} /><bdi>${one.step}</bdi>
          <span>${t(`step.${one.step}`)}</span> <small>${t(`step.${one.state}`)}</small></summary>
        ${isEmpty(one.content) ? html`<p class="hint">${t("step.nothing")}</p>` : html`<${Content} of=${one.content} />`}
        ${one.evidence.length > 0 && html`<p><${Citations} ids=${one.evidence} /></p>`}
        <p class="hint"><${Name}>${one.by}<//> · <${Name}>${moment(one.at)}<//></p>
      </details></li>`)}</ol></section>`;
}

/** What a step knows: sentences first, then what was weighed, then the rest by name. */
function Content({of: {candidates = [], hypotheses = [], ...of}}) {
  const sentences = Object.entries(of).filter(([, value]) =>
    Array.isArray(value) && value.length && value.every((one) => typeof one === "string" && one.includes(" ")));
  return html`${sentences.map(([name, lines]) => html`<div key=${name}><h4><bdi>${plain(name)}</bdi></h4>
      <ul class="plain">${lines.map((line) => html`<li key=${line} dir="auto">${line}</li>`)}</ul></div>`)}
    <${Fields} of=${of} skip=${sentences.map(([name]) => name)} />
    ${candidates.length > 0 && html`<${Candidates} causes=${candidates} />`}
    ${hypotheses.length > 0 && html`<${Ledger} hypotheses=${hypotheses} />`}`;
}

function Actions({actions}) {
  const today = new Date();
  return html`<section class="card"><h2>${t("case.actions")}</h2>
    ${!actions.length && html`<p class="hint">${t("case.actions.none")}</p>`}
    <ul class="todo">${actions.map((one) => html`<li key=${one.id} class=${one.state}>
      <p><bdi>${one.step}</bdi> <strong>${t(`action.${one.kind}`)}</strong> <span dir="auto">${one.text}</span></p>
      <p class="hint"><${Name}>${one.owner}<//> ${one.state === "open" ? html`<${Due} on=${one.due_on} today=${today} />`
        : html`<${Pill} tone="good">${t(`action.${one.state}`)}<//> <bdi>${day(one.done_at)}</bdi> <span dir="auto">${one.result}</span>`}</p>
    </li>`)}</ul></section>`;
}

const Proposals = ({of}) => of.length > 0 && html`
  <section class="card"><h2>${t("case.proposals")}</h2>
    <ul class="todo">${of.map((one) => html`<li key=${one.id}>
      <p><a href=${link("approvals", one.id)}><strong>${t(`kind.${one.kind}`)}</strong> <${Name}>${one.id}<//></a></p>
      <p class="hint"><${Pill} tone=${one.state === "executed" ? "good" : "open"}>${t(`state.${one.state}`)}<//></p></li>`)}</ul></section>`;

const Checks = ({checks}) => html`
  <section class="card"><h2>${t("case.effect")}</h2>
    ${!checks.length && html`<p class="hint">${t("case.effect.none")}</p>`}
    ${checks.map((one) => html`<article key=${one.id}>
      <p><${Pill} tone=${CHECK_TONES[one.state] ?? "open"}>${t(`check.${one.state}`)}<//> <${Name}>${one.id}<//></p>
      <p class="hint">${t("check.on", {day: day(one.judge_on)})}
        ${one.power !== null && html` · ${t("check.power", {power: number(one.power)})}`}</p>
      ${one.evidence && html`<p><${Citations} ids=${[one.evidence]} /></p>`}</article>`)}</section>`;

const Evidence = ({of}) => of.length > 0 && html`
  <section class="card"><h2>${t("case.evidence")}</h2>
    <ul class="plain">${of.map((one) => html`<li key=${one.evidence_id + one.role}>
      <${Citations} ids=${[one.evidence_id]} /> ${t(`role.${one.role}`)}</li>`)}</ul></section>`;

/** The day of a sign, where it has one. */
const signedOn = (sign) => {
  const on = sign.signalled_on ?? sign.received_at ?? sign.at ?? sign.since;
  return on ? day(on) : "";
};

const Signs = ({signs}) => signs.length > 0 && html`
  <section class="card"><h2>${t("case.signs")} <small><bdi>${signs.length}</bdi></small></h2>
    ${signs.slice(0, 5).map((one, place) => html`<details key=${place} open=${place === 0}>
      <summary><bdi>${signedOn(one)}</bdi> ${symptom(one.symptom ?? one.kind ?? t("case.sign"))}</summary>
      <${Fields} of=${one} skip=${["chart", "key"]} /></details>`)}</section>`;
