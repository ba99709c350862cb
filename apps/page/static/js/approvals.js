// What waits for a person's word, one's own first.

import {html} from "../vendor/htm-preact.js";
import {Empty, Icon, Name, Pill, Read} from "./parts.js";
import {ProposalView} from "./proposal.js";
import {useReading} from "./reading.js";
import {go, link, withParams} from "./route.js";
import {ago, plain, t} from "./words.js";

const EVERY_MS = 30_000;
export const TONES = {executed: "good", rejected: "", expired: "", failed: "bad", approved: "open", proposed: "open"};

/** @param {{me: object, route: import("./route.js").Route}} props */
export function Approvals({me, route}) {
  return route.id ? html`<${ProposalView} key=${route.id} id=${route.id} me=${me} />`
    : html`<${List} all=${route.params.get("state") === "all"} />`;
}

function List({all}) {
  const reading = useReading(`/proposals?state=${all ? "all" : "waiting"}`, EVERY_MS);
  return html`<header class="head"><h1>${t("nav.approvals")}</h1>
      <form class="filters"><label class="row"><input type="checkbox" checked=${all}
        onChange=${(event) => go(withParams({state: event.target.checked ? "all" : null}), true)} />
        <span>${t("approvals.all")}</span></label></form></header>
    <${Read} reading=${reading} lines=${6}>${({proposals}) => html`
      <${Group} title=${t("approvals.mine")} of=${proposals.filter((one) => one.mine)} />
      <${Group} title=${t("approvals.others")} of=${proposals.filter((one) => !one.mine && one.state === "proposed")} />
      <${Group} title=${t("approvals.decided")} of=${proposals.filter((one) => !one.mine && one.state !== "proposed")} />
      ${!proposals.length && html`<${Empty} title=${t("approvals.empty")}>${t("approvals.empty.next")}<//>`}`}<//>`;
}

const Group = ({title, of}) => of.length > 0 && html`
  <section class="group"><h2>${title} <small><bdi>${of.length}</bdi></small></h2>
    <ul class="board proposals">${of.map((one) => html`<li key=${one.id}><a href=${link("approvals", one.id)}>
      <span class="what"><strong>${t(`kind.${one.kind}`)}</strong>
        <span class="hint" dir="auto">${target(one)}</span></span>
      <${Name}>${one.id}<//>
      <${Pill} tone=${TONES[one.state]}>${t(`state.${one.state}`)}<//>
      <span class="roles">${one.approvers.map(plain).join(", ")}</span>
      <span class="due">${one.state === "proposed" && html`<${Icon} name="clock" />${t("approvals.expires", {when: ago(one.expires_at, new Date())})}`}</span>
    </a></li>`)}</ul></section>`;

/** What it is about, in names. */
function target({payload, case_id: caseId}) {
  const names = [payload.supplier_id, payload.part_id, payload.recipe_id, payload.sites?.join(", "), payload.country, caseId ?? payload.case_id];
  return names.filter(Boolean).join(" · ");
}
