package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cmpledger/internal/cli"
	"cmpledger/internal/prose"
)

// beside says how the program stands to the other one of its name. It is the
// one text in which names are not replaced.
const beside = `Every Unix has another cmp(1), that of diffutils, which compares files
and which scripts rely on. Where this program is called cmp and stands before it
on PATH, it takes only what is its own: no arguments, one of its commands or one
of its flags first, or a word that is close to one of its commands. All else, such
as two files or the options of the other program, is handed to the next cmp on
PATH, with the same arguments. CMP_PASSTHROUGH=never hands nothing over, and
CMP_PASSTHROUGH=always everything. Called cmp-ledger it never hands anything
over.`

// page returns the name of a command's page: cmp-credential-add.
func page(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// named returns a text that calls the program by the name it is installed
// under.
func (m manual) named(text string) string { return prose.Named(text, m.name) }

// topics returns the topics of help that are no help of a command.
func (m manual) topics(root *cobra.Command) []cli.HelpTopic {
	return slices.DeleteFunc(cli.HelpTopics(), func(t cli.HelpTopic) bool { return t.IsCommand(root) })
}

// topicText returns the text of a topic.
func topicText(name string) string {
	topic, _ := cli.Topic(name)
	return topic.Text
}

// begin writes the title and the section NAME.
func (m manual) begin(r *roff, name, section, short string) {
	r.WriteString(".TH " + strings.ToUpper(escape(name)) + " " + section + " " + m.date + quoted(strings.TrimSpace(m.name+" "+m.release), m.name+" manual") + "\n")
	r.WriteString(".nh\n.ad l\n") // nothing is hyphenated, so that names can be searched for
	r.macro("SH", "NAME")
	r.WriteString(escape(name) + ` \- ` + escape(m.named(strings.ToLower(short[:1])+short[1:])) + "\n")
}

func (m manual) topicPage(root *cobra.Command, t cli.HelpTopic) []byte {
	var r roff
	m.begin(&r, m.name+"-"+t.Name, "7", t.Short)
	r.macro("SH", "DESCRIPTION")
	r.prose(m.named(t.Text), "SH")
	m.seeAlso(&r, root, t.Name, page(root)+"(1)")
	return r.Bytes()
}

func (m manual) commandPage(cmd *cobra.Command) []byte {
	cmd.InitDefaultHelpFlag()
	cmd.InitDefaultVersionFlag()
	var r roff
	m.begin(&r, page(cmd), "1", cmd.Short)
	r.macro("SH", "SYNOPSIS")
	r.synopsis(cmd)
	r.macro("SH", "DESCRIPTION")
	r.prose(m.named(cmd.Long), "SS")
	m.commands(&r, cmd)
	m.options(&r, "OPTIONS", cmd.LocalFlags())
	m.options(&r, "GLOBAL OPTIONS", cmd.InheritedFlags())
	r.macro("SH", "EXIT STATUS")
	r.terms(firstTerms(topicText("exit-codes")))
	r.macro("PP")
	r.text(m.named("See " + m.name + "-exit-codes(7)."))
	r.macro("SH", "ENVIRONMENT")
	r.text("CMP_DB, CMP_CONFIG, CMP_FORMAT, CMP_COLOR, CMP_AS_OF and CMP_ALLOCATE stand for the options of these names; " +
		"for these and others see " + m.name + "-environment(7).")
	r.macro("SH", "FILES")
	r.text("The ledger is the one that --db or CMP_DB names, or else the one that " + m.name + " config path shows; see " + m.name + "-files(7).")
	r.macro("SH", "EXAMPLES")
	r.example(m.named(outdent(strings.TrimRight(cmd.Example, "\n"))))
	if !cmd.HasParent() {
		r.macro("SH", "THE OTHER CMP")
		r.prose(beside, "SS")
	}
	var above []string
	for c := cmd; c.HasParent(); c = c.Parent() {
		above = append([]string{page(c.Parent()) + "(1)"}, above...)
	}
	m.seeAlso(&r, cmd.Root(), "", above...)
	return r.Bytes()
}

// synopsis writes the ways to call a command.
func (r *roff) synopsis(cmd *cobra.Command) {
	way := func(rest string) {
		r.WriteString(strings.TrimSpace(`\fB`+escape(cmd.CommandPath())+`\fR `+escape(rest)) + "\n")
	}
	way(strings.TrimSpace(strings.TrimPrefix(cmd.UseLine(), cmd.CommandPath())))
	if cmd.HasAvailableSubCommands() {
		r.macro("br")
		way("command")
	}
}

// commands writes the commands below one, by their groups.
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

// options writes flags with what they do.
func (m manual) options(r *roff, title string, flags *pflag.FlagSet) {
	begun := false
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		if !begun {
			r.macro("SH", title)
			begun = true
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

// firstTerms returns the first list of a text.
func firstTerms(text string) []prose.Term {
	for _, block := range prose.Parse(text) {
		if block.Kind == prose.Terms {
			return block.Terms
		}
	}
	return nil
}

// seeAlso writes the pages that are given, and those of the topics but one.
func (m manual) seeAlso(r *roff, root *cobra.Command, but string, pages ...string) {
	for _, t := range m.topics(root) {
		if t.Name != but {
			pages = append(pages, m.name+"-"+t.Name+"(7)")
		}
	}
	r.macro("SH", "SEE ALSO")
	for i, p := range pages {
		name, section, _ := strings.Cut(p, "(")
		end := ","
		if i == len(pages)-1 {
			end = ""
		}
		r.WriteString(".BR " + escape(name) + " (" + section + end + "\n")
	}
}
