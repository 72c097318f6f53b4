// Requests to the service. A refusal says in `detail` what was wrong and what to do (RFC 9457).

import { keep, kept, thisTab } from "./html.js";

/** A request that was refused, or did not arrive (status 0). */
export class Refusal extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/** Tells "key" when the service needs a key, or does not know the one it was given. */
export const doorbell = new EventTarget();

let key = kept(thisTab, "key", "");

export const hasKey = () => key !== "";

/** Send `value` as the key from now on, in this tab only; "" sends none. */
export function setKey(value) {
  key = value;
  keep(thisTab, "key", value || null);
}

// `/?namespace=anna` is the page of Anna's memory: each request is about that one.
const namespace = new URLSearchParams(location.search).get("namespace");

/** GET `path`, or POST `body` to it; return the answer's JSON. */
export async function call(path, body, { signal } = {}) {
  const url = new URL(path, document.baseURI);
  if (namespace) url.searchParams.set("namespace", namespace);
  const headers = { Accept: "application/json" };
  if (key) headers.Authorization = `Bearer ${key}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(url, {
      method: body === undefined ? "GET" : "POST",
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
      cache: "no-store",
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal(0, "");
  }
  const value = await answer.json().catch(() => null);
  if (answer.ok) return value;
  if (answer.status === 401) doorbell.dispatchEvent(new Event("key"));
  throw new Refusal(answer.status, value?.detail ?? `${answer.status} ${answer.statusText}`);
}

/** Carry out many operations at once: `[[name, request], ...]`; null stands for each that was refused. */
export async function batch(asked) {
  const results = [];
  for (let start = 0; start < asked.length; start += 100) {
    const requests = asked.slice(start, start + 100).map(([operation, request]) => ({ operation, request }));
    results.push(...(await call("batch", { requests })).results);
  }
  return results.map((it) => (it.status === 200 ? it.result : null));
}
