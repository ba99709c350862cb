// Asks the server. Every failure is a Failure with what failed, what still holds and what to do.

import {t} from "./words.js";

/** What went wrong, as the server or the network told it. */
export class Failure extends Error {
  /** @param {{message: string, holds?: string, next_step?: string, code?: string}} body
   *  @param {number} status HTTP status; 0: no answer came */
  constructor(body, status) {
    super(body.message);
    this.holds = body.holds ?? "";
    this.nextStep = body.next_step ?? "";
    this.code = body.code ?? "";
    this.status = status;
  }
}

/** Told of sign-outs and of the network coming and going. */
export const happenings = new EventTarget();

/** @type {Map<string, unknown>} the last answer of each address that was read */
const remembered = new Map();

let online = true;

/** Whether the last request reached the server. */
export const isOnline = () => online;

/** @param {boolean} reached */
function reach(reached) {
  if (reached === online) return;
  online = reached;
  happenings.dispatchEvent(new Event("network"));
}

/** What was last read from an address, if anything. @param {string} path */
export const last = (path) => remembered.get(path);

/** Forget what was read: somebody else may look now. */
export const forget = () => remembered.clear();

/** @param {string} path @param {AbortSignal} [signal] */
export async function read(path, signal) {
  const body = await send("GET", path, undefined, {signal});
  remembered.set(path, body);
  return body;
}

/**
 * @param {"GET"|"POST"|"DELETE"} method
 * @param {string} path
 * @param {object} [body]
 * @param {{signal?: AbortSignal, headers?: Record<string, string>}} [more]
 * @returns {Promise<any>} the answer's JSON; null where there is none
 */
export async function send(method, path, body, more = {}) {
  const headers = {Accept: "application/json", ...more.headers};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-Andon-CSRF"] = cookie("andon_csrf");
  let answer;
  try {
    answer = await fetch(path, {
      method, headers, body: body && JSON.stringify(body), signal: more.signal,
      credentials: "same-origin",
    });
  } catch (error) {
    if (more.signal?.aborted) throw error;
    reach(false);
    throw new Failure({message: t("offline.failed"), next_step: t("offline.next")}, 0);
  }
  reach(true);
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const told = await answer.json().catch(() => ({message: `${answer.status} ${answer.statusText}`}));
  if (answer.status === 401 && path !== "/session") {
    happenings.dispatchEvent(new Event("signed-out"));
  }
  throw new Failure(told, answer.status);
}

/** Look whether the server answers again. */
export async function knock() {
  try {
    await fetch("/healthz", {cache: "no-store"});
    reach(true);
  } catch {
    reach(false);
  }
}

/** @param {string} name */
function cookie(name) {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}
