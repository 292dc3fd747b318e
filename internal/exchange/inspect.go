package exchange

import "cmpledger/internal/ledger"

// Check says what in a ledger does not fit together, or nil.
func (l Ledger) Check() error {
	i, err := l.inspect()
	if err != nil {
		return fault("%s %s: %s", l.Records[i].Kind, l.Records[i].Key, err)
	}
	return nil
}

// inspect checks that every record has what it refers to, and what holds of
// several together. It returns the index of the record that is at fault.
func (l Ledger) inspect() (int, error) {
	all := l.index()
	for _, c := range l.Contents {
		all[ID{contentKind, c.SHA256}] = &Record{}
	}
	open := map[string]int{}               // cycles of each credential
	spent := map[[2]string]ledger.Points{} // of each credit for each credential
	names := map[string]bool{}             // uids and aliases of credits
	for _, r := range l.Records {
		switch v := r.Value.(type) {
		case Cycle:
			if !v.Closed {
				open[v.Credential]++
			}
		case Credit:
			names[v.UID] = true
		}
	}
	for i, r := range l.Records {
		for _, of := range r.Value.refs() {
			if all[of] == nil {
				return i, fault("%s: %s is not in the file", of.Kind, of.Key)
			}
		}
		switch v := r.Value.(type) {
		case Credential:
			if n := open[v.Name]; n != 1 {
				return i, fault("credential %s: has %d open cycles, not one", v.Name, n)
			}
		case Cycle:
			if of := all[v.refs()[0]].Value.(Credential); v.Last == 0 && !of.Voluntary {
				return i, fault("last_day: must not be empty, since %s is not voluntary", v.Credential)
			}
		case Credit:
			for _, uid := range v.Aliases {
				if names[uid] {
					return i, fault("aliases: %s is another credit's name too", uid)
				}
				names[uid] = true
			}
			if v.MergedInto != "" && all[creditID(v.MergedInto)].Value.(Credit).MergedInto != "" {
				return i, fault("merged_into: credit %s was merged itself", v.MergedInto)
			}
		case Allocation:
			at, credit := [2]string{v.Credit, v.Credential}, all[creditID(v.Credit)].Value.(Credit)
			switch spent[at] += v.Points; {
			case credit.Removed:
				return i, fault("credit: %s is removed", v.Credit)
			case spent[at] > credit.Points:
				return i, fault("points: %s allocated of the %s points of credit %s", spent[at], credit.Points, v.Credit)
			}
		}
	}
	return 0, nil
}
