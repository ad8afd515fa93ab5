import { expect, test } from "vitest";
import { axisNumber, count, duration, measured, megabytes, significant, typedNumber } from "#web/shared/format.js";

test("durations", () => {
  expect([null, -3, 59.6, 61, 3599, 7260].map(duration)).toEqual([
    "–",
    "0 s",
    "1 min 0 s",
    "1 min 1 s",
    "59 min 59 s",
    "2 h 1 min",
  ]);
});

test("numbers", () => {
  expect(count(1234567)).toBe("1,234,567");
  expect(count(undefined)).toBe("0");
  expect(significant(0.012345)).toBe("0.0123");
  expect(significant(2)).toBe("2");
  expect(measured(1234.5)).toBe("1,235");
  expect(measured(12.345)).toBe("12.3");
  expect(axisNumber(250_000)).toBe("3e5");
  expect(axisNumber(0.5)).toBe("0.5");
  expect(megabytes(1_250_000)).toBe("1.3 MB");
});

test("what is typed: a comma is a point, what is no number stays what it is", () => {
  expect(typedNumber(" 1,5 ")).toBe(1.5);
  expect(typedNumber("")).toBeNull();
  expect(typedNumber("1e400")).toBe("1e400");
  expect(typedNumber("abc")).toBe("abc");
});
