// Written from ui/palette.py (`python -m ui.palette`); a test holds the two equal.

export const PALETTE = {
  diverging: {
    activation: {
      light: ["#9f5102", "#ffa666", "#f4f4f2", "#89c3fe", "#036bb9"],
      dark: ["#ffa666", "#964c04", "#1e2127", "#0465af", "#89c3fe"],
    },
    weight: {
      light: ["#8747aa", "#dca2ff", "#f4f4f2", "#6cd981", "#017f31"],
      dark: ["#dca2ff", "#8141a4", "#1e2127", "#02782e", "#6cd981"],
    },
    gradient: {
      light: ["#8d5d1c", "#e7b375", "#f4f4f2", "#67d2cc", "#097974"],
      dark: ["#e7b375", "#875814", "#1e2127", "#02736e", "#67d2cc"],
    },
  },
  grey: {
    light: ["#ffffff", "#1d2126"],
    dark: ["#14161a", "#f0f0ee"],
  },
  accent: {
    light: "#de0368",
    dark: "#ff6a95",
  },
  categorical: {
    light: ["#036bb9", "#9f5102", "#017f31", "#8747aa", "#097974", "#6b6b00", "#5d6570"],
    dark: ["#89c3fe", "#ffa666", "#6cd981", "#dca2ff", "#67d2cc", "#d6d06a", "#a9b1bd"],
  },
};
