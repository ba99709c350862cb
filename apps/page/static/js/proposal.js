// One proposal: exactly what would be done, and a person's yes or no to exactly that.

import {html, useEffect, useRef, useState} from "../vendor/htm-preact.js";
import {send} from "./api.js";
import {TONES} from "./approvals.js";
import {Citations, Dialog, Icon, Name, Pill, Problem, Read} from "./parts.js";
import {useReading} from "./reading.js";
import {link} from "./route.js";
import {Fields, Whole} from "./values.js";
import {ago, moment, plain, t} from "./words.js";

const LOOK_MS = 1500;
const HASH_SHOWN = 12;
/** States after which nothing more comes by itself. */
const OVER = new Set(["executed", "rejected", "expired", "failed"]);

/** @param {{id: string, me: object}} props */
export function ProposalView({id, me}) {
  const [decided, setDecided] = useState(false);
  const reading = useReading(`/proposals/${id}`, decided ? LOOK_MS : 0);
  useEffect(() => {
    if (decided && OVER.has(reading.data?.state)) setDecided(false);
  }, [decided, reading.data?.state]);
  const done = async () => {
    await reading.again();
    setDecided(true);
  };
  return html`<p class="back"><a href=${link("approvals")}>${t("nav.approvals")}</a></p>
    <${Read} reading=${reading} lines=${10}>${(one) => html`<${Shown} one=${stated(one)} me=${me} done=${done} />`}<//>`;
}

/** With the state that it really has: what ran out cannot be approved any more. */
const stated = (one) => (one.state === "proposed" && one.progress === "expired" ? {...one, state: "expired"} : one);

function Shown({one, me, done}) {
  const [asking, setAsking] = useState(null);
  return html`<header class="head"><div><h1>${t(`kind.${one.kind}`)} <${Name}>${one.id}<//></h1>
      <${Progress} one=${one} /></div></header>
    <p class="risk"><${Icon} name="warn" /><strong>${t("proposal.risk")}</strong> <span dir="auto">${one.risk}</span></p>
    <dl class="fields short">
      <div><dt>${t("proposal.by")}</dt><dd><${Name}>${one.proposed_by}<//> ${one.proposed_at && html`<${Name}>${moment(one.proposed_at)}<//>`}</dd></div>
      ${one.case_id && html`<div><dt>${t("proposal.case")}</dt><dd><a href=${link("cases", one.case_id)}><${Name}>${one.case_id}<//></a></dd></div>`}
      <div><dt>${t("proposal.approvers")}</dt><dd>${one.approvers.map(plain).join(", ")} ${one.needed > 1 && t("proposal.needed", {n: one.needed})}</dd></div>
      <div><dt>${t("proposal.expires")}</dt><dd><${Name}>${moment(one.expires_at)}<//> (${ago(one.expires_at, new Date())})</dd></div>
      ${one.evidence.length > 0 && html`<div><dt>${t("case.evidence")}</dt><dd><${Citations} ids=${one.evidence} /></dd></div>`}
      <div><dt>${t("proposal.hash")}</dt><dd><bdi class="hash" translate=${false}>${one.sha256.slice(0, HASH_SHOWN)}…</bdi></dd></div>
    </dl>
    <${Payload} payload=${one.payload} />
    <${History} one=${one} />
    <div class="decide">${one.mine
      ? html`<button type="button" class="primary" onClick=${() => setAsking("approve")}>${t("proposal.approve")}</button>
        <button type="button" class="danger" onClick=${() => setAsking("reject")}>${t("proposal.reject")}</button>
        <span class="hint">${t("proposal.exactly")}</span>`
      : html`<p class="hint"><${Icon} name="dot" />${one.state === "proposed"
          ? me.roles.some((role) => one.approvers.includes(role))
            ? html`<span dir="auto">${one.why_not}</span>`
            : t("proposal.not_you", {roles: one.approvers.map(plain).join(", ")})
          : t(`proposal.over.${one.state}`)}</p>`}</div>
    ${asking && html`<${Confirm} one=${one} decision=${asking} onClose=${() => setAsking(null)}
      done=${() => { setAsking(null); done(); }} />`}`;
}

/** proposed → approved → executed, with where it stands. */
function Progress({one}) {
  const yes = one.rulings.filter((ruling) => ruling.decision === "approve").length;
  return html`<p class="stages" role="status">
    <${Pill} tone=${TONES[one.state]}>${t(`state.${one.state}`)}<//>
    ${one.state === "proposed" && html`<span>${t("proposal.counted", {yes, needed: one.needed})}</span>`}
    ${one.state === "approved" && html`<span><span class="spinner" aria-hidden="true"></span> ${t("proposal.executing")}</span>`}
    ${["approved", "failed", "rejected"].includes(one.state) && html`<span class="hint" dir="auto">${one.progress}</span>`}</p>`;
}

/** Everything that would be done; letters as they will go. */
function Payload({payload}) {
  const {letter, letters, ...rest} = payload;
  return html`<section class="card payload"><h2>${t("proposal.payload")}</h2>
    <${Whole.Provider} value=${true}><${Fields} of=${rest} /><//>
    ${letter && html`<${Letter} letter=${letter} />`}
    ${letters && Object.entries(letters).map(([to, one]) => html`<${Letter} key=${to} to=${to} letter=${one} />`)}
  </section>`;
}

const Letter = ({letter, to}) => html`
  <article class="letter" lang=${letter.language}>
    <header>${to && html`<span><i>${t("letter.to")}</i> <${Name}>${to}<//></span>`}
      <span><i>${t("letter.language")}</i> <bdi>${letter.language}</bdi></span>
      <strong dir="auto">${letter.subject}</strong></header>
    <div class="body" dir="auto">${letter.text}</div></article>`;

const History = ({one}) => one.rulings.length + one.attempts.length > 0 && html`
  <section class="card"><h2>${t("proposal.history")}</h2><ul class="plain">
    ${one.rulings.map((ruling) => html`<li key=${ruling.at + ruling.by}><${Name}>${moment(ruling.at)}<//>
      <${Name}>${ruling.by}<//> (${plain(ruling.role)}): <strong>${t(`ruling.${ruling.decision}`)}</strong> <span dir="auto">${ruling.reason}</span></li>`)}
    ${one.attempts.map((attempt) => html`<li key=${attempt.at + attempt.number}><${Name}>${moment(attempt.at)}<//>
      ${t(`attempt.${attempt.outcome}`)} <span dir="auto">${attempt.detail}</span></li>`)}</ul></section>`;

/** The step between the button and the deed. */
function Confirm({one, decision, onClose, done}) {
  const [failure, setFailure] = useState(null);
  const [busy, setBusy] = useState(false);
  const reason = useRef(null);
  const decide = async (event) => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    try {
      await send("POST", `/proposals/${one.id}/${decision}`, {sha256: one.sha256, reason: reason.current.value.trim()});
      done();
    } catch (problem) {
      setFailure(problem);
      setBusy(false);
    }
  };
  const no = decision === "reject";
  return html`<${Dialog} label=${t(`confirm.${decision}`)} kind="confirm" onClose=${onClose}>
    <form onSubmit=${decide}>
      <h2>${t(`confirm.${decision}`)}</h2>
      <p><strong>${t(`kind.${one.kind}`)}</strong> <${Name}>${one.id}<//></p>
      <p>${t(`confirm.${decision}.says`)} <bdi class="hash" translate=${false}>${one.sha256.slice(0, HASH_SHOWN)}…</bdi></p>
      <label><span>${t(no ? "confirm.reason" : "confirm.reason.optional")}</span>
        <textarea ref=${reason} rows="3" dir="auto" required=${no} maxlength="2000"></textarea></label>
      ${failure && html`<${Problem} failure=${failure} />`}
      <p class="actions"><button class=${no ? "danger" : "primary"} disabled=${busy}>${t(`confirm.${decision}.do`)}</button>
        <button type="button" onClick=${onClose}>${t("cancel")}</button></p>
    </form><//>`;
}
