// SPDX-License-Identifier: MIT
//
// What was not understood in the query, and the likely remedy one click away. The rest was applied.

import { t } from "@/lib/i18n";
import { type Fault } from "./draft";
import { replace } from "./query";

export function QueryFaults({ text, faults, onChange }: { text: string; faults: readonly Fault[]; onChange: (text: string) => void }) {
  return (
    <ul className="query-faults" role="status">
      {faults.map((fault) => {
        const { suggest } = fault;
        return (
          <li key={fault.at}>
            <span className="text-warning" aria-hidden="true">▲</span>{" "}
            {fault.field === undefined ? fault.message : t("There is no field “{field}”; this term is not applied.", { field: fault.field })}{" "}
            {suggest !== undefined && (
              <button type="button" className="link" onClick={() => onChange(replace(text, fault, suggest))}>
                {t("Use “{suggest}”", { suggest })}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
