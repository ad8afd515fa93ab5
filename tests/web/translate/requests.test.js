import { afterEach, expect, test, vi } from "vitest";
import { component } from "#web/shared/mount.js";
import { TranslationRequests } from "#web/translate/requests.js";
import { gradio } from "../shared/gradio.js";

const PAGE =
  "<div class='translate'><div class='work' hidden><progress></progress><span class='share'></span><button class='cancel'></button></div></div>";
const SETTINGS = { model: "m", direction: "AtoB", scale: "auto" };

afterEach(() => {
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

/** A file of which the browser has made a small picture already. */
const file = (number) => ({
  blob: new File([], `${number}.png`),
  small: Promise.resolve({ width: 1, height: 1, transparent: false, picture: "data:,", before: `blob:${number}` }),
  sent: Promise.resolve({ path: `/${number}.png`, name: `${number}.png` }),
});

function requests() {
  const stage = { isBusy: false };
  const server = {
    frame: async () => ({ after: "small" }),
    translate: async () => ({ before: "large", after: "made", width: 1, height: 1, name: "a.png", notes: [] }),
    job_cancel: async () => ({}),
  };
  const shown = [];
  const handlers = {
    preview: (translation, preview) => shown.push(preview.before),
    whole: () => shown.push("whole"),
    cancelled() {},
    failed: (error) => shown.push(error.message),
  };
  let made;
  const mount = component((context) => (made = new TranslationRequests(context, stage, handlers)));
  mount(gradio(PAGE, { server }));
  return { made, shown };
}

test("of the files that were dropped, only the last one stays in the browser's memory", async () => {
  const freed = [];
  vi.spyOn(URL, "revokeObjectURL").mockImplementation((address) => freed.push(address));
  const { made, shown } = requests();
  for (let number = 0; number < 5; number++) {
    made.add({ ...SETTINGS, file: file(number) });
    await vi.waitFor(() => expect(shown.filter((each) => each === "whole")).toHaveLength(number + 1));
  }
  expect(freed).toEqual(["blob:0", "blob:1", "blob:2", "blob:3"]);
  made.add({ ...SETTINGS, source: { example: "lake" } });
  await vi.waitFor(() => expect(freed).toContain("blob:4"));
  expect(shown.filter((each) => each.startsWith("blob:"))).toHaveLength(5); // each was seen as a preview before
});

test("a file that is translated again keeps its small picture; one that comes back later has another made", async () => {
  const freed = [];
  vi.spyOn(URL, "revokeObjectURL").mockImplementation((address) => freed.push(address));
  const { made, shown } = requests();
  const [first, second] = [file(1), file(2)];
  for (const wanted of [first, first, second]) {
    made.add({ ...SETTINGS, model: `m${shown.length}`, file: wanted });
    const whole = shown.filter((each) => each === "whole").length;
    await vi.waitFor(() => expect(shown.filter((each) => each === "whole")).toHaveLength(whole + 1));
  }
  expect(freed).toEqual(["blob:1"]);
  expect(first.small).toBeUndefined();
  expect(second.small).toBeDefined();
});
