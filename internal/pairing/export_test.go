package pairing

// Similar is similar for titles as they were written.
func Similar(a, b string) bool {
	x, y := newTitle(Title(a)), newTitle(Title(b))
	return similar(&x, &y)
}

// ProvidersContradict is contradict for providers as they were written.
func ProvidersContradict(a, b string) bool { return contradict(normalProvider(a), normalProvider(b)) }
