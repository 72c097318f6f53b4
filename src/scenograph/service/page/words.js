// What a crystal says, in which language, and where that comes from.

import { call } from "./api.js";
import { html, useEffect, useState } from "./html.js";
import { visible } from "./notation.js";
import { LANGUAGES } from "./texts.js";

/** The language to say `scene` in: that of its text, or of its words. */
export function tongue(scene, sources) {
  return sources.find((it) => it.language in LANGUAGES)?.language ?? (/[а-яё]/i.test(scene) ? "ru" : "en");
}

/** The text that a crystal was learned from, if it was learned from one. */
export function textOf(crystal) {
  return crystal.sources.find((it) => it.text)?.text;
}

/** What a crystal says: its text, or its scene in words; the notation stands until they are found. */
export function Sentence({ crystal }) {
  const [said, setSaid] = useState(null);
  const text = textOf(crystal);
  const language = tongue(crystal.scene, crystal.sources);
  useEffect(() => {
    setSaid(null);
    if (text || crystal.unread) return;
    call("speak", { scene: crystal.scene, language })
      .then((it) => setSaid(it.text))
      .catch(() => setSaid(null));
  }, [crystal.id]);
  const words = text ?? said;
  return words ? html`<bdi lang=${language}>${words}</bdi>` : html`<code>${visible(crystal.scene)}</code>`;
}

/** Where a source comes from, and when it was learned. */
export function origin(source, t) {
  return [source.source, t.day(source.time)].filter(Boolean).join(" · ");
}
