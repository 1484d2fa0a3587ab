// SPDX-License-Identifier: MIT
import { Link } from "@tanstack/react-router";
import { ingestionStore, liveStore } from "@/api/live";
import { cx } from "@/lib/cx";
import { formatAgo } from "@/lib/format";
import { t } from "@/lib/i18n";
import { useStore } from "@/lib/store";
import { useNow } from "@/ui/Figures";
import { LIGHT_LOOKS, lightState } from "./light";

interface Light {
  look: string;
  text: string;
}

function useLight(): Light {
  const ingestion = useStore(ingestionStore);
  const live = useStore(liveStore);
  const now = useNow();
  if (live === "lost") return { look: LIGHT_LOOKS.quiet, text: t("Connection lost") };
  if (!ingestion) return { look: LIGHT_LOOKS.none, text: t("Connecting…") };
  const look = LIGHT_LOOKS[lightState(ingestion, now)];
  if (!ingestion.writable) return { look, text: ingestion.problem ?? t("Writes are refused") };
  if (ingestion.last === undefined) return { look, text: t("No events yet") };
  return { look, text: formatAgo(Math.min(ingestion.last, now), now) };
}

/** Whether events come in: green, amber after five quiet minutes, red when writes are refused. */
export function IngestionLight({ pid, folded }: { pid: string; folded: boolean }) {
  const { look, text } = useLight();
  const label = t("Last event: {text}", { text });
  return (
    <Link
      to="/project/$pid/settings/$page"
      params={{ pid, page: "system" }}
      aria-label={label}
      data-tip={label}
      className="flex h-8 items-center gap-2.5 rounded-control px-2.5 text-small text-muted hover:bg-sunk hover:text-text"
    >
      <span aria-hidden className={cx("mx-1 size-2 shrink-0", look)} />
      {!folded && <span className="num truncate">{text}</span>}
    </Link>
  );
}
