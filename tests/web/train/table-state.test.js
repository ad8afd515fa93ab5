import { expect, test } from "vitest";
import { classChoices, classSettings } from "#web/train/table-state.js";

const column = (name, values, classes) => ({ name, kind: "category", values, classes });

test("only columns that can be classes are offered, behind the folders", () => {
  const table = { columns: [column("style", 6, true), column("id", 9000, false)], notes: [] };
  expect(classChoices(table)).toEqual([
    { value: "", text: "from folders, or none" },
    { value: "style", text: "column style (6 values)" },
  ]);
});

test("without a table, or without such a column, nothing is offered", () => {
  expect(classChoices(undefined)).toEqual([]);
  expect(classChoices({ columns: [column("id", 9000, false)], notes: [] })).toEqual([]);
});

test("classes of a column are told to the players", () => {
  expect(classSettings("style", false)).toEqual({ class_column: "style", conditional: true });
  expect(classSettings("", true)).toEqual({ class_column: null, conditional: false });
  expect(classSettings("", false)).toEqual({ class_column: null }); // the recipe's own choice stays
});
