/**
 * A person's own pictures that a translation is watched on: choosing and dropping them, saying which kind each is, removing them.
 *
 * @import { ProbePicture, ProbeRequest, ProbesResponse, TrainLive } from "../shared/protocol.js"
 * @import { Context, NoticeKind } from "../shared/types.js"
 */
import { make } from "../shared/dom.js";
import { send } from "../shared/files.js";
import { ownerMark } from "../shared/storage.js";

/**
 * @typedef {Pick<TrainLive, "probe_list" | "probe_add" | "probe_domain" | "probe_remove">} ProbeFunctions
 * @typedef {Pick<ProbeRequest, "confirmed">} Permission
 *
 * @typedef {object} ProbeOptions
 * @property {HTMLElement} zone where files are dropped
 * @property {HTMLInputElement} input
 * @property {() => Pick<ProbeRequest, "run" | "token">} place whose pictures they are
 * @property {(pictures: ProbePicture[]) => void} changed is told what there is now
 * @property {(text: string, kind?: NoticeKind) => void} notice
 * @property {(act: (permission: Permission) => void) => void} [allowed] asks first where that is needed
 */

/**
 * @param {Pick<Context<ProbeFunctions>, "ask" | "upload">} context
 * @param {ProbeOptions} options
 */
export function makeProbeControls(
  { ask, upload },
  { zone, input, place, changed, notice, allowed = (act) => act({}) },
) {
  /** @param {(request: ProbeRequest) => Promise<ProbesResponse>} change */
  async function carryOut(change) {
    try {
      changed((await change({ owner: ownerMark, ...place() })).pictures);
    } catch (error) {
      notice(/** @type {Error} */ (error).message, "error");
    }
  }
  /**
   * @param {File[]} files
   * @param {Permission} permission
   */
  async function addAll(files, permission) {
    notice("");
    zone.dataset.busy = "yes";
    try {
      for (const file of files) {
        const request = { owner: ownerMark, ...permission, ...place(), name: file.name };
        const response = await ask("probe_add", { ...request, path: await send(upload, file) });
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
  return {
    /** The buttons of one picture. @param {ProbePicture} image @param {boolean} both whether there are two kinds */
    controls: ({ number, domain }, both) =>
      makeControls({ number, domain }, both, {
        turn: (to) =>
          allowed((permission) =>
            carryOut((request) => ask("probe_domain", { ...request, ...permission, number, domain: to })),
          ),
        remove: () =>
          allowed((permission) => carryOut((request) => ask("probe_remove", { ...request, ...permission, number }))),
      }),
    refresh: () => carryOut((request) => ask("probe_list", request)),
  };
}

/**
 * The switch "it is one of A / B" and the cross of one picture.
 *
 * @param {Pick<ProbePicture, "number" | "domain">} image
 * @param {boolean} both
 * @param {{ turn: (domain: "A" | "B") => void, remove: () => void }} actions
 */
function makeControls({ number, domain }, both, { turn, remove }) {
  const kinds = /** @type {const} */ (["A", "B"]).map((each) =>
    make(
      "button",
      {
        ...{ type: "button", class: "kind", title: `This picture is one of ${each}`, dataset: { domain: each } },
        ...{ "aria-pressed": String(each === domain), "aria-label": `It is one of ${each}` },
        onclick: () => each !== domain && turn(each),
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
    make("button", { ...cross, onclick: remove }, "×"),
  );
}
