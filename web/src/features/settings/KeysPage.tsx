// SPDX-License-Identifier: MIT
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { send } from "@/api/client";
import { invalidate, useGet } from "@/api/query";
import type { ApiKey } from "@/api/ui";
import { mayAtLeast, useProject } from "@/app/project";
import { Snippets } from "@/app/Snippets";
import { useForm } from "@/lib/form";
import { t } from "@/lib/i18n";
import { Button, IconButton } from "@/ui/Button";
import { CopyButton } from "@/ui/CopyButton";
import { Dialog } from "@/ui/Dialog";
import { Empty } from "@/ui/Empty";
import { ErrorBox } from "@/ui/ErrorBox";
import { Field, Input } from "@/ui/Field";
import { Ago, Time } from "@/ui/Figures";
import { FormProblem } from "@/ui/FormProblem";
import { Skeleton } from "@/ui/Skeleton";
import { Table, Td, Th } from "@/ui/Table";
import { toast, toastError } from "@/ui/Toast";
import { TypedDelete } from "@/ui/TypedDelete";
import { Section } from "./Section";

type NewKey = ApiKey & { secretKey: string; host: string };
const MOST_NOTE = 200;

/** First what it is for, then, once, the secret with everything to paste. */
function NewKeyDialog({ path, onClose }: { path: string; onClose: () => void }) {
  const [made, setMade] = useState<NewKey>();
  const form = useForm(async ({ note }) => {
    setMade(await send<NewKey>("POST", path, note ? { note } : {}));
    await invalidate(path);
  });
  if (made) {
    return (
      <Dialog open onClose={onClose} title={t("Your new key pair")} className="w-160">
        <p className="mb-3 rounded-control bg-warning-fill px-3 py-2 text-on-warning">
          {t("The secret is shown only now. Copy what you need before you close this.")}
        </p>
        <Snippets keys={made} />
        <div className="mt-4 flex justify-end"><Button look="primary" onClick={onClose}>{t("I have copied it")}</Button></div>
      </Dialog>
    );
  }
  return (
    <Dialog open onClose={onClose} title={t("New key pair")}>
      <form onSubmit={form.onSubmit} className="grid gap-4">
        <Field label={t("What is it for?")} name="note" maxLength={MOST_NOTE} placeholder={t("production, Ann's laptop …")} hint={t("Optional; helps to tell keys apart.")} autoFocus />
        <FormProblem problem={form.problem} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("Cancel")}</Button>
          <Button type="submit" look="primary" busy={form.busy}>{t("Create")}</Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Saved when it is left or on ↵. */
function Note({ path, apiKey, mayEdit }: { path: string; apiKey: ApiKey; mayEdit: boolean }) {
  const [note, setNote] = useState(apiKey.note ?? "");
  if (!mayEdit) return <>{apiKey.note}</>;
  const save = async (): Promise<void> => {
    if (note === (apiKey.note ?? "")) return;
    try {
      await send("PATCH", `${path}/${apiKey.id}`, { note });
      await invalidate(path);
    } catch (problem) {
      setNote(apiKey.note ?? "");
      toastError(problem);
    }
  };
  return (
    <Input
      aria-label={t("Note")}
      value={note}
      maxLength={MOST_NOTE}
      placeholder={t("add a note")}
      className="min-w-28 border-transparent! bg-transparent hover:border-control!"
      onChange={(event) => setNote(event.target.value)}
      onBlur={() => void save()}
      onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
    />
  );
}

function KeyRow({ path, apiKey, mayEdit, onDelete }: { path: string; apiKey: ApiKey; mayEdit: boolean; onDelete: () => void }) {
  return (
    <tr>
      <Td className="pl-1"><Note path={path} apiKey={apiKey} mayEdit={mayEdit} /></Td>
      <Td className="font-mono text-small whitespace-nowrap">
        <span data-tip={apiKey.publicKey}>{apiKey.publicKey.slice(0, 14)}…{apiKey.publicKey.slice(-4)}</span>
        <CopyButton text={apiKey.publicKey} label={t("Copy the public key")} />
      </Td>
      <Td className="font-mono text-small whitespace-nowrap">{apiKey.displaySecretKey}</Td>
      <Td className="whitespace-nowrap"><Time at={apiKey.created} /></Td>
      <Td className="whitespace-nowrap">{apiKey.lastUsed ? <Ago at={apiKey.lastUsed} /> : <span className="text-faint">{t("never")}</span>}</Td>
      <Td end className="pr-1">{mayEdit && <IconButton icon={Trash2} label={t("Delete the key")} onClick={onDelete} />}</Td>
    </tr>
  );
}

export function KeysPage() {
  const project = useProject();
  const path = `api/ui/${project.id}/keys`;
  const mayEdit = mayAtLeast(project.role, "ADMIN");
  const mayRead = mayAtLeast(project.role, "MEMBER");
  const { data, error, refetch } = useGet<{ keys: ApiKey[] }>(path, { keep: false, enabled: mayRead });
  const [creating, setCreating] = useState(false);
  const [deleting, setDeleting] = useState<ApiKey>();
  const remove = async (key: ApiKey): Promise<void> => {
    await send("DELETE", `${path}/${key.id}`);
    await invalidate(path);
    setDeleting(undefined);
    toast(t("The key is deleted."));
  };
  const create = <Button look="primary" icon={Plus} onClick={() => setCreating(true)}>{t("New key pair")}</Button>;
  return (
    <Section title={t("API keys")} hint={t("Applications send and read with a key pair of this project.")} actions={mayEdit && create}>
      {error && <ErrorBox error={error} onRetry={() => void refetch()} />}
      {!mayRead && <div className="panel"><Empty title={t("Keys are shown to members who may write.")}>{t("You may read this project. An administrator of the organization can change that.")}</Empty></div>}
      {mayRead && !data && !error && <Skeleton />}
      {data?.keys.length === 0 && <div className="panel"><Empty title={t("This project has no key yet.")} action={mayEdit && create} /></div>}
      {data && data.keys.length > 0 && (
        <div className="panel">
          <Table>
            <thead>
              <tr><Th>{t("Note")}</Th><Th>{t("Public key")}</Th><Th>{t("Secret key")}</Th><Th>{t("Created")}</Th><Th>{t("Last used")}</Th><Th aria-label={t("Actions")} /></tr>
            </thead>
            <tbody>
              {data.keys.map((key) => (
                <KeyRow key={key.id} path={path} apiKey={key} mayEdit={mayEdit} onDelete={() => setDeleting(key)} />
              ))}
            </tbody>
          </Table>
        </div>
      )}
      {creating && <NewKeyDialog path={path} onClose={() => setCreating(false)} />}
      {deleting && (
        <TypedDelete title={t("Delete the key")} name={deleting.note || deleting.publicKey.slice(-8)} onDelete={() => remove(deleting)} onClose={() => setDeleting(undefined)}>
          {t("Applications that use {key} will be refused at once.", { key: deleting.publicKey })}
        </TypedDelete>
      )}
    </Section>
  );
}
