// SPDX-License-Identifier: MIT
//
// Where the pages are: the server writes its base path into <base href>.
export const BASE = new URL(".", document.baseURI);

/** "" or "/monitor": what stands before every path of the router. */
export const BASE_PATH = BASE.pathname.replace(/\/$/, "");

/** The address that an SDK is given: https://host/monitor */
export const SERVER_ADDRESS = BASE.href.replace(/\/$/, "");
