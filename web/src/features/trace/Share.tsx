// SPDX-License-Identifier: MIT
//
// Publishing a trace: a switch and, while it is on, the address that works without signing in.

import type { LucideIcon } from "lucide-react";
import { SERVER_ADDRESS } from "@/api/base";
import type { Skeleton } from "@/api/ui";
import { t } from "@/lib/i18n";
import { Button } from "@/ui/Button";
import { CopyButton } from "@/ui/CopyButton";
import { Popover } from "@/ui/Popover";

export const publicAddress = (tid: string): string => `${SERVER_ADDRESS}/public/traces/${encodeURIComponent(tid)}`;

interface Props {
  trace: Skeleton["trace"];
  onShare: (on: boolean) => void;
  icon: LucideIcon;
}

export function SharePopover({ trace, onShare, icon }: Props) {
  const on = trace.public === true;
  const address = publicAddress(trace.id);
  return (
    <Popover label={t("Share")} align="end" className="w-88 max-w-[90vw]" trigger={<Button look="quiet" icon={icon}>{on ? t("Public") : t("Share")}</Button>}>
      <label className="share-switch">
        <input type="checkbox" checked={on} onChange={(event) => onShare(event.target.checked)} />
        <span>{t("Anybody with the link can read this trace")}</span>
      </label>
      <p className="rt-note">{on ? t("Inputs, outputs and scores are visible without signing in.") : t("Only members of the project can read it.")}</p>
      {on && (
        <div className="share-link">
          <input className="control" readOnly value={address} aria-label={t("Public link")} onFocus={(event) => event.target.select()} />
          <CopyButton text={address} label={t("Copy link")} />
        </div>
      )}
    </Popover>
  );
}
