// SPDX-License-Identifier: MIT
import { LoaderCircle } from "lucide-react";

export const Spinner = () => <LoaderCircle size={14} className="animate-spin" aria-hidden />;
