package actions

import (
	"context"

	"cmpledger/internal/ledger"
	"cmpledger/internal/store"
	"cmpledger/internal/suggest"
)

// A Suggested is a credit without a topic, and what it may be about.
type Suggested struct {
	ledger.Credit
	Readings []suggest.Reading // one if that is certain
}

// Suggested returns the credits whose topic is certain, and those that may be about
// several. What was declared stays as it was.
func (s Snapshot) Suggested(known ledger.Vocabulary) (sure, unsure []Suggested) {
	for _, c := range s.Credits {
		found := suggest.Topics(known, c)
		if found == nil {
			continue
		}
		if _, declared := s.declaredWith(c.ID); declared {
			continue
		}
		if len(found) == 1 {
			sure = append(sure, Suggested{c, found})
		} else {
			unsure = append(unsure, Suggested{c, found})
		}
	}
	return sure, unsure
}

// GiveTopics gives credits the topic that is suggested. It leaves out those that have got
// one, or were removed, since.
func (j Judge) GiveTopics(ctx context.Context, tx *store.Tx, s *Snapshot, all []Suggested) ([]Edited, error) {
	topic := map[int64]ledger.Topic{}
	for _, x := range all {
		topic[x.ID] = x.Readings[0].Topic
	}
	var ids []int64
	for _, c := range s.Credits {
		if topic[c.ID] != "" && c.Topics == nil {
			ids = append(ids, c.ID)
		}
	}
	return j.Edit(ctx, tx, s, ids, func(c *ledger.Credit) {
		c.Topics = []ledger.CreditTopic{{Topic: topic[c.ID]}}
	})
}
