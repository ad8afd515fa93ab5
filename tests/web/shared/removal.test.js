import { expect, test, vi } from "vitest";
import { component } from "#web/shared/mount.js";
import { gradio } from "./gradio.js";

test("a component that gradio removes is ended by itself, and one that stays is not", async () => {
  const aborted = [];
  const mount = component(({ props, signal }) => signal.addEventListener("abort", () => aborted.push(props.name)));
  const gone = gradio("", { props: { name: "gone" } });
  mount(gone);
  mount(gradio("", { props: { name: "stays" } }));
  gone.element.remove();
  await vi.waitFor(() => expect(aborted).toEqual(["gone"]), { timeout: 4000 });
});
