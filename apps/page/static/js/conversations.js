// Conversations: a new one, recent ones, and a search among them.

import {html, useEffect, useState} from "../vendor/htm-preact.js";
import {happenings, send} from "./api.js";
import {Icon, Unseen} from "./parts.js";
import {useReading} from "./reading.js";
import {go, link} from "./route.js";
import {ago, t} from "./words.js";

const MOST = 60;

/** @param {{open: string}} props the thread that is on the screen */
export function Conversations({open}) {
  const reading = useReading(`/threads?limit=${MOST}`);
  const [sought, setSought] = useState("");
  useEffect(() => {
    const changed = () => reading.again();
    happenings.addEventListener("conversations", changed);
    return () => happenings.removeEventListener("conversations", changed);
  }, []);
  const found = (reading.data?.threads ?? [])
    .filter((one) => one.title.toLowerCase().includes(sought.trim().toLowerCase()));
  const remove = async (thread) => {
    if (!confirm(t("threads.remove.sure", {title: thread.title}))) return;
    await send("DELETE", `/threads/${thread.thread_id}`);
    await reading.again();
    if (thread.thread_id === open) go(link("ask"));
  };
  return html`<section class="conversations" aria-label=${t("threads.title")}>
    <a class="button new" href=${link("ask")}><${Icon} name="plus" />${t("threads.new")}</a>
    <input type="search" value=${sought} placeholder=${t("threads.search")}
      aria-label=${t("threads.search")} onInput=${(event) => setSought(event.target.value)} />
    <ul>${found.map((one) => html`<li key=${one.thread_id}>
        <a href=${link("ask", one.thread_id)} aria-current=${one.thread_id === open ? "page" : null}>
          <span class="title" dir="auto">${one.title}</span>
          <span class="when">${ago(one.asked_at, new Date())}</span></a>
        <button type="button" class="quiet remove" onClick=${() => remove(one)}>
          <${Icon} name="bin" /><${Unseen}>${t("threads.remove", {title: one.title})}<//></button>
      </li>`)}</ul>
    ${reading.data && !found.length && html`<p class="hint">${t(sought ? "threads.none" : "threads.empty")}</p>`}
  </section>`;
}
