/**
 * A person's own pictures that a translation is watched on: choosing and dropping them, saying which kind each is, removing them.
 *
 * @import { Context, NoticeKind } from "../shared/types.js"
 */
import { make } from "../shared/dom.js";
import { send } from "../shared/files.js";
import { ownerMark } from "../shared/storage.js";

/**
 * @typedef {{ number: number, domain: "A" | "B", picture: string }} ProbeImage
 *
 * @typedef {object} ProbeOptions
 * @property {HTMLElement} zone where files are dropped
 * @property {HTMLInputElement} input
 * @property {() => { run: string | null } | { token: string }} place whose pictures they are
 * @property {(pictures: ProbeImage[]) => void} changed is told what there is now
 * @property {(text: string, kind?: NoticeKind) => void} notice
 * @property {(act: (permission: object) => void) => void} [allowed] asks first where that is needed
 */

/**
 * @param {Pick<Context, "ask" | "upload">} context
 * @param {ProbeOptions} options
 */
export function makeProbeControls(
  { ask, upload },
  { zone, input, place, changed, notice, allowed = (act) => act({}) },
) {
  /**
   * @param {string} name of the server function
   * @param {object} request
   */
  async function carryOut(name, request) {
    try {
      changed((await ask(name, { owner: ownerMark, ...place(), ...request })).pictures);
    } catch (error) {
      notice(/** @type {Error} */ (error).message, "error");
    }
  }
  /**
   * @param {File[]} files
   * @param {object} permission
   */
  async function addAll(files, permission) {
    notice("");
    zone.dataset.busy = "yes";
    try {
      for (const file of files) {
        const request = { owner: ownerMark, ...permission, ...place(), name: file.name, domain: "A" };
        const response = await ask("own_add", { ...request, path: await send(upload, file) });
        changed(response.pictures);
        if (response.notes?.length) notice(response.notes.join(" "), "info");
      }
    } catch (error) {
      notice(/** @type {Error} */ (error).message, "error");
    }
    zone.dataset.busy = "no";
    input.value = "";
  }
  /** @param {FileList | null | undefined} list */
  function add(list) {
    const files = [...(list ?? [])];
    if (files.length) allowed((permission) => addAll(files, permission));
  }
  input.addEventListener("change", () => add(input.files));
  for (const type of ["dragover", "dragenter"])
    zone.addEventListener(type, (event) => {
      event.preventDefault();
      zone.dataset.over = "yes";
    });
  for (const type of ["dragleave", "drop"]) zone.addEventListener(type, () => (zone.dataset.over = "no"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    add(event.dataTransfer?.files);
  });
  /**
   * @param {string} name
   * @param {object} request
   */
  const act = (name, request) => allowed((permission) => carryOut(name, { ...permission, ...request }));
  return {
    /** The buttons of one picture. @param {ProbeImage} image @param {boolean} both whether there are two kinds */
    controls: (image, both) => makeControls(image, both, act),
    refresh: () => carryOut("own_list", {}),
  };
}

/**
 * The switch "it is one of A / B" and the cross of one picture.
 *
 * @param {ProbeImage} image
 * @param {boolean} both
 * @param {(name: string, request: object) => void} act
 */
function makeControls({ number, domain }, both, act) {
  const kinds = ["A", "B"].map((each) =>
    make(
      "button",
      {
        ...{ type: "button", class: "kind", title: `This picture is one of ${each}`, dataset: { domain: each } },
        ...{ "aria-pressed": String(each === domain), "aria-label": `It is one of ${each}` },
        onclick: () => each !== domain && act("own_turn", { number, domain: each }),
      },
      each,
    ),
  );
  const group = { class: "kinds", role: "group", "aria-label": "Which kind this picture is" };
  const cross = {
    type: "button",
    class: "cross",
    title: "Remove this picture",
    "aria-label": `Remove own picture ${number}`,
  };
  return make(
    "div",
    { class: "controls" },
    make("span", group, ...(both ? ["It is one of ", ...kinds] : [])),
    make("button", { ...cross, onclick: () => act("own_remove", { number }) }, "×"),
  );
}
