// SPDX-License-Identifier: MIT
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useEffect } from "react";
import { t } from "@/lib/i18n";
import { Mark } from "@/ui/Mark";

/** A page without rail: signing in, an invitation, a shared trace's error. */
export function Plain({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Rushlight`;
  }, [title]);
  return (
    <main className="h-full overflow-y-auto">
      <div className="mx-auto grid min-h-full max-w-form content-center gap-6 px-4 py-12">
        <div className="flex items-center gap-2.5">
          <Mark size={28} />
          <span className="text-title font-semibold">Rushlight</span>
        </div>
        {children}
      </div>
    </main>
  );
}

export function NotFound() {
  return (
    <Plain title={t("Not found")}>
      <div className="grid gap-2">
        <h1 className="text-figure font-semibold">{t("There is nothing at this address")}</h1>
        <p className="text-muted">{t("It may have been deleted, or belong to a project that you are not a member of.")}</p>
        <p><Link to="/" className="link">{t("To your projects")}</Link></p>
      </div>
    </Plain>
  );
}
