// Written by tools/theme_table.py from explorer/theme.py.
export const THEME = {
  unitScale: ["#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838"],
  signedScale: {"light": ["#b35806", "#e08214", "#fdb863", "#fee0b6", "#f7f7f7", "#d8daeb", "#b2abd2", "#8073ac", "#542788"], "dark": ["#fdb45c", "#e08a2a", "#a85f1c", "#5f3d20", "#2a2e38", "#3b3562", "#5a4a96", "#8470c4", "#b7a5f0"]},
  colours: {"light": {"background": "#FFFFFF", "sidebar": "#F0F2F6", "body": "#F7F8FA", "text": "#31333F", "ink": "#14161C", "muted": "#5B5F6B", "border": "#D3D6DD", "wire": "#8A8F9C", "primary": "#0072B2", "on-primary": "#FFFFFF", "tint": "#E3F0F8", "error": "#8C1D18", "error-background": "#FDECEA", "error-edge": "#B3261E"}, "dark": {"background": "#0E1117", "sidebar": "#262730", "body": "#171B23", "text": "#FAFAFA", "ink": "#FFFFFF", "muted": "#A9AEBB", "border": "#3D414C", "wire": "#7C828F", "primary": "#56B4E9", "on-primary": "#0E1117", "tint": "#17303F", "error": "#FFB4AB", "error-background": "#3A1F20", "error-edge": "#FF8A80"}},
};
