/**
 * A person's own pictures that are chosen before Start: the server keeps them under a token of this browser, which Start hands
 * over, so that the run has them before its first step. The value is the token.
 *
 * @import { OwnBefore, ProbePicture } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 */
import { make } from "../shared/dom.js";
import { component } from "../shared/mount.js";
import { keptName, randomName } from "../shared/storage.js";
import { makeProbeControls } from "./probe-controls.js";

const made = randomName(8);
const token = keptName("own", () => made);

export const mount = component((/** @type {Context<OwnBefore>} */ context) => {
  const { find, props, subscribe, trigger } = context;
  const box = find(".before");
  const notice = find("#own-notice");
  let recipe = props.recipe;
  /** @type {ProbePicture[]} */
  let images = [];

  const controls = makeProbeControls(context, {
    zone: find("#own-drop"),
    input: find("input#own-file"),
    place: () => ({ token }),
    changed: show,
    notice(text, kind = "warning") {
      notice.textContent = text;
      notice.dataset.kind = kind;
    },
  });
  /** @param {ProbePicture[]} found */
  function show(found) {
    images = found;
    const both = props.ways[recipe]?.length === 2;
    find(".kept").replaceChildren(
      ...images.map((image) => {
        const picture = make("img", { src: image.picture, alt: `Own picture ${image.number}` });
        return make("figure", {}, picture, controls.controls(image, both));
      }),
    );
  }
  /** @param {string} name */
  function choose(name) {
    recipe = name;
    box.hidden = !props.ways[recipe];
    if (box.hidden) return;
    if (images.length) show(images);
    else controls.refresh();
  }
  subscribe("recipe-chosen", ({ name }) => choose(name));
  subscribe("run-started", () => images.length && controls.refresh());
  props.value = token;
  trigger("change");
  choose(recipe);
});
