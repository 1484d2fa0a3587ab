// SPDX-License-Identifier: MIT
//
// The tags of a trace: shown, removed, added in place.

import { useEffect, useRef } from "react";
import { plain } from "@/ui/content/safe";
import { t } from "@/lib/i18n";
import { Chip } from "@/ui/Chip";
import type { TraceActions } from "./useActions";

const LONGEST = 200;

export function Tags({ tags, actions }: { tags: string[]; actions: TraceActions | undefined }) {
  const typing = actions?.tagging === true;
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (typing) input.current?.focus();
  }, [typing]);
  const close = () => actions?.setTagging(false);
  const add = (text: string) => {
    if (text.trim() !== "") actions?.tag(text.trim());
    close();
  };
  return (
    <span className="th-tags">
      {tags.map((tag) => (
        <Chip key={tag} name={plain(tag)} {...(actions ? { onRemove: () => actions.untag(tag) } : {})}>{plain(tag)}</Chip>
      ))}
      {actions && !typing && (
        <button type="button" className="quiet" onClick={() => actions.setTagging(true)} data-tip={t("Add a tag (t)")}>{t("+ tag")}</button>
      )}
      {typing && (
        <input
          ref={input} className="th-tag-input" maxLength={LONGEST} aria-label={t("New tag")} placeholder={t("New tag")} onBlur={close}
          onKeyDown={(event) => {
            if (event.key === "Enter") add(event.currentTarget.value);
            if (event.key === "Escape") close();
            event.stopPropagation();
          }}
        />
      )}
    </span>
  );
}
