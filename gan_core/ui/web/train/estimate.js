/**
 * How long the training that the form describes takes on this machine. The value is { recipe, how, number, settings }.
 *
 * @import { Estimate, EstimateResponse } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 */
import { make } from "../shared/dom.js";
import { component } from "../shared/mount.js";

/** Milliseconds in which nothing is measured: the first picture of the page, and the worker being warmed, come first. */
const REST = 6000;
/** Milliseconds until a measurement that is going on is asked for again. */
const PENDING = 700;
/** Milliseconds after Start until it is seen what goes on now. */
const STARTED = 1500;

export const mount = component((/** @type {Context<Estimate>} */ context) => {
  const { after, ask, find, latestWins, props, subscribe, visible, watch } = context;
  const opened = performance.now();
  const button = find("button#estimate-measure");
  let byHand = false;
  let cancel = () => {};

  /** @param {EstimateResponse} found */
  function show({ short, rest, pending, offer }) {
    find(".estimate").hidden = !(short || rest);
    find("#estimate-line").replaceChildren(...(short ? [make("b", {}, short), " "] : []), rest ?? "");
    button.hidden = !offer;
    cancel();
    if (pending) cancel = after(PENDING, request);
  }
  const submit = latestWins(
    async () => {
      if (!props.value) return {}; // gradio has not collected the form yet
      const early = performance.now() - opened < REST;
      if (early) after(REST, request);
      return ask("estimate", { ...props.value, measure: visible() && !early, anyway: byHand });
    },
    show,
    (error) => show({ rest: error.message }),
  );
  const request = () => submit({});
  button.addEventListener("click", () => {
    byHand = true;
    request();
  });
  watch("value", () => {
    byHand = false;
    request();
  });
  subscribe("run-started", () => {
    cancel();
    after(STARTED, request);
  });
  request();
});
