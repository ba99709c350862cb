// Follows runs: one stream for each, which goes on while the reader looks elsewhere.

import {useEffect, useState} from "../vendor/htm-preact.js";
import {Failure, send} from "./api.js";
import {begun, told} from "./run_state.js";

const KINDS = [
  "plan", "task", "tool_call", "tool_result", "evidence", "token", "proposal",
  "question", "answer", "budget", "warning", "error",
];
const AGAIN_MS = 2000;

/** One run as it happens. */
class Following extends EventTarget {
  /** @param {string} runId */
  constructor(runId) {
    super();
    this.runId = runId;
    this.state = begun(runId);
    this.#listen();
  }

  /** Ask the server to stop it. */
  async cancel() {
    this.#became({...this.state, stopping: true});
    await send("POST", `/runs/${this.runId}/cancel`);
    await this.#settle();
  }

  #listen() {
    const after = this.state.seq < 0 ? "" : `?after=${this.state.seq}`;
    this.stream = new EventSource(`/runs/${this.runId}/events${after}`);
    this.stream.onopen = () => this.#became({...this.state, lost: false});
    for (const kind of KINDS) this.stream.addEventListener(kind, (event) => this.#heard(event));
  }

  /** @param {MessageEvent|Event} event an event of the run, or of the connection */
  #heard(event) {
    if (!(event instanceof MessageEvent)) {
      this.#became({...this.state, lost: true});
      if (this.stream.readyState === EventSource.CLOSED) this.#settle();
      return;
    }
    this.#became(told(this.state, JSON.parse(event.data)));
    if (this.state.phase !== "running") this.stream.close();
  }

  /** Ask how the run stands: its stream is gone, or it was told to stop. */
  async #settle() {
    if (this.state.phase !== "running") return;
    try {
      const run = await send("GET", `/runs/${this.runId}`);
      if (run.state === "running") {
        setTimeout(() => this.stream.readyState === EventSource.CLOSED
          ? this.#listen() : this.#settle(), AGAIN_MS);
        return;
      }
      this.stream.close();
      const phase = run.answer ? "done" : run.state;
      this.#became({...this.state, phase, answer: run.answer, error: run.error, lost: false});
    } catch (failure) {
      if (failure instanceof Failure && failure.status === 0) {
        setTimeout(() => this.#settle(), AGAIN_MS);
        return;
      }
      this.#became({...this.state, phase: "failed", error: failure, lost: false});
    }
  }

  #became(state) {
    this.state = state;
    this.dispatchEvent(new Event("change"));
  }
}

/** @type {Map<string, Following>} */
const followed = new Map();

/** The run, followed from now on. @param {string} runId */
export function follow(runId) {
  if (!followed.has(runId)) followed.set(runId, new Following(runId));
  return followed.get(runId);
}

/** The run if it was followed on this page. @param {string} runId */
export const followedRun = (runId) => followed.get(runId);

/** A run's state as it changes; null follows none. @param {string|null} runId */
export function useRun(runId) {
  const [, setCount] = useState(0);
  const run = runId ? follow(runId) : null;
  useEffect(() => {
    const changed = () => setCount((count) => count + 1);
    run?.addEventListener("change", changed);
    return () => run?.removeEventListener("change", changed);
  }, [runId]);
  return run?.state ?? null;
}
