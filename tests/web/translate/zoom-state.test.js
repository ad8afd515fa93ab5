import { describe, expect, it } from "vitest";
import * as state from "../../../gan_core/ui/web/translate/zoom-state.js";

describe("zoom", () => {
  it("keeps the point under the pointer where it is", () => {
    const zoom = state.zoomedTo(state.WHOLE, 4, 8, 0.25, 0.75);
    expect(zoom).toEqual({ k: 4, x: -0.75, y: -2.25 });
    const further = state.zoomedTo(zoom, 8, 8, 0.25, 0.75);
    expect((0.25 - further.x) / further.k).toBeCloseTo((0.25 - zoom.x) / zoom.k);
  });
  it("is at least the whole picture and at most the largest", () => {
    const whole = state.zoomedTo({ k: 4, x: -1, y: -1 }, 0.1, 8);
    expect([whole.k, Math.abs(whole.x), Math.abs(whole.y)]).toEqual([1, 0, 0]);
    expect(state.zoomedTo(state.WHOLE, 100, 8).k).toBe(8);
    expect(state.largestZoom(512, 512)).toBe(24);
    expect(state.largestZoom(10, 1000)).toBe(8);
  });
  it("leaves no gap at a side", () => {
    expect(state.panned({ k: 2, x: -0.5, y: -0.5 }, 3, -3)).toEqual({ k: 2, x: 0, y: -1 });
    expect(state.limited({ k: 1, x: -3, y: 5 })).toEqual({ k: 1, x: 0, y: 0 });
  });
  it("shows pixels as squares where they are large", () => {
    expect(state.showsSquares(4, 512, 600)).toBe(true);
    expect(state.showsSquares(2, 512, 600)).toBe(false);
    expect(state.showsSquares(1, 10, 600)).toBe(false);
  });
  it("is said in short", () => {
    expect([1, 1.26, 9.96, 12.4].map(state.zoomText)).toEqual(["1×", "1.3×", "10×", "12×"]);
  });
  it("follows the wheel, in pixels or in lines, and a pinch more quickly", () => {
    expect(state.wheelFactor({ deltaY: -400, deltaMode: 0, ctrlKey: false })).toBeCloseTo(Math.E);
    expect(state.wheelFactor({ deltaY: -25, deltaMode: 1, ctrlKey: false })).toBeCloseTo(Math.E);
    expect(state.wheelFactor({ deltaY: 100, deltaMode: 0, ctrlKey: true })).toBeCloseTo(1 / Math.E);
  });
  it("knows how far two fingers are apart", () => {
    expect(state.pinchOf({ x: 0, y: 0 }, { x: 6, y: 8 })).toEqual({ x: 3, y: 4, apart: 10 });
  });
  it("takes keys, arrows only where there is something to pan", () => {
    expect(state.keyAction("+", false)).toEqual({ factor: 1.5 });
    expect(state.keyAction("-", true)).toEqual({ factor: 1 / 1.5 });
    expect(state.keyAction("0", true)).toEqual({ reset: true });
    expect(state.keyAction("ArrowLeft", true)).toEqual({ pan: [60, 0] });
    expect(state.keyAction("ArrowLeft", false)).toBe(null);
    expect(state.keyAction("a", true)).toBe(null);
  });
});
