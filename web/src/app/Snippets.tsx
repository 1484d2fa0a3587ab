// SPDX-License-Identifier: MIT
import { useState } from "react";
import { t } from "@/lib/i18n";
import { CLIENT_NAMES, CLIENTS, envSnippet, readsEnvironment, SNIPPETS, type Client, type KeyPair } from "@/lib/snippets";
import { CodeBlock } from "@/ui/CodeBlock";
import { Tabs } from "@/ui/Tabs";

/** Paste-ready blocks for a key pair: .env with a program that reads it, or a command with the keys. */
export function Snippets({ keys }: { keys: KeyPair }) {
  const [client, setClient] = useState<Client>("python");
  return (
    <div className="grid min-w-0 gap-3">
      <div className="overflow-x-auto">
        <Tabs
          label={t("Client")}
          tabs={CLIENTS.map((value) => ({ value, label: CLIENT_NAMES[value] }))}
          value={client}
          onChange={setClient}
        />
      </div>
      {readsEnvironment(client) && <CodeBlock caption=".env" text={envSnippet(keys)} />}
      <CodeBlock caption={readsEnvironment(client) ? CLIENT_NAMES[client] : t("Shell")} text={SNIPPETS[client](keys)} />
    </div>
  );
}
