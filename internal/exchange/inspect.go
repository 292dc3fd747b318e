package exchange

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
	c := checker{all: l.index(), open: map[string]int{}, spent: map[[2]string]Points{}, names: map[string]bool{}, contents: map[string]bool{}}
	for _, content := range l.Contents {
		c.contents[content.SHA256] = true
	}
	for _, r := range l.Records {
		switch v := r.Value.(type) {
		case Cycle:
			if !v.Closed {
				c.open[v.Credential]++
			}
		case Credit:
			c.names[v.UID] = true
		}
	}
	for i, r := range l.Records {
		if err := c.check(r.Value); err != nil {
			return i, err
		}
	}
	return 0, nil
}

// A checker knows what records of a ledger refer to.
type checker struct {
	all      map[ID]*Record
	open     map[string]int       // cycles of each credential
	spent    map[[2]string]Points // of each credit for each credential
	names    map[string]bool      // uids and aliases of credits
	contents map[string]bool
}

func (c *checker) has(kind Kind, key string) error {
	if c.all[ID{kind, key}] == nil {
		return fault("%s: %s is not in the file", kind, key)
	}
	return nil
}

func (c *checker) credit(uid string) (Credit, error) {
	if err := c.has(CreditKind, uid); err != nil {
		return Credit{}, err
	}
	return c.all[ID{CreditKind, uid}].Value.(Credit), nil
}

func (c *checker) check(value Value) error {
	switch v := value.(type) {
	case Credential:
		if n := c.open[v.Name]; n != 1 {
			return fault("credential %s: has %d open cycles, not one", v.Name, n)
		}
	case Cycle:
		if err := c.has(CredentialKind, v.Credential); err != nil {
			return err
		}
		if v.Last == 0 && !c.all[ID{CredentialKind, v.Credential}].Value.(Credential).Voluntary {
			return fault("last_day: must not be empty, since %s is not voluntary", v.Credential)
		}
	case Declaration:
		return c.has(CycleKind, v.id().Key)
	case Credit:
		return c.checkCredit(v)
	case Allocation:
		return c.checkAllocation(v)
	case Evidence:
		if _, err := c.credit(v.Credit); err != nil {
			return err
		}
		if !c.contents[v.SHA256] {
			return fault("sha256: content %s is not in the file", v.SHA256)
		}
	case Apart:
		if _, err := c.credit(v.Other); err != nil {
			return err
		}
		_, err := c.credit(v.Credit)
		return err
	}
	return nil
}

func (c *checker) checkCredit(v Credit) error {
	if v.Import != "" {
		if err := c.has(ImportKind, v.Import); err != nil {
			return err
		}
	}
	for _, uid := range v.Aliases {
		if c.names[uid] {
			return fault("aliases: %s is another credit's name too", uid)
		}
		c.names[uid] = true
	}
	if v.MergedInto == "" {
		return nil
	}
	into, err := c.credit(v.MergedInto)
	if err == nil && into.MergedInto != "" {
		err = fault("merged_into: credit %s was merged itself", v.MergedInto)
	}
	return err
}

// checkAllocation checks that an allocation is of a cycle that there is and,
// together with the earlier ones, within the points of its credit.
func (c *checker) checkAllocation(v Allocation) error {
	credit, err := c.credit(v.Credit)
	if err == nil {
		err = c.has(CycleKind, v.CycleID().Key)
	}
	if err != nil {
		return err
	}
	at := [2]string{v.Credit, v.Credential}
	switch c.spent[at] += v.Points; {
	case credit.Removed:
		return fault("credit: %s is removed", v.Credit)
	case c.spent[at] > credit.Points:
		return fault("points: %s allocated of the %s points of credit %s", c.spent[at], credit.Points, v.Credit)
	}
	return nil
}
