import { expect, test, vi } from "vitest";
import { make, update } from "#web/shared/dom.js";

test("attributes, properties, data and children of a new element", () => {
  const onclick = vi.fn();
  const box = make("input", {
    type: "checkbox",
    checked: true,
    "aria-label": "On",
    onclick,
    title: null,
    dataset: { of: "a" },
  });
  box.click();
  expect([box.checked, box.getAttribute("aria-label"), box.hasAttribute("title"), box.dataset.of]).toEqual([
    false,
    "On",
    false,
    "a",
  ]);
  expect(onclick).toHaveBeenCalledOnce();
  expect(make("p", { class: "x" }, "a", make("b", {}, "c")).outerHTML).toBe('<p class="x">a<b>c</b></p>');
});

test("update writes only what differs", () => {
  const written = [];
  const target = new Proxy(
    { a: 1, b: 2 },
    { set: (object, name, value) => written.push(name) && Reflect.set(object, name, value) },
  );
  update(target, { a: 1, b: 3 });
  expect(written).toEqual(["b"]);
});
