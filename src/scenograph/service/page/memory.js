// The memory: search by meaning or by words, and one crystal with all that is known of it.

import { call } from "./api.js";
import { html, Shared, useContext, useEffect, useRef, useState } from "./html.js";
import { Scene } from "./scene.js";
import { Resonance } from "./why.js";
import { origin, Sentence } from "./words.js";

const MOST = 20;

function Hit({ hit }) {
  const { t } = useContext(Shared);
  const [isOpen, setOpen] = useState(false);
  const source = hit.sources[0];
  return html`<li class="hit">
    <p><a href=${`#/crystal/${hit.id}`}><${Sentence} crystal=${hit} /></a></p>
    <p class="about">
      <span>${t("crystal", { id: hit.id })}</span>
      ${source && html`<span>${origin(source, t)}</span>`}
      ${hit.unread && html`<span>${t("unread")}</span>`}
      ${hit.resonance !== undefined &&
      html`<button type="button" class="action" aria-expanded=${String(isOpen)} onClick=${() => setOpen(!isOpen)}>${t("resonance", { share: t.percent(hit.resonance) })}</button>`}
    </p>
    ${isOpen && html`<${Resonance} parts=${hit.parts} />`}
  </li>`;
}

export function Memory({ search, setSearch }) {
  const { t, announce } = useContext(Shared);
  const [count, setCount] = useState(null);
  const [text, setText] = useState(search.text);
  const [by, setBy] = useState(search.by);
  const [at, setAt] = useState(search.at);
  useEffect(() => {
    call("stats").then((it) => setCount(it.crystals)).catch(() => setCount(null));
  }, []);
  const find = async (event) => {
    event.preventDefault();
    if (!text.trim()) return;
    setSearch({ text, by, at, waits: true });
    try {
      const found =
        by === "words"
          ? await call(`crystals?${new URLSearchParams({ words: text, limit: MOST })}`)
          : await call("recall", { text, k: MOST, ...(at && { at }) });
      setSearch({ text, by, at, found });
      announce(t("found-count", { count: found.length }));
    } catch (error) {
      setSearch({ text, by, at, refused: error.message || t("unreachable") });
    }
  };
  return html`<main id="main" class="memory" tabindex="-1">
    <h1>${t("memory")}</h1>
    ${count !== null && html`<p class="quiet">${t("holds", { count })} <a href="#/map">${t("to-map")}</a></p>`}
    <form class="search" role="search" onSubmit=${find}>
      <label for="cue">${t("search-for")}</label>
      <div class="row">
        <input id="cue" type="search" maxlength="1000" value=${text} placeholder=${t("search-hint")} onInput=${(event) => setText(event.target.value)} />
        <button type="submit" class="main">${t("search")}</button>
      </div>
      <fieldset>
        <legend class="unseen">${t("search-how")}</legend>
        ${["meaning", "words"].map(
          (it) => html`<label><input type="radio" name="by" value=${it} checked=${by === it} onChange=${() => setBy(it)} /> ${t(`by-${it}`)}</label>`,
        )}
        ${by === "meaning" && html`<label>${t("true-at")} <input type="date" value=${at} onChange=${(event) => setAt(event.target.value)} /></label>`}
      </fieldset>
    </form>
    ${search.waits && html`<p class="quiet">${t("waiting")}</p>`}
    ${search.refused && html`<p class="refusal" role="alert">${search.refused}</p>`}
    ${search.found &&
    (search.found.length
      ? html`<h2 class="unseen">${t("results")}</h2><ul class="hits">${search.found.map((it) => html`<${Hit} key=${it.id} hit=${it} />`)}</ul>`
      : html`<p>${t("nothing-found")}</p>`)}
  </main>`;
}

export function Crystal({ id }) {
  const { t, announce } = useContext(Shared);
  const [crystal, setCrystal] = useState(null);
  const [history, setHistory] = useState([]);
  const [refused, setRefused] = useState("");
  const [gone, setGone] = useState(false);
  const asks = useRef(null);
  useEffect(() => {
    setCrystal(null);
    setRefused("");
    setGone(false);
    call(`crystals/${id}`)
      .then(async (it) => {
        setCrystal(it);
        setHistory(await call(`history?crystal=${id}`));
      })
      .catch((error) => setRefused(error.message || t("unreachable")));
  }, [id]);
  const forget = async () => {
    asks.current.close();
    try {
      await call("forget", { crystals: [Number(id)] });
      setGone(true);
      announce(t("forgotten", { id }));
    } catch (error) {
      setRefused(error.message || t("unreachable"));
    }
  };
  const replacement = crystal?.validity.find((it) => it.replaced_by !== null && it.replaced_by !== Number(id))?.replaced_by;
  return html`<main id="main" class="crystal" tabindex="-1">
    <h1>${t("crystal", { id })}</h1>
    ${refused && html`<p class="refusal" role="alert">${refused}</p>`}
    ${gone && html`<p role="status">${t("forgotten", { id })} <a href="#/memory">${t("to-memory")}</a></p>`}
    ${crystal &&
    !gone &&
    html`
      <p class="sentence"><${Sentence} crystal=${crystal} /></p>
      ${replacement && html`<p class="note">${t("replaced")} <a href=${`#/crystal/${replacement}`}>${t("crystal", { id: replacement })}</a></p>`}
      ${crystal.replaces.length > 0 && html`<p class="note">${t("replaces")} ${crystal.replaces.map((it) => html`<a href=${`#/crystal/${it}`}>${t("crystal", { id: it })}</a> `)}</p>`}
      ${crystal.unread ? html`<p class="note">${t("unread-about")}</p>` : html`<${Scene} notation=${crystal.scene} label=${t("crystal", { id })} corrects=${false} />`}
      <div class="deeds">
        ${!replacement && html`<a class="main" href=${`#/crystal/${id}/edit`}>${t(crystal.unread ? "give" : "correct")}</a>`}
        <button type="button" class="danger" onClick=${() => asks.current.showModal()}>${t("forget")}</button>
      </div>
      <h2>${t("sources")}</h2>
      <ul>
        ${crystal.sources.map((it) => html`<li><bdi lang=${it.language}>${it.text ?? t("a-scene")}</bdi> <span class="quiet">${origin(it, t)}</span>
          ${!crystal.unread && html`${" · "}<span class="quiet" title=${t("kept-about")}>${it.measured ? t(`kept-${it.measured.method}`, { share: t.percent(it.measured.retention) }) : t("kept-unmeasured")}</span>`}</li>`)}
      </ul>
      ${history.length > 0 &&
      html`<h2>${t("history")}</h2>
        <ul>${history.map((it) => html`<li>${t.change(it.kind)} <span class="quiet">${t.day(it.time)}</span></li>`)}</ul>`}
      <dialog ref=${asks} aria-labelledby="forget-title">
        <h2 id="forget-title">${t("forget-sure", { id })}</h2>
        <p>${t("forget-about")}</p>
        <div class="deeds">
          <button type="button" onClick=${() => asks.current.close()}>${t("cancel")}</button>
          <button type="button" class="danger" onClick=${forget}>${t("forget")}</button>
        </div>
      </dialog>
    `}
  </main>`;
}
