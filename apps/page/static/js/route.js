// The address holds what is on the screen: section, thing, and the evidence that is open beside it.

import {useEffect, useState} from "../vendor/htm-preact.js";

/**
 * @typedef {object} Route
 * @property {"ask"|"cases"|"approvals"|"digest"|"data"} section
 * @property {string} id the thread, case or proposal; empty: none
 * @property {URLSearchParams} params what else is chosen
 */

const SECTIONS = ["cases", "approvals", "digest", "data"];

/** @returns {Route} */
export function route() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const [head, id = ""] = path.split("/").map(decodeURIComponent);
  const params = new URLSearchParams(query ?? "");
  if (head === "t") return {section: "ask", id, params};
  return {section: SECTIONS.includes(head) ? head : "ask", id, params};
}

/** The address of a thing. @param {string} section @param {string} [id] @param {object} [params] */
export function link(section, id = "", params = {}) {
  const head = section === "ask" ? (id ? "t" : "") : section;
  const kept = Object.entries(params).filter(([, value]) => value);
  const query = kept.length ? `?${new URLSearchParams(kept)}` : "";
  return `#/${[head, encodeURIComponent(id)].filter(Boolean).join("/")}${query}`;
}

/** The address of what is on the screen, with other choices. @param {Record<string, string|null>} changes */
export function withParams(changes) {
  const {section, id, params} = route();
  return link(section, id, {...Object.fromEntries(params), ...changes});
}

/** Go there; `replace` leaves no step to come back to. @param {string} hash */
export function go(hash, replace = false) {
  if (replace) {
    history.replaceState(null, "", hash);
    dispatchEvent(new HashChangeEvent("hashchange"));
  } else {
    location.hash = hash;
  }
}

/** The address, as it changes. @returns {Route} */
export function useRoute() {
  const [now, setNow] = useState(route);
  useEffect(() => {
    const moved = () => setNow(route());
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  return now;
}
