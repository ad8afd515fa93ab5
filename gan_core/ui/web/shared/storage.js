/** What the browser keeps for this page, over a reload and a restart of the app: text by name. */

/** @typedef {"browser" | "window"} Scope `window` is for this window alone, `browser` for all of them */

/** @param {Scope} scope */
const storageOf = (scope) => (scope === "window" ? sessionStorage : localStorage);

/**
 * A browser that keeps nothing is no error: the page then begins anew after a reload.
 *
 * @param {string} name
 * @param {string | null} text null forgets it
 * @param {Scope} [scope]
 */
export function remember(name, text, scope = "browser") {
  try {
    if (text === null) storageOf(scope).removeItem(`gw-${name}`);
    else storageOf(scope).setItem(`gw-${name}`, text);
  } catch {
    /* nothing is kept */
  }
}

/**
 * @param {string} name
 * @param {Scope} [scope]
 * @returns {string | null}
 */
export function remembered(name, scope = "browser") {
  try {
    return storageOf(scope).getItem(`gw-${name}`);
  } catch {
    return null;
  }
}

/** A random name of `bytes` bytes; `randomUUID` is there on https and on localhost only. @param {number} bytes */
export function randomName(bytes) {
  const values = crypto.getRandomValues(new Uint8Array(bytes));
  return [...values].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @type {string | undefined} */
let unkept;

/** The name kept under `name`, made where there is none. @param {string} name @param {() => string} create */
export function keptName(name, create) {
  if (!remembered(name)) remember(name, create());
  return remembered(name) ?? create();
}

/** By this the server knows the runs that this browser started; it is no login. */
export const ownerMark = keptName("owner", () => (unkept ??= crypto.randomUUID?.() ?? randomName(16)));
