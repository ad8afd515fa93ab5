import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Explorer } from "#web/explore/explorer.js";
import { ModelPicker } from "#web/explore/models.js";
import { component } from "#web/shared/mount.js";
import { onArrival } from "#web/shared/navigation.js";
import { gradio } from "../shared/gradio.js";

const CONTENT = `<div class="explore"><p data-notice></p><div class="empty"></div><div class="layout"></div>
  <select class="model"></select><button class="browse"></button><button class="go-on"></button><div class="gallery" hidden></div>
  <span class="live"><i></i><b data-step></b></span>
  <img class="big"><button class="undo"></button><button class="redo"></button></div>`;
const choice = (id) => ({ id, label: id, group: "Runs" });

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.stubGlobal("Option", function Option(label, value) {
    return Object.assign(document.createElement("option"), { textContent: label, value }); // happy-dom has none
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

/** A picker that shows the model "live:cup"; the server lists `ids` and has facts of `known`. */
async function picker(ids, known) {
  Element.prototype.animate ??= () => {};
  const server = {
    models: async () => ({ models: ids.map(choice), first: ids[0] }),
    draw: async ({ seq, model }) => ({ seq, side: 8, picture: `data:${model}`, version: 1 }),
    facts: async ({ model }) =>
      known.includes(model) ? { model, classes: [], live: false } : { error: `${model} has ended.` },
  };
  let explorer;
  let made;
  component((context) => {
    explorer = new Explorer(context);
    made = new ModelPicker(context, explorer);
  })(gradio(CONTENT, { server }));
  explorer.model = "live:cup";
  made.refreshFacts();
  await vi.advanceTimersByTimeAsync(10);
  return explorer;
}

test("facts that are not there any more because the training has ended lead to its model, without a complaint", async () => {
  const explorer = await picker(["glyphs", "runs/cup"], ["runs/cup"]);
  expect(explorer.model).toBe("runs/cup");
  expect(document.querySelector("[data-notice]").textContent).toContain("The training has ended");
  expect(console.warn).not.toHaveBeenCalled();
});

test("facts that fail of a model that is still there are complained about", async () => {
  const explorer = await picker(["live:cup"], []);
  expect(explorer.model).toBe("live:cup");
  expect(console.warn).toHaveBeenCalledWith("live:cup has ended.");
});

test("a training goes on from the model that is shown, at the step that is shown", async () => {
  const explorer = await picker(["glyphs", "runs/cup"], ["runs/cup"]);
  const sent = [];
  onArrival("train", (model) => sent.push(model), new AbortController().signal);
  const press = () => document.querySelector("button.go-on").click();
  press();
  explorer.step = 12;
  press();
  expect(sent).toEqual(["runs/cup", "runs/cup@12"]);
});
