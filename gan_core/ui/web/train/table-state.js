/**
 * The table beside a person's pictures, and the choice of the column whose values are their classes.
 *
 * @typedef {{ name: string, kind: string, values: number, classes: boolean }} TableColumn
 * @typedef {{ columns: TableColumn[], notes: string[] }} DataTable as gan_core.data.tables describes it
 */
import { count } from "../shared/format.js";

/** What can give the classes; nothing where no column can. @param {DataTable | undefined} table */
export function classChoices(table) {
  const columns = (table?.columns ?? []).filter(({ classes }) => classes);
  if (!columns.length) return [];
  const named = columns.map(({ name, values }) => ({ value: name, text: `column ${name} (${count(values)} values)` }));
  return [{ value: "", text: "from folders, or none" }, ...named];
}

/**
 * The settings that a choice stands for: with classes from a column the players are told them; without, they are again told as
 * the recipe has it.
 *
 * @param {string} column
 * @param {boolean} changed whether they are told classes although the recipe does not
 */
export const classSettings = (column, changed) =>
  column ? { class_column: column, conditional: true } : { class_column: null, ...(changed && { conditional: false }) };
