// SPDX-License-Identifier: MIT
import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { copyText } from "@/lib/clipboard";
import { t } from "@/lib/i18n";
import { Button } from "./Button";
import { toast } from "./Toast";

const SAID_MS = 1600;

/** Copies, and says so in place. With children it is a button with words. */
export function CopyButton({ text, label, children }: { text: string; label?: string; children?: string }) {
  const [done, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    if (!(await copyText(text))) {
      toast({ text: t("This browser does not allow copying; select the text and copy it by hand."), error: true });
      return;
    }
    setDone(true);
    setTimeout(() => setDone(false), SAID_MS);
  };
  const name = done ? t("Copied") : (label ?? t("Copy"));
  return (
    <Button look={children ? "plain" : "quiet"} icon={done ? Check : Copy} aria-label={name} tip={name} onClick={() => void copy()}>
      {children}
    </Button>
  );
}
