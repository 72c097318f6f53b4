// The map: a point for each crystal, similar ones near each other, in the colour of its cluster.

import { call } from "./api.js";
import { html, Shared, useContext, useEffect, useRef, useState } from "./html.js";

const COLOURS = 8; // in the style sheet; more clusters begin again
const LISTED = 16;
const LABELLED = 40; // as many crystals have their words beside them; more are points alone
const LABELLED_SMALL = 8; // on a phone

/** Return a function that puts `values` between 6 and 94 per cent. */
function scale(values) {
  const least = Math.min(...values);
  const most = Math.max(...values);
  return (value) => (most > least ? 6 + (88 * (value - least)) / (most - least) : 50);
}

export function Atlas() {
  const { t } = useContext(Shared);
  const [map, setMap] = useState(null);
  const [refused, setRefused] = useState("");
  const [chosen, setChosen] = useState(null);
  const [active, setActive] = useState(0);
  const place = useRef(null);
  useEffect(() => {
    call("map?most=500")
      .then(setMap)
      .catch((error) => setRefused(error.message || t("unreachable")));
  }, []);
  const spots = map?.spots ?? [];
  const keys = (event) => {
    const ways = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const way = ways[event.key];
    if (!way) return;
    event.preventDefault();
    const links = [...place.current.children];
    const at = links.indexOf(document.activeElement);
    const from = spots[at];
    let best = null;
    spots.forEach((it, number) => {
      const [dx, dy] = [it.x - from.x, it.y - from.y];
      const ahead = dx * way[0] + dy * way[1];
      const aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
      if (number === at || ahead <= 0 || aside > 2 * ahead) return;
      if (!best || ahead + 2 * aside < best.cost) best = { number, cost: ahead + 2 * aside };
    });
    if (best) links[best.number].focus();
  };
  const shown = spots[active];
  const named = (cluster) => (/^\?\d+$/.test(cluster.name) ? t("various") : cluster.name); // a hole is no name
  const across = scale(spots.map((it) => it.x));
  const down = scale(spots.map((it) => -it.y));
  const looks = ["atlas", spots.length > LABELLED && "dense", spots.length <= LABELLED_SMALL && "few"].filter(Boolean);
  return html`<main id="main" class="map" tabindex="-1">
    <h1>${t("map")}</h1>
    ${refused && html`<p class="refusal" role="alert">${refused}</p>`}
    ${!map && !refused && html`<p class="quiet">${t("map-waits")}</p>`}
    ${map && spots.length === 0 && html`<p>${t("map-empty")}</p>`}
    ${spots.length > 0 &&
    html`<p class="quiet">${t("map-about", { count: spots.length })} ${spots.length < map.total && t("map-sample", { count: map.total })}</p>
      <div class=${looks.join(" ")} role="group" aria-label=${t("map-label")} ref=${place} onKeyDown=${keys}>
        ${spots.map((it, number) => {
          const looks = ["spot", `c${it.cluster % COLOURS}`];
          if (chosen !== null && chosen !== it.cluster) looks.push("faint");
          if (across(it.x) > 60) looks.push("left");
          return html`<a
            key=${it.crystal}
            href=${`#/crystal/${it.crystal}`}
            class=${looks.join(" ")}
            style=${{ left: `${across(it.x)}%`, top: `${down(-it.y)}%` }}
            tabindex=${number === active ? 0 : -1}
            aria-label=${`${it.text}; ${named(map.clusters[it.cluster])}`}
            onFocus=${() => setActive(number)}
            onMouseEnter=${() => setActive(number)}
            >${spots.length <= LABELLED && html`<span>${it.text}</span>`}</a
          >`;
        })}
      </div>
      <p class="caption quiet" aria-hidden="true">${shown && html`<span class=${`dot c${shown.cluster % COLOURS}`}></span> ${shown.text}`}</p>
      <h2>${t("clusters")}</h2>
      <ul class="clusters">
        ${map.clusters.slice(0, LISTED).map(
          (it, number) => html`<li><button type="button" aria-pressed=${String(chosen === number)} onClick=${() => setChosen(chosen === number ? null : number)}>
            <span class=${`dot c${number % COLOURS}`}></span> ${named(it)} <span class="quiet">${it.size}</span></button></li>`,
        )}
      </ul>`}
  </main>`;
}
