// What my regions were told last.

import {html} from "../vendor/htm-preact.js";
import {Empty, Linked, Name, Pill, Read} from "./parts.js";
import {useReading} from "./reading.js";
import {go, withParams} from "./route.js";
import {language, moment, t} from "./words.js";

const EVERY_MS = 120_000;
/** What the beginning of a line makes of it. */
const KINDS = {"- ": "item", "  ": "beneath"};

/** @param {{route: import("./route.js").Route}} props */
export function Digests({route}) {
  const reading = useReading("/digests", EVERY_MS);
  return html`<header class="head"><h1>${t("nav.digest")}</h1></header>
    <${Read} reading=${reading} lines=${10}>${({digests}) => digests.length
      ? html`<${Shown} digests=${digests} key_=${route.params.get("d")} />`
      : html`<${Empty} title=${t("digest.empty")}>${t("digest.empty.next")}<//>`}<//>`;
}

function Shown({digests, key_: chosen}) {
  const newest = [...new Map(digests.toReversed().map((one) => [one.place, one])).values()]
    .sort((one, other) => one.place.localeCompare(other.place));
  const one = digests.find((other) => other.key === chosen) ??
    newest.find((other) => other.language === language()) ?? newest[0];
  const earlier = digests.filter((other) => other.place === one.place);
  return html`
    <nav class="tabs" aria-label=${t("digest.places")}>${newest.map((other) => html`
      <a key=${other.key} href=${withParams({d: other.key})} aria-current=${other.place === one.place ? "page" : null}>
        <bdi>${other.place}</bdi></a>`)}</nav>
    <article class="card digest">
      <h2 dir="auto">${one.subject}</h2>
      <p class="hint"><${Name}>${moment(one.at)}<//> · <bdi>${one.language}</bdi>
        ${!one.sent && html` <${Pill} tone="open">${t("digest.unsent")}<//>`}
        ${earlier.length > 1 && html` <label class="row"><span>${t("digest.earlier")}</span>
          <select value=${one.key} onChange=${(event) => go(withParams({d: event.target.value}), true)}>
            ${earlier.map((other) => html`<option key=${other.key} value=${other.key}>${moment(other.at)}</option>`)}</select></label>`}</p>
      <div class="body" lang=${one.language} dir="auto">${blocks(one).map((block, place) => html`
        <section key=${place}>${block.heading && html`<h3>${block.heading}</h3>`}
          ${block.lines.map((line, row) => html`
            <p key=${row} class=${KINDS[line.slice(0, 2)] ?? ""} dir="auto"><${Linked} text=${line.replace(/^- /, "").trim()} /></p>`)}
        </section>`)}</div>
    </article>`;
}

/** Paragraphs of a digest, each with its heading; the subject is not said twice. */
function blocks({subject, text}) {
  const lines = text.split("\n");
  const said = lines[0] === subject ? lines.slice(1).filter((line) => !/^=+$/.test(line)) : lines;
  return said.join("\n").split(/\n{2,}/).filter((block) => block.trim()).map((block) => {
    const [first, ...rest] = block.split("\n").filter((line) => line.trim());
    const titled = rest.length > 0 && !KINDS[first.slice(0, 2)] && Boolean(KINDS[rest[0].slice(0, 2)]);
    return titled ? {heading: first, lines: rest} : {heading: "", lines: [first, ...rest]};
  });
}
