// SPDX-License-Identifier: MIT
import { afterEach, vi } from "vitest";
import { activateLocale } from "@/lib/i18n";

process.env["TZ"] = "UTC";
const base = document.createElement("base");
base.href = "http://rushlight.test/monitor/";
document.head.append(base);
vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined }));
await activateLocale("en");

afterEach(() => localStorage.clear());
