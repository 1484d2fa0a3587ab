import { Plain } from "@/app/Plain";
import { t } from "@/lib/i18n";

export const WelcomeScreen = () => <Plain title={t("Welcome")}>{null}</Plain>;
