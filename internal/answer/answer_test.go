package answer_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cmpledger/internal/answer"
	"cmpledger/internal/ledger"
)

type source struct {
	Source string `json:"source" doc:"Where it is from."`
}

type figure struct {
	Points ledger.Points `json:"points"`
	source
}

type rule struct {
	Name string `json:"name"`
	figure
	Topics []ledger.Topic `json:"topics" empty:"where any will do"`
}

type sample struct {
	Schema string         `json:"schema" shape:"cmp.sample/1" title:"A sample" doc:"Written by nobody."`
	DryRun bool           `json:"dry_run,omitempty"`
	Day    ledger.Date    `json:"day" doc:"When." null:"while it is not"`
	Rules  []rule         `json:"rules" records:"name from=source points topics" table:"name|Rule; points|Points|right dash; Cell|Look; topics|Topics|any"`
	Best   *rule          `json:"best" only:"Name" as:"string"`
	All    [][]rule       `json:"all" only:"Name"`
	Count  int64          `json:"count" min:"none" null:""`
	Kind   ledger.Charge  `json:"kind" enum:",free"`
	Any    any            `json:"any"`
	More   []string       `json:"more,omitempty"`
	Figure map[string]int `json:"-"`
}

func TestJSON(t *testing.T) {
	r := rule{Name: "<other>", figure: figure{100, source{"a book"}}}
	for _, test := range []struct {
		name string
		v    sample
		want string
	}{
		{"nothing", sample{}, `{"schema": "cmp.sample/1", "day": null, "rules": [], "best": "", "all": [], "count": null, "kind": "", "any": null}`},
		{"all", sample{DryRun: true, Day: ledger.MakeDate(2026, 11, 21), Rules: []rule{r}, Best: &r, All: [][]rule{{r, r}, nil}, Count: -1, Kind: ledger.Free, Any: r, More: []string{"x"}},
			`{"schema": "cmp.sample/1", "dry_run": true, "day": "2026-11-21",
				"rules": [{"name": "<other>", "points": 1, "source": "a book", "topics": []}], "best": "<other>",
				"all": [["<other>", "<other>"], []], "count": -1, "kind": "free",
				"any": {"name": "<other>", "points": 1, "source": "a book", "topics": []}, "more": ["x"]}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := answer.WriteJSON(&b, test.v); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Fields(test.want), strings.Fields(flat(b.String()))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// flat puts brackets and what they hold on one line, as it is read best.
func flat(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	return strings.NewReplacer("{ ", "{", " }", "}", "[ ", "[", " ]", "]").Replace(text)
}

func TestSchema(t *testing.T) {
	terms := []answer.Term{
		answer.TermOf[ledger.Date]("day", answer.Schema{Type: "string"}),
		answer.TermOf[ledger.Points]("points", answer.Schema{Type: "number", Minimum: new(0)}),
		answer.NamedTerm("unused", answer.Schema{Type: "string"}),
		answer.EnumOf("topic", "", ledger.Topic("safety"), ledger.Topic("ethics")),
	}
	const want = `{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:cmp:sample:1",
		"title": "A sample", "description": "Written by nobody.", "type": "object",
		"required": ["schema", "day", "rules", "best", "all", "count", "kind", "any"],
		"properties": {
			"all": {"type": "array", "items": {"type": "array", "items": {"type": "string"}}},
			"any": {},
			"best": {"type": "string"},
			"count": {"type": ["integer", "null"]},
			"day": {"description": "When. Null while it is not.", "anyOf": [{"$ref": "#/$defs/day"}, {"type": "null"}]},
			"dry_run": {"const": true},
			"kind": {"enum": ["", "free"]},
			"more": {"type": "array", "minItems": 1, "items": {"type": "string"}},
			"rules": {"type": "array", "items": {"$ref": "#/$defs/answer_test-rule"}},
			"schema": {"const": "cmp.sample/1"}
		},
		"$defs": {
			"answer_test-rule": {
				"type": "object", "required": ["name", "points", "source", "topics"],
				"properties": {
					"name": {"type": "string"},
					"points": {"$ref": "#/$defs/points"},
					"source": {"description": "Where it is from.", "type": "string"},
					"topics": {"description": "Empty where any will do.", "type": "array", "items": {"$ref": "#/$defs/topic"}}
				}
			},
			"day": {"type": "string"},
			"points": {"type": "number", "minimum": 0},
			"topic": {"enum": ["safety", "ethics"]}
		}
	}`
	shape := answer.ShapeOf(sample{})
	if diff := cmp.Diff(flat(want), flat(string(shape.Schema(terms)))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if shape.Name != "sample" || shape.Field() != "cmp.sample/1" {
		t.Errorf("shape %q, field %q", shape.Name, shape.Field())
	}
}

type row struct {
	rule
	Cell answer.Cell
}

func TestTableAndRecords(t *testing.T) {
	rows := []row{
		{rule{Name: "Safety", figure: figure{150, source{"a | book"}}}, answer.Cell{Text: "x"}},
		{rule{Name: "Other"}, answer.Cell{}},
	}
	bare := struct {
		Rows []row `records:"name from=source points topics" table:"name|Rule; points|Points|right dash; Cell|Look; topics|Topics|any"`
	}{rows}
	for format, want := range map[answer.Format]string{
		answer.CSV:   "name,from,points,topics\nSafety,a | book,1.5,\nOther,,0,\n",
		answer.Table: "  Rule    Points  Look\n  Safety     1.5  x\n  Other        -\n",
	} {
		var b strings.Builder
		if err := (answer.Screen{Out: &b}).Write(format, bare); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, b.String()); diff != "" {
			t.Errorf("%s (-want +got)\n%s", format, diff)
		}
	}
	rows[1].Topics = []ledger.Topic{"safety", "ethics"}
	var b strings.Builder
	if err := (answer.Screen{Out: &b}).Write(answer.Table, bare); err != nil || !strings.Contains(b.String(), "safety, ethics") {
		t.Errorf("topics are not there: %v\n%s", err, b.String())
	}
}
