import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const web = fileURLToPath(new URL("../../gan_core/ui/web", import.meta.url));

export default defineConfig({
  resolve: { alias: { "#web": web } },
  server: { fs: { allow: [web, "."] } },
  test: { environment: "happy-dom", include: ["**/*.test.js"] },
});
