import { expect, test } from "vitest";
import { onArrival, openModel, openTab } from "#web/shared/navigation.js";

test("a model that is sent before its tab is there waits for it, and is taken once", () => {
  const controller = new AbortController();
  const { signal } = controller;
  const taken = [];
  openModel("translate", "runs/a");
  expect(onArrival("explore", () => expect.fail("another tab's"), signal)).toBe(false);
  expect(onArrival("translate", (model) => taken.push(model), signal)).toBe(true);
  expect(onArrival("translate", (model) => taken.push(model), signal)).toBe(false);
  controller.abort();
  expect(taken).toEqual(["runs/a"]);
});

test("a tab is opened at its top, wherever the one before was scrolled to", () => {
  window.scrollTo({ top: 500 });
  openTab("explore");
  expect(window.scrollY).toBe(0);
});

test("a tab that is there takes every model, with the picture that was pressed, until it ends", () => {
  const controller = new AbortController();
  const taken = [];
  onArrival("explore", (model, cell) => taken.push([model, cell]), controller.signal);
  openModel("explore", "glyphs", { x: 0.5, y: 0.25, step: null });
  controller.abort();
  openModel("explore", "glyphs");
  expect(taken).toEqual([["glyphs", { x: 0.5, y: 0.25, step: null }]]);
});
