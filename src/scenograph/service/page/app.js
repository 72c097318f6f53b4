// The page as a whole: its header, which view is shown, the key, and what survives a reload.

import { call, doorbell, hasKey, setKey } from "./api.js";
import { Conversation, restyled } from "./conversation.js";
import { Editor } from "./editor.js";
import { forever, html, keep, kept, render, Shared, thisTab, useCallback, useEffect, useRef, useState } from "./html.js";
import { Atlas } from "./map.js";
import { Crystal, Memory } from "./memory.js";
import { LANGUAGES, preferred, translator } from "./texts.js";

const KEPT = 50; // turns that survive a reload, in this tab alone
const THEMES = ["auto", "light", "dark"];

/** The address after `#`: `/crystal/3/edit` → ["crystal", "3", "edit"]. */
function address() {
  const [view = "", id, more] = location.hash.replace(/^#\/?/, "").split("/");
  if (view === "crystal" && /^\d{1,18}$/.test(id ?? "")) return { view: more === "edit" ? "edit" : "crystal", id };
  return { view: ["memory", "map"].includes(view) ? view : "conversation" };
}

function KeyForm({ t, wrong, given }) {
  const [value, setValue] = useState("");
  const field = useRef(null);
  useEffect(() => field.current?.focus(), []);
  return html`<main id="main" class="key" tabindex="-1">
    <h1>${t("key-title")}</h1>
    <p>${t("key-about")}</p>
    ${wrong && html`<p class="refusal" role="alert">${t("key-wrong")}</p>`}
    <form onSubmit=${(event) => (event.preventDefault(), value.trim() && given(value.trim()))}>
      <label for="key">${t("key")}</label>
      <div class="row">
        <input id="key" ref=${field} type="password" autocomplete="off" value=${value} onInput=${(event) => setValue(event.target.value)} />
        <button type="submit" class="main">${t("key-use")}</button>
      </div>
    </form>
  </main>`;
}

function App() {
  const [language, setLanguage] = useState(kept(forever, "language", preferred()));
  const [theme, setTheme] = useState(kept(forever, "theme", "auto"));
  const [mind, setMind] = useState(null);
  const [refused, setRefused] = useState("");
  const [asksKey, setAsksKey] = useState(null);
  const [where, setWhere] = useState(address());
  const [turns, setTurns] = useState(kept(thisTab, "turns", []));
  const [settings, setSettings] = useState({ mode: "chat", style: "plain", speaker: "", ...kept(thisTab, "settings", {}) });
  const [search, setSearch] = useState({ text: "", by: "meaning", at: "" });
  const [news, setNews] = useState("");
  const [notice, setNotice] = useState("");
  const first = useRef(true);
  const t = translator(language);
  const announce = useCallback((text) => {
    setNews("");
    setTimeout(() => setNews(text), 50);
  }, []);

  const start = async () => {
    setRefused("");
    try {
      const found = await call("mind");
      setMind(found);
      setAsksKey(null);
      setSettings((was) => (found.styles.includes(was.style) ? was : { ...was, style: "plain" }));
    } catch (error) {
      if (error.status !== 401) setRefused(error.message || t("unreachable"));
    }
  };
  useEffect(() => {
    const ring = () => {
      setAsksKey(hasKey() ? "wrong" : "none");
      setKey("");
    };
    const moved = () => setWhere(address());
    doorbell.addEventListener("key", ring);
    window.addEventListener("hashchange", moved);
    start();
    return () => {
      doorbell.removeEventListener("key", ring);
      window.removeEventListener("hashchange", moved);
    };
  }, []);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  useEffect(() => keep(thisTab, "turns", turns.filter((it) => !it.waits).slice(-KEPT)), [turns]);
  useEffect(() => keep(thisTab, "settings", settings), [settings]);
  useEffect(() => {
    const named = t(where.view === "crystal" || where.view === "edit" ? "crystal" : where.view, { id: where.id });
    document.title = `${named} · ${mind?.mind ?? "Scenograph"}`;
    if (first.current) first.current = false;
    else document.getElementById("main")?.focus();
  }, [where.view, where.id]);

  const go = (hash) => {
    location.hash = hash;
  };
  const choose = async (style) => {
    setSettings({ ...settings, style });
    if (!turns.length) return;
    announce(t("restyling"));
    try {
      const changed = await restyled(turns, style);
      setTurns((now) => now.map((it) => changed.find((other) => other.id === it.id) ?? it));
      announce(t("restyled", { style: t.style(style) }));
    } catch (error) {
      announce(error.message || t("unreachable"));
    }
  };
  const corrected = ({ old, crystal, scene, isNew }) => {
    setTurns((all) =>
      all.map((turn) =>
        turn.scenes?.some((it) => it.crystal === old)
          ? {
              ...turn,
              scenes: turn.scenes.map((it) => (it.crystal === old ? { notation: scene, crystal } : it)),
              stored: turn.stored.map((it) => (it.crystal === old ? { ...it, crystal } : it)),
            }
          : turn,
      ),
    );
    setNotice(t(isNew ? "given" : "corrected", { old, id: crystal }));
    go(`#/crystal/${crystal}`);
  };
  useEffect(() => {
    if (where.view !== "crystal") setNotice("");
  }, [where.view]);

  const views = {
    conversation: () => html`<${Conversation} turns=${turns} setTurns=${setTurns} settings=${settings} setSettings=${setSettings} />`,
    memory: () => html`<${Memory} search=${search} setSearch=${setSearch} />`,
    map: () => html`<${Atlas} />`,
    crystal: () => html`<${Crystal} key=${where.id} id=${where.id} />`,
    edit: () => html`<${Editor} key=${where.id} id=${where.id} corrected=${corrected} />`,
  };
  const main = asksKey
    ? html`<${KeyForm} key=${asksKey} t=${t} wrong=${asksKey === "wrong"} given=${(value) => (setKey(value), start())} />`
    : mind
      ? views[where.view]()
      : html`<main id="main" tabindex="-1"><h1 class="unseen">Scenograph</h1>
          ${refused ? html`<p class="refusal" role="alert">${refused}</p><button type="button" onClick=${start}>${t("again-please")}</button>` : html`<p class="quiet">${t("waiting")}</p>`}</main>`;
  const styles = mind?.styles ?? [];
  return html`<${Shared.Provider} value=${{ t, announce }}>
    <a class="skip" href="#main" onClick=${(event) => (event.preventDefault(), document.getElementById("main")?.focus())}>${t("skip")}</a>
    <header>
      <a class="brand" href="#/"><img src="page/icon.svg" alt="" width="24" height="24" /> <span>${mind?.mind ?? "Scenograph"}</span></a>
      ${mind &&
      html`<nav aria-label=${t("views")}>
        ${[["conversation", "#/"], ["memory", "#/memory"], ["map", "#/map"]].map(
          ([view, href]) => html`<a href=${href} aria-current=${where.view === view ? "page" : undefined}>${t(view)}</a>`,
        )}
      </nav>`}
      <div class="settings">
        ${styles.length > 1 &&
        html`<label>${t("voice")} <select value=${settings.style} onChange=${(event) => choose(event.target.value)}>
          ${styles.map((it) => html`<option value=${it}>${t.style(it)}</option>`)}
        </select></label>`}
        <label><span class="unseen">${t("theme")}</span><select value=${theme} onChange=${(event) => (setTheme(event.target.value), keep(forever, "theme", event.target.value))}>
          ${THEMES.map((it) => html`<option value=${it}>${t(`theme-${it}`)}</option>`)}
        </select></label>
        <div class="choices" role="group" aria-label=${t("language")}>
          ${Object.entries(LANGUAGES).map(
            ([code, name]) => html`<button type="button" lang=${code} aria-label=${name} aria-pressed=${String(language === code)}
              onClick=${() => (setLanguage(code), keep(forever, "language", code))}>${code.toUpperCase()}</button>`,
          )}
        </div>
      </div>
    </header>
    ${notice && html`<p class="notice" role="status">${notice}</p>`}
    ${main}
    <div class="unseen" role="status" aria-live="polite">${news}</div>
  <//>`;
}

render(html`<${App} />`, document.getElementById("app"));
