// SPDX-License-Identifier: MIT
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "@/style.css";
import { readBoot, setBoot } from "@/api/boot";
import { ApiError, get } from "@/api/client";
import { queryClient } from "@/api/query";
import type { Boot } from "@/api/ui";
import { activateLocale, localeStore, preferredLocale } from "@/lib/i18n";
import { useStore } from "@/lib/store";
import { ErrorBox } from "@/ui/ErrorBox";
import { router } from "./router";
import { watchSystemTheme } from "./theme";

/** Another language draws everything anew: messages are plain texts in the components. */
function App() {
  const locale = useStore(localeStore);
  return (
    <QueryClientProvider client={queryClient} key={locale}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}

async function askBoot(): Promise<Boot> {
  try {
    return await get<Boot>("api/ui/me");
  } catch (problem) {
    if (problem instanceof ApiError && problem.status === 401) return { version: "", orgs: [], signUp: false, fields: [] };
    throw problem;
  }
}

async function start(): Promise<void> {
  const root = createRoot(document.getElementById("root")!);
  await activateLocale(preferredLocale());
  try {
    setBoot(readBoot() ?? (await askBoot()));
  } catch (problem) {
    root.render(<ErrorBox error={problem} onRetry={() => location.reload()} />);
    return;
  }
  watchSystemTheme();
  root.render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

void start();
