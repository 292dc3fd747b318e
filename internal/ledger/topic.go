package ledger

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// A Topic is what a credit is about, such as "safety" or "blood-banking":
// lower-case words joined by hyphens.
type Topic string

// The topics that everybody needs.
const (
	Safety Topic = "safety"
	Ethics Topic = "ethics"
)

var topics = []Topic{
	Safety, Ethics, "blood-banking", "chemistry", "hematology", "microbiology", "immunology",
	"molecular-biology", "cytogenetics", "cytology", "histology", "cytometry",
	"immunohistochemistry", "apheresis", "phlebotomy", "donor-phlebotomy",
	"laboratory-assisting", "anatomic-pathology", "macroscopic-examination", "management",
	"education", "informatics", "quality", "general",
}

// Topics returns every topic that cmp knows by itself, those that everybody
// needs first.
func Topics() []Topic { return slices.Clone(topics) }

// topicAlias returns the topic that other people's words mean, or "". It is a
// switch and not a map, so that it costs nothing at start-up.
func topicAlias(words string) Topic {
	switch words {
	case "patient-safety", "lab-safety", "laboratory-safety", "laboratory-or-patient-safety",
		"laboratory-and-patient-safety", "safety-laboratory-or-patient", "biosafety", "osha":
		return Safety
	case "medical-ethics", "ethics-medical", "bioethics":
		return Ethics
	case "bb", "blood-bank", "blood-bank-transfusion-medicine", "transfusion-medicine", "transfusion",
		"immunohematology", "immunohaematology", "transfusion-service":
		return "blood-banking"
	case "chem", "clinical-chemistry", "toxicology", "clinical-chemistry-toxicology":
		return "chemistry"
	case "heme", "haematology", "hemostasis", "coagulation", "hematology-coagulation",
		"hematology-hemostasis", "hematology-and-coagulation":
		return "hematology"
	case "micro", "clinical-microbiology", "bacteriology", "virology", "parasitology", "mycology":
		return "microbiology"
	case "serology", "immunology-serology", "immuno":
		return "immunology"
	case "molecular", "molecular-diagnostics", "molecular-pathology":
		return "molecular-biology"
	case "genetics", "cytogenomics":
		return "cytogenetics"
	case "cytopathology", "gynecologic-cytology", "gyn-cytology":
		return "cytology"
	case "histotechnology", "histopathology":
		return "histology"
	case "flow-cytometry", "flow":
		return "cytometry"
	case "ihc":
		return "immunohistochemistry"
	case "hemapheresis":
		return "apheresis"
	case "blood-collection", "specimen-collection":
		return "phlebotomy"
	case "laboratory-assistant", "lab-assisting":
		return "laboratory-assisting"
	case "pathology", "general-anatomic-pathology", "surgical-pathology":
		return "anatomic-pathology"
	case "grossing", "macroscopic-examination-and-cancer-staging", "cancer-staging":
		return "macroscopic-examination"
	case "mgmt", "lab-management", "laboratory-management", "leadership", "administration":
		return "management"
	case "training":
		return "education"
	case "laboratory-informatics", "pathology-informatics", "lis":
		return "informatics"
	case "quality-assurance", "quality-management", "quality-control", "qa", "qc":
		return "quality"
	case "general-laboratory", "laboratory-general", "lab-general":
		return "general"
	}
	return ""
}

// Name returns the topic as it reads in a table: "Blood banking".
func (t Topic) Name() string {
	switch t {
	case Safety:
		return "Laboratory or patient safety"
	case Ethics:
		return "Medical ethics"
	case "":
		return ""
	}
	s := strings.ReplaceAll(string(t), "-", " ")
	return strings.ToUpper(s[:1]) + s[1:]
}

// Nearest returns the candidate that word was most likely meant to be, or ""
// when none is close: of three letters one may be wrong, missing or too many,
// of six two. Two neighbours that changed places are the least of mistakes. Of
// candidates that are as near the first is returned.
func Nearest[T ~string](word string, candidates []T) T {
	var best T
	if len(word) < 3 {
		return best
	}
	word = strings.ToLower(word)
	least := 2*min(max(len(word)/2, 2), 3) - 1
	for _, c := range candidates {
		if d := mistakes(word, strings.ToLower(string(c))); d < least {
			best, least = c, d
		}
	}
	return best
}

// Unknown is the error for a word that is none of the names: it asks whether the
// nearest was meant, or lists them all. What they are is said in singular, with
// its article, and in plural.
func Unknown[T ~string](one, many, word string, names []T) error {
	if near := Nearest(word, names); near != "" {
		return fmt.Errorf("not %s; did you mean %s?", one, near)
	}
	return fmt.Errorf("not %s; %s are %s", one, many, join(names))
}

// mistakes weighs what was mistyped where want was meant: 2 for each letter, and
// 1 for two neighbours that changed places, once.
func mistakes(word, want string) int {
	least := 2 * levenshtein.ComputeDistance(word, want)
	letters := []rune(word)
	if least < 4 || len(letters) > 64 { // who types that much does not mistype a name
		return least
	}
	for i := range len(letters) - 1 {
		letters[i], letters[i+1] = letters[i+1], letters[i]
		least = min(least, 1+2*levenshtein.ComputeDistance(string(letters), want))
		letters[i], letters[i+1] = letters[i+1], letters[i]
	}
	return least
}

func join[T ~string](words []T) string {
	s := make([]string, len(words))
	for i, w := range words {
		s[i] = string(w)
	}
	return strings.Join(s, ", ")
}
