package certificate

import (
	"slices"
	"strings"
	"unicode"
)

var (
	number     = pattern(`^[\s:#]*((?:[A-Za-z]+[-.]?)?[A-Za-z0-9]*\d[\w./-]*)`)
	afterName  = pattern(`(?i)[\s,]+(?:has|have|is|was|for|on|who|successfully|participated|completed|attended|did)\b`)
	credential = pattern(`,?\s+(?:[A-Z]{2,}\b|(?:[A-Z][a-z]?\.){2,}|Ph\.?D\b|B\.?S\.?c?\b|M\.?S\.?c?\b|[A-Z]+[a-z]*[A-Z]+\b)`)
	bracketed  = pattern(`,?\s+[\pL.]*\(`)
	numbered   = pattern(`(?i)[\s,(-]*(?:#|provider\s+(?:no\b|number)|no\.)\s*:?\s*[\w-]*\d`)
	personal   = pattern(`^\p{Lu}[\pL.'-]*(?: (?:\p{Lu}[\pL.'-]*|van|von|der|den|de|del|la|le|da|dos|bin|al)){0,4} \p{Lu}[\pL'-]+\.?(?:,? [A-Z][a-z]*[A-Z.][\w().]*)*$`)
	certifies  = pattern(`(?i)\b(?:certif(?:y|ies)(?:\s+that)?|(?:awarded|presented|granted|issued)\s+to)[\s:]+`)
)

// best returns the value of the highest rank. Two of that rank make it a proposal.
func best(all []candidate) (found Found[string]) {
	rank := -1
	for _, c := range all {
		switch {
		case c.Value == "" || c.rank < rank:
		case c.rank > rank:
			found, rank = c.Found, c.rank
		case key(c.Value) != key(found.Value):
			found.Sure = false
		}
	}
	return found
}

// reference returns the number of the activity. That of the certificate, which is a
// person's, is a proposal.
func (r *reader) reference() Found[string] {
	return best(r.labelled(reference, func(l label, from, to int, sure bool) (c candidate) {
		if m := number().FindStringSubmatch(r.text[from:to]); m != nil && !r.inDay(from) {
			c.Found = r.found(r.text[l.from:l.to], strings.TrimRight(m[1], "./-"), sure && l.rank > 1)
		}
		c.rank = l.rank
		return c
	}))
}

// labelled returns what a function reads behind each label of a field.
func (r *reader) labelled(f field, read func(l label, from, to int, sure bool) candidate) (all []candidate) {
	for _, l := range r.labels {
		if l.field == f {
			from, to, doubt := r.valueOf(l)
			all = append(all, read(l, from, to, !doubt))
		}
	}
	return all
}

// provider returns who gave the activity. What only an approval names is a proposal.
func (r *reader) provider() Found[string] {
	all := r.labelled(provider, func(l label, from, to int, sure bool) candidate {
		return r.providerIn(min(l.from, from), from, to, sure, l.rank)
	})
	for _, at := range givenBy().FindAllStringSubmatchIndex(r.text, 10) {
		if i := r.cellAt(at[2]); at[2] < r.cells[i].to {
			all = append(all, r.providerIn(at[0], at[2], r.untilLabel(i, at[2]), true, 1))
		}
	}
	if at := subject().FindStringSubmatchIndex(r.text); at != nil && !allGeneric().MatchString(r.text[at[2]:at[3]]) && !r.startsOther(r.cellAt(at[2])) {
		all = append(all, r.providerIn(at[2], at[2], at[3], false, 0))
	}
	if m := approval().FindStringSubmatch(r.text); m != nil {
		all = append(all, candidate{Found: r.found("", m[1], false), rank: 0})
	}
	return best(all)
}

// subject is who certifies, in the line above or in the same.
var subject = pattern(`(?im)^([^\n\t]{3,80}?)\s+(?:hereby |proudly |does )*certif(?:ies|y) that\b`)

var givenBy = pattern(`(?i)\b(?:presented|provided|offered|sponsored|hosted|conducted)\s+by\b:?\s*()`)

func (r *reader) providerIn(before, from, to int, sure bool, rank int) (c candidate) {
	text := r.text[from:to]
	ended := false
	if at := clause().FindStringIndex(text); at != nil {
		text, ended = text[:at[0]], true
	}
	if at := strings.Index(text, ". "); at > 3 && !strings.HasSuffix(text[:at], "Inc") {
		text, ended = text[:at], true
	}
	if at := numbered().FindStringIndex(text); at != nil {
		text, ended = text[:at[0]], true
	}
	text = strings.Trim(text, " ,;:")
	if !strings.HasSuffix(text, "Inc.") {
		text = strings.TrimRight(text, ".")
	}
	words := strings.Fields(text)
	if len(words) == 0 || !strings.ContainsFunc(text, unicode.IsLetter) || len(text) > 120 {
		return c
	}
	org := strings.ContainsAny(text, "0123456789")
	for _, w := range words {
		org = org || orgs(key(w))
	}
	last := strings.ToLower(words[len(words)-1])
	sure = sure && (rank > 1 || org) && !hanging(last) && !strings.Contains(text, ":")
	if i := r.cellAt(from); !ended && to == r.cells[i].to {
		sure = sure && !r.maybeMore(i)
	}
	return candidate{Found: r.found(r.text[before:from], text, sure), rank: rank}
}

// maybeMore reports whether the cell below may go on with a name.
func (r *reader) maybeMore(i int) bool {
	below := r.next(i, 1)
	return below >= 0 && r.cells[below].line == r.cells[i].line+1 && (r.flowing || r.cells[below].overlap(r.cells[i]) > 0) && !r.startsOther(below) && !begun().MatchString(r.of(r.cells[below])) &&
		!certifies().MatchString(r.of(r.cells[below])+" ")
}

// participant returns who took part, without credentials.
func (r *reader) participant() Found[string] {
	all := r.labelled(participant, func(l label, from, to int, sure bool) (c candidate) {
		if i := r.labelsBefore(l.to) + 1; i < len(r.labels) && key(r.text[r.labels[i].from:r.labels[i].to]) == "title" {
			return c // of who signed
		}
		return r.nameIn(min(l.from, from), from, to, sure)
	})
	for _, at := range certifies().FindAllStringIndex(r.text, 5) {
		if at[1] < len(r.text) {
			all = append(all, r.nameIn(at[0], at[1], r.cells[r.cellAt(at[1])].to, true))
		}
	}
	for _, at := range begun().FindAllStringIndex(r.text, mostSentences) {
		all = append(all, r.nameBefore(at[0]))
	}
	return best(all)
}

// nameBefore returns the name before "has completed", in the same line or in that above.
// Below another line that may be a name it may be a post.
func (r *reader) nameBefore(at int) candidate {
	i := r.cellAt(at)
	before := strings.TrimSpace(r.text[r.cells[i].from:max(r.cells[i].from, at)])
	if above := r.next(i, -1); before == "" && above >= 0 {
		i, before = above, r.of(r.cells[above])
	}
	c := r.cells[i]
	if above := r.next(i, -1); !isName(before) || !r.alone(i) || above >= 0 && isName(r.of(r.cells[above])) {
		return candidate{}
	}
	name := r.nameIn(c.from, c.from, c.from+len(before), true)
	if name.rank = 0; !name.Sure {
		return candidate{}
	}
	return name
}

// isName reports whether a text is likely the name of a person, maybe with credentials.
func isName(text string) bool {
	words := strings.Fields(strings.ToLower(text))
	other := func(word string) bool {
		return posts(key(word)) || orgs(key(word)) || meanings()[key(word)].field != noField || startsGeneric().MatchString(word) && !strings.HasSuffix(word, ".")
	}
	return personal().MatchString(text) && !saysCertificate().MatchString(text) && !slices.ContainsFunc(words, other)
}

// withoutCredentials returns a name without ", MLS(ASCP)CM" and the like behind it. A comma
// behind one word parts the last name from the first.
func withoutCredentials(name string) string {
	cut := func(at int) {
		if at > 0 && strings.Contains(strings.TrimSpace(name[:at]), " ") {
			name = name[:at]
		}
	}
	cut(strings.Index(name, ","))
	if at := bracketed().FindStringIndex(name); at != nil {
		cut(at[0])
	}
	if at := credential().FindStringIndex(name); at != nil && strings.ToUpper(name) != name {
		cut(at[0])
	}
	return name
}

func (r *reader) nameIn(before, from, to int, sure bool) (c candidate) {
	if from >= to {
		return c
	}
	text := r.text[from:to]
	if at := afterName().FindStringIndex(text); at != nil {
		text = text[:at[0]]
	}
	text = withoutCredentials(text)
	text = strings.Trim(text, " ,;:.")
	words := strings.Fields(text)
	letters := strings.ContainsFunc(text, unicode.IsLetter)
	if !letters || len(words) > 7 || strings.ContainsAny(text, "0123456789@:\n\t") || heading().MatchString(key(text)) || allGeneric().MatchString(words[0]) && !strings.HasSuffix(words[0], ".") {
		return c
	}
	first := firstOf(text)
	last := firstOf(words[len(words)-1])
	if unicode.IsLower(first) || unicode.IsLower(last) {
		return c
	}
	if _, known := meanings()[key(text)]; known {
		return c
	}
	return candidate{Found: r.found(r.text[before:from], text, sure && len(words) > 1 && !strings.ContainsAny(text, ",&")), rank: 1}
}
