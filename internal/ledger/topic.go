package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// A Topic is what a credit is about, such as "blood-banking".
type Topic string

// The topics that everybody needs.
const (
	Safety Topic = "safety"
	Ethics Topic = "ethics"
)

const virology Topic = "virology"

// PartOf returns the topic that t is a part of, or "". What is about the part is about
// the whole too.
func (t Topic) PartOf() Topic {
	if t == virology {
		return "microbiology"
	}
	return ""
}

// IsDiscipline reports whether t is a field of laboratory work, such as a licence is held in.
// A topic that we do not know is one.
func (t Topic) IsDiscipline() bool {
	return !slices.Contains([]Topic{
		Safety, Ethics, "hiv-aids", "medical-errors", "laws-and-rules", "management", "education", "informatics", "quality", "general",
	}, t)
}

var topics = []Topic{
	Safety, Ethics, "blood-banking", "chemistry", "hematology", "microbiology", "immunology",
	"molecular-biology", "cytogenetics", "cytology", "histology", "cytometry",
	"immunohistochemistry", "apheresis", "phlebotomy", "donor-phlebotomy",
	"laboratory-assisting", virology, "biorepository", "hiv-aids", "medical-errors",
	"laws-and-rules", "anatomic-pathology", "macroscopic-examination", "management",
	"education", "informatics", "quality", "general",
}

// Topics returns every topic that cmp knows by itself.
func Topics() []Topic { return slices.Clone(topics) }

// aliases are the words that people and providers use for topics.
var aliases = []struct {
	topic Topic
	words string
}{
	{Safety, "patient-safety lab-safety laboratory-safety laboratory-or-patient-safety " +
		"laboratory-and-patient-safety safety-laboratory-or-patient biosafety osha"},
	{Ethics, "medical-ethics ethics-medical bioethics"},
	{"blood-banking", "bb blood-bank blood-bank-transfusion-medicine transfusion-medicine transfusion " +
		"immunohematology immunohaematology transfusion-service"},
	{"chemistry", "chem clinical-chemistry toxicology clinical-chemistry-toxicology"},
	{"hematology", "heme haematology hemostasis coagulation hematology-coagulation hematology-hemostasis " +
		"hematology-and-coagulation"},
	{"microbiology", "micro clinical-microbiology bacteriology parasitology mycology"},
	{"immunology", "serology immunology-serology immuno"},
	{"molecular-biology", "molecular molecular-diagnostics molecular-pathology"},
	{"cytogenetics", "genetics cytogenomics"},
	{"cytology", "cytopathology gynecologic-cytology gyn-cytology"},
	{"histology", "histotechnology histopathology"},
	{"cytometry", "flow-cytometry flow"},
	{"immunohistochemistry", "ihc"},
	{"apheresis", "hemapheresis"},
	{"phlebotomy", "blood-collection specimen-collection"},
	{"laboratory-assisting", "laboratory-assistant lab-assisting"},
	{virology, "clinical-virology"},
	{"biorepository", "biobanking biobank biorepository-science"},
	{"hiv-aids", "hiv aids"},
	{"medical-errors", "prevention-of-medical-errors medical-error-prevention"},
	{"laws-and-rules", "laws-rules"},
	{"anatomic-pathology", "pathology general-anatomic-pathology surgical-pathology"},
	{"macroscopic-examination", "grossing macroscopic-examination-and-cancer-staging cancer-staging"},
	{"management", "mgmt lab-management laboratory-management leadership administration"},
	{"education", "training"},
	{"informatics", "laboratory-informatics pathology-informatics lis"},
	{"quality", "quality-assurance quality-management quality-control qa qc"},
	{"general", "general-laboratory laboratory-general lab-general"},
}

// Name returns the topic as it reads in a table: "Blood banking".
func (t Topic) Name() string {
	switch t {
	case Safety:
		return "Laboratory or patient safety"
	case Ethics:
		return "Medical ethics"
	case "hiv-aids":
		return "HIV/AIDS"
	case "":
		return ""
	}
	s := strings.ReplaceAll(string(t), "-", " ")
	return strings.ToUpper(s[:1]) + s[1:]
}

// Nearest returns the first candidate that is most like word, or "" when none is close.
// One letter may be wrong, in words of six or more two. Two swapped neighbours are the
// smallest mistake.
func Nearest[T ~string](word string, candidates []T) T {
	var best T
	if len(word) < 3 {
		return best
	}
	word = strings.ToLower(word)
	least, length := 2*min(max(len(word)/2, 2), 3)-1, utf8.RuneCountInString(word)
	for _, c := range candidates {
		if n := utf8.RuneCountInString(string(c)) - length; 2*max(n, -n) >= least {
			continue // each letter more or less is a mistake
		}
		if d := mistakes(word, strings.ToLower(string(c))); d < least {
			best, least = c, d
		}
	}
	return best
}

// Unknown is the error for a word that is not among the names. It suggests the nearest
// one or lists them all. The names are called one ("a topic") and many ("topics").
func Unknown[T ~string](one, many, word string, names []T) error {
	return unknown(func() string {
		if near := Nearest(word, names); near != "" {
			return fmt.Sprintf("not %s; did you mean %s?", one, near)
		}
		return fmt.Sprintf("not %s; %s are %s", one, many, commaList(names))
	})
}

// unknown looks for the nearest name only when the error is shown: a file may have a
// hundred thousand words that are none.
type unknown func() string

func (u unknown) Error() string { return u() }

// mistakes counts 2 for each wrong letter, but 1 if all is right once two neighbours
// change places.
func mistakes(word, want string) int {
	least := 2 * levenshtein.ComputeDistance(word, want)
	letters := []rune(word)
	if least < 4 {
		return least
	}
	for i := range len(letters) - 1 {
		letters[i], letters[i+1] = letters[i+1], letters[i]
		least = min(least, 1+2*levenshtein.ComputeDistance(string(letters), want))
		letters[i], letters[i+1] = letters[i+1], letters[i]
	}
	return least
}

func commaList[T ~string](words []T) string {
	s := make([]string, len(words))
	for i, w := range words {
		s[i] = string(w)
	}
	return strings.Join(s, ", ")
}

// A Vocabulary holds the topics of rule packs, in addition to [Topics]. Its keys are
// the hyphenated names that people may use for them.
type Vocabulary map[string]Topic

// With returns the vocabulary with one more topic and its aliases. The topic may be one
// that is known; a name that means another topic is refused.
func (v Vocabulary) With(topic Topic, aliases ...string) (Vocabulary, error) {
	if !topic.WellFormed() || hyphenated(string(topic)) != string(topic) {
		return nil, errors.New("not a topic such as blood-banking: lower-case words joined by hyphens")
	}
	more := maps.Clone(v)
	if more == nil {
		more = Vocabulary{}
	}
	for _, name := range append([]string{string(topic)}, aliases...) {
		words := hyphenated(name)
		known, err := v.Parse(words)
		switch {
		case words == "" || words == string(Other):
			return nil, fmt.Errorf("%q cannot mean a topic", name)
		case err == nil && known != topic:
			return nil, fmt.Errorf("%q means the topic %s already", name, known)
		}
		more[words] = topic
	}
	return more, nil
}

// Topics returns [Topics], then the added topics in alphabetical order.
func (v Vocabulary) Topics() []Topic {
	own := slices.Compact(slices.Sorted(maps.Values(v)))
	return append(Topics(), slices.DeleteFunc(own, func(t Topic) bool { return slices.Contains(topics, t) })...)
}

// Aliases returns the other names of a topic, those that were added last.
func (v Vocabulary) Aliases(t Topic) (names []string) {
	for _, a := range aliases {
		if a.topic == t {
			names = strings.Fields(a.words)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if v[name] == t && name != string(t) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// ErrNoTopic is what is wrong with a word that is not even near a topic.
var ErrNoTopic = errors.New("not a topic; no board here asks for it")

// Parse reads a topic by one of its names. Case, blanks and slashes do not matter.
func (v Vocabulary) Parse(s string) (Topic, error) {
	words := hyphenated(s)
	if t := Topic(words); slices.Contains(topics, t) {
		return t, nil
	}
	for _, a := range aliases {
		if slices.Contains(strings.Fields(a.words), words) {
			return a.topic, nil
		}
	}
	if t := v[words]; t != "" {
		return t, nil
	}
	if words == string(Other) {
		return "", errors.New("a requirement, not a topic; a credit without a topic counts there")
	}
	return "", noTopic{words, v}
}

// A noTopic is a word that is none. The nearest topic is looked for when it is shown, as in [unknown].
type noTopic struct {
	word string
	of   Vocabulary
}

func (n noTopic) Error() string {
	if near := Nearest(n.word, n.of.Topics()); near != "" {
		return fmt.Sprintf("not a topic; did you mean %s?", near)
	}
	return ErrNoTopic.Error()
}

func (n noTopic) Is(other error) bool { return other == ErrNoTopic && n.Error() == other.Error() }

// hyphenated returns "blood-bank" for "Blood Bank".
func hyphenated(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return strings.ContainsRune(" \t-_/&,()", r)
	}), "-")
}

// WellFormed reports whether t is lower-case words joined by hyphens. More is not asked
// of a stored topic: the pack that adds it may be missing now.
func (t Topic) WellFormed() bool {
	return strings.Trim(string(t), "abcdefghijklmnopqrstuvwxyz0123456789-") == "" && strings.Trim(string(t), "-") == string(t) && t != ""
}

// ParseCreditTopic reads "chemistry" or, with a limit, "chemistry=1".
func (v Vocabulary) ParseCreditTopic(s string) (CreditTopic, error) {
	name, limit, limited := strings.Cut(s, "=")
	topic, err := v.Parse(name)
	if name, limit, ok := strings.Cut(s, ":"); err != nil && ok {
		if t, wrong := v.ParseCreditTopic(name + "=" + limit); wrong == nil {
			return CreditTopic{}, fmt.Errorf("not a topic; did you mean %s?", t)
		}
	}
	if err != nil {
		return CreditTopic{}, err
	}
	t := CreditTopic{Topic: topic}
	if limited {
		if t.Limit, err = ParsePoints(limit); err != nil {
			return CreditTopic{}, fmt.Errorf("limit of %s: %w", topic, err)
		}
	}
	return t, nil
}

// ParseCreditTopics reads one topic or several, separated by commas: "heme,chem=1".
func (v Vocabulary) ParseCreditTopics(s string) (all []CreditTopic, err error) {
	whole, notOne := v.ParseCreditTopic(s) // "blood bank, transfusion medicine" is one
	if notOne == nil {
		return []CreditTopic{whole}, nil
	}
	for part := range strings.SplitSeq(s, ",") {
		part = strings.TrimSpace(part)
		t, err := v.ParseCreditTopic(part)
		switch _, number := parseDecimal(part, 2); {
		case part == s || number == nil: // chem=1,5
			return nil, notOne
		case err != nil:
			return nil, fmt.Errorf("%q: %w", part, err)
		}
		all = append(all, t)
	}
	return all, nil
}

// An Activity is the kind of thing a credit was earned by, such as "course".
type Activity string

// CourseActivity is the default. Semester and quarter hours mean CollegeCourse.
const (
	CourseActivity Activity = "course"
	CollegeCourse  Activity = "college-course"
)

var activities = []Activity{
	CourseActivity, "employer-program", CollegeCourse, "labq", "journal-article", "book", "poster",
	"presentation", "committee", "competence-assessment", "examination-writing", "inspection",
	"research", "certification", "other-activity",
}

// Activities returns every kind of activity, the usual one first.
func Activities() []Activity { return slices.Clone(activities) }

// ParseActivity reads an activity. Case, blanks and underscores do not matter.
func ParseActivity(s string) (Activity, error) {
	a := Activity(hyphenated(s))
	if slices.Contains(activities, a) {
		return a, nil
	}
	return "", Unknown("an activity", "activities", string(a), activities)
}

// UnmarshalText reads what [ParseActivity] reads.
func (a *Activity) UnmarshalText(text []byte) error { return unmarshal(a, text, ParseActivity) }

// UnmarshalJSON takes any text: an old declaration may name an activity of its time.
func (a *Activity) UnmarshalJSON(text []byte) error { return json.Unmarshal(text, (*string)(a)) }

// MarshalText returns the name of the activity.
func (a Activity) MarshalText() ([]byte, error) { return []byte(a), nil }
