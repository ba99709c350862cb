// Begins: the reader's language, who they are, then the page.

import {html, render, useEffect, useState} from "../vendor/htm-preact.js";
import {forget, happenings, read, send} from "./api.js";
import {Approvals} from "./approvals.js";
import {Ask} from "./ask.js";
import {Cases} from "./cases.js";
import {DataQuality} from "./data_quality.js";
import {Digests} from "./digests.js";
import {EvidenceDrawer} from "./evidence.js";
import {Frame} from "./frame.js";
import {Problem, Skeleton} from "./parts.js";
import {go, useRoute} from "./route.js";
import {SignIn} from "./sign_in.js";
import {firstLanguage, speak} from "./words.js";

const SECTIONS = {ask: Ask, cases: Cases, approvals: Approvals, digest: Digests, data: DataQuality};

function Page() {
  const [me, setMe] = useState(undefined);
  const [failure, setFailure] = useState(null);
  const [, setLanguage] = useState("");
  const route = useRoute();
  const look = async () => {
    setFailure(null);
    try {
      setMe(await read("/me"));
    } catch (problem) {
      if (problem.status === 401) setMe(null);
      else setFailure(problem);
    }
  };
  useEffect(() => {
    look();
    const out = () => {
      forget();
      setMe(null);
    };
    happenings.addEventListener("signed-out", out);
    return () => happenings.removeEventListener("signed-out", out);
  }, []);
  const onLanguage = async (wished) => {
    await speak(wished);
    setLanguage(wished);
  };
  if (failure) return html`<main class="alone"><${Problem} failure=${failure} again=${look} /></main>`;
  if (me === undefined) return html`<main class="alone"><${Skeleton} /></main>`;
  if (me === null) return html`<${SignIn} onSigned=${look} onLanguage=${onLanguage} />`;
  const Section = SECTIONS[route.section];
  const shown = route.params.get("e");
  return html`<${Frame} me=${me} route=${route} onLanguage=${onLanguage}>
      <${Section} key=${route.section} me=${me} route=${route} />
    <//>
    ${shown && html`<${EvidenceDrawer} key=${shown} id=${shown} />`}`;
}

/** A link may carry a key for one sign-in; it leaves the address at once. */
async function signInByLink() {
  const key = /^#key=(.+)$/.exec(location.hash)?.[1];
  if (!key) return;
  go("#/", true);
  await send("POST", "/session", {key: decodeURIComponent(key)}).catch(() => {});
}

document.documentElement.dataset.theme = localStorage.getItem("andon.theme") ?? "auto";
await speak(firstLanguage());
await signInByLink();
render(html`<${Page} />`, document.getElementById("page"));
