// Whether the data can be trusted: how new they are, what was rejected and why, what is missing.

import {html} from "../vendor/htm-preact.js";
import {Citations, Empty, Icon, Name, Read} from "./parts.js";
import {useReading} from "./reading.js";
import {isEmpty, Rows, Value} from "./values.js";
import {day, number, plain, t} from "./words.js";

/** The panel. */
export function DataQuality() {
  const reading = useReading("/quality");
  return html`<header class="head"><h1>${t("nav.data")}</h1></header>
    <${Read} reading=${reading} lines=${10}>${(panel) => panel.tables.length
      ? html`<${Panel} panel=${panel} />`
      : html`<${Empty} title=${panel.summary || t("data.empty")}>${t("data.empty.next")} <code dir="ltr">andon ingest</code><//>`}<//>`;
}

function Panel({panel}) {
  const {headline} = panel;
  return html`
    <dl class="figures">
      <${Figure} name=${t("data.newest")}>${day(panel.newest_on)}<//>
      ${headline && html`<${Figure} name=${t("data.read")}>${number(headline.read)}<//>
        <${Figure} name=${t("data.accepted")}>${number(headline.accepted)}<//>
        <${Figure} name=${t("data.quarantined")}>${number(headline.quarantined)}<//>
        <${Figure} name=${t("data.duplicate")}>${number(headline.duplicate)}<//>`}
      <${Figure} name=${t("versions.hub")}>${panel.commit}<//>
    </dl>
    <p dir="auto">${panel.summary} ${panel.evidence && html`<${Citations} ids=${[panel.evidence]} />`}</p>
    ${panel.warnings.length > 0 && html`<ul class="notes">${panel.warnings.map((one) => html`
      <li key=${one.code + one.text} dir="auto"><${Icon} name="warn" />${one.text}</li>`)}</ul>`}
    <section class="card"><h2>${t("data.tables")}</h2><${Tables} tables=${panel.tables} /></section>
    <section class="card"><h2>${t("data.gaps")}</h2>
      <dl class="fields">${Object.entries(panel.gaps).filter(([, value]) => !isEmpty(value)).map(([name, value]) => html`
        <div key=${name} class="wide"><dt>${t(`gaps.${name}`)}</dt><dd><${Value} value=${value} /></dd></div>`)}</dl>
      ${Object.values(panel.gaps).every(isEmpty) && html`<p class="hint">${t("gaps.none")}</p>`}</section>
    <section class="card"><h2>${t("data.loads")}</h2><${Rows} rows=${panel.loads.map((one) => ({
      ...one, files: undefined, loaded_at: one.loaded_at, file_count: one.files.length,
    }))} /></section>`;
}

const Figure = ({name, children}) => html`<div><dt>${name}</dt><dd><${Name}>${children}<//></dd></div>`;

function Tables({tables}) {
  const most = Math.max(...tables.map((one) => one.rows), 1);
  return html`<div class="table" tabindex="0" role="group" aria-label=${t("data.tables")}><table>
    <thead><tr><th scope="col">${t("data.table")}</th><th scope="col" class="figure">${t("data.rows")}</th>
      <th scope="col" class="bar"><span class="unseen">${t("data.share")}</span></th>
      <th scope="col" class="figure">${t("data.quarantined")}</th><th scope="col">${t("data.rules")}</th></tr></thead>
    <tbody>${tables.map((one) => {
      const rejected = Object.values(one.quarantined).reduce((sum, rows) => sum + rows, 0);
      return html`<tr key=${one.table}><th scope="row"><bdi translate=${false}>${one.table}</bdi></th>
        <td class="figure"><bdi>${number(one.rows)}</bdi></td>
        <td class="bar"><svg class="share" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
          <rect class="whole" width="100" height="6" /><rect class="part" width=${(100 * one.rows) / most} height="6" /></svg></td>
        <td class="figure"><bdi>${number(rejected)}</bdi></td>
        <td>${Object.entries(one.quarantined).map(([rule, rows]) => html`
          <span key=${rule} class="same"><bdi>${plain(rule)}</bdi> <bdi>${number(rows)}</bdi></span>`)}</td></tr>`;
    })}</tbody></table></div>`;
}
