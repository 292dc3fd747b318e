package ledger

import (
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
// when none is close.
func Nearest[T ~string](word string, candidates []T) T {
	var best T
	least := min(len(word)/2, 3)
	for _, c := range candidates {
		if d := levenshtein.ComputeDistance(strings.ToLower(word), strings.ToLower(string(c))); d < least {
			best, least = c, d
		}
	}
	return best
}

func join[T ~string](words []T) string {
	s := make([]string, len(words))
	for i, w := range words {
		s[i] = string(w)
	}
	return strings.Join(s, ", ")
}
