// SPDX-License-Identifier: MIT
//
// What the compiler does not see: accessible JSX, hooks, and the layers of src:
// lib < api < ui < app < features; only app/routes.tsx names features, and they never name each other.
import a11y from "eslint-plugin-jsx-a11y";
import hooks from "eslint-plugin-react-hooks";
import { readdirSync } from "node:fs";
import ts from "typescript-eslint";

const features = readdirSync("src/features");
const forbid = (...group) => ({
  "no-restricted-imports": ["error", { patterns: [{ group, message: "lib < api < ui < app < features" }] }],
});

export default ts.config(
  { ignores: ["src/theme.js"] },
  ...ts.configs.recommendedTypeChecked,
  a11y.flatConfigs.recommended,
  hooks.configs.flat["recommended-latest"],
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/only-throw-error": "off", // the router is told by throwing
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-non-null-assertion": "off",
      "jsx-a11y/no-autofocus": "off", // the first field of a page that is only a form
      "no-restricted-syntax": [
        "error",
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: "Text is never HTML here." },
      ],
    },
  },
  { files: ["src/lib/**"], rules: forbid("@/api/*", "@/ui/*", "@/app/*", "@/features/*") },
  { files: ["src/api/**"], rules: forbid("@/ui/*", "@/app/*", "@/features/*") },
  { files: ["src/ui/**"], rules: forbid("@/app/*", "@/features/*") },
  { files: ["src/app/**"], ignores: ["src/app/routes.tsx"], rules: forbid("@/features/*") },
  ...features.map((name) => ({
    files: [`src/features/${name}/**`],
    rules: forbid(...features.filter((other) => other !== name).map((other) => `@/features/${other}/**`), "../../*"),
  })),
);
