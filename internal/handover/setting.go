package handover

import "errors"

// Variable is the environment variable that says whose calls are.
const Variable = "CMP_PASSTHROUGH"

// A Passthrough says whose calls are.
type Passthrough string

// What the variable may say.
const (
	Decide Passthrough = ""       // each by its arguments
	Never  Passthrough = "never"  // ours
	Always Passthrough = "always" // theirs
)

// Setting reads what the variable says. Where the program is called by another
// name than cmp nothing is ever handed over, whatever the variable says: who
// calls that means ours.
func Setting(argv0 string, getenv func(string) string) (Passthrough, error) {
	if name, known := Name(argv0); name != Own || !known {
		return Never, nil
	}
	switch p := Passthrough(getenv(Variable)); p {
	case Decide, Never, Always:
		return p, nil
	default:
		return Never, errors.New(Variable + " \"" + string(p) + "\": not never or always")
	}
}
