package atomicfile

// Claim is what names a file where nothing may be written over.
var Claim = claim
