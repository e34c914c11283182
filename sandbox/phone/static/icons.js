// One set of line icons, 24 × 24.

const icon = (path) => `<svg viewBox="0 0 24 24" aria-hidden="true">${path}</svg>`

export const BACK = icon('<path d="M15 4l-8 8 8 8"/>')
export const CLOSE = icon('<path d="M5 5l14 14M19 5L5 19"/>')
export const MORE = icon('<path d="M5 12h.01M12 12h.01M19 12h.01" stroke-width="3"/>')
export const SCAN = icon('<path d="M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3M8 20H5a1 1 0 0 1-1-1v-3M4 12h16"/>')
export const KEYBOARD = icon('<rect x="3" y="6" width="18" height="12" rx="2"/><path d="M7 10h.01M11 10h.01M15 10h.01M8 14h8"/>')
export const OFFLINE = icon('<path d="M4 4l16 16M9 16.5a4.5 4.5 0 0 1 6 0M5.5 13a9 9 0 0 1 4-2.3M18.500 13a9 9 0 0 0-3.300-2.100M12 20h.01"/>')
export const TURNSTILE = icon('<path d="M5 21V9h4v12M19 21V9h-4v12M9 13h2.500M15 13h-2.500"/><circle cx="12" cy="5" r="2"/>')
export const BARRIER = icon('<path d="M4 21V11h4v10zM8 13l13-4M12 11.800l1.500 1.800M16 10.500l1.500 1.800"/><circle cx="6" cy="8" r="1.500"/>')
export const DOOR = icon('<path d="M6 21V4a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1v17M3 21h18M14.500 12h.01"/>')
export const MINI = icon('<circle cx="12" cy="12" r="9"/><path d="M9.500 14.500a1.800 1.800 0 1 1-.500-3.300c2 .600 4 1.100 4.500-.700a1.800 1.800 0 1 1 1.500 2"/>')
export const ENVELOPE = icon('<rect x="3" y="5" width="18" height="14" rx="2"/><path d="M4 7l8 6 8-6"/>')
export const FINGER = icon('<path d="M7 20c1.500-2.500 2-5 2-8a3 3 0 0 1 6 0c0 3-.300 5.500-1.200 8M5 16c.7-1.300 1-2.500 1-4a6 6 0 0 1 12 0c0 2-.1 3.500-.5 5M12 12c0 3.500-.5 6-1.800 8.500"/>')
export const REFRESH = icon('<path d="M20 11a8 8 0 1 0-2.300 6M20 5v6h-6"/>')
export const FACE = icon('<circle cx="12" cy="9" r="4.500"/><path d="M4 21c.8-4.200 4-6.500 8-6.500s7.200 2.300 8 6.500"/>')
