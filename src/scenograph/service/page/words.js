// What a crystal says, in which language, and where that comes from.

import { LANGUAGES } from "./texts.js";

/** The language to say `scene` in: that of its text, or of its words. */
export function tongue(scene, sources) {
  return sources.find((it) => it.language in LANGUAGES)?.language ?? (/[а-яё]/i.test(scene) ? "ru" : "en");
}

/** What a crystal says, in words if it has any. */
export function sentenceOf(crystal) {
  return crystal.sources.find((it) => it.text)?.text ?? crystal.scene;
}

/** Where a source comes from, and when it was learned. */
export function origin(source, t) {
  return [source.source, t.day(source.time)].filter(Boolean).join(" · ");
}
