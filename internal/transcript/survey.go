package transcript

import (
	"errors"
	"slices"
	"strings"

	"cmpledger/internal/ledger"
)

// A Survey is what a file shows before anybody has said how to read it.
type Survey struct {
	Own     bool             // the header is that of the ledger's own format
	Skipped int              // records above the header
	Headers []string         // of all columns that have one, in the order of the file
	Columns []Column         // those whose meaning is sure and whose header is theirs alone
	Open    map[Field]string // why no column was taken for a field that could have one

	DateFormat   string      // the order of dates where the rows settle one, or ""
	DecimalComma bool        // points have decimals, all of them behind a comma
	Topics       []TopicText // in the order of the file, the first of them where there are many
}

// A TopicText is a text that the column of topics has.
type TopicText struct {
	Text   string
	Topics []ledger.Topic // what it is understood as, or none where it is not
	Rows   int
}

// Look surveys a transcript, whose topics are understood as far as they are
// known. The error is a [*ledger.Error] when no header can be read.
func (s Source) Look(known ledger.Vocabulary) (Survey, error) {
	r, err := s.open(layout{Options: Options{Known: known}, survey: true})
	if err != nil {
		return Survey{}, err
	}
	found := Survey{Own: r.Own, Skipped: r.Skipped, Open: map[Field]string{}}
	for field, why := range r.open {
		found.Open[field] = why.Error()
	}
	for i, name := range r.Header {
		if name != "" {
			found.Headers = append(found.Headers, name)
		}
		_, err := r.find(name, "")
		if field := r.meaning[i]; field != "" && field != Status && err == nil {
			found.Columns = append(found.Columns, Column{Field: field, Header: name, Index: i})
		}
	}
	for _, field := range []Field{Title, Date, Points} {
		if r.has(field) || found.Open[field] != "" {
			continue
		}
		found.Open[field] = "none of the columns is understood as this"
		if why := r.unclear(); field == Points && why != nil {
			found.Open[field] = why.Error()
		}
	}
	r.Columns = found.Columns
	found.lookAtDates(r)
	found.lookAtCells(r)
	return found, nil
}

// lookAtDates finds the order of the dates.
func (s *Survey) lookAtDates(r *reader) {
	if r.column(Date).Field == "" {
		return
	}
	d, err := r.findDates(r.keep(), "")
	switch {
	case err != nil:
		s.Open[Date] = err.Error()
	case d.hasShort:
		s.Open[Date] = "years have two digits; MM/DD/YY or DD/MM/YY says what they mean"
	case d.has[formNumbers] && d.sure:
		s.DateFormat = d.order
	case d.has == [formNumbers + 1]bool{formYear: true}:
		s.DateFormat = yearFirst
	}
}

// A survey shows so many texts of topics. A column with more of them holds
// something else, and so does one with long ones.
const (
	mostTexts   = 100
	longestText = 200
)

// lookAtCells goes through the points and the topics.
func (s *Survey) lookAtCells(r *reader) {
	points, topics := r.column(Points), r.column(Topics)
	plain := Options{}.pointsReader(points.Header)
	at := map[string]int{} // the position of each text, as Squeeze leaves it
	commas, dots := 0, 0
	for _, rec := range r.below {
		if rec.problem != nil {
			continue
		}
		if cell := rec.cell(points.Index); points.Field != "" {
			_, err := plain.in(rec.cell(r.unit)).read(cell)
			var other decimalsError
			if errors.As(err, &other) {
				commas++
			} else if err == nil && strings.Contains(cell, ".") {
				dots++
			}
		}
		if topics.Field == "" || s.Own {
			continue
		}
		for _, text := range r.topics.texts(rec.cell(topics.Index)) {
			key := Squeeze(text.text)
			i, known := at[key]
			limited := slices.ContainsFunc(text.topics, func(topic ledger.CreditTopic) bool { return topic.Limit != 0 })
			switch {
			case known:
				s.Topics[i].Rows++
			case key == "other" || limited || len(s.Topics) == mostTexts || len(text.text) > longestText:
			default:
				at[key] = len(s.Topics)
				found := TopicText{Text: text.text, Rows: 1}
				for _, topic := range text.topics {
					found.Topics = append(found.Topics, topic.Topic)
				}
				s.Topics = append(s.Topics, found)
			}
		}
	}
	s.DecimalComma = commas > 0 && dots == 0
}
