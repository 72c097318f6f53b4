// The conversation: what was said, what came of it, and the scene behind each message.

import { batch, call } from "./api.js";
import { html, Shared, useContext, useEffect, useRef, useState } from "./html.js";
import { Scene } from "./scene.js";
import { Why } from "./why.js";

const DRAWN = 12; // sentences of one message that are drawn; the others are in the memory

/** Say `text`; return the turn that it makes, for `Conversation` to show. */
export async function say(text, { mode, style, speaker }, signal) {
  const model = ["scenograph", style, mode].filter((it) => it && it !== "chat").join(":");
  const asked = { model, messages: [{ role: "user", content: text }] };
  if (speaker) asked.user = speaker;
  const reply = await call("v1/chat/completions", asked, { signal });
  const trace = reply.scenograph;
  const turn = { style, speaker, reply: reply.choices[0].message.content };
  if (trace.stored) {
    const read = trace.stored.filter((it) => it.is_read);
    const crystals = await Promise.all(read.slice(0, DRAWN).map((it) => call(`crystals/${it.crystal}`)));
    turn.stored = trace.stored;
    turn.utterances = trace.utterances;
    turn.scenes = crystals.map((it) => ({ notation: it.scene, crystal: it.id }));
    return turn;
  }
  if (trace.answer) turn.answer = trace.answer;
  if (trace.utterance) turn.utterances = [trace.utterance];
  const isNotation = mode === "speak" && text.trimStart().startsWith("(");
  const reading = trace.reading ?? (isNotation ? null : (await batch([["read", { text }]]))[0]);
  turn.scenes = reading?.scene ? [{ notation: reading.scene }] : [];
  turn.reading = mode === "read" ? reading : null;
  return turn;
}

/** Say in `style` what was said in another one; return the turns anew. What cannot be said stays as it is. */
export async function restyled(turns, style) {
  const asked = [];
  for (const [number, turn] of turns.entries()) {
    if (turn.answer)
      asked.push([number, null, ["ask", { question: turn.text, style, ...(turn.speaker && { speaker: turn.speaker }) }]]);
    else
      for (const [place, it] of (turn.utterances ?? []).entries())
        if (turn.scenes?.[place])
          asked.push([number, place, ["speak", { scene: turn.scenes[place].notation, style, language: it.language }]]);
  }
  const said = await batch(asked.map((it) => it[2]));
  const changed = turns.map((turn) => ({ ...turn, utterances: turn.utterances && [...turn.utterances] }));
  for (const [at, [number, place]] of asked.entries()) {
    if (!said[at]) continue;
    const turn = changed[number];
    turn.style = style;
    if (place === null) turn.answer = said[at];
    else turn.utterances[place] = said[at];
  }
  return changed;
}

function Said({ turn }) {
  const { t } = useContext(Shared);
  if (turn.refused !== undefined) return html`<p class="refusal" role="alert">${turn.refused || t("unreachable")}</p>`;
  if (turn.waits) return html`<p class="quiet">${t("thinking")}</p>`;
  if (turn.answer) return html`<${Answered} turn=${turn} />`;
  if (turn.reading) {
    const { scene, confidence, note, links } = turn.reading;
    const unsure = links.filter((it) => !it.is_sure);
    return html`<p>${scene ? t("read-so", { sure: t.percent(confidence) }) : t.unread(note)}</p>
      ${unsure.length > 0 &&
      html`<p class="quiet">${t("left-out")} ${unsure.map((it) => `${it.source} ${it.role} ${it.target}`.trim()).join("; ")}</p>`}`;
  }
  const utterances = turn.utterances ?? [];
  const unread = (turn.stored ?? []).filter((it) => !it.is_read);
  const read = (turn.stored?.length ?? 0) - unread.length;
  const isExact = utterances.some((it) => it.fallback);
  const lowest = Math.min(1, ...utterances.map((it) => it.retention));
  if (!utterances.length && !unread.length) return html`<p>${turn.reply}</p>`;
  return html`${utterances.length > 0 &&
    html`<p lang=${utterances[0].language}>${utterances.map((it) => it.text).join(" ")}</p>`}
    ${unread.map((it) => html`<p>${t("kept-unread")} <q>${it.sentence.text}</q></p>`)}
    <p class="about">
      ${read > 0 && html`<span>${t("noted", { count: read })}</span>`}
      ${turn.stored?.slice(0, DRAWN).map((it) => html`<a href=${`#/crystal/${it.crystal}`}>${t("crystal", { id: it.crystal })}</a>`)}
      ${utterances.length > 0 && html`<span title=${t("retention-about")}>${t("retention", { share: t.percent(lowest) })}</span>`}
      ${isExact && turn.style !== "plain" && html`<span>${t("exact")}</span>`}
    </p>`;
}

function Answered({ turn }) {
  const { t } = useContext(Shared);
  const [isOpen, setOpen] = useState(false);
  const { answer } = turn;
  const others = answer.findings.slice(1);
  const hasWhy = answer.findings.length > 0 || answer.evidence.length > 0;
  return html`<p class="answer" lang=${answer.language}>${answer.text}</p>
    ${answer.passages.slice(0, 3).map(
      (it) => html`<p class="passage">${t("from-memory")} <q>${it.text}</q>${" "}<a href=${`#/crystal/${it.crystal}`}>${t("crystal", { id: it.crystal })}</a></p>`,
    )}
    ${hasWhy &&
    html`<p class="about">
        <button type="button" class="action" aria-expanded=${String(isOpen)} onClick=${() => setOpen(!isOpen)}>${t("why")}</button>
        <span>${t("rests-on", { count: answer.crystals.length })}</span>
        ${others.length > 0 && html`<span>${t("others", { count: others.length })}</span>`}
        ${answer.fallback && turn.style !== "plain" && html`<span>${t("exact")}</span>`}
      </p>
      ${isOpen && html`<${Why} answer=${answer} cue=${turn.scenes?.[0]?.notation ?? turn.text} />`}`}`;
}

function Turn({ turn, isOpen }) {
  const { t } = useContext(Shared);
  const [isShown, setShown] = useState(null);
  const shows = isShown ?? isOpen;
  const scenes = turn.scenes ?? [];
  const answered = turn.answer?.crystals.length ? turn.answer.scene : null;
  const count = scenes.length + (answered ? 1 : 0);
  return html`<article class="turn" aria-label=${t("turn", { text: turn.text.slice(0, 80) })}>
    <h2 class="unseen">${t("turn", { text: turn.text.slice(0, 80) })}</h2>
    <div class="talk">
      <div class="mine"><span class="who">${turn.speaker || t("you")}</span><p>${turn.text}</p></div>
      <div class="theirs"><span class="who">${t("mind")}</span><${Said} turn=${turn} /></div>
      ${count > 0 &&
      html`<button type="button" class="action toggle" aria-expanded=${String(shows)} onClick=${() => setShown(!shows)}>
        ${shows ? t("hide-scenes", { count }) : t("show-scenes", { count })}
      </button>`}
    </div>
    ${count > 0 &&
    shows &&
    html`<div class="scenes">
      ${scenes.map(
        (it, number) =>
          html`<${Scene} key=${number} notation=${it.notation} crystal=${it.crystal} label=${t(turn.answer ? "scene-question" : "scene-of", { text: turn.text.slice(0, 80) })} />`,
      )}
      ${answered && html`<h3 class="quiet">${t("scene-answer")}</h3><${Scene} notation=${answered} label=${t("scene-answer")} corrects=${false} />`}
      ${turn.stored?.length > DRAWN && html`<p class="quiet">${t("more-drawn", { count: turn.stored.length - DRAWN })}</p>`}
    </div>`}
  </article>`;
}

export function Conversation({ turns, setTurns, settings, setSettings }) {
  const { t, announce } = useContext(Shared);
  const [text, setText] = useState("");
  const [work, setWork] = useState(null);
  const [wide, setWide] = useState(matchMedia("(min-width: 56rem)").matches);
  const end = useRef(null);
  const field = useRef(null);
  useEffect(() => {
    const query = matchMedia("(min-width: 56rem)");
    const changed = () => setWide(query.matches);
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  }, []);
  useEffect(() => end.current?.scrollIntoView({ block: "nearest" }), [turns.length, turns.at(-1)?.waits]);

  const send = async (said) => {
    if (!said.trim() || work) return;
    const id = crypto.getRandomValues(new Uint32Array(2)).join("-");
    const stop = new AbortController();
    const put = (turn) => setTurns((all) => all.map((it) => (it.id === id ? { ...it, waits: false, ...turn } : it)));
    setTurns((all) => [...all, { id, text: said, speaker: settings.speaker, waits: true }]);
    setText("");
    setWork(stop);
    try {
      const turn = await say(said, settings, stop.signal);
      put(turn);
      announce(turn.answer ? turn.answer.text : turn.reply);
    } catch (error) {
      if (error.name === "AbortError") put({ refused: t("stopped") });
      else put({ refused: error.message });
      if (error.status === 401) setText(said);
    }
    setWork(null);
    field.current?.focus();
  };
  const keys = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send(text);
  };
  const modes = ["chat", "ask", "remember", "read", "speak"];
  return html`<main id="main" class="conversation" tabindex="-1">
    <h1 class="unseen">${t("conversation")}</h1>
    <div class="turns" role="log" aria-label=${t("conversation")} aria-live="off">
      ${turns.length === 0 &&
      html`<section class="welcome">
        <h2>${t("welcome")}</h2>
        <p>${t("welcome-about")}</p>
        <div class="examples">
          ${t.list("examples").map((it) => html`<button type="button" onClick=${() => send(it)}>${it}</button>`)}
        </div>
      </section>`}
      ${turns.map((turn) => html`<${Turn} key=${turn.id} turn=${turn} isOpen=${wide || turn === turns.at(-1)} />`)}
      <div ref=${end}></div>
    </div>
    <form class="composer" onSubmit=${(event) => (event.preventDefault(), send(text))}>
      <label class="unseen" for="say">${t("say")}</label>
      <textarea id="say" ref=${field} rows="2" maxlength="20000" placeholder=${t("say-hint")} value=${text}
        onInput=${(event) => setText(event.target.value)} onKeyDown=${keys}></textarea>
      ${work
        ? html`<button type="button" class="main" aria-label=${t("stop")} onClick=${() => work.abort()}>
            <span class="word">${t("stop")}</span><span class="arrow" aria-hidden="true">■</span>
          </button>`
        : html`<button type="submit" class="main" aria-label=${t("send")} disabled=${!text.trim()}>
            <span class="word">${t("send")}</span><span class="arrow" aria-hidden="true">↑</span>
          </button>`}
      <details class="options" open=${wide}>
        <summary>${t("options")}</summary>
        <div>
        <label>${t("mode")} <select value=${settings.mode} onChange=${(event) => setSettings({ ...settings, mode: event.target.value })}>
          ${modes.map((it) => html`<option value=${it}>${t(`mode-${it}`)}</option>`)}
        </select></label>
        <label>${t("speaker")} <input type="text" maxlength="100" autocomplete="off" value=${settings.speaker} placeholder=${t("speaker-hint")}
          onChange=${(event) => setSettings({ ...settings, speaker: event.target.value.trim() })} /></label>
        ${turns.length > 0 && html`<button type="button" class="action" onClick=${() => (setTurns([]), field.current?.focus())}>${t("clear")}</button>`}
        </div>
      </details>
    </form>
  </main>`;
}
