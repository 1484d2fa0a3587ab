import { Page } from "@/app/Page";
import { t } from "@/lib/i18n";

export const SettingsScreen = () => <Page title={t("Settings")}>{null}</Page>;
