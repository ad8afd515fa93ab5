import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Explorer } from "#web/explore/explorer.js";
import { component } from "#web/shared/mount.js";
import { gradio } from "../shared/gradio.js";

const CONTENT =
  '<div class="explore"><p data-notice></p><img class="big"><button class="undo"></button><button class="redo"></button></div>';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
});

/** An explorer of the model "small", with a server that answers when `answer` is called. */
function explorer(server = {}) {
  const asked = [];
  let made;
  const draw = (request) => new Promise((resolve) => asked.push({ request, answer: (more = {}) => resolve({ seq: request.seq, side: 8, picture: "data:,", version: 1, ...more }) })); // prettier-ignore
  component((context) => {
    made = new Explorer(context);
  })(gradio(CONTENT, { server: { draw, ...server } }));
  made.model = "small";
  made.facts = { model: "small", classes: [], latent_dim: 2 };
  made.remember();
  return { made, asked };
}

test("one request is in flight, the newest is sent next, and its picture is the one that stays", async () => {
  const { made, asked } = explorer();
  for (const seed of [1, 2, 3]) made.drag((latent) => (latent.seed = seed));
  expect(asked.map(({ request }) => request.latent.seed)).toEqual([1]);
  asked[0].answer();
  await vi.advanceTimersByTimeAsync(0);
  expect(asked.map(({ request }) => request.latent.seed)).toEqual([1, 3]);
  asked[1].answer();
  await vi.advanceTimersByTimeAsync(0);
  expect([made.isNewest(made.shown), made.root.dataset.asked]).toEqual([true, "3"]);
});

test("a picture of another model or step is not shown", async () => {
  const { made, asked } = explorer();
  const shown = vi.fn();
  made.on("shown", shown);
  made.draw();
  made.step = 10;
  asked[0].answer();
  await vi.advanceTimersByTimeAsync(0);
  expect(shown).not.toHaveBeenCalled();
});

test("changes are undone and redone, and a drag is one of them", () => {
  const { made } = explorer();
  made.change((latent) => (latent.seed = 5));
  for (const scale of [0.9, 0.8]) made.drag((latent) => (latent.scale = scale));
  made.remember();
  expect(made.undoButton.disabled).toBe(false);
  made.undo();
  expect(made.latent).toMatchObject({ seed: 5, scale: 1 });
  made.undo();
  expect([made.latent.seed, made.undoButton.disabled, made.redoButton.disabled]).toEqual([0, true, false]);
  made.redo();
  expect(made.latent.seed).toBe(5);
});

test("undo asks for the model of before", () => {
  const { made } = explorer();
  const choose = vi.fn((id, step) => Object.assign(made, { model: id, step }));
  made.on("choose", choose);
  made.show({ kind: "seed", seed: 4 }, { model: "other", step: 7 });
  expect(choose).toHaveBeenCalledWith("other", 7);
  made.undo();
  expect(choose).toHaveBeenLastCalledWith("small", null);
  expect(made.latent.seed).toBe(0);
});

test("directions are renamed here and in what can be undone", () => {
  const { made } = explorer();
  made.change((latent) => (latent.amounts = { "saved/a": 1 }));
  made.change((latent) => (latent.amounts = { "saved/a": 2, "pca/1": 1 }));
  made.renameDirections((id) => (id === "saved/a" ? "saved/b" : id));
  expect(made.latent.amounts).toEqual({ "saved/b": 2, "pca/1": 1 });
  made.undo();
  expect(made.latent.amounts).toEqual({ "saved/b": 1 });
});

test("a refused request is said, and the picture that is still there is marked", async () => {
  const { made } = explorer({ draw: () => Promise.resolve({ error: "No such latent." }) });
  made.draw();
  await vi.advanceTimersByTimeAsync(0);
  expect(made.failing).toBe(true);
  expect(made.picture.classList.contains("stale")).toBe(true);
  expect(made.context.find("[data-notice]").textContent).toBe("No such latent.");
});

test("the base of a latent is its seed, or its numbers", async () => {
  const draw = vi.fn(() => Promise.resolve({ numbers: [1, 2] }));
  const { made } = explorer({ draw });
  expect(await made.basePoint(true)).toBe(0);
  made.latent.moves = [[3, 0.6]];
  made.latent.scale = 0.5;
  expect(await made.basePoint(false)).toEqual({ kind: "vector", vector: [1, 2] });
  expect(draw.mock.calls[0][0].latent).toEqual({ kind: "seed", seed: 0 });
});

test("a panel is told when it is opened and when another one is", () => {
  const { made } = explorer();
  made.root.insertAdjacentHTML(
    "beforeend",
    '<div class="panels"><div data-panel="move"></div><div data-panel="path"></div></div>',
  );
  const heard = [];
  for (const name of ["move", "path"])
    made.addPanel(name, { open: () => heard.push(`${name} opens`), close: () => heard.push(`${name} closes`) });
  for (const name of ["path", "path", "nowhere", "move"]) made.openPanel(name);
  expect(heard).toEqual(["move closes", "path opens", "path opens", "path closes", "move opens"]);
  expect(made.root.querySelector('[data-panel="path"]').hidden).toBe(true);
});
