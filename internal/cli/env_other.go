//go:build windows || darwin

package cli

// unicodeConsole says whether a console without a locale shows UTF-8.
const unicodeConsole = true
