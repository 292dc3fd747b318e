package cli

import (
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"cmpledger/internal/actions"
	"cmpledger/internal/ledger"
	"cmpledger/internal/rules"
)

// wordsAsFlags finds what a word says that should stand behind a flag: points 2, topic
// heme, expires 2027-03-31, or the value alone.
func (m mistake) wordsAsFlags() ledger.Command {
	all := m.words()
	at := 1
	switch name := named(m.cmd); {
	case name == "edit" || name == "declare": // which take several
		for at < len(all) && (isID(all[at]) || name == "declare" && m.isCode(all[at])) {
			at++
		}
	case !slices.Contains([]string{"renew", "credential add", "credential edit", "list", "courses list", "plan"}, name):
		return nil
	case name == "plan" || strings.HasSuffix(name, "list"):
		at = slices.IndexFunc(all, func(w string) bool {
			_, err := m.readDay(w)
			return err == nil || m.isSetting(w) || w != all[len(all)-1] && m.synonym(w) != ""
		})
	}
	if at < 0 || at >= len(all) || len(all) == 0 {
		return nil
	}
	flags, ok := m.asFlags(slices.Clone(all[at:]))
	if flag, day := m.valueOf(strings.Join(all[at:], " ")); flag != "" && !ok { // March 31 2027
		flags, ok = []string{"--" + flag, day}, true
	}
	if title := strings.Join(all[at:], " "); !ok && named(m.cmd) == "edit" && isID(all[0]) && strings.Contains(title, " ") && !slices.ContainsFunc(all[at:], isID) {
		flags, ok = []string{"--title", title}, true
	}
	if !ok {
		return nil
	}
	return slices.Concat(m.path(), all[:at], flags, m.flags())
}

// isSetting reports whether a word is of the form topic=heme.
func (m mistake) isSetting(word string) bool {
	name, _, ok := strings.Cut(word, "=")
	return ok && m.ours(name) != ""
}

// asFlags returns words as flags of the command with their values, if all can be read so.
func (m mistake) asFlags(words []string) (flags []string, ok bool) {
	for i := 0; i < len(words); i++ {
		name, value, set := strings.Cut(words[i], "=")
		flag := m.ours(strings.TrimSuffix(strings.ToLower(name), ":"))
		switch {
		case slices.Contains([]string{"to", "is", "on", "by"}, words[i]) && i+1 < len(words):
		case flag != "" && set && value != "":
			flags = append(flags, "--"+flag, value)
		case flag != "" && i+1 < len(words):
			if i++; words[i] == "to" && i+1 < len(words) {
				i++
			}
			flags = append(flags, "--"+flag, words[i])
		default:
			if flag, value = m.valueOf(words[i]); flag == "" {
				return nil, false
			}
			flags = append(flags, "--"+flag, value)
		}
	}
	return flags, true
}

// valueOf returns the flag of the command that a value alone can only belong to.
func (m mistake) valueOf(word string) (flag, value string) {
	has := func(names ...string) string {
		i := slices.IndexFunc(names, func(name string) bool { return m.cmd.Flags().Lookup(name) != nil })
		if i < 0 {
			return ""
		}
		return names[i]
	}
	_, notDay := m.readDay(word)
	_, notPoints := ledger.ParsePoints(word)
	switch {
	case notPoints == nil && has("points") != "" && !isID(word):
		return "points", word
	case notDay == nil && !isID(word):
		return has("expires", "date", "on"), word
	case m.topic(word) != "":
		return has("topic", "category"), string(m.topic(word))
	}
	return "", ""
}

// otherTitle reads a title that was typed without quotes, or with what belongs behind flags.
func (m mistake) otherTitle() ledger.Command {
	all := m.words()
	if named(m.cmd) != "add" || len(all) == 0 {
		return nil
	}
	if isFile(all[0]) && len(all) == 1 {
		return forFile(all[0])
	}
	if len(all) == 1 {
		return nil
	}
	var title, flags []string
	given := slices.ContainsFunc(m.parts, func(p part) bool { return slices.Contains(units(), strings.TrimLeft(p.flag, "-")) })
	end := len(all)
	for i, w := range all { // what follows the points is no title
		if _, err := ledger.ParsePoints(w); err == nil && !given {
			given, end = true, i
			flags = append(flags, unitAndAmount(w)...)
			break
		}
	}
	title = all[:end]
	for i, w := range all[min(end+1, len(all)):] {
		flag, value := m.valueOf(w)
		switch {
		case end == 0 || flag == "" && i > 0:
			title = append(title, w)
		case slices.Contains([]string{"point", "points", "pt", "pts"}, strings.ToLower(w)):
		case flag != "":
			flags = append(flags, "--"+flag, value)
		default:
			title = append(title, w)
		}
	}
	if !given {
		flags = append(flags, "--points", "P")
	}
	return slices.Concat(ledger.Command{"add", strings.Join(title, " ")}, flags, m.flags())
}

// allocation puts the words of cmp allocate in their order.
func (m mistake) allocation() ledger.Command {
	all := m.words()
	if named(m.cmd) != "allocate" || len(all) == 0 {
		return nil
	}
	var number, code string
	var asks []string
	for _, w := range all {
		_, notPoints := ledger.ParsePoints(w)
		name, _, _ := strings.Cut(w, "=")
		switch last := len(asks) - 1; {
		case isID(w) && number == "":
			number = w
		case m.topic(name) != "" || strings.EqualFold(name, string(ledger.Other)):
			asks = append(asks, w)
		case notPoints == nil && last >= 0 && !strings.Contains(asks[last], "="):
			asks[last] += "=" + w
		case m.isCode(w) && code == "":
			code = w
		case slices.Contains([]string{"to", "for", "as", "in", "points", "point", "auto", "all"}, strings.ToLower(w)):
		default:
			return nil
		}
	}
	c := ledger.Command{"allocate", number}
	if number == "" {
		c = ledger.Command{"allocate", "--auto"}
		if asks != nil {
			return nil
		}
	}
	c = append(c, asks...)
	if code != "" {
		c = append(c, "--credential", code)
	}
	if slices.Equal(c, append(ledger.Command{"allocate"}, all...)) {
		return nil
	}
	return append(c, m.flags()...)
}

// ofCreditNumbers are the commands behind which numbers of credits stand.
func ofCreditNumbers() []string {
	return []string{"show", "edit", "remove", "merge", "keep", "deallocate", "evidence add"}
}

// numbers finds what was meant where the number of a credit belongs.
func (m mistake) numbers() ledger.Command {
	all := m.words()
	if !slices.Contains(ofCreditNumbers(), named(m.cmd)) {
		return nil
	}
	most := len(all) // words that are numbers
	if m.cmd.Name() == "add" || m.cmd.Name() == "deallocate" {
		most = 1
	}
	i := slices.IndexFunc(all[:min(most, len(all))], func(w string) bool { return !isID(w) })
	switch {
	case i < 0:
		return nil
	case slices.Contains([]string{"and", "with", "&"}, all[i]):
		return m.with(slices.Delete(slices.Clone(all), i, i+1)...)
	case numberList(all[i]) != nil:
		return m.with(slices.Concat(all[:i], numberList(all[i]), all[i+1:])...)
	case isFile(all[i]) && len(all) == 2 && isID(all[1]):
		return m.with(all[1], all[0])
	case isFile(all[i]):
		return forFile(all[i])
	case m.isCode(all[i]) && i == 0:
		return m.ofCredential(all[i])
	}
	return m.titled(all)
}

// numberList returns the numbers of "5,6" and "5-8".
func numberList(text string) (all []string) {
	for part := range strings.SplitSeq(strings.Trim(text, ","), ",") {
		from, to, between := strings.Cut(strings.TrimSpace(part), "-")
		first, err := strconv.Atoi(strings.TrimPrefix(from, "#"))
		last := first
		if between && err == nil {
			last, err = strconv.Atoi(strings.TrimPrefix(to, "#"))
		}
		if err != nil || first < 1 || last-first > 30 {
			return nil
		}
		for n := first; n <= last; n++ {
			all = append(all, strconv.Itoa(n))
		}
	}
	return all
}

// ofCredential returns what the command is called for a credential.
func (m mistake) ofCredential(code string) ledger.Command {
	switch named(m.cmd) {
	case "show":
		return ledger.Command{"status", code}
	case "remove":
		return append(ledger.Command{"credential", "remove", code}, m.flags()...)
	case "edit":
		c := append(ledger.Command{"credential", "edit", code}, m.flags()...)
		if len(c) == 3 {
			c = append(c, "--expires", "DATE")
		}
		return c
	}
	return nil
}

// titled finds the credits that words are about: the one number stands in the place of
// the words, or else the words find several.
func (m mistake) titled(all []string) ledger.Command {
	about := slices.DeleteFunc(slices.Clone(all), isID)
	switch found := titledSo(m.glance().Credits, about); len(found) {
	case 0:
		return nil
	case 1:
		if named(m.cmd) == "remove" || named(m.cmd) == "merge" { // what it is has to be seen first
			break
		}
		return m.with(append([]string{id(found[0])}, slices.DeleteFunc(slices.Clone(all), func(w string) bool { return !isID(w) })...)...)
	}
	return append(ledger.Command{"list"}, about...)
}

// codes finds what was meant where the code of a credential belongs.
func (m mistake) codes() ledger.Command {
	_, use, _ := strings.Cut(m.cmd.Use, " ")
	all, explains := m.words(), named(m.cmd) == "explain"
	i := slices.IndexFunc(all, func(w string) bool { return !m.isCode(w) })
	number := slices.IndexFunc(all, isID)
	switch {
	case explains && number >= 0 && len(all) > 1:
		return ledger.Command{"explain", all[number]}
	case explains && i == 0 && m.topic(all[0]) != "":
		return m.explained(m.codesHeld(), m.topic(all[0]))
	case explains || !strings.HasPrefix(strings.Trim(use, "["), "CODE"):
		return nil
	case i < 0 && len(all) > 1 && !strings.Contains(use, "..."):
		return m.with(all[0])
	case i < 0 || named(m.cmd) == "credential add":
		return nil
	}
	if c := m.noCode(all, i); c != nil {
		return c
	}
	_, err := m.book.Resolve(all[i])
	if unknown, ok := errors.AsType[*rules.UnknownCredentialError](err); ok && unknown.Nearest != "" || named(m.cmd) == "courses list" {
		return nil
	}
	if titledSo(m.glance().Credits, all) != nil {
		return append(ledger.Command{"list"}, all...)
	}
	return nil
}

// noCode finds what one of the words is that should be a code.
func (m mistake) noCode(all []string, i int) ledger.Command {
	w := all[i]
	others, topic := slices.Delete(slices.Clone(all), i, i+1), m.topic(w)
	lists := named(m.cmd) == "courses list"
	pages := []string{".html", ".htm", ".ics", ".zip"}
	switch {
	case isID(w) && lists:
		return nil
	case isID(w) && m.cmd.Parent().Name() == "credential":
		return append(ledger.Command{m.cmd.Name(), w}, m.flags()...)
	case isID(w):
		return ledger.Command{"explain", w}
	case m.cmd.Flags().Lookup("output") != nil && slices.Contains(pages, strings.ToLower(filepath.Ext(w))):
		return append(m.with(others...), "--output", w)
	case isFile(w):
		return forFile(w)
	case len(all) == 1 && slices.Contains([]string{"all", "both", "everything"}, strings.ToLower(w)):
		return m.ofAll()
	case topic != "" && lists:
		return append(m.with(others...), "--topic", string(topic))
	case topic != "":
		return m.explained(append(all[:i:i], m.codesHeld()...), topic)
	}
	return nil
}

// ofAll returns the command for all credentials that are held.
func (m mistake) ofAll() ledger.Command {
	if !required(m.cmd) {
		return m.with()
	}
	if held := m.codesHeld(); len(held) == 1 || len(held) > 1 && strings.Contains(m.cmd.Use, "...") {
		return m.with(held...)
	}
	return nil
}

// explained returns what explains the first of some credentials that asks for the topic.
func (m mistake) explained(codes []string, topic ledger.Topic) ledger.Command {
	s := m.glance()
	for _, code := range codes {
		for _, c := range s.Credentials {
			account, err := m.account(s, c, c.Current())
			if err != nil || !c.Matches(code) {
				continue
			}
			if name, ok := (actions.Ask{Text: string(topic), Topic: topic}).In(account.Edition); ok {
				return ledger.Command{"explain", code, string(name)}
			}
		}
	}
	return nil
}
