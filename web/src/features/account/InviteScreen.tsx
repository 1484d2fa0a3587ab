import { Plain } from "@/app/Plain";
import { t } from "@/lib/i18n";

export const InviteScreen = () => <Plain title={t("Invite")}>{null}</Plain>;
