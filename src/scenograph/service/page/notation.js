// Notation as the service formats it → a tree to draw, and back. What is right is for the service to say.
//
// A node is { id, name, concept, links }; a link is { role, node }, { role, mention } (a node that is described
// elsewhere) or { role, value } (a constant, as the notation writes it).

const BLANK = " \\t-\\r\\x1c-\\x1f\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const TOKEN = new RegExp(`"(?:[^"\\\\]|\\\\.)*"|[()/]|:[^${BLANK}"()/:~]+|[^${BLANK}"()/:~]+`, "g");

/** Return the root of the scene that `text` writes. Throws if it is not well formed. */
export function parse(text) {
  const tokens = text.match(TOKEN) ?? [];
  const named = new Map();
  const open = [];
  const values = [];
  let root = null;
  let role = null;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === "(") {
      if (tokens[at + 2] !== "/" || (root && !open.length)) throw new SyntaxError("no scene");
      const node = { id: named.size, name: tokens[at + 1], concept: tokens[at + 3], links: [] };
      named.set(node.name, node);
      if (open.length) open.at(-1).links.push({ role, node });
      root ??= node;
      open.push(node);
      at += 3;
    } else if (token === ")") {
      if (!open.pop()) throw new SyntaxError("no scene");
    } else if (token[0] === ":") {
      role = token;
    } else {
      const link = { role, value: token };
      if (!open.length) throw new SyntaxError("no scene");
      open.at(-1).links.push(link);
      values.push(link);
    }
  }
  if (!root || open.length) throw new SyntaxError("no scene");
  for (const link of values) {
    const node = named.get(link.value);
    if (node) {
      link.mention = node;
      delete link.value;
    }
  }
  return root;
}

/** Return every node of the tree under `root`, each before those that it leads to. */
export function nodesOf(root) {
  const found = [];
  const left = [root];
  while (left.length) {
    const node = left.pop();
    found.push(node);
    for (const link of [...node.links].reverse()) if (link.node) left.push(link.node);
  }
  return found;
}

/** Write the scene under `root`, over several lines as a person edits it. */
export function format(root, indent = "   ") {
  const parts = [];
  const write = (node, depth) => {
    parts.push(`(${node.name} / ${node.concept}`);
    for (const link of node.links) {
      parts.push(indent === null ? " " : `\n${indent.repeat(depth + 1)}`, link.role, " ");
      if (link.node) write(link.node, depth + 1);
      else parts.push(link.mention ? link.mention.name : link.value);
    }
    parts.push(")");
  };
  write(root, 0);
  return parts.join("");
}

const MEANINGS = { n: "\n", t: "\t", r: "\r" };

/** Return the text of a literal: what stands in quotation marks, or the bare symbol. */
export function unquote(literal) {
  if (literal[0] !== '"') return literal;
  return literal
    .slice(1, -1)
    .replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, code, sign) =>
      code ? String.fromCharCode(parseInt(code, 16)) : (MEANINGS[sign] ?? sign),
    );
}

/** Return `text` without signs that cannot be seen, or that would turn the words after them around. */
export function visible(text) {
  return text.replace(
    /[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

export const isLexeme = (concept) => /^(?:[⟁Δ][0-9]+|🜂[0-9]*)$/u.test(concept);
export const isUnknown = (literal) => literal.length > 1 && literal[0] === "?";

/**
 * Write the scene under `node` for the service to open its lexemes, so that `graft` can put the result back.
 *
 * What is described outside of it stands as `"@outside 3"`; what is mentioned from outside is marked.
 */
export function cut(root, node) {
  const inside = new Set(nodesOf(node));
  const marked = new Map();
  for (const it of nodesOf(root)) {
    if (inside.has(it)) continue;
    for (const link of it.links) if (inside.has(link.mention)) marked.set(link.mention.id, link.mention);
  }
  const copy = (it) => ({
    ...it,
    name: `n${it.id}`,
    links: [
      ...it.links.map((link) =>
        link.node
          ? { role: link.role, node: copy(link.node) }
          : link.mention && !inside.has(link.mention)
            ? { role: link.role, value: `"@outside ${link.mention.id}"` }
            : link.mention
              ? { role: link.role, mention: { name: `n${link.mention.id}` } }
              : link,
      ),
      ...(marked.has(it.id) ? [{ role: ":page-mark", value: `"@inside ${it.id}"` }] : []),
    ],
  });
  return format(copy(node), null);
}

/** Return a new tree: the one of `root` with the scene `text`, which came of `cut(root, node)`, for `node`. */
export function graft(root, node, text) {
  const opened = parse(text);
  const outside = new Map(nodesOf(root).map((it) => [it.id, it]));
  const moved = new Map();
  let id = Math.max(...outside.keys());
  for (const it of nodesOf(opened)) {
    it.id = ++id;
    it.name = `n${it.id}`;
    it.links = it.links.filter((link) => {
      const mark = link.role === ":page-mark" && /^"@inside (\d+)"$/.exec(link.value ?? "");
      if (mark) moved.set(Number(mark[1]), it);
      return !mark;
    });
    for (const link of it.links) {
      const far = /^"@outside (\d+)"$/.exec(link.value ?? "");
      if (far) {
        link.mention = outside.get(Number(far[1]));
        delete link.value;
      }
    }
  }
  const made = new Map();
  const copy = (it) => {
    if (it === node) return opened;
    const whole = { ...it };
    made.set(it, whole);
    whole.links = it.links.map((link) => (link.node ? { role: link.role, node: copy(link.node) } : { ...link }));
    return whole;
  };
  const whole = copy(root);
  for (const it of nodesOf(whole))
    for (const link of it.links)
      if (link.mention) link.mention = moved.get(link.mention.id) ?? made.get(link.mention) ?? link.mention;
  return whole;
}
