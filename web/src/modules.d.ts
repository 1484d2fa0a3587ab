// SPDX-License-Identifier: MIT
declare module "virtual:messages/*" {
  const catalogue: import("@lingui/core").Messages;
  export default catalogue;
}
