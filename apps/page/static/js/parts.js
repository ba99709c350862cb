// Small parts that every section draws with.

import {html, useEffect, useRef} from "../vendor/htm-preact.js";
import {go, link, withParams} from "./route.js";
import {t, term} from "./words.js";

const PATHS = {
  ask: "M4 5h16v11H9l-5 4z",
  cases: "M4 4h5v16H4zM10.5 4h5v10h-5zM17 4h3v6h-3z",
  approvals: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M8 12l3 3 5-6",
  digest: "M5 3h14v18H5zM8 8h8M8 12h8M8 16h5",
  data: "M4 6c0-4 16-4 16 0v12c0 4-16 4-16 0zM4 6c0 4 16 4 16 0M4 12c0 4 16 4 16 0",
  close: "M6 6l12 12M18 6L6 18",
  send: "M12 20V5M6 11l6-6 6 6",
  stop: "M7 7h10v10H7z",
  menu: "M4 7h16M4 12h16M4 17h16",
  plus: "M12 5v14M5 12h14",
  copy: "M9 9h11v11H9zM5 15V4h11",
  again: "M20 11a8 8 0 1 0-2 6M20 5v6h-6",
  bin: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v3M12 19v3M2 12h3M19 12h3",
  check: "M5 12l5 5 9-10",
  cross: "M6 6l12 12M18 6L6 18",
  question: "M9 9a3 3 0 1 1 4 3c-1 .5-1 1-1 2M12 17.5v.5",
  ring: "M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14",
  dash: "M6 12h12",
  dot: "M12 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3 2",
  warn: "M12 4l9 16H3zM12 10v4M12 16.5v.5",
};

/** A sign that says nothing by itself. @param {{name: keyof PATHS}} props */
export const Icon = ({name}) => html`
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d=${PATHS[name]} />
  </svg>`;

/** Words for those who do not see a sign. */
export const Unseen = ({children}) => html`<span class="unseen">${children}</span>`;

/** A name, figure or date: it keeps its own direction and is never translated. */
export const Name = ({children}) => html`<bdi class="name" translate=${false}>${children}</bdi>`;

/** Severity, by number, bars and word: never by colour alone. @param {{of: number}} props */
export const Severity = ({of: severity}) => html`
  <span class="severity s${severity}" title=${term("severity", `S${severity}`)}>
    <span class="bars" aria-hidden="true">${[1, 2, 3, 4, 5].map((one) => html`
      <i class=${one <= severity ? "on" : ""}></i>`)}</span>
    <bdi>S${severity}</bdi><${Unseen}>${term("severity", `S${severity}`)}<//>
  </span>`;

/** A state in a word. @param {{tone?: string, children: any}} props */
export const Pill = ({tone = "", children}) => html`<span class="pill ${tone}">${children}</span>`;

/** What failed, what still holds, what to do. */
export const Problem = ({failure, again}) => html`
  <div class="problem" role="alert">
    <p><${Icon} name="warn" /><strong dir="auto">${failure.message}</strong></p>
    ${failure.holds && html`<p dir="auto"><span class="lead">${t("problem.holds")}</span> ${failure.holds}</p>`}
    ${(failure.nextStep ?? failure.next_step) && html`
      <p dir="auto"><span class="lead">${t("problem.next")}</span> ${failure.nextStep ?? failure.next_step}</p>`}
    ${again && html`<button type="button" onClick=${() => again()}>${t("again")}</button>`}
  </div>`;

/** Nothing to show, and what to do about it. */
export const Empty = ({title, children}) => html`
  <div class="empty"><p class="title">${title}</p><p>${children}</p></div>`;

/** Lines that stand where something is about to be. */
export const Skeleton = ({lines = 4}) => html`
  <div class="skeleton" role="status"><${Unseen}>${t("loading")}<//>
    ${Array.from({length: lines}, (_, line) => html`<span key=${line}></span>`)}
  </div>`;

/** What was read, or what stands for it until then. */
export const Read = ({reading, lines, children}) => {
  const again = reading.failure?.status === 404 ? null : reading.again;
  if (reading.data !== undefined) {
    return html`${reading.failure && html`<${Problem} failure=${reading.failure} again=${again} />`}
      ${children(reading.data)}`;
  }
  return reading.failure
    ? html`<${Problem} failure=${reading.failure} again=${again} />`
    : html`<${Skeleton} lines=${lines} />`;
};

/** Opens evidence beside what is on the screen. @param {{id: string}} props */
export const Citation = ({id}) => html`
  <button type="button" class="citation" translate=${false} aria-haspopup="dialog"
    aria-label=${t("evidence.open", {id})} onClick=${() => go(withParams({e: id}))}>
    <bdi>${id}</bdi></button>`;

/** Evidence ids, each to open. @param {{ids: string[]}} props */
export const Citations = ({ids}) => html`
  <span class="citations">${ids.map((id) => html`<${Citation} key=${id} id=${id} />`)}</span>`;

const NAMED = /\[((?:E-[A-Z2-7]{10})(?:[\s,;、،]+E-[A-Z2-7]{10})*)\]|\b(E-[A-Z2-7]{10})\b|\b(C-[A-Z2-7]{8})\b/g;

/** Text with its citations and cases to open. @param {{text: string}} props */
export function Linked({text}) {
  const pieces = [];
  let end = 0;
  for (const found of text.matchAll(NAMED)) {
    pieces.push(text.slice(end, found.index));
    if (found[3]) pieces.push(html`<a href=${link("cases", found[3])}><bdi>${found[3]}</bdi></a>`);
    else pieces.push(html`<${Citations} ids=${(found[1] ?? found[2]).match(/E-[A-Z2-7]{10}/g)} />`);
    end = found.index + found[0].length;
  }
  return html`${pieces}${text.slice(end)}`;
}

/** A window over the page: the rest is out of reach until it is closed (Esc). */
export function Dialog({label, kind = "", onClose, children}) {
  const element = useRef(null);
  useEffect(() => {
    const before = document.activeElement;
    element.current.showModal();
    return () => {
      element.current?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return html`
    <dialog ref=${element} class=${kind} aria-label=${label}
      onCancel=${(event) => { event.preventDefault(); onClose(); }}
      onClick=${(event) => event.target === element.current && onClose()}>
      <div class="inside">${children}</div>
    </dialog>`;
}

/** Copies text and says so. */
export function Copy({text, children}) {
  const button = useRef(null);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    button.current.dataset.done = t("copied");
    setTimeout(() => button.current && delete button.current.dataset.done, 1500);
  };
  return html`<button type="button" class="quiet copy" ref=${button} onClick=${copy}>
    <${Icon} name="copy" />${children}</button>`;
}
