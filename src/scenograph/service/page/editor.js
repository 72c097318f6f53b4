// The editor: a wrong scene, changed as notation or said again in words, checked as it is typed, then corrected.

import { call } from "./api.js";
import { html, Shared, useContext, useEffect, useRef, useState } from "./html.js";
import { format, parse } from "./notation.js";
import { Drawing } from "./scene.js";
import { Sentence, textOf, tongue } from "./words.js";

const PAUSE = 300; // milliseconds without a key before what was typed is checked

function pretty(notation) {
  try {
    return format(parse(notation));
  } catch {
    return notation;
  }
}

export function Editor({ id, corrected }) {
  const { t, announce } = useContext(Shared);
  const [crystal, setCrystal] = useState(null);
  const [text, setText] = useState("");
  const [words, setWords] = useState("");
  const [checked, setChecked] = useState({ state: "waits" });
  const [refused, setRefused] = useState("");
  const [works, setWorks] = useState(false);
  const now = useRef("");
  now.current = text;

  useEffect(() => {
    call(`crystals/${id}`)
      .then((it) => {
        setCrystal(it);
        setWords(textOf(it) ?? "");
        setText(it.unread ? "" : pretty(it.scene));
      })
      .catch((error) => setRefused(error.message || t("unreachable")));
  }, [id]);

  useEffect(() => {
    if (!crystal) return;
    if (!text.trim()) return setChecked({ state: "empty" });
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const { scene } = await call("expand", { scene: text, depth: 0 }, { signal: stop.signal });
        const said = await call("speak", { scene, language: tongue(scene, crystal.sources) }, { signal: stop.signal }).catch((error) => {
          if (error.name === "AbortError") throw error;
          return null;
        });
        setChecked({ state: !crystal.unread && scene === (await canonical(crystal.scene, stop.signal)) ? "same" : "right", scene, said });
      } catch (error) {
        if (error.name !== "AbortError") setChecked((was) => ({ ...was, state: "wrong", detail: error.message || t("unreachable") }));
      }
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text, crystal]);

  const read = async () => {
    setRefused("");
    try {
      const reading = await call("read", { text: words });
      if (reading.scene) {
        setText(pretty(reading.scene));
        announce(t("read-into"));
      } else setRefused(t.unread(reading.note));
    } catch (error) {
      setRefused(error.message || t("unreachable"));
    }
  };
  const save = async (event) => {
    event.preventDefault();
    if (checked.state !== "right" || works) return;
    setWorks(true);
    setRefused("");
    try {
      const source = t("source-correction");
      // A text without a scene is not wrong: it stays, and its scene is remembered beside it.
      const made = crystal.unread
        ? (await call("remember", { scene: text, source }))[0]
        : await call("correct", { crystal: Number(id), scene: text, source });
      corrected({ old: Number(id), crystal: made.crystal, scene: checked.scene, isNew: crystal.unread });
    } catch (error) {
      setRefused(error.message || t("unreachable"));
      setWorks(false);
    }
  };
  const state = checked.state;
  return html`<main id="main" class="editor" tabindex="-1">
    <h1>${t(crystal?.unread ? "give-title" : "correct-title", { id })}</h1>
    ${refused && html`<p class="refusal" role="alert">${refused}</p>`}
    ${crystal &&
    html`<p class="sentence"><${Sentence} crystal=${crystal} /></p>
      <form class="edit" onSubmit=${save}>
        <div class="side">
          <label for="words">${t("in-words")}</label>
          <div class="row">
            <input id="words" type="text" maxlength="20000" value=${words} onInput=${(event) => setWords(event.target.value)}
              onKeyDown=${(event) => event.key === "Enter" && (event.preventDefault(), words.trim() && read())} />
            <button type="button" onClick=${read} disabled=${!words.trim()}>${t("read")}</button>
          </div>
          <label for="notation">${t("notation")}</label>
          <textarea id="notation" class="notation" rows="12" spellcheck=${false} autocapitalize="off" autocorrect=${false} maxlength="200000"
            aria-describedby="check" aria-invalid=${String(state === "wrong")} value=${text} onInput=${(event) => setText(event.target.value)}></textarea>
          <div id="check" class=${`check ${state}`} role="status">
            ${state === "wrong" ? html`<pre>${checked.detail}</pre>` : html`<p>${t(`check-${state}`)}</p>`}
          </div>
          <div class="deeds">
            <button type="submit" class="main" disabled=${state !== "right" || works}>${t("save-correction")}</button>
            <a href=${`#/crystal/${id}`}>${t("cancel")}</a>
          </div>
          <p class="quiet">${t(crystal.unread ? "give-about" : "correct-about")}</p>
        </div>
        <section class="side" aria-label=${t("preview")}>
          <h2>${t("preview")}</h2>
          ${checked.said && html`<p class="sentence" lang=${checked.said.language}>${checked.said.text}</p>`}
          ${checked.scene && html`<${Drawing} notation=${checked.scene} label=${t("preview")} />`}
        </section>
      </form>`}
  </main>`;
}

const forms = new Map();

/** The scene as the service writes it, to see whether anything was changed. */
async function canonical(scene, signal) {
  if (!forms.has(scene)) forms.set(scene, (await call("expand", { scene, depth: 0 }, { signal })).scene);
  return forms.get(scene);
}
