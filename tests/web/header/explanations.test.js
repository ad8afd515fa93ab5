import { expect, test } from "vitest";
import { placeBeside } from "#web/header/explanations.js";

const ROOM = { width: 400, height: 300 };
const BUBBLE = { width: 100, height: 40 };

test("a bubble stands below, above at the foot of the window, and never leaves it", () => {
  expect(placeBeside({ left: 20, top: 10, bottom: 30 }, BUBBLE, ROOM)).toEqual({ x: 20, y: 36 });
  expect(placeBeside({ left: 20, top: 270, bottom: 290 }, BUBBLE, ROOM)).toEqual({ x: 20, y: 224 });
  expect(placeBeside({ left: 390, top: 10, bottom: 30 }, BUBBLE, ROOM).x).toBe(294);
  expect(placeBeside({ left: -50, top: 10, bottom: 280 }, BUBBLE, ROOM)).toEqual({ x: 6, y: 6 });
});
