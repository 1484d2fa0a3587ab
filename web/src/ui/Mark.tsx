// SPDX-License-Identifier: MIT
import mark from "@/mark.svg";

/** The rush-light. */
export const Mark = ({ size = 20 }: { size?: number }) => <img src={mark} width={size} height={size} alt="" />;
