// An answer: the verdict, what it rests on, what was ruled out, what it leaves open.

import {html} from "../vendor/htm-preact.js";
import {followedRun} from "./follow.js";
import {Candidates} from "./candidates.js";
import {Chart} from "./chart.js";
import {Citations, Copy, Icon, Linked, Name, Pill, Unseen} from "./parts.js";
import {Notes, Tasks} from "./progress.js";
import {useReading} from "./reading.js";
import {link} from "./route.js";
import {day, number, plain, seconds, sentence, t, term} from "./words.js";

const MARKS = {supported: "check", not_supported: "cross", undetermined: "question"};
const GOOD = new Set(["cause_found", "effective"]);
const BAD = new Set(["not_effective"]);
const ENDS = /[\s.。!！?？]+$/;

/** @param {{answer: object, runId: string, ask: ((text: string) => void)|null}} props */
export function Answer({answer, runId, ask}) {
  const questions = new Set(answer.questions.map((one) => one.text));
  const lines = answer.text.split("\n").filter((line) => line.trim() && !questions.has(line.trim()));
  const unsaid = answer.findings.filter((one) => !lines.some((line) => holds(one, line)));
  return html`<section class="answer ${answer.outcome}" aria-label=${t("answer.title")}>
    <${Verdict} answer=${answer} />
    <div class="text" lang=${answer.language} dir="auto">
      ${lines.map((line, place) => html`<${Line} key=${place} line=${line} findings=${answer.findings} />`)}
      ${lines.length > 0 && unsaid.length > 0 && html`<h3>${t("answer.figures")}</h3>`}
      ${unsaid.map((one) => html`<${Claim} key=${one.id} verdict=${one.verdict} text=${one.claim} findings=${[one]} cited=${one.evidence} />`)}
    </div>
    <${Refusal} refusal=${answer.refusal} text=${answer.text} />
    <${Questions} questions=${answer.questions} ask=${ask} />
    ${answer.cause?.ranked_causes.length > 0
      ? html`<${Candidates} causes=${answer.cause.ranked_causes} />`
      : html`<${Picture} answer=${answer} />`}
    <${Proposals} proposals=${answer.proposals} />
    <${More} answer=${answer} runId=${runId} />
    <${Foot} answer=${answer} />
  </section>`;
}

function Verdict({answer}) {
  const told = answer.outcome === "answered" || answer.outcome === "partial";
  const [group, verdict] = told && answer.cause ? ["cause", answer.cause.verdict]
    : told && answer.effect ? ["fix", answer.effect.verdict] : ["outcome", answer.outcome];
  if (group === "outcome" && verdict === "answered") return null;
  const tone = GOOD.has(verdict) ? "good" : BAD.has(verdict) || verdict === "failed" ? "bad" : "open";
  return html`<p class="verdict ${tone}">
    ${group !== "outcome" && html`<${Pill} tone=${tone}>${term(`${group}_verdict`, verdict)}<//>`}
    <strong>${sentence(group, verdict)}</strong></p>`;
}

const holds = (finding, line) => {
  const words = finding.claim.replace(ENDS, "");
  return words !== "" && line.includes(words);
};

function Line({line, findings}) {
  const held = findings.filter((one) => holds(one, line));
  return html`<${Claim} verdict=${held.length === 1 ? held[0].verdict : ""} text=${line} findings=${held} cited=${[]} />`;
}

function Claim({verdict, text, findings, cited}) {
  const counts = findings
    .filter((one) => one.numerator !== null && one.denominator !== null)
    .filter((one) => !text.includes(number(one.numerator)) || !text.includes(number(one.denominator)));
  return html`<p class="claim ${verdict}">
    ${verdict && html`<span class="mark"><${Icon} name=${MARKS[verdict]} /><${Unseen}>${term("verdict", verdict)}: <//></span>`}
    <span dir="auto"><${Linked} text=${text.trim()} />
      ${cited.length > 0 && html` <${Citations} ids=${cited} />`}
      ${counts.map((one) => html` <span key=${one.id} class="counts"><${Name}>${t("answer.counts", {part: number(one.numerator), whole: number(one.denominator)})}<//></span>`)}</span>
  </p>`;
}

function Refusal({refusal, text}) {
  if (!refusal) return null;
  return html`<div class="refusal" dir="auto">
    ${!text.includes(refusal.reason) && html`<p>${refusal.reason}</p>`}
    ${refusal.request_route && !text.includes(refusal.request_route) && html`
      <p><span class="lead">${t("answer.instead")}</span> ${refusal.request_route}</p>`}</div>`;
}

/** What has to be said first: each ready answer is a button. */
const Questions = ({questions, ask}) => questions.map((one) => html`
  <fieldset key=${one.id} class="choices"><legend dir="auto">${one.text}</legend>
    ${one.options.map((option) => html`<button key=${option} type="button" disabled=${!ask}
      onClick=${() => ask(option)}><bdi>${option}</bdi></button>`)}
  </fieldset>`);

/** The first picture of what is cited, with its evidence to open. */
function Picture({answer}) {
  const id = /E-[A-Z2-7]{10}/.exec(answer.text)?.[0] ?? answer.findings[0]?.evidence[0];
  const evidence = useReading(id ? `/evidence/${id}` : null).data;
  if (!evidence?.chart) return null;
  return html`<${Chart} id=${id} summary=${evidence.summary}><${Citations} ids=${[id]} /><//>`;
}

const Proposals = ({proposals}) => proposals.length > 0 && html`
  <div class="waiting"><h3>${t("answer.proposals")}</h3>
    <ul>${proposals.map((one) => html`<li key=${one.id}><a href=${link("approvals", one.id)}>
      <strong>${t(`kind.${one.kind}`)}</strong> <${Name}>${one.id}<//></a>
      <${Pill}>${t(`state.${one.state}`)}<//>
      <span class="hint">${t("approvals.by", {roles: one.approvers.map(plain).join(", ")})}</span></li>`)}</ul></div>`;

/** Hypotheses, limits and how it was found: folded, for those who want to know. */
function More({answer, runId}) {
  const limits = answer.limits.filter((one) => !answer.text.includes(one));
  const run = followedRun(runId)?.state;
  const tasks = run?.tasks.length ? run.tasks
    : answer.plan.tasks.map((one) => ({...one, state: "done", looks: []}));
  return html`
    ${limits.length > 0 && html`<details class="limits" open=${limits.length <= 3}>
      <summary>${t("answer.limits", {n: limits.length})}</summary>
      <ul>${limits.map((one) => html`<li key=${one} dir="auto">${one}</li>`)}</ul></details>`}
    ${answer.hypotheses.length > 0 && html`<details>
      <summary>${t("answer.ledger", {n: answer.hypotheses.length})}</summary>
      <${Ledger} hypotheses=${answer.hypotheses} /></details>`}
    <details><summary>${t("answer.how")}</summary>
      <${Tasks} tasks=${tasks} />${run && html`<${Notes} notes=${run.notes} />`}
      <dl class="fields short">${[
        ["versions.hub", answer.versions.hub_commit], ["versions.policy", answer.versions.policy],
        ["versions.code", answer.versions.code], ["versions.library", answer.versions.library],
        ["answer.run", answer.run_id], ["answer.thread", answer.thread_id],
      ].filter(([, value]) => value).map(([key, value]) => html`
        <div key=${key}><dt>${t(key)}</dt><dd><${Name}>${value}<//></dd></div>`)}</dl></details>`;
}

/** Hypotheses with what the tests made of each. @param {{hypotheses: object[]}} props */
export const Ledger = ({hypotheses}) => html`
  <ul class="ledger">${hypotheses.map((one, place) => html`<li key=${place} class=${one.status}>
    <${Icon} name=${{supported: "check", refuted: "cross", untested: "dot"}[one.status]} />
    <span><strong>${term("hypothesis_status", one.status)}</strong> · ${term("branch", one.branch)} ·
      <span dir="auto"> ${one.statement}</span> <${Citations} ids=${one.evidence} /></span></li>`)}</ul>`;

function Foot({answer}) {
  const deciders = [...new Set([answer.decided_by.plan, answer.decided_by.step, answer.decided_by.write])];
  return html`<footer class="foot">
    <span>${t("answer.as_of")} <${Name}>${day(answer.as_of)}<//></span>
    <span>${t("answer.decided", {by: deciders.map((one) => term("decider", one)).join(", ")})}</span>
    <span>${t("answer.looks", {n: answer.cost.tool_calls})}</span>
    <span>${seconds(answer.cost.seconds)}</span>
    <${Copy} text=${answer.text}>${t("answer.copy")}<//>
  </footer>`;
}
