// SPDX-License-Identifier: MIT
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useBoot } from "@/api/boot";
import { send } from "@/api/client";
import { invalidate, useGet } from "@/api/query";
import type { Members, Role } from "@/api/ui";
import { mayAtLeast, useProject } from "@/app/project";
import { roleName, roleOptions, ROLES } from "@/app/roles";
import { useForm } from "@/lib/form";
import { formatDay } from "@/lib/format";
import { t } from "@/lib/i18n";
import { Button } from "@/ui/Button";
import { CodeBlock } from "@/ui/CodeBlock";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { ErrorBox } from "@/ui/ErrorBox";
import { Field, Select } from "@/ui/Field";
import { Ago } from "@/ui/Figures";
import { FormProblem } from "@/ui/FormProblem";
import { Skeleton } from "@/ui/Skeleton";
import { Table, Td, Th } from "@/ui/Table";
import { toastError } from "@/ui/Toast";
import { Section } from "./Section";

/** Asks for a change and shows the list as it is afterwards. */
async function change(work: () => Promise<unknown>, path: string): Promise<void> {
  try {
    await work();
  } catch (problem) {
    toastError(problem);
  }
  await invalidate(path);
}

function MemberRow({ member, path, mayEdit }: { member: Members["members"][number]; path: string; mayEdit: boolean }) {
  const { user } = useBoot();
  const own = `${path}/members/${member.id}`;
  const setRole = (role: string): void => void change(() => send("PUT", own, { role }), path);
  return (
    <tr>
      <Td className="w-full max-w-0 min-w-40 py-1.5">
        <div className="truncate font-medium">{member.name || member.email} {member.id === user?.id && <span className="font-normal text-faint">· {t("you")}</span>}</div>
        {member.name && <div className="truncate text-small text-muted">{member.email}</div>}
      </Td>
      <Td>
        {mayEdit
          ? <Select label={t("Role of {name}", { name: member.name || member.email })} value={member.role} options={roleOptions()} onChange={(e) => setRole(e.target.value)} />
          : roleName(member.role)}
      </Td>
      <Td className="whitespace-nowrap text-muted">{member.lastSeen ? <Ago at={member.lastSeen} /> : t("never")}</Td>
      <Td end className="pr-1">
        {mayEdit && (
          <ConfirmButton look="quiet" icon={Trash2} onConfirm={() => void change(() => send("DELETE", own), path)}>
            {member.id === user?.id ? t("Leave") : t("Remove")}
          </ConfirmButton>
        )}
      </Td>
    </tr>
  );
}

function InviteForm({ path }: { path: string }) {
  const [link, setLink] = useState<{ email: string; url: string }>();
  const [role, setRole] = useState<Role>("MEMBER");
  const form = useForm(async ({ email = "" }, element) => {
    const { url } = await send<{ url: string }>("POST", `${path}/invites`, { email, role });
    setLink({ email, url });
    element.reset();
    await invalidate(path);
  });
  return (
    <>
      <form onSubmit={form.onSubmit} className="panel grid gap-3 p-4">
        <div className="flex items-end gap-2 max-sm:flex-col max-sm:items-stretch">
          <div className="flex-1"><Field label={t("E-mail")} name="email" type="email" required placeholder="name@example.com" /></div>
          <Select label={t("Role")} value={role} options={roleOptions()} onChange={(e) => setRole(e.target.value as Role)} />
          <Button type="submit" look="primary" busy={form.busy}>{t("Invite")}</Button>
        </div>
        <p className="text-small text-muted">{roleName(role)}: {t(ROLES[role].doc)}</p>
        <FormProblem problem={form.problem} />
      </form>
      {link && <CodeBlock caption={t("Send this link to {email}. It is shown only now.", { email: link.email })} text={link.url} />}
    </>
  );
}

function Invites({ invites, path, mayEdit }: { invites: Members["invites"]; path: string; mayEdit: boolean }) {
  if (invites.length === 0) return null;
  return (
    <div className="panel">
      <Table>
        <thead><tr><Th>{t("Invited")}</Th><Th>{t("Role")}</Th><Th>{t("By")}</Th><Th>{t("Until")}</Th><Th aria-label={t("Actions")} /></tr></thead>
        <tbody>
          {invites.map((invite) => (
            <tr key={invite.id}>
              <Td className="w-full max-w-0 min-w-40 truncate">{invite.email}</Td>
              <Td>{roleName(invite.role)}</Td>
              <Td className="text-muted">{invite.by}</Td>
              <Td className="num whitespace-nowrap">{formatDay(invite.expires)}</Td>
              <Td end className="pr-1">
                {mayEdit && (
                  <ConfirmButton look="quiet" onConfirm={() => void change(() => send("DELETE", `${path}/invites/${invite.id}`), path)}>
                    {t("Withdraw")}
                  </ConfirmButton>
                )}
              </Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </div>
  );
}

export function MembersPage() {
  const { org } = useProject();
  const path = `api/ui/orgs/${org.id}`;
  const mayEdit = mayAtLeast(org.role, "ADMIN");
  const { data, error, refetch } = useGet<Members>(`${path}/members`, { keep: false });
  return (
    <>
      <Section title={t("Members of {org}", { org: org.name })} hint={t("A member may see every project of the organization.")}>
        {error && <ErrorBox error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton />}
        {data && (
          <div className="panel">
            <Table>
              <thead><tr><Th>{t("Name")}</Th><Th>{t("Role")}</Th><Th>{t("Last seen")}</Th><Th aria-label={t("Actions")} /></tr></thead>
              <tbody>
                {data.members.map((member) => <MemberRow key={member.id} member={member} path={path} mayEdit={mayEdit} />)}
              </tbody>
            </Table>
          </div>
        )}
      </Section>
      {data && (mayEdit || data.invites.length > 0) && (
        <Section title={t("Invitations")} hint={t("An invitation is a link; this server sends no mail.")}>
          {mayEdit && <InviteForm path={path} />}
          <Invites invites={data.invites} path={path} mayEdit={mayEdit} />
        </Section>
      )}
    </>
  );
}
