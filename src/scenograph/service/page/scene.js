// A scene as boxes within boxes, which open and close. It is a tree for keyboards and screen readers.

import { call } from "./api.js";
import { html, Shared, useContext, useEffect, useMemo, useRef, useState } from "./html.js";
import { cut, format, graft, isLexeme, isUnknown, parse, unquote, visible } from "./notation.js";

const OPEN_LEVELS = 5; // deeper boxes are closed at first

/** What stands at the head of a box: a name, or the concept. */
function headOf(node) {
  const name = node.links.find((it) => it.role === ":name" && it.value);
  return visible(name ? unquote(name.value) : unquote(node.concept));
}

function kindOf(literal) {
  if (isLexeme(literal)) return "lexeme";
  return isUnknown(literal) ? "unknown" : literal[0] === '"' ? "string" : "plain";
}

/** The role in words: `birth place`, or the reader's own word for it. */
function spoken(role, t) {
  const unsure = role.startsWith(":unsure-");
  const forward = role.replace(/^:(unsure-)?/, "");
  const inverse = forward.endsWith("-of") && forward !== "consist-of";
  const base = inverse ? forward.slice(0, -3) : forward;
  const word = t.role(base) ?? base.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, " ").replace(/[-_]/g, " ").toLowerCase();
  const turned = inverse ? t("inverse", { role: word }) : word;
  return visible(unsure ? t("unsure", { role: turned }) : turned);
}

function Facts({ node, t }) {
  const facts = node.links.filter((it) => it.value !== undefined && it.role !== ":name");
  if (!facts.length) return null;
  return html`<span class="facts">
    ${facts.map(
      (it) => html`<span class="fact"
        ><span class="role">${spoken(it.role, t)}</span>${" "}<bdi class=${kindOf(it.value)}
          >${shownValue(it, t)}</bdi
        ></span
      >`,
    )}
  </span>`;
}

function shownValue(link, t) {
  const plain = link.value[0] !== '"' && t.mark(link.role.slice(1), link.value);
  return plain || visible(unquote(link.value));
}

/** A sentence for screen readers: `agent: Maria, entity; tense past`. */
function described(link, node, t) {
  const head = headOf(node);
  const concept = visible(unquote(node.concept));
  const facts = node.links
    .filter((it) => it.value !== undefined && it.role !== ":name")
    .map((it) => `${spoken(it.role, t)} ${shownValue(it, t)}`);
  const about = [head === concept ? head : `${head}, ${concept}`, ...facts].join("; ");
  return link ? `${spoken(link.role, t)}: ${about}` : about;
}

/** The drawing alone. `label` says what it is of. */
export function Drawing({ notation, label }) {
  const { t, announce } = useContext(Shared);
  const [tree, setTree] = useState(null);
  const [closed, setClosed] = useState(new Map());
  const [active, setActive] = useState("0");
  const place = useRef(null);

  const root = useMemo(() => {
    try {
      return tree ?? parse(notation);
    } catch {
      return null;
    }
  }, [notation, tree]);
  useEffect(() => {
    setTree(null);
    setClosed(new Map());
    setActive("0");
  }, [notation]);

  const isClosed = (path, node, level) =>
    node.links.some((it) => it.value === undefined) && (closed.get(path) ?? level > OPEN_LEVELS);

  // Every box that is seen, in the order of the keys; a path names a box, also a mention.
  const rows = useMemo(() => {
    const found = [];
    if (!root) return found;
    const walk = (path, link, node, level, parent) => {
      const row = { path, link, node, level, parent, mention: Boolean(link?.mention), children: [] };
      found.push(row);
      row.closed = !row.mention && isClosed(path, node, level);
      if (row.mention) return row;
      const inner = node.links.filter((it) => it.value === undefined);
      row.holds = inner.length;
      if (!row.closed)
        row.children = inner.map((it, number) => walk(`${path}.${number}`, it, it.node ?? it.mention, level + 1, row));
      return row;
    };
    walk("0", null, root, 1, null);
    return found;
  }, [root, closed]);

  if (!root) return html`<pre class="notation">${visible(notation)}</pre>`;

  const go = (row) => row && place.current.querySelector(`[data-path="${row.path}"]`)?.focus(); // makes it active
  const fold = (row, shut) => setClosed(new Map(closed).set(row.path, shut));
  const unfold = async (row) => {
    try {
      const { scene } = await call("expand", { scene: cut(root, row.node) });
      setTree(graft(root, row.node, scene));
      announce(t("unfolded", { lexeme: row.node.concept }));
    } catch (error) {
      announce(error.message);
    }
  };
  const act = (row) => {
    if (row.mention) {
      const own = rows.find((it) => it.node === row.node && !it.mention);
      return own ? go(own) : setClosed(new Map());
    }
    if (isLexeme(row.node.concept)) return unfold(row);
    if (row.holds) fold(row, !row.closed);
  };
  const keys = (event) => {
    const at = rows.findIndex((it) => it.path === active);
    const row = rows[at] ?? rows[0];
    const steps = {
      ArrowDown: () => go(rows[at + 1]),
      ArrowUp: () => go(rows[at - 1]),
      Home: () => go(rows[0]),
      End: () => go(rows.at(-1)),
      ArrowRight: () => (row.closed ? fold(row, false) : go(row.children[0])),
      ArrowLeft: () => (row.holds && !row.closed ? fold(row, true) : go(row.parent)),
      Enter: () => act(row),
      " ": () => act(row),
    };
    if (!steps[event.key] || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    steps[event.key]();
  };
  const current = rows.some((it) => it.path === active) ? active : "0";

  const draw = (row) => {
    const { node, link, mention } = row;
    const folds = row.holds > 0;
    const looks = ["box", mention ? "mention" : kindOf(node.concept)];
    if (row.level % 2 === 0) looks.push("odd");
    if (!mention && !folds) looks.push("leaf");
    const label = mention ? t("again", { what: described(link, node, t) }) : described(link, node, t);
    const concept = visible(unquote(node.concept));
    const click = (event) => {
      event.stopPropagation();
      setActive(row.path);
      act(row);
    };
    return html`<div class="part" key=${row.path}>
      ${link && html`<span class="role" aria-hidden="true">${spoken(link.role, t)}</span>`}
      <div
        class=${looks.join(" ")}
        role="treeitem"
        data-path=${row.path}
        aria-level=${row.level}
        aria-label=${label + (isLexeme(node.concept) ? `; ${t("unfolds")}` : "")}
        aria-expanded=${folds ? String(!row.closed) : undefined}
        tabindex=${row.path === current ? 0 : -1}
        onClick=${click}
        onFocus=${(event) => event.target === event.currentTarget && setActive(row.path)}
      >
        <span class="head">
          <bdi class=${`concept ${kindOf(node.concept)}`}>${headOf(node)}</bdi>
          ${headOf(node) !== concept && !mention && html`<bdi class="of">${concept}</bdi>`}
          ${mention && html`<span class="sign" aria-hidden="true">↑</span>`}
          ${isLexeme(node.concept) && !mention && html`<span class="sign" aria-hidden="true">⤢</span>`}
          ${folds && html`<span class="sign" aria-hidden="true">${row.closed ? `▸ ${row.holds}` : "▾"}</span>`}
        </span>
        ${!mention && html`<${Facts} node=${node} t=${t} />`}
        ${row.children.length > 0 &&
        html`<div class="parts" role="group">
          ${row.children.map(draw)}
        </div>`}
      </div>
    </div>`;
  };
  return html`<div class="drawing" role="tree" aria-label=${label} ref=${place} onKeyDown=${keys}>
    ${draw(rows[0])}
  </div>`;
}

/** A scene with its views: the drawing, the short form by the mind's lexicon, and the notation. */
export function Scene({ notation, label, crystal, corrects = true }) {
  const { t } = useContext(Shared);
  const [view, setView] = useState("drawing");
  const [short, setShort] = useState(null);
  useEffect(() => setShort(null), [notation]);
  useEffect(() => {
    if (view !== "short" || short) return;
    call("compress", { scene: notation })
      .then((it) => setShort(it))
      .catch((error) => setShort({ refused: error.message }));
  }, [view, notation, short]);
  const pretty = useMemo(() => {
    try {
      return format(parse(notation));
    } catch {
      return notation;
    }
  }, [notation]);
  const shows = {
    drawing: () => html`<${Drawing} notation=${notation} label=${label} />`,
    notation: () => html`<pre class="notation" tabindex="0" role="region" aria-label=${t("notation")}>${pretty.split("\n").map(visible).join("\n")}</pre>`,
    short: () =>
      short === null
        ? html`<p class="quiet">${t("waiting")}</p>`
        : short.refused
          ? html`<p class="refusal">${short.refused}</p>`
          : html`<p class="quiet">${short.length < short.was ? t("shorter", short) : t("not-shorter")}</p>
              <${Drawing} notation=${short.crystal} label=${label} />`,
  };
  return html`<div class="scene">
    ${shows[view]()}
    <div class="bar">
      <div class="tabs" role="group" aria-label=${t("view")}>
        ${["drawing", "short", "notation"].map(
          (it) =>
            html`<button type="button" aria-pressed=${String(view === it)} onClick=${() => setView(it)}>${t(it)}</button>`,
        )}
      </div>
      ${corrects && crystal !== undefined && html`<a class="action" href=${`#/crystal/${crystal}/edit`}>${t("correct")}</a>`}
    </div>
  </div>`;
}
