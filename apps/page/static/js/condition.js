// What affected units have in common, in names.

import {html} from "../vendor/htm-preact.js";
import {number, plain, symptom, t} from "./words.js";

const NAMED = [
  "supplier_id", "part_id", "site_id", "line_id", "station_id", "shift", "characteristic_id",
  "direction", "threshold", "attribute", "change_id", "model_id", "country", "channel",
];
const KNOWN = new Set([...NAMED, "lot_ids", "received_from", "received_to", "built_from", "built_to", "also", "symptom"]);

/** Whether a record is a condition. @param {unknown} value */
export const isCondition = (value) => value !== null && typeof value === "object" &&
  !Array.isArray(value) && Object.keys(value).length > 0 && Object.keys(value).every((key) => KNOWN.has(key));

/** @param {{of: Record<string, any>}} props */
export function Condition({of}) {
  const named = NAMED.filter((name) => of[name] !== undefined && of[name] !== null);
  return html`<span class="condition">
    ${of.symptom && html`<span>${symptom(of.symptom)}</span>`}
    ${named.map((name) => html`<span key=${name}><i>${t(`field.${name}`)}</i> <bdi>${said(of[name])}</bdi></span>`)}
    ${of.lot_ids && html`<span title=${of.lot_ids.join(", ")}>${t("field.lots", {n: of.lot_ids.length})}</span>`}
    <${Days} name="received" from=${of.received_from} to=${of.received_to} />
    <${Days} name="built" from=${of.built_from} to=${of.built_to} />
    ${of.also?.map((one, place) => html`<span key=${place}><i>${t("field.also")}</i> <bdi>${said(Object.values(one))}</bdi></span>`)}
  </span>`;
}

const Days = ({name, from, to}) => (from || to) && html`
  <span><i>${t(`field.${name}`)}</i> <bdi>${from ?? "…"} – ${to ?? "…"}</bdi></span>`;

function said(value) {
  if (Array.isArray(value)) return value.filter((one) => one !== null).map(said).join(", ");
  if (typeof value === "number") return number(value);
  if (typeof value === "object") return `${plain(value.name)} ${value.value}`;
  return String(value);
}
