package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/cli"
	"cmpledger/internal/prose"
)

// page returns the name of a command's page: cmp-credential-add.
func page(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

func (m manual) named(text string) string { return prose.Named(text, m.name) }

// topics returns the topics of help, but for those that are the help of a command.
func (m manual) topics(root *cobra.Command) []cli.HelpTopic {
	return slices.DeleteFunc(cli.HelpTopics(), func(t cli.HelpTopic) bool { return t.IsCommand(root) })
}

func (m manual) begin(r *roff, name, section, short string) {
	fmt.Fprintf(r, ".TH %s %s %s \"%s\" \"%s manual\"\n",
		strings.ToUpper(escape(name)), section, m.date, escape(strings.TrimSpace(m.name+" "+m.release)), escape(m.name))
	r.WriteString(".nh\n.ad l\n") // nothing is hyphenated, so that names can be searched for
	r.macro("SH", "NAME")
	r.WriteString(escape(name) + ` \- ` + escape(m.named(strings.ToLower(short[:1])+short[1:])) + "\n")
}

func (m manual) topicPage(root *cobra.Command, t cli.HelpTopic) []byte {
	var r roff
	m.begin(&r, m.name+"-"+t.Name, "7", t.Short)
	r.macro("SH", "DESCRIPTION")
	r.prose(t.As(m.name), "SH")
	m.seeAlso(&r, root, t.Name, page(root)+"(1)")
	return r.Bytes()
}

func (m manual) commandPage(cmd *cobra.Command) []byte {
	cmd.InitDefaultHelpFlag()
	cmd.InitDefaultVersionFlag()
	var r roff
	m.begin(&r, page(cmd), "1", cmd.Short)
	r.macro("SH", "SYNOPSIS")
	name := `\fB` + escape(cmd.CommandPath()) + `\fR`
	r.WriteString(name + escape(strings.TrimPrefix(cmd.UseLine(), cmd.CommandPath())) + "\n")
	if cmd.HasAvailableSubCommands() {
		r.macro("br")
		r.WriteString(name + " command\n")
	}
	r.macro("SH", "DESCRIPTION")
	r.prose(m.named(cmd.Long), "SS")
	m.commands(&r, cmd)
	m.options(&r, "OPTIONS", cmd.LocalFlags())
	m.options(&r, "GLOBAL OPTIONS", cmd.InheritedFlags())
	r.macro("SH", "EXAMPLES")
	r.example(m.named(outdent(strings.TrimRight(cmd.Example, "\n"))))
	if !cmd.HasParent() {
		r.macro("SH", "THE OTHER CMP")
		other, _ := cli.Topic(cli.OtherCmp)
		r.prose(other.Text, "SS")
	}
	var above []string
	if cmd.HasParent() {
		above = []string{page(cmd.Parent()) + "(1)"}
	}
	m.seeAlso(&r, cmd.Root(), "", above...)
	return r.Bytes()
}

func (m manual) commands(r *roff, cmd *cobra.Command) {
	if !cmd.HasAvailableSubCommands() {
		return
	}
	r.macro("SH", "COMMANDS")
	groups := cmd.Groups()
	if len(groups) == 0 {
		groups = []*cobra.Group{{}}
	}
	for _, group := range groups {
		if group.Title != "" {
			r.macro("SS", strings.TrimSuffix(group.Title, ":"))
		}
		for _, c := range cmd.Commands() {
			if c.GroupID == group.ID {
				r.term(page(c)+"(1)", m.named(c.Short))
			}
		}
	}
}

func (m manual) options(r *roff, title string, flags *pflag.FlagSet) {
	if flags.HasAvailableFlags() {
		r.macro("SH", title)
	}
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		value, text := pflag.UnquoteUsage(f)
		head := `\fB` + escape("--"+f.Name) + `\fR`
		if f.Shorthand != "" {
			head = `\fB` + escape("-"+f.Shorthand) + `\fR, ` + head
		}
		if value != "" {
			head += ` \fI` + escape(value) + `\fR`
		}
		if d := f.DefValue; d != "" && d != "false" && d != "0" && d != "[]" && !strings.Contains(text, "(default") {
			text += " (default " + d + ")"
		}
		r.macro("TP")
		r.WriteString(head + "\n")
		r.text(m.named(text))
	})
}

// seeAlso refers to the given pages, and to those of all topics but one.
func (m manual) seeAlso(r *roff, root *cobra.Command, but string, pages ...string) {
	for _, t := range m.topics(root) {
		if t.Name != but {
			pages = append(pages, m.name+"-"+t.Name+"(7)")
		}
	}
	r.macro("SH", "SEE ALSO")
	for i, p := range pages {
		name, section, _ := strings.Cut(p, "(")
		if i < len(pages)-1 {
			section += ","
		}
		r.WriteString(".BR " + escape(name) + " (" + section + "\n")
	}
}
