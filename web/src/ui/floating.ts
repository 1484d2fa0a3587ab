// SPDX-License-Identifier: MIT
export { DropdownMenu, Popover } from "radix-ui";
