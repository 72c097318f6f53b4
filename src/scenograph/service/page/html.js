// What every module of the page is written with: Preact, its hooks, and templates instead of JSX.

import { createContext, h, render } from "./vendor/preact.mjs";
import htm from "./vendor/htm.mjs";

export * from "./vendor/hooks.mjs";
export { createContext, render };
export const html = htm.bind(h);

/** What the whole page shares: `{ t, announce }`. */
export const Shared = createContext(null);

// What one memory was told is not shown beside another one.
const owner = `scenograph${location.search}.`;

/** Remember `value` under `name` in `storage`, if the browser allows it. */
export function keep(storage, name, value) {
  try {
    if (value === null) storage().removeItem(owner + name);
    else storage().setItem(owner + name, JSON.stringify(value));
  } catch {
    // A full or forbidden storage costs a setting after the next reload, and nothing else.
  }
}

/** Return what `keep` has remembered, or `otherwise`. */
export function kept(storage, name, otherwise) {
  try {
    return JSON.parse(storage().getItem(owner + name)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** Storages, by functions: a browser may refuse even to name them. */
export const forever = () => window.localStorage;
export const thisTab = () => window.sessionStorage;
