// What the components' JavaScript is held to; sizes as for the Python.

import js from "@eslint/js";
import globals from "globals";

// Not yet cut into functions of that size; the list only grows shorter.
const LARGE = [
  "draw_pad/{draw_pad,pen}.js",
  "image_lens/{image_lens,numbers}.js",
  "live_chart/live_chart.js",
  "network_view/{marks,network_view}.js",
  "panels/curve.js",
  "window_stage/{dom,layout,model,numbers,overlay,paint,picture,pointer,state,sum,transport,window_stage}.js",
];

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
    files: LARGE.map((name) => `ui/components/${name}`),
    rules: { complexity: ["error", 28], "max-lines-per-function": ["error", { max: 280 }] },
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
