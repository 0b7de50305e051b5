// What the components' JavaScript is held to; sizes as for the Python.

import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: [".venv/**", "build/**"] },
  js.configs.recommended,
  {
    files: ["ui/components/**/*.js"],
    languageOptions: { ecmaVersion: 2024, sourceType: "module", globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      complexity: ["error", 15],
      "max-lines-per-function": ["error", { max: 60 }],
      eqeqeq: "error",
      "no-shadow": "error",
      "no-var": "error",
      "prefer-const": "error",
    },
  },
  {
    // What is filled in: see ui/components/base.py.
    files: ["ui/components/stub.js"],
    languageOptions: { globals: { STYLES: "readonly" } },
  },
  {
    files: ["tests/js/**/*.js", "*.js"],
    languageOptions: { globals: globals.node },
  },
];
