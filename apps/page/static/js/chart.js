// A picture of evidence, drawn by the server; its figures stand in the tables of the evidence.

import {html, useState} from "../vendor/htm-preact.js";
import {t} from "./words.js";

const NARROW = 700;

/** @param {{id: string, summary: string, children?: any}} props */
export function Chart({id, summary, children}) {
  const [state, setState] = useState("loading");
  const address = `/evidence/${id}/chart.svg?width=${innerWidth < NARROW ? 260 : 440}`;
  return html`<figure class="chart ${state}">
    ${state === "failed" ? html`<p class="hint">${t("evidence.chart.failed")}</p>`
      : html`<a href=${address} target="_blank" rel="noopener">
        <img src=${address} alt=${t("evidence.chart", {summary})}
          onLoad=${() => setState("shown")} onError=${() => setState("failed")} /></a>`}
    ${children && html`<figcaption>${children}</figcaption>`}
  </figure>`;
}
