import { describe, expect, it } from "vitest";
import { countText, doneShare, shareText } from "../../../gan_core/ui/web/translate/batch-state.js";
import { FrameRate, cameraSentence, frameSize } from "../../../gan_core/ui/web/translate/camera-state.js";
import * as files from "../../../gan_core/ui/web/translate/files-state.js";
import * as stage from "../../../gan_core/ui/web/translate/stage-state.js";
import { needsAllPixels, shownIn } from "../../../gan_core/ui/web/translate/tab-state.js";

describe("files", () => {
  it("are weights by their ending", () => {
    const names = ["G.pth", "a.SAFETENSORS", "a.ckpt", "a.png", "pth"];
    expect(names.map((name) => files.isWeights({ name }))).toEqual([true, true, true, false, false]);
  });
  it("are read by the browser but for SVG and TIFF", () => {
    const types = ["image/png", "image/heic", "image/svg+xml", "image/tiff", "", "video/mp4"];
    expect(types.map(files.isReadable)).toEqual([true, true, false, false, false, false]);
  });
  it("are reduced to at least one pixel, and never enlarged", () => {
    expect(files.reducedSize(600, 400, 128)).toEqual({ width: 128, height: 85 });
    expect(files.reducedSize(20_000, 3, 128)).toEqual({ width: 128, height: 1 });
    expect(files.reducedSize(10, 20, 128)).toEqual({ width: 10, height: 20 });
  });
  it("are transparent where one alpha is below 255", () => {
    expect(files.hasTransparency([0, 0, 0, 255, 9, 9, 9, 254])).toBe(true);
    expect(files.hasTransparency([0, 0, 0, 255])).toBe(false);
  });
  it("are named once in a sentence", () => {
    expect(files.folderOfZip("set.ZIP")).toBe("set");
    expect(files.sentenceAbout("set/a.png", "a.png is broken.")).toBe("a.png is broken.");
    expect(files.sentenceAbout("set/a.png", "No network.")).toBe("set/a.png: No network.");
  });
});

describe("a batch", () => {
  it("says what is done and what was not possible", () => {
    expect(countText("Translated", { total: 4, done: 3, failed: 1 })).toBe("Translated 3 of 4, 1 not possible");
    expect(countText("Translating,", { total: 4, done: 0, failed: 0 })).toBe("Translating, 0 of 4");
    expect(doneShare({ total: 4, done: 2, failed: 1 })).toBe(0.75);
    expect(doneShare({ total: 0, done: 0, failed: 0 })).toBe(1);
    expect(shareText("walk.mp4: translating", 0.256)).toBe("walk.mp4: translating, 26 %");
  });
});

describe("the camera", () => {
  it("says why there is none", () => {
    expect(cameraSentence({ name: "NotFoundError", message: "" })).toBe("There is no camera on this device.");
    expect(cameraSentence({ name: "OddError", message: "" })).toBe("The camera cannot be used: OddError.");
  });
  it("reduces frames by their shorter side", () => {
    expect(frameSize(640, 480, 240)).toEqual({ width: 320, height: 240 });
    expect(frameSize(100, 80, 256)).toEqual({ width: 100, height: 80 });
  });
  it("counts the frames of the last two seconds", () => {
    const rate = new FrameRate();
    for (const time of [0, 100, 200]) rate.add(time);
    expect(rate.text).toBe("");
    for (const time of [300, 400]) rate.add(time);
    expect(rate.text).toBe("10 frames a second");
    for (let time = 2500; time < 5000; time += 200) rate.add(time);
    expect(rate.value).toBeCloseTo(5);
    expect(rate.isTooSlow).toBe(true);
  });
});

describe("panes", () => {
  it("have words for both sides of a comparison, or a title", () => {
    const pane = { left: "summer", title: "winter" };
    const compared = stage.paneTexts({ ...pane, kind: "compare", text: "Translated" });
    expect(compared).toEqual({ left: "summer", right: "winter", note: "", after: "Translated" });
    expect(stage.paneTexts({ ...pane, kind: "plain" })).toMatchObject({ left: "winter", right: "", after: "winter" });
  });
  it("show small pictures larger than they are", () => {
    const small = stage.frameStyle({ ratio: 1, width: 32 });
    expect([small.ratio, Math.round(small.largest), small.tiny]).toEqual([1, 504, true]);
    expect(stage.frameStyle({ ratio: 6000, width: 20_000 })).toEqual({ ratio: 6000, largest: 20_000, tiny: false });
    expect(stage.frameStyle({ ratio: 0.001, width: 3 }).ratio).toBe(0.05);
  });
  it("have a handle that moves by key", () => {
    expect(stage.handleGoal("ArrowRight", 0.5, false)).toBeCloseTo(0.52);
    expect(stage.handleGoal("ArrowDown", 0.5, true)).toBeCloseTo(0.4);
    expect([stage.handleGoal("Home", 0.5, false), stage.handleGoal("End", 0.5, false)]).toEqual([0, 1]);
    expect(stage.handleGoal("a", 0.5, false)).toBe(undefined);
    expect([-1, 0.3, 2].map(stage.limitedShare)).toEqual([0, 0.3, 1]);
    expect(stage.handleText(0.25)).toBe("25 % original, 75 % translation");
  });
});

describe("modes", () => {
  it("show their own parts", () => {
    const parts = (mode) => Object.entries(shownIn(mode)).flatMap(([selector, shown]) => (shown ? [selector] : []));
    expect(parts("picture")).toEqual([".examples", ".drop"]);
    expect(parts("draw")).toEqual([".drawing", ".beginnings"]);
    expect(parts("camera")).toEqual([".filming", ".privacy"]);
    expect(parts("many")).toEqual([".folder", ".strip", ".drop"]);
  });
  it("fetch all pixels where a large picture is enlarged", () => {
    expect(needsAllPixels(2000, 2400)).toBe(true);
    expect(needsAllPixels(2000, 800)).toBe(false);
    expect(needsAllPixels(1200, 2400)).toBe(false);
  });
});
