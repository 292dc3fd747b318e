package atomicfile

// ClaimEmpty is what names a file where there are no hard links.
var ClaimEmpty = claimEmpty
