// SPDX-License-Identifier: MIT
import { createRouter } from "@tanstack/react-router";
import { BASE_PATH } from "@/api/base";
import { bootStore } from "@/api/boot";
import { session } from "@/api/query";
import { routeTree } from "./routes";
import { parseSearch, stringifySearch } from "./search";

export const router = createRouter({
  routeTree,
  basepath: BASE_PATH || "/",
  parseSearch,
  stringifySearch,
  trailingSlash: "preserve",
  defaultPreload: "intent",
  defaultPreloadDelay: 40,
  scrollRestoration: false, // panes scroll, not the window
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

session.onEnd = () => {
  if (!bootStore.get().user) return;
  bootStore.set((boot) => ({ ...boot, user: undefined as never, orgs: [] }));
  void router.navigate({ to: "/sign-in", search: { next: router.state.location.href } });
};
