// The reader's language: words, terms of the trade, and figures in one format.

const RIGHT_TO_LEFT = new Set(["ar"]);
let spoken = {language: "en", words: {}, terms: {}, sentences: {}, languages: {}};

/** The language that the page speaks (ISO 639-1). */
export const language = () => spoken.language;

/** Languages that it can speak, each with its own name for itself. */
export const languages = () => spoken.languages;

/** The language to begin with: chosen before, else one that the browser's owner reads. */
export function firstLanguage() {
  const known = ["en", "zh", "ar"];
  const wished = [localStorage.getItem("andon.language"), ...navigator.languages];
  return wished.map((one) => one?.split("-")[0]).find((one) => known.includes(one)) ?? "en";
}

/** Load a language and turn the page to its side. @param {string} wished */
export async function speak(wished) {
  const answer = await fetch(`/words/${wished}.json`);
  if (!answer.ok) throw new Error(`no words in ${wished}`);
  spoken = {language: wished, ...(await answer.json())};
  localStorage.setItem("andon.language", wished);
  document.documentElement.lang = wished;
  document.documentElement.dir = RIGHT_TO_LEFT.has(wished) ? "rtl" : "ltr";
}

/**
 * Words of the page. Places are filled; with `n`, the form of the number is taken.
 * @param {string} key
 * @param {Record<string, string|number>} [places]
 */
export function t(key, places = {}) {
  let said = spoken.words[key];
  if (said && typeof said === "object") {
    said = said[new Intl.PluralRules(spoken.language).select(Number(places.n))] ?? said.other;
  }
  if (said === undefined) return key;
  return said.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = places[name] ?? whole;
    return typeof value === "number" ? number(value) : isolated(String(value));
  });
}

/** Text that keeps its own direction within a sentence. @param {string} text */
const isolated = (text) => `\u2068${text}\u2069`;

/** A word of a closed list; a code that the list does not know stays as it is. */
export const term = (group, value) => spoken.terms[group]?.[value] ?? plain(value);

/** What a verdict means, in a sentence. */
export const sentence = (group, value) => spoken.sentences[group]?.[value] ?? plain(value);

/** A code in letters: `rate_ratio` is read as “rate ratio”. @param {string} code */
export const plain = (code) => String(code ?? "").replaceAll("_", " ").trim();

/** With a capital letter, as a title begins. @param {string} text */
export const capital = (text) => text.charAt(0).toLocaleUpperCase(spoken.language) + text.slice(1);

/** A symptom as people say it; codes of the factory stay codes. @param {string} code */
export const symptom = (code) => spoken.terms.symptom?.[code] ?? code;

const formats = new Map();

/** @param {number} value @param {Intl.NumberFormatOptions} options */
function formatted(value, options) {
  const key = spoken.language + JSON.stringify(options);
  if (!formats.has(key)) {
    formats.set(key, new Intl.NumberFormat(`${spoken.language}-u-nu-latn`, options));
  }
  return formats.get(key).format(value);
}

/** A figure, to as many places as are worth reading. @param {number} value */
export function number(value) {
  if (!Number.isFinite(value)) return "∞";
  if (Number.isInteger(value)) return formatted(value, {maximumFractionDigits: 0});
  const size = Math.abs(value);
  if (size >= 1000) return formatted(value, {maximumFractionDigits: 0});
  if (size < 1e-4) return value.toExponential(1).replace("e-", " × 10⁻").replace(/⁻(\d+)$/, (_, n) => "⁻" + raised(n));
  return formatted(value, {maximumSignificantDigits: 3});
}

const raised = (digits) => [...digits].map((one) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(one)]).join("");

/** Seconds as people read them. @param {number} seconds */
export const seconds = (seconds) => t("unit.seconds", {n: Math.round(seconds * 10) / 10});

/** Day of a moment or date, ISO. @param {string|null|undefined} at */
export const day = (at) => (at ? String(at).slice(0, 10) : "–");

/** A moment: today by its hour, else its day, in the reader's time zone. @param {string} at */
export function moment(at) {
  const then = new Date(at);
  const pad = (value) => String(value).padStart(2, "0");
  const date = `${then.getFullYear()}-${pad(then.getMonth() + 1)}-${pad(then.getDate())}`;
  return `${date} ${pad(then.getHours())}:${pad(then.getMinutes())}`;
}

/** How long ago or ahead, in days or hours. @param {string} at @param {Date} now */
export function ago(at, now) {
  const hours = (new Date(at).getTime() - now.getTime()) / 3.6e6;
  const relative = new Intl.RelativeTimeFormat(`${spoken.language}-u-nu-latn`, {numeric: "auto", style: "short"});
  if (Math.abs(hours) < 1) return relative.format(Math.round(hours * 60), "minute");
  if (Math.abs(hours) < 36) return relative.format(Math.round(hours), "hour");
  return relative.format(Math.round(hours / 24), "day");
}
