// Where a question is written: Enter asks, Shift and Enter begin a line, Stop ends the run.

import {html, useEffect, useRef, useState} from "../vendor/htm-preact.js";
import {Icon, Unseen} from "./parts.js";
import {t} from "./words.js";

/** @param {{thread: string, ask: (text: string) => Promise<boolean>, stop: (() => void)|null,
 *   stopping?: boolean}} props */
export function Composer({thread, ask, stop, stopping}) {
  const kept = `andon.draft.${thread}`;
  const [text, setText] = useState(sessionStorage.getItem(kept) ?? "");
  const [sending, setSending] = useState(false);
  const field = useRef(null);
  useEffect(() => {
    if (matchMedia("(pointer: fine)").matches && document.activeElement === document.body) field.current.focus();
  }, []);
  useEffect(() => {
    if (text) sessionStorage.setItem(kept, text);
    else sessionStorage.removeItem(kept);
    field.current.style.blockSize = "auto";
    field.current.style.blockSize = `${field.current.scrollHeight}px`;
  }, [text]);
  const submit = async () => {
    if (!text.trim() || sending || stop) return;
    setSending(true);
    sessionStorage.removeItem(kept);
    if (await ask(text.trim())) setText("");
    setSending(false);
  };
  const typed = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  };
  return html`<form class="composer" onSubmit=${(event) => { event.preventDefault(); submit(); }}>
    <textarea ref=${field} rows="1" dir="auto" value=${text} aria-label=${t("ask.label")}
      placeholder=${t(thread ? "ask.follow" : "ask.placeholder")} maxlength="8000"
      onInput=${(event) => setText(event.target.value)} onKeyDown=${typed}></textarea>
    ${stop ? html`<button type="button" class="primary stop" disabled=${stopping} onClick=${stop}>
        <${Icon} name="stop" /><span>${t(stopping ? "ask.stopping" : "ask.stop")}</span></button>`
      : html`<button class="primary send" disabled=${!text.trim() || sending}>
        <${Icon} name="send" /><${Unseen}>${t("ask.send")}<//></button>`}
  </form>`;
}
