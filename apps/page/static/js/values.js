// Results and payloads as people read them: figures in one format, rows as tables, nothing left out.

import {createContext, html, useContext, useState} from "../vendor/htm-preact.js";
import {Condition, isCondition} from "./condition.js";
import {Linked, Name} from "./parts.js";
import {number, plain, symptom, t} from "./words.js";

const ROWS = 25;
const ITEMS = 12;
const MOMENT = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|\+00:00)$/;
const CODE = /^[a-z]+(_[a-z0-9]+)+$/;
const SYMPTOM = /^[A-Z]{3,}(_[A-Z]+)*$/;
const NO_AMOUNT = /(^|_)(year|version|number)$/;

/** Whether nothing may be left out, folded or cut: a person decides on what they see. */
export const Whole = createContext(false);

/** @param {unknown} value */
export const isEmpty = (value) =>
  value === null || value === undefined || value === "" ||
  (Array.isArray(value) && !value.length) ||
  (typeof value === "object" && value !== null && !Object.keys(value).length);

const isRows = (value) => Array.isArray(value) && value.length > 0 &&
  value.every((one) => one && typeof one === "object" && !Array.isArray(one));
const isInterval = (value) => value && typeof value === "object" && "estimate" in value &&
  "low" in value && "high" in value;

/** One value; within a table in a line. @param {{value: any, of?: string, inline?: boolean}} props */
export function Value({value, of = "", inline = false}) {
  const whole = useContext(Whole);
  if (isEmpty(value)) return html`<span class="none">–</span>`;
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (typeof value === "number") {
    return html`<${Name}>${NO_AMOUNT.test(of) ? String(value) : number(value)}<//>`;
  }
  if (isInterval(value)) return html`<${Name}>${interval(value.estimate, value.low, value.high)}<//>`;
  if (isPair(value)) return html`<${Name}>[${value.map((one) => (one === null ? "∞" : number(one))).join(", ")}]<//>`;
  if (isRows(value) && !inline) return html`<${Rows} rows=${value} />`;
  if (Array.isArray(value)) return html`<${List} items=${value} />`;
  if (inline && !whole && isCondition(value)) return html`<${Condition} of=${value} />`;
  if (typeof value === "object") return inline ? html`<${Line} of=${value} />` : html`<${Fields} of=${value} />`;
  return html`<${Text} text=${String(value)} of=${of} />`;
}

/** The ends of an interval, whose names the column says. */
const isPair = (value) => Array.isArray(value) && value.length === 2 &&
  typeof value[0] === "number" && (value[1] === null || (typeof value[1] === "number" && value[0] <= value[1])) &&
  !value.every(Number.isInteger);

function Line({of}) {
  const whole = useContext(Whole);
  return html`<span class="list">${Object.entries(of)
    .filter(([, value]) => whole || !isEmpty(value))
    .map(([name, value]) => html`<span key=${name}><i>${plain(name)}</i> <${Value} value=${value} of=${name} inline /></span>`)}</span>`;
}

/** A figure with its interval. @param {number|null} estimate @param {number|null} low @param {number|null} high */
export function interval(estimate, low, high) {
  if (low === null && high === null) return estimate === null ? "–" : number(estimate);
  return `${estimate === null ? "–" : number(estimate)} [${number(low ?? 0)}, ${high === null ? "∞" : number(high)}]`;
}

function Text({text, of}) {
  const moment = MOMENT.exec(text);
  if (moment) return html`<${Name}>${moment[1]} ${moment[2]} UTC<//>`;
  if (of === "symptom" || SYMPTOM.test(text)) return symptom(text);
  if (CODE.test(text)) return plain(text);
  return html`<bdi dir="auto" class="said"><${Linked} text=${text} /></bdi>`;
}

function List({items}) {
  const [all, setAll] = useState(useContext(Whole));
  const shown = all ? items : items.slice(0, ITEMS);
  return html`<span class="list">${shown.map((one, place) => html`
      <span key=${place}><${Value} value=${one} inline /></span>`)}
    ${items.length > shown.length && html`
      <button type="button" class="quiet" onClick=${() => setAll(true)}>
        ${t("more", {n: items.length - shown.length})}</button>`}</span>`;
}

/** Names and their values, one under the other. @param {{of: Record<string, any>, skip?: string[]}} props */
export function Fields({of, skip = []}) {
  const whole = useContext(Whole);
  return html`<dl class="fields">${Object.entries(of)
    .filter(([name, value]) => !skip.includes(name) && (whole || !isEmpty(value)))
    .map(([name, value]) => html`<div key=${name} class=${isWide(value) ? "wide" : ""}>
      <dt><bdi>${plain(name)}</bdi></dt><dd><${Value} value=${value} of=${name} /></dd></div>`)}
  </dl>`;
}

/** Rows as a table. What is the same in all of them stands once, above it.
 * @param {{rows: object[], caption?: any}} props */
export function Rows({rows, caption}) {
  const whole = useContext(Whole);
  const [all, setAll] = useState(whole);
  const names = [...new Set(rows.flatMap(Object.keys))]
    .filter((name) => whole || rows.some((row) => !isEmpty(row[name])));
  const same = rows.length < 3 ? [] : names.filter((name) => {
    const first = JSON.stringify(rows[0][name]);
    return typeof rows[0][name] !== "object" && rows.every((row) => JSON.stringify(row[name]) === first);
  });
  const columns = names.filter((name) => !same.includes(name));
  const shown = all ? rows : rows.slice(0, ROWS);
  return html`<div class="table" tabindex="0" role="group" aria-label=${t("table")}>
    <table>
      ${(caption || same.length > 0) && html`<caption>${caption}
        ${same.map((name) => html`<span key=${name} class="same">
          <bdi>${plain(name)}</bdi> <${Value} value=${rows[0][name]} of=${name} /></span>`)}</caption>`}
      <thead><tr>${columns.map((name) => html`
        <th key=${name} scope="col" class=${isFigure(rows, name)}><bdi>${plain(name)}</bdi></th>`)}</tr></thead>
      <tbody>${shown.map((row, place) => html`<tr key=${place}>${columns.map((name) => html`
        <td key=${name} class=${isFigure(rows, name) || isRoomy(rows, name)}><${Value} value=${row[name]} of=${name} inline /></td>`)}</tr>`)}</tbody>
    </table>
    ${rows.length > shown.length && html`<button type="button" class="quiet" onClick=${() => setAll(true)}>
      ${t("rows.all", {n: rows.length})}</button>`}
  </div>`;
}

/** Whether a value needs the whole width. */
const isWide = (value) => isRows(value) || (Array.isArray(value) && value.length > 6) ||
  (typeof value === "string" && value.length > 80) ||
  (value !== null && typeof value === "object" && !Array.isArray(value) && !isInterval(value) &&
    Object.keys(value).length > 0);

/** Whether cells of a column need room, so that the table scrolls instead. */
const isRoomy = (rows, name) => rows.some((row) => !isEmpty(row[name]) &&
  (typeof row[name] === "object" || String(row[name]).length > 40)) ? "roomy" : "";

const isFigure = (rows, name) => rows.every((row) =>
  isEmpty(row[name]) || typeof row[name] === "number" || isInterval(row[name]) || isPair(row[name])) ? "figure" : "";
