// SPDX-License-Identifier: MIT
import { useEffect, useState, type ReactNode } from "react";
import { t } from "@/lib/i18n";
import { Button, type ButtonProps } from "./Button";

const PATIENCE_MS = 4000;

/** Asks in place: the first press turns it into the question, the second one does it. */
export function ConfirmButton({ children, onConfirm, ...rest }: Omit<ButtonProps, "onClick"> & { children: ReactNode; onConfirm: () => void }) {
  const [asking, setAsking] = useState(false);
  useEffect(() => {
    if (!asking) return undefined;
    const timer = setTimeout(() => setAsking(false), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [asking]);
  if (!asking) return <Button {...rest} onClick={() => setAsking(true)}>{children}</Button>;
  return (
    <Button {...rest} look="danger" onClick={() => { setAsking(false); onConfirm(); }} onBlur={() => setAsking(false)}>
      {t("Really?")}
    </Button>
  );
}
