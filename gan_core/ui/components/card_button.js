// A button of a card or a list's entry.

// `of` tells apart what many cards have, for those who do not see on which one a button stands.
const button = (text, click, kind = "", of = "") =>
  make("button", { type: "button", class: `gw-button ${kind}`, onclick: click, "data-does": text, "aria-label": of ? `${text} ${of}` : null }, text);
