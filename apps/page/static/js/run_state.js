// What is known of a run after each of its events. No drawing, no network.

/**
 * @typedef {{tool: string, at: string, seconds: number|null, evidence: string, summary: string,
 *   error: string}} Look one tool call
 * @typedef {{id: string, agent: string, goal: string, state: "waits"|"started"|"done",
 *   looks: Look[]}} Task what one specialist does
 * @typedef {object} RunState
 * @property {string} runId
 * @property {"running"|"done"|"failed"|"interrupted"|"cancelled"} phase
 * @property {number} seq position of the last event; -1 before the first
 * @property {string|null} beganAt
 * @property {string|null} lastAt when the last event happened, by the server's clock
 * @property {number} heardAt when it arrived, by this one's (ms)
 * @property {string|null} decidedBy who planned
 * @property {Task[]} tasks
 * @property {string[]} notes warnings, in order
 * @property {string} text the answer so far
 * @property {object|null} answer
 * @property {object|null} error
 * @property {boolean} lost whether the connection is down for the moment
 * @property {boolean} stopping whether it was told to stop
 */

/** @param {string} runId @returns {RunState} */
export const begun = (runId) => ({
  runId, phase: "running", seq: -1, beganAt: null, lastAt: null, heardAt: Date.now(), decidedBy: null, tasks: [], notes: [],
  text: "", answer: null, error: null, lost: false, stopping: false,
});

/** The state after one more event; an event that was told before changes nothing.
 * @param {RunState} state @param {{seq: number, at: string, kind: string, data: any}} event
 * @returns {RunState} */
export function told(state, event) {
  if (event.seq <= state.seq) return state;
  const next = {
    ...state, seq: event.seq, lost: false, beganAt: state.beganAt ?? event.at,
    lastAt: event.at, heardAt: Date.now(),
  };
  return HAPPENED[event.kind]?.(next, event.data, event.at) ?? next;
}

const HAPPENED = {
  plan: (state, data) => ({
    ...state,
    decidedBy: data.decided_by,
    tasks: (data.tasks ?? []).map((task) => ({
      state: "waits", looks: [], ...state.tasks.find((one) => one.id === task.id),
      id: task.id, agent: task.agent, goal: task.goal,
    })),
    notes: [...state.notes, ...(data.notes ?? [])],
  }),
  task: (state, data) => ofTask(state, data.task, (task) => ({...task, state: data.state})),
  tool_call: (state, data, at) => ofTask(state, data.task, (task) => ({
    ...task,
    state: "started",
    looks: [...task.looks, {tool: data.tool, at, seconds: null, evidence: "", summary: "", error: ""}],
  })),
  tool_result: (state, data, at) => ofTask(state, data.task, (task) => {
    const open = task.looks.findIndex((one) => one.tool === data.tool && one.seconds === null);
    const looks = open < 0
      ? [...task.looks, ended({tool: data.tool, at}, data, at)]
      : task.looks.map((one, place) => (place === open ? ended(one, data, at) : one));
    return {...task, looks};
  }),
  token: (state, data) => ({...state, text: state.text + (data.text ?? "")}),
  warning: (state, data) => ({...state, notes: [...state.notes, data.text]}),
  budget: (state, data) => ({...state, notes: [...state.notes, data.text]}),
  answer: (state, data) => ({...state, phase: "done", answer: data}),
  error: (state, data) => ({
    ...state, error: data, phase: data.code === "interrupted" ? "interrupted" : "failed",
  }),
};

/** Seconds since a moment of the run, whatever the two clocks say. @param {RunState} state
 * @param {string} at @param {number} now */
export const since = (state, at, now) =>
  Math.max(0, (Date.parse(state.lastAt ?? at) - Date.parse(at) + now - state.heardAt) / 1000);

/** @returns {Look} */
const ended = (look, data, at) => ({
  ...look,
  seconds: data.seconds ?? (Date.parse(at) - Date.parse(look.at)) / 1000,
  evidence: data.evidence ?? "", summary: data.summary ?? "", error: data.error ?? "",
});

/** @param {RunState} state @param {string} id @param {(task: Task) => Task} change */
const ofTask = (state, id, change) => ({
  ...state, tasks: state.tasks.map((one) => (one.id === id ? change(one) : one)),
});
