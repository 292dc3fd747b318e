package prompt

import (
	"fmt"
	"slices"
	"strings"
)

// A Field is one that a form asks for.
type Field struct {
	Label    string
	Hint     string // says what may be answered; may be ""
	Enter    string // is taken for no answer; may be ""
	Spare    bool   // asked for only if it is named at the end
	Complete Completer

	Asked  bool
	Answer string
}

// Name is what is typed at the end to change the field.
func (f *Field) Name() string { return strings.ToLower(f.Label) }

// A Form asks for fields, one after the other. [Back] leads to the field before, and
// each can be changed at the end.
type Form struct {
	*Prompt
	Fields   []*Field     // the first one is not spare
	Take     func() error // judges all answers so far, and may make others spare or not; after an error the field is asked for again
	Complain func(error)  // shows the error of Take
	Show     func() error // shows what the answers come to
}

// Back is the answer that leads to the field before.
const Back = "<"

// Names returns the names of the fields.
func (f *Form) Names() (names []string) {
	for _, field := range f.Fields {
		names = append(names, field.Name())
	}
	return names
}

// Fill asks for the fields, shows the result, and asks whether it is right, unless the
// question is "".
func (f *Form) Fill(question string) (right bool, err error) {
	for i := 0; i < len(f.Fields); i++ {
		if f.Fields[i].Spare {
			continue
		}
		back, err := f.ask(f.Fields[i])
		switch {
		case err != nil:
			return false, err
		case back:
			i = f.before(i) - 1
		}
	}
	for {
		if err := f.Take(); err != nil {
			return false, err
		}
		if err := f.Show(); err != nil || question == "" {
			return err == nil, err
		}
		change, right, err := f.sure(question)
		if err != nil || change == "" {
			return right, err
		}
		i := slices.Index(f.Names(), change)
		if change == Back {
			i = f.before(len(f.Fields))
		}
		if _, err := f.ask(f.Fields[i]); err != nil {
			return false, err
		}
	}
}

// before returns the field before one that is not spare, or the first one.
func (f *Form) before(i int) int {
	for i--; i > 0 && f.Fields[i].Spare; i-- {
	}
	return max(i, 0)
}

// ask asks for one field until its answer is taken, or leads back.
func (f *Form) ask(field *Field) (back bool, err error) {
	before := *field
	enter := field.Enter
	if field.Answer != "" && !f.Edits() {
		enter = field.Answer // it cannot be edited
	}
	question := field.Label
	if field.Hint != "" {
		question += " (" + field.Hint + ")"
	}
	if enter != "" {
		question += " [" + enter + "]"
	}
	for {
		answer, err := f.Line(question+": ", before.Answer, field.Complete)
		if err != nil || answer == Back || answer == before.Answer+Back { // which stood in the line
			return err == nil, err
		}
		if answer == "" && !f.Edits() {
			answer = before.Answer
		}
		field.Asked, field.Answer = true, answer
		if err = f.Take(); err == nil {
			return false, nil
		}
		f.Complain(err)
		*field = before
	}
}

// sure asks whether all is right, or which field to change: its name, or [Back].
func (f *Form) sure(question string) (change string, right bool, err error) {
	names := f.Names()
	var all []Candidate
	for _, name := range names {
		all = append(all, Candidate{Text: name})
	}
	for {
		answer, err := f.Line(question, "", Words("", all))
		if err != nil {
			return "", false, err
		}
		answer = strings.ToLower(answer)
		switch {
		case slices.Contains([]string{"", "y", "yes"}, answer):
			return "", true, nil
		case slices.Contains([]string{"n", "no"}, answer):
			return "", false, nil
		case answer == Back || slices.Contains(names, answer):
			return answer, false, nil
		}
		f.Complain(fmt.Errorf("%q: answer yes, no, or one of %s", answer, strings.Join(names, ", ")))
	}
}
