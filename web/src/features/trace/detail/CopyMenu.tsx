// SPDX-License-Identifier: MIT
//
// An observation as a link, curl, Python or JSON on the clipboard.

import { Copy } from "lucide-react";
import { SERVER_ADDRESS } from "@/api/base";
import type { Observation } from "@/api/ui";
import { copyText } from "@/lib/clipboard";
import { t } from "@/lib/i18n";
import { asCurl, asJson, asPython } from "../model/snippets";
import { IconButton } from "@/ui/Button";
import { Menu, MenuItem } from "@/ui/Menu";
import { toast } from "@/ui/Toast";

export async function copySaying(text: string, what: string): Promise<void> {
  const copied = await copyText(text);
  if (copied) toast(t("Copied: {what}", { what }));
  else toast({ text: t("This browser does not allow copying; select the text and copy it by hand."), error: true });
}

export function CopyMenu({ observation, link }: { observation: Observation; link: () => string }) {
  const own = observation.id !== "-";
  return (
    <Menu align="end" trigger={<IconButton icon={Copy} label={t("Copy the observation")} />}>
      <MenuItem keys="y" onSelect={() => void copySaying(link(), t("link"))}>{t("Link")}</MenuItem>
      {own && <MenuItem onSelect={() => void copySaying(asCurl(SERVER_ADDRESS, observation.id), "curl")}>curl</MenuItem>}
      {own && <MenuItem onSelect={() => void copySaying(asPython(SERVER_ADDRESS, observation.id), "Python")}>Python</MenuItem>}
      <MenuItem onSelect={() => void copySaying(asJson(observation), "JSON")}>JSON</MenuItem>
    </Menu>
  );
}
