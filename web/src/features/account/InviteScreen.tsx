// SPDX-License-Identifier: MIT
import { Link, useParams } from "@tanstack/react-router";
import { useBoot } from "@/api/boot";
import { send } from "@/api/client";
import { useGet } from "@/api/query";
import type { Boot, Invitation } from "@/api/ui";
import { Plain } from "@/app/Plain";
import { roleName } from "@/app/roles";
import { useAction } from "@/lib/form";
import { formatDay } from "@/lib/format";
import { t } from "@/lib/i18n";
import { Button } from "@/ui/Button";
import { ErrorBox } from "@/ui/ErrorBox";
import { FormProblem } from "@/ui/FormProblem";
import { useEnter } from "./enter";
import { SignUpForm } from "./SignUpForm";

function Accept({ token, email }: { token: string; email: string }) {
  const { user } = useBoot();
  const enter = useEnter();
  const accept = useAction(async () => enter(await send<Boot>("POST", `api/ui/invites/${token}/accept`)));
  if (!user) {
    return (
      <Link to="/sign-in" search={{ next: `/invite/${token}` }} className="link">
        {t("Sign in as {email} to accept", { email })}
      </Link>
    );
  }
  if (user.email.toLowerCase() !== email.toLowerCase()) {
    return (
      <p className="rounded-control bg-warning-fill px-3 py-2 text-on-warning">
        {t("This invitation is for {email}; you are signed in as {you}.", { email, you: user.email })}
      </p>
    );
  }
  return (
    <div className="grid gap-4">
      <FormProblem problem={accept.problem} />
      <Button look="primary" busy={accept.busy} className="h-8" onClick={() => void accept.run()}>
        {t("Accept the invitation")}
      </Button>
    </div>
  );
}

export function InviteScreen() {
  const { token = "" } = useParams({ strict: false });
  const { data, error, refetch } = useGet<Invitation>(`api/ui/invites/${encodeURIComponent(token)}`);
  return (
    <Plain title={t("Invitation")}>
      {error && <ErrorBox error={error} onRetry={() => void refetch()} />}
      {data && (
        <>
          <div className="grid gap-2">
            <h1 className="text-figure font-semibold">{t("Join {org}", { org: data.org })}</h1>
            <p className="text-muted">
              {t("You are invited as {role}. The link works until {day}.", { role: roleName(data.role), day: formatDay(data.expires) })}
            </p>
          </div>
          {data.registered ? <Accept token={token} email={data.email} /> : <SignUpForm invite={{ token, email: data.email }} />}
        </>
      )}
    </Plain>
  );
}
