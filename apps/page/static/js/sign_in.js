// Asks for the key of whoever has no session.

import {html, useState} from "../vendor/htm-preact.js";
import {send} from "./api.js";
import {Problem} from "./parts.js";
import {language, languages, t} from "./words.js";

/** @param {{onSigned: () => void, onLanguage: (language: string) => void}} props */
export function SignIn({onSigned, onLanguage}) {
  const [failure, setFailure] = useState(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    const key = new FormData(event.currentTarget).get("key").trim();
    setBusy(true);
    setFailure(null);
    try {
      await send("POST", "/session", {key});
      onSigned();
    } catch (problem) {
      setFailure(problem);
      setBusy(false);
    }
  };
  return html`<main class="alone">
    <form class="card sign-in" onSubmit=${submit}>
      <img src="/static/icon.svg" alt="" width="40" height="40" />
      <h1>${t("sign.title")}</h1>
      <p>${t("sign.says")}</p>
      <label><span>${t("sign.key")}</span>
        <input name="key" type="password" required autocomplete="current-password" spellcheck=${false}
          dir="ltr" placeholder="andon_…" /></label>
      ${failure && html`<${Problem} failure=${failure} />`}
      <button class="primary" disabled=${busy}>${t("sign.in")}</button>
      <p class="hint">${t("sign.how")} <code dir="ltr">andon keys add</code></p>
      <label class="row"><span>${t("settings.language")}</span>
        <select value=${language()} onChange=${(event) => onLanguage(event.target.value)}>
          ${Object.entries(languages()).map(([code, name]) => html`
            <option key=${code} value=${code} lang=${code}>${name}</option>`)}
        </select></label>
    </form>
  </main>`;
}
