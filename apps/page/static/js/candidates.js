// Candidates of a cause as a forest plot: each with its ratio and interval on one logarithmic scale.

import {html, useState} from "../vendor/htm-preact.js";
import {Condition} from "./condition.js";
import {Citations, Pill} from "./parts.js";
import {interval} from "./values.js";
import {number, t, term} from "./words.js";

const FIRST = 4;
const WIDTH = 240;
const HEIGHT = 22;
const TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];

/** @param {{causes: object[]}} props ranked causes, best first */
export function Candidates({causes}) {
  const [all, setAll] = useState(false);
  const shown = all ? causes : causes.slice(0, FIRST);
  const place = scale(causes);
  return html`<section class="candidates">
    <h3>${t("candidates.title")}</h3>
    <div class="table" tabindex="0" role="group" aria-label=${t("candidates.title")}><table>
      <thead><tr><th scope="col">${t("candidates.condition")}</th>
        <th scope="col" class="plot"><${Axis} place=${place} /><span class="unseen">${t("candidates.plot")}</span></th>
        <th scope="col" class="figure">${t("candidates.ratio")}</th>
        <th scope="col" class="figure">${t("candidates.failed")}</th>
        <th scope="col">${t("candidates.verdict")}</th></tr></thead>
      <tbody>${shown.map((one, row) => html`<tr key=${row} class=${one.ruled_out ? "out" : "stands"}>
        <th scope="row"><${Condition} of=${one.condition} />
          <small>${term("branch", one.branch_5m1e)} <${Citations} ids=${one.evidence} /></small></th>
        <td class="plot"><${Interval} of=${one} place=${place} /></td>
        <td class="figure"><bdi>${interval(one.rate_ratio, one.interval[0], one.interval[1])}</bdi></td>
        <td class="figure"><bdi>${number(one.failures)} / ${number(one.units)}</bdi></td>
        <td><${Pill} tone=${one.ruled_out ? "" : "good"}>${t(one.ruled_out ? "candidates.out" : "candidates.stands")}<//>
          ${one.because && html`<details class="why"><summary>${t("candidates.why")}</summary>
            <p dir="auto">${one.because}</p></details>`}</td></tr>`)}</tbody>
    </table></div>
    ${causes.length > shown.length && html`<button type="button" class="quiet" onClick=${() => setAll(true)}>
      ${t("candidates.more", {n: causes.length - shown.length})}</button>`}
  </section>`;
}

/** Where a ratio stands on the plot (0 to WIDTH). @param {object[]} causes */
function scale(causes) {
  const values = causes.flatMap((one) => [one.rate_ratio, ...one.interval])
    .filter((one) => Number.isFinite(one) && one > 0);
  const low = Math.log(Math.min(0.8, ...values) / 1.1);
  const high = Math.log(Math.max(2, ...values) * 1.1);
  const place = (value) => ((Math.log(Math.max(value, 1e-6)) - low) / (high - low)) * WIDTH;
  return (value) => Math.min(WIDTH, Math.max(0, place(value)));
}

const Axis = ({place}) => html`
  <svg class="axis" width=${WIDTH} height=${HEIGHT} viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
    ${TICKS.filter((tick) => place(tick) > 4 && place(tick) < WIDTH - 4).map((tick) => html`
      <g key=${tick}><text x=${place(tick)} y="13" text-anchor="middle">${tick}</text>
      <line x1=${place(tick)} x2=${place(tick)} y1="17" y2=${HEIGHT} /></g>`)}
  </svg>`;

function Interval({of, place}) {
  const [low, high] = of.interval;
  const middle = HEIGHT / 2;
  const end = high === null ? WIDTH : place(high);
  return html`<svg class="interval" width=${WIDTH} height=${HEIGHT} viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
    <line class="one" x1=${place(1)} x2=${place(1)} y1="0" y2=${HEIGHT} />
    <line class="range" x1=${place(low ?? 1e-6)} x2=${end} y1=${middle} y2=${middle} />
    ${high !== null && html`<line class="range" x1=${end} x2=${end} y1=${middle - 4} y2=${middle + 4} />`}
    <line class="range" x1=${place(low ?? 1e-6)} x2=${place(low ?? 1e-6)} y1=${middle - 4} y2=${middle + 4} />
    <circle class="estimate" cx=${place(of.rate_ratio)} cy=${middle} r="4.5" />
  </svg>`;
}
