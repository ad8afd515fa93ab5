// A field to type a new name into, laid over what has it: Enter and leaving it keep the name, Escape does not.

explorer.askName = (box, { value = "", label, placeholder = "", look = "" }, keep) => {
  const field = make("input", { class: `field ${look}`, type: "text", value, placeholder, maxLength: 60, "aria-label": label });
  const before = document.activeElement;  // a keyboard goes on from where it was
  let over = false;
  const end = (wanted) => {
    if (over) return;
    over = true;
    field.remove();
    const name = field.value.trim();
    if (wanted && name && name !== value) keep(name);
  };
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key !== "Enter" && event.key !== "Escape") return;
    end(event.key === "Enter");
    before?.focus({ preventScroll: true });
  });
  field.addEventListener("blur", () => end(true));
  box.append(field);
  field.focus();
  field.select();
};
