import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { notify } from "#web/shared/events.js";
import { component } from "#web/shared/mount.js";
import { gradio } from "./gradio.js";

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
});

test("find throws where there is nothing, so that a page that lacks a part says which", () => {
  const mount = component(({ find }) => {
    expect(find("b.there").textContent).toBe("here");
    expect(() => find("i.gone")).toThrow("i.gone");
  });
  mount(gradio("<b class='there'>here</b>"));
});

test("teardown ends listeners, events, timers and observers", () => {
  const heard = [];
  const mount = component(({ after, every, signal, subscribe }) => {
    subscribe("show-run", ({ name }) => heard.push(name));
    document.addEventListener("keydown", () => heard.push("key"), { signal });
    after(100, () => heard.push("timer"));
    every(
      () => 100,
      () => heard.push("step"),
    );
  });
  const teardown = mount(gradio(""));
  notify("show-run", { name: "a" });
  document.dispatchEvent(new Event("keydown"));
  expect(heard).toEqual(["step", "a", "key"]);
  teardown();
  notify("show-run", { name: "b" });
  document.dispatchEvent(new Event("keydown"));
  vi.advanceTimersByTime(5000);
  expect(heard).toEqual(["step", "a", "key"]);
});

test("every calls its step at its own pace, and waits for one that takes long", async () => {
  let finish = () => {};
  let steps = 0;
  const mount = component(({ every }) =>
    every(
      () => 100,
      () => {
        steps += 1;
        return new Promise((resolve) => (finish = resolve));
      },
    ),
  );
  const { element, ...rest } = gradio("");
  Object.defineProperty(element, "offsetParent", { value: document.body }); // happy-dom lays nothing out
  mount({ element, ...rest });
  expect(steps).toBe(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(steps).toBe(1);
  finish();
  await vi.advanceTimersByTimeAsync(90);
  expect(steps).toBe(1);
  await vi.advanceTimersByTimeAsync(20);
  expect(steps).toBe(2);
});

test("a notice goes where the component wants it, else to the foot of the page for a while", () => {
  const mount = component(({ notice }) => notice("Saved.", "info"));
  const own = gradio("<div data-notice></div>");
  mount(own);
  expect(own.element.firstChild.textContent).toBe("Saved.");
  expect(own.element.firstChild.dataset.kind).toBe("info");
  mount(gradio(""));
  expect(document.querySelector(".gw-notice-floating").textContent).toBe("Saved.");
  vi.advanceTimersByTime(8000);
  expect(document.querySelector(".gw-notice-floating")).toBeNull();
});

test("a notice that one would have to scroll to is said at the foot of the window too, until it is taken back", () => {
  let notice;
  const own = gradio("<div data-notice></div>");
  component((context) => (notice = context.notice))(own);
  const place = own.element.firstChild;
  const floating = () => document.querySelector(".gw-notice-floating")?.textContent;
  const lie = (top) => (place.getBoundingClientRect = () => ({ top, bottom: top + 40, height: 40 }));
  lie(10);
  notice("In sight.");
  expect(floating()).toBeUndefined();
  lie(-900);
  notice("first is deleted.", "info");
  notice("second is deleted.", "info");
  expect(document.querySelectorAll(".gw-notice-floating")).toHaveLength(1);
  expect(floating()).toBe("second is deleted.");
  expect(place.textContent).toBe("second is deleted.");
  expect(document.querySelector(".gw-notice-floating").getAttribute("aria-hidden")).toBe("true");
  notice("");
  expect(floating()).toBeUndefined();
});
