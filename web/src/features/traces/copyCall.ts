// SPDX-License-Identifier: MIT
//
// What the list shows as a call of the public API, on the clipboard.

import { SERVER_ADDRESS } from "@/api/base";
import { get, withQuery } from "@/api/client";
import type { Call } from "@/api/ui";
import { copyText } from "@/lib/clipboard";
import { t } from "@/lib/i18n";
import { toast, toastError } from "@/ui/Toast";
import type { Question } from "./data";

/** The server's address needs no quoting beyond this: it is percent-encoded. */
export const curlOf = (address: string, path: string): string =>
  `curl -u "$LANGFUSE_PUBLIC_KEY:$LANGFUSE_SECRET_KEY" \\\n  '${address}/${path}'`;

export async function copyCall(pid: string, { q, range, lens }: Question): Promise<void> {
  try {
    const call = await get<Call>(withQuery(`api/ui/${pid}/traces/call`, { q, range, lens: lens === "obs" ? lens : undefined }));
    if (!(await copyText(curlOf(SERVER_ADDRESS, call.path)))) return;
    toast(call.left ? t("Copied without what the API cannot be asked: {what}", { what: call.left.join(", ") }) : t("Copied: the list as an API call"));
  } catch (error) {
    toastError(error);
  }
}
