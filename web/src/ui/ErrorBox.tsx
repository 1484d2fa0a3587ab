// SPDX-License-Identifier: MIT
import { ApiError } from "@/api/client";
import { t } from "@/lib/i18n";
import { messageOf } from "@/lib/message";
import { Button } from "./Button";
import { CopyButton } from "./CopyButton";

/** What went wrong, a way to try again, and the id that finds it in the server's log. */
export function ErrorBox({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const id = error instanceof ApiError ? error.requestId : undefined;
  return (
    <div role="alert" className="m-4 flex flex-wrap items-center gap-3 rounded-panel bg-error-fill px-4 py-3 text-on-error">
      <span aria-hidden>✕</span>
      <p className="min-w-0 flex-1 break-words">{messageOf(error)}</p>
      {id && (
        <span className="flex items-center gap-1 font-mono text-small">
          {id} <CopyButton text={id} label={t("Copy the request id")} />
        </span>
      )}
      {onRetry && <Button onClick={onRetry}>{t("Try again")}</Button>}
    </div>
  );
}
