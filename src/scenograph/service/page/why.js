// Why an answer is so: the sentences that it rests on, how well they fit, their resonance, the steps of a proof.

import { batch, call } from "./api.js";
import { html, Shared, useContext, useEffect, useState } from "./html.js";
import { visible } from "./notation.js";
import { origin, Sentence } from "./words.js";

const SHOWN = 5; // findings

/** A sentence with the words that answer marked. `spans` count code points, as Python does. */
export function Marked({ text, spans = [] }) {
  const signs = [...text];
  const parts = [];
  let at = 0;
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    if (start < at) continue;
    parts.push(signs.slice(at, start).join(""), html`<mark>${signs.slice(start, end).join("")}</mark>`);
    at = end;
  }
  return html`<bdi>${parts}${signs.slice(at).join("")}</bdi>`;
}

/** A share as a bar with its name and its figure. */
export function Bar({ name, value }) {
  const { t } = useContext(Shared);
  return html`<div class="measure">
    <span>${name}</span>
    <div class="meter" role="meter" aria-label=${name} aria-valuemin="0" aria-valuemax="1" aria-valuenow=${value.toFixed(2)} aria-valuetext=${t.percent(value)}>
      <span style=${{ width: `${100 * Math.min(1, Math.max(0, value))}%` }}></span>
    </div>
    <span class="figure">${t.percent(value)}</span>
  </div>`;
}

export function Resonance({ parts }) {
  const { t } = useContext(Shared);
  return html`<div class="measures">
    ${Object.entries(parts).map(([name, value]) => html`<${Bar} key=${name} name=${t.part(name)} value=${value} />`)}
  </div>`;
}

function Proof({ proof, language }) {
  const { t } = useContext(Shared);
  const [said, setSaid] = useState([]);
  useEffect(() => {
    const steps = proof.steps.slice(0, 100);
    batch(steps.map((it) => ["speak", { scene: it.claim, language }]))
      .then((all) => setSaid(all.map((it) => it?.text)))
      .catch(() => setSaid([]));
  }, [proof]);
  return html`<ol class="proof">
    ${proof.steps.map(
      (it, number) => html`<li>
        <span lang=${language}>${said[number] ?? visible(it.claim)}</span>${" "}
        <span class="quiet">
          ${t(`how-${it.how}`)}${it.rule && ` ${t("by-rule", { rule: it.rule })}`}${it.premises.length > 0 &&
          ` ${t("from-steps", { steps: it.premises.map((step) => step + 1).join(", ") })}`}
          ${it.how === "stated" &&
          it.scenes.map((id) => html` <a href=${`#/crystal/${id}`}>${t("crystal", { id })}</a>`)}
        </span>
      </li>`,
    )}
  </ol>`;
}

/** All of it for `answer`; `cue` is the question's scene, or its text. */
export function Why({ answer, cue }) {
  const { t } = useContext(Shared);
  const [hits, setHits] = useState(null);
  useEffect(() => {
    const asked = cue.startsWith("(") ? { scene: cue, k: 20 } : { text: cue, k: 20 };
    call("recall", asked)
      .then((all) => setHits(new Map(all.map((it) => [it.id, it]))))
      .catch(() => setHits(new Map()));
  }, [cue]);
  // The evidence holds the crystals of the answer; those of the other answers are fetched.
  const [crystals, setCrystals] = useState(new Map(answer.evidence.map((it) => [it.id, it])));
  useEffect(() => {
    const wanted = answer.findings.slice(0, SHOWN).flatMap((it) => it.crystals.slice(0, SHOWN));
    const missing = [...new Set(wanted)].filter((id) => !crystals.has(id));
    Promise.all(missing.map((id) => call(`crystals/${id}`).catch(() => null))).then((all) =>
      setCrystals(new Map([...answer.evidence, ...all.filter(Boolean)].map((it) => [it.id, it]))),
    );
  }, [answer]);
  return html`<div class="why" role="region" aria-label=${t("why-about")}>
    ${answer.findings.slice(0, SHOWN).map((finding, number) => {
      const marks = answer.marks.filter((it) => finding.crystals.includes(it.crystal));
      const marked = new Set(marks.map((it) => it.crystal));
      const rest = finding.crystals.filter((id) => !marked.has(id) && crystals.has(id));
      const hit = hits?.get(finding.crystals[0]);
      return html`<section key=${number}>
        ${answer.findings.length > 1 && html`<h3>${number === 0 ? t("this-answer") : t("other-answer", { number: number + 1 })}</h3>`}
        <ul class="sentences">
          ${[...marks, ...rest.map((id) => ({ crystal: id }))].map(
            (it) => html`<li key=${it.crystal}>
              ${it.text ? html`<${Marked} text=${it.text} spans=${it.spans} />` : html`<${Sentence} crystal=${crystals.get(it.crystal)} />`}${" "}
              <span class="quiet">${crystals.get(it.crystal)?.sources[0] && origin(crystals.get(it.crystal).sources[0], t)}${" "}
              <a href=${`#/crystal/${it.crystal}`}>${t("crystal", { id: it.crystal })}</a></span>
            </li>`,
          )}
        </ul>
        ${finding.said_by && html`<p class="quiet">${t("said-by", { who: finding.said_by, day: finding.said })}</p>`}
        ${finding.is_unsure && html`<p class="quiet">${t("rests-on-unsure")}</p>`}
        ${finding.proof && html`<h3>${t("proof")}</h3><${Proof} proof=${finding.proof} language=${answer.language} />`}
        ${finding.parts.length > 0 &&
        html`<h3>${t("fit", { grade: t.percent(finding.grade) })}</h3>
          <table>
            <thead><tr><th scope="col">${t("asked")}</th><th scope="col">${t("found")}</th><th scope="col">${t("grade")}</th></tr></thead>
            <tbody>${finding.parts.map((it) => html`<tr><td>${visible(it.asked)}</td><td>${visible(it.said)}</td><td>${t.percent(it.grade)}</td></tr>`)}</tbody>
          </table>`}
        ${hit && html`<h3>${t("resonance-cue", { share: t.percent(hit.resonance) })}</h3><${Resonance} parts=${hit.parts} />`}
      </section>`;
    })}
    ${answer.findings.length === 0 &&
    html`<ul class="sentences">${answer.evidence.map((it) => html`<li><${Sentence} crystal=${it} /> <a href=${`#/crystal/${it.id}`}>${t("crystal", { id: it.id })}</a></li>`)}</ul>`}
  </div>`;
}
