// The frame around everything: where one can go, who one is, and whether the server is there.

import {html, useEffect, useState} from "../vendor/htm-preact.js";
import {forget, happenings, isOnline, knock, send} from "./api.js";
import {Conversations} from "./conversations.js";
import {Dialog, Icon, Name, Unseen} from "./parts.js";
import {useReading} from "./reading.js";
import {link} from "./route.js";
import {languages, language, t} from "./words.js";

const KNOCK_MS = 4000;
const LOOK_MS = 60_000;
const THEMES = ["auto", "light", "dark"];

/** Sections with what waits in them. */
function Sections({at, waiting}) {
  return html`<nav class="sections" aria-label=${t("nav.sections")}>
    ${["ask", "cases", "approvals", "digest", "data"].map((name) => html`
      <a key=${name} href=${link(name)} aria-current=${at === name ? "page" : null}>
        <${Icon} name=${name} /><span>${t(`nav.${name}`)}</span>
        ${name === "approvals" && waiting > 0 && html`
          <span class="count"><bdi>${waiting}</bdi><${Unseen}>${t("nav.waiting")}<//></span>`}
      </a>`)}
  </nav>`;
}

/** Language, light, and the way out. */
function Settings({me, onLanguage}) {
  const [theme, setTheme] = useState(localStorage.getItem("andon.theme") ?? "auto");
  useEffect(() => {
    localStorage.setItem("andon.theme", theme);
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const leave = async () => {
    await send("DELETE", "/session").catch(() => {});
    forget();
    happenings.dispatchEvent(new Event("signed-out"));
  };
  return html`<div class="settings">
    <label><span>${t("settings.language")}</span>
      <select name="language" value=${language()} onChange=${(event) => onLanguage(event.target.value)}>
        ${Object.entries(languages()).map(([code, name]) => html`
          <option key=${code} value=${code} lang=${code}>${name}</option>`)}
      </select></label>
    <label><span>${t("settings.theme")}</span>
      <select name="theme" value=${theme} onChange=${(event) => setTheme(event.target.value)}>
        ${THEMES.map((one) => html`<option key=${one} value=${one}>${t(`theme.${one}`)}</option>`)}
      </select></label>
    <p class="who"><span><${Name}>${me.id}<//> · ${me.regions.includes("*") ? t("regions.all") : html`<bdi>${me.regions.join(", ")}</bdi>`}</span>
      <button type="button" class="quiet" onClick=${leave}>${t("sign.out")}</button></p>
  </div>`;
}

/** Says when the server cannot be reached, and looks for it. */
function Network() {
  const [online, setOnline] = useState(isOnline());
  useEffect(() => {
    const changed = () => setOnline(isOnline());
    happenings.addEventListener("network", changed);
    addEventListener("offline", knock);
    addEventListener("online", knock);
    return () => {
      happenings.removeEventListener("network", changed);
      removeEventListener("offline", knock);
      removeEventListener("online", knock);
    };
  }, []);
  useEffect(() => {
    const timer = online ? 0 : setInterval(knock, KNOCK_MS);
    return () => clearInterval(timer);
  }, [online]);
  return html`<div role="status" class="network">${!online && html`<p>${t("offline.banner")}</p>`}</div>`;
}

/** @param {{me: object, route: import("./route.js").Route, onLanguage: (l: string) => void}} props */
export function Frame({me, route, onLanguage, children}) {
  const [menu, setMenu] = useState(false);
  const waiting = useReading("/proposals?state=waiting", LOOK_MS).data?.proposals
    .filter((one) => one.mine).length ?? 0;
  useEffect(() => setMenu(false), [location.hash]);
  useEffect(() => {
    document.title = `${t(`nav.${route.section}`)} · Andon`;
  }, [route.section, language()]);
  const side = html`
    <${Conversations} open=${route.section === "ask" ? route.id : ""} />
    <${Settings} me=${me} onLanguage=${onLanguage} />`;
  return html`
    <a class="skip" href="#main" onClick=${(event) => {
      event.preventDefault();
      document.getElementById("main").focus();
    }}>${t("nav.skip")}</a>
    <div class="frame"><div class="column">
      <header class="top">
        <a class="brand" href=${link("ask")}><img src="/static/icon.svg" alt="" width="22" height="22" /><span>Andon</span></a>
        ${me.demo && html`<span class="demo">${t("demo")}</span>`}
        <button type="button" class="quiet menu" aria-haspopup="dialog" onClick=${() => setMenu(true)}>
          <${Icon} name="menu" /><${Unseen}>${t("nav.menu")}<//></button>
      </header>
      <${Sections} at=${route.section} waiting=${waiting} />
      <aside class="side">${side}</aside></div>
      <main id="main" tabindex="-1" class=${route.section}><${Network} />${children}</main>
    </div>
    ${menu && html`<${Dialog} label=${t("nav.menu")} kind="drawer start" onClose=${() => setMenu(false)}>
      <div class="drawer-head"><h2>${t("nav.menu")}</h2>
        <button type="button" class="quiet" onClick=${() => setMenu(false)}>
          <${Icon} name="close" /><${Unseen}>${t("close")}<//></button></div>
      ${side}<//>`}`;
}
