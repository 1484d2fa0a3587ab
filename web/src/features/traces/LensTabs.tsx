// SPDX-License-Identifier: MIT
//
// What the list lists: traces, their observations, or traces as they come.

import { t } from "@/lib/i18n";
import { Tabs } from "@/ui/Tabs";
import type { TracesSearch } from "./search";
import type { Change } from "./useTracesSearch";

export function LensTabs({ search, change }: { search: TracesSearch; change: Change }) {
  return (
    <Tabs<"traces" | "obs" | "live">
      label={t("What is listed")}
      value={search.lens ?? "traces"}
      onChange={(value) => change({ lens: value === "traces" ? undefined : value, sort: undefined, cols: undefined, peek: undefined })}
      tabs={[
        { value: "traces", label: t("Traces") },
        { value: "obs", label: t("Observations") },
        { value: "live", label: <span className="live-tab" data-on={search.lens === "live" || undefined}>{t("Live")}</span>, keys: t("Live on or off (l)") },
      ]}
    />
  );
}
