// What components read from the server: at once what was last known, then what is so now.

import {useCallback, useEffect, useState} from "../vendor/htm-preact.js";
import {happenings, last, read} from "./api.js";

/**
 * @param {string|null} path what to read; null reads nothing
 * @param {number} [every] read again after so many milliseconds; 0: only when asked
 * @returns {{data: any, failure: import("./api.js").Failure|null, again: () => Promise<void>}}
 */
export function useReading(path, every = 0) {
  const [state, setState] = useState({path, data: path && last(path), failure: null});
  const fetchIt = useCallback(async (signal) => {
    if (!path) return;
    try {
      const data = await read(path, signal);
      if (!signal?.aborted) setState({path, data, failure: null});
    } catch (failure) {
      if (!signal?.aborted) setState((old) => ({path, data: old.path === path ? old.data : undefined, failure}));
    }
  }, [path]);
  useEffect(() => {
    const leave = new AbortController();
    setState({path, data: path && last(path), failure: null});
    fetchIt(leave.signal);
    const back = () => fetchIt(leave.signal);
    const timer = every && setInterval(() => document.hidden || back(), every);
    happenings.addEventListener("network", back, {signal: leave.signal});
    return () => {
      leave.abort();
      if (timer) clearInterval(timer);
    };
  }, [path, every]);
  const current = state.path === path ? state : {data: path && last(path), failure: null};
  return {data: current.data, failure: current.failure, again: fetchIt};
}
