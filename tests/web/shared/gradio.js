/** What gradio hands to a component with this content. */
export function gradio(content, options = {}) {
  const element = document.createElement("div");
  element.innerHTML = content;
  document.body.append(element);
  return { element, props: {}, server: {}, trigger() {}, upload() {}, watch() {}, ...options };
}
