// SPDX-License-Identifier: MIT
//
// A button with words that copies a text made when it is pressed, and says so in place.

import { useEffect, useState } from "react";
import { copyText } from "@/lib/clipboard";
import { t } from "@/lib/i18n";

const SAID_MS = 1600;

export function CopyText({ text, label, inRow = false }: { text: () => string; label: string; inRow?: boolean }) {
  const [said, setSaid] = useState<"" | "copied" | "refused">("");
  useEffect(() => {
    if (said === "") return;
    const timer = setTimeout(() => setSaid(""), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async () => setSaid((await copyText(text())) ? "copied" : "refused");
  const words = { "": label, copied: t("Copied"), refused: t("Not allowed to copy") }[said];
  return (
    <button type="button" className="quiet" tabIndex={inRow ? -1 : 0} onClick={(event) => { event.stopPropagation(); void copy(); }}>
      <span aria-live="polite">{words}</span>
    </button>
  );
}
