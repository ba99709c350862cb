// Evidence beside what is on the screen: what was found, from which rows, and whether it still holds.

import {html, useState} from "../vendor/htm-preact.js";
import {send} from "./api.js";
import {Chart} from "./chart.js";
import {Copy, Dialog, Icon, Name, Pill, Problem, Read, Unseen} from "./parts.js";
import {useReading} from "./reading.js";
import {go, link, withParams} from "./route.js";
import {Fields, isEmpty, Rows} from "./values.js";
import {number, plain, t} from "./words.js";

const TONES = {identical: "good", changed: "open", gone: "bad"};

/** @param {{id: string}} props */
export function EvidenceDrawer({id}) {
  const reading = useReading(`/evidence/${id}`);
  const close = () => go(withParams({e: null}), true);
  return html`<${Dialog} label=${t("evidence.title", {id})} kind="drawer end" onClose=${close}>
    <div class="drawer-head">
      <h2>${reading.data ? plain(reading.data.tool) : t("evidence.word")} <${Name}>${id}<//></h2>
      <button type="button" class="quiet" onClick=${close}><${Icon} name="close" /><${Unseen}>${t("close")}<//></button>
    </div>
    <div class="drawer-body"><${Read} reading=${reading} lines=${8}>${(evidence) => html`<${Shown} evidence=${evidence} />`}<//></div>
  <//>`;
}

function Shown({evidence}) {
  const {result, id} = evidence;
  const tables = Object.entries(result).filter(([, value]) => areRows(value));
  const rest = Object.fromEntries(Object.entries(result).filter(([, value]) => !areRows(value)));
  return html`
    <p class="summary" dir="auto">${evidence.summary}</p>
    <p class="actions"><${Rerun} id=${id} />
      <${Copy} text=${new URL(link("ask", "", {e: id}), location.href).href}>${t("evidence.link")}<//></p>
    ${evidence.warnings.length > 0 && html`<ul class="notes">${evidence.warnings.map((one) => html`
      <li key=${one.code} dir="auto"><${Icon} name="warn" />${one.text}</li>`)}</ul>`}
    ${evidence.chart && html`<${Chart} id=${id} summary=${evidence.summary} />`}
    ${!isEmpty(rest) && html`<${Fields} of=${rest} />`}
    ${tables.map(([name, rows]) => html`<section key=${name}>
      <h3><bdi>${plain(name)}</bdi> <small>${t("rows", {n: rows.length})}</small>
        <a class="csv" download="" href=${`/evidence/${id}/table.csv?table=${encodeURIComponent(name)}`}>CSV<${Unseen}> ${plain(name)}<//></a></h3>
      <${Rows} rows=${rows} /></section>`)}
    ${evidence.excluded.length > 0 && html`<h3>${t("evidence.excluded")}</h3>
      <ul class="plain">${evidence.excluded.map((one) => html`<li key=${one.rule}>
        <${Name}>${number(one.rows)}<//> ${t("rows.word")}: <span dir="auto">${one.rule}</span></li>`)}</ul>`}
    <h3>${t("evidence.query")}</h3>
    <${Fields} of=${evidence.query} />
    <h3>${t("evidence.origin")}</h3>
    <dl class="fields short">${[
      ["answer.as_of", evidence.as_of], ["versions.hub", evidence.versions.hub_commit],
      ["versions.code", evidence.versions.code], ["versions.policy", evidence.versions.policy],
      ["versions.library", evidence.versions.library], ["versions.vision", evidence.versions.vision_model],
      ["evidence.regions", evidence.scope.regions.includes("*") ? t("regions.all") : evidence.scope.regions.join(", ")],
      ["evidence.sha", evidence.sha256],
    ].filter(([, value]) => value).map(([key, value]) => html`
      <div key=${key}><dt>${t(key)}</dt><dd><${Name}>${value}<//></dd></div>`)}</dl>`;
}

const areRows = (value) => Array.isArray(value) && value.length > 0 &&
  value.every((one) => one && typeof one === "object");

/** Asks again on the same data, and says whether the same comes out. */
function Rerun({id}) {
  const [state, setState] = useState({busy: false, outcome: null, failure: null});
  const again = async () => {
    setState({busy: true, outcome: null, failure: null});
    try {
      setState({busy: false, outcome: await send("POST", `/evidence/${id}/rerun`), failure: null});
    } catch (failure) {
      setState({busy: false, outcome: null, failure});
    }
  };
  const verdict = state.outcome?.verdict;
  return html`<button type="button" disabled=${state.busy} onClick=${again}>
      <${Icon} name="again" />${t(state.busy ? "evidence.asking" : "evidence.rerun")}</button>
    <span role="status">${verdict && html`<${Pill} tone=${TONES[verdict]}>${t(`rerun.${verdict}`)}<//>
      ${state.outcome.reason && html` <span class="hint" dir="auto">${state.outcome.reason}</span>`}`}</span>
    ${state.failure && html`<${Problem} failure=${state.failure} />`}`;
}
