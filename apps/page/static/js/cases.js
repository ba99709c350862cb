// The case board: what is open, how grave it is, whose it is, and what is due next.

import {html} from "../vendor/htm-preact.js";
import {CaseView} from "./case.js";
import {Condition} from "./condition.js";
import {Empty, Icon, Name, Pill, Read, Severity} from "./parts.js";
import {useReading} from "./reading.js";
import {go, link, withParams} from "./route.js";
import {ago, capital, day, symptom, t} from "./words.js";

const EVERY_MS = 60_000;
const STATES = ["open", "verifying", "closed", "dismissed"];

/** @param {{me: object, route: import("./route.js").Route}} props */
export function Cases({me, route}) {
  return route.id ? html`<${CaseView} key=${route.id} id=${route.id} me=${me} />`
    : html`<${Board} me=${me} params=${route.params} />`;
}

function Board({me, params}) {
  const all = params.get("state") === "all";
  const reading = useReading(`/cases?state=${all ? "all" : "open"}`, EVERY_MS);
  return html`<header class="head"><h1>${t("nav.cases")}</h1></header>
    <${Read} reading=${reading} lines=${8}>${({cases}) => {
      const shown = cases.filter((one) => fits(one, params, me));
      return html`<${Filters} cases=${cases} params=${params} />
        ${STATES.map((state) => html`<${Group} key=${state} state=${state}
          cases=${shown.filter((one) => one.state === state)} />`)}
        ${!shown.length && html`<${Empty} title=${t(cases.length ? "cases.none" : "cases.empty")}>
          ${t(cases.length ? "cases.none.next" : "cases.empty.next")}<//>`}`;
    }}<//>`;
}

const fits = (one, params, me) =>
  (params.get("mine") !== "1" || one.owner === me.id) &&
  (!params.get("region") || one.regions.includes(params.get("region")) || one.regions.includes("*")) &&
  one.severity >= Number(params.get("severity") ?? 1);

function Filters({cases, params}) {
  const regions = [...new Set(cases.flatMap((one) => one.regions))].filter((one) => one !== "*").sort();
  const choose = (name) => (event) => go(withParams({[name]: event.target.value}), true);
  const tick = (name, value) => (event) => go(withParams({[name]: event.target.checked ? value : null}), true);
  return html`<form class="filters" aria-label=${t("filters")} onSubmit=${(event) => event.preventDefault()}>
    <label class="row"><input type="checkbox" checked=${params.get("mine") === "1"} onChange=${tick("mine", "1")} />
      <span>${t("cases.mine")}</span></label>
    <label class="row"><input type="checkbox" checked=${params.get("state") === "all"} onChange=${tick("state", "all")} />
      <span>${t("cases.all")}</span></label>
    <label class="row"><span>${t("cases.region")}</span>
      <select value=${params.get("region") ?? ""} onChange=${choose("region")}>
        <option value="">${t("any")}</option>
        ${regions.map((one) => html`<option key=${one} value=${one}>${one}</option>`)}</select></label>
    <label class="row"><span>${t("cases.severity")}</span>
      <select value=${params.get("severity") ?? ""} onChange=${choose("severity")}>
        <option value="">${t("any")}</option>
        ${[2, 3, 4, 5].map((one) => html`<option key=${one} value=${one}>S${one}+</option>`)}</select></label>
  </form>`;
}

function Group({state, cases}) {
  if (!cases.length) return null;
  const today = new Date();
  return html`<section class="group"><h2>${t(`case.${state}`)} <small><bdi>${cases.length}</bdi></small></h2>
    <ul class="board">${cases.map((one) => html`<${Row} key=${one.id} of=${one} today=${today} />`)}</ul></section>`;
}

function Row({of: one, today}) {
  return html`<li><a href=${link("cases", one.id)}>
    <${Severity} of=${one.severity} />
    <span class="what"><strong>${capital(symptom(one.symptom))}</strong> <${Condition} of=${one.where} /></span>
    <${Name}>${one.id}<//>
    <${Regions} of=${one.regions} />
    <span class="owner">${one.owner ? html`<${Name}>${one.owner}<//>` : html`<i>${t("case.nobody")}</i>`}</span>
    <span class="age"><span class="unseen">${t("case.since")}</span> ${ago(one.aware_at, today)}</span>
    <${Due} on=${one.next_due} today=${today} />
    <span class="tags">${one.waiting > 0 && html`<${Pill} tone="open">${t("case.waiting", {n: one.waiting})}<//>`}
      ${one.times_reopened > 0 && html`<${Pill} tone="bad">${t("case.reopened", {n: one.times_reopened})}<//>`}</span>
  </a></li>`;
}

/** Regions of a case. @param {{of: string[]}} props */
export const Regions = ({of}) => html`<span class="regions">${of.includes("*")
  ? t("regions.all") : html`<bdi>${of.join(", ")}</bdi>`}</span>`;

/** A day by which something is due; said in words when it is over. */
export function Due({on, today}) {
  if (!on) return html`<span class="due"></span>`;
  const late = day(on) < today.toISOString().slice(0, 10);
  return html`<span class=${`due ${late ? "late" : ""}`}>
    <${Icon} name=${late ? "warn" : "clock"} />${t(late ? "due.late" : "due.next", {day: day(on)})}</span>`;
}
