// News stays to be read until the next action begins; a warning or an error stays until something else is said.

for (const action of ["click", "change"])
  root.addEventListener(action, ({ isTrusted }) => { if (isTrusted && find("[data-notice]").dataset.kind === "info") say(""); }, true);
