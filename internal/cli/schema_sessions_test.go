package cli_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"cmpledger/internal/cli"
)

// Whatever is written as JSON fits its schema, which names every field of it;
// and whatever the schemas name is written.
func TestJSONFitsItsSchema(t *testing.T) {
	s := loadShapes(t)
	for name, session := range map[string]func(*session){
		"nothing yet": nothingYet, "files": importedFiles, "cycle": wholeCycle, "voluntary": voluntary,
		"merged": mergedLedgers, "packs": ownRules, "care": cared, "courses": catalogue, "what if": supposed, "by hand": byHand, "damaged": damaged, "repaired": repaired,
	} {
		t.Run(name, func(t *testing.T) { session(s.session(t)) })
	}
	t.Run("all of it", func(t *testing.T) { // which does not run where a session is chosen
		for _, point := range s.unmet() {
			t.Errorf("no command of the sessions wrote %s", point)
		}
		eachCommand(cli.NewRoot(newWorld(t).Env), func(c *cobra.Command) {
			name := strings.Join(path(c), " ")
			if !s.commands[name] && !slices.Contains(textOnly(), name) && (!c.HasSubCommands() || c.Flags().HasFlags()) {
				t.Errorf("no session ran cmp %s", name)
			}
		})
	})
}

// textOnly are the commands that write text for people and shells, whatever is
// asked for.
func textOnly() []string { return []string{"", "completion", "demo", "help"} }

// Of a ledger that is not there yet, and what needs none.
func nothingYet(s *session) {
	s.do(`
		list
		list --duplicates
		export credits
		credential list
		status
		status --check
		log
		calendar
		evidence list
		evidence list --missing
		evidence verify
		courses list
		courses list --needed
		plan
		report --output -
		report
		backup list
		export ledger
		config
		config path
		version
		schema
		rules list
		rules activities
		rules packs
		rules show MLS
		rules show PA
		rules diff BB --from 2023-12-31 --to 2024-12-31
		profile list
		profile show labce
		profile check labce
		2 alocate
		2 status MLS --checks
		1 explain 12
		1 status MLS
		2 rules show XYZ
		1 import ~/nothing.csv
		1 undo
		2 schema stauts
	`)
}

const badRows = `Course,Date,Hours,Sponsor,Category
Gram stains,2026-03-02,1.5,LabCE,Hematology
Blood films,2026-02-30,1,LabCE,Wellness
`

func importedFiles(s *session) {
	s.file("bad.csv", badRows)
	s.file("own.csv", "date,title,provider,points,topics,activity,reference,url,note\n"+
		"2026-03-02,Gram stains,LabCE,1.5,hematology=1;safety,course,LC-1,,\n2026-03-03,Blood films,LabCE,1,,course,LC-2,,\n")
	s.file("changed.csv", "date,title,provider,points,topics,activity,reference,url,note\n"+
		"2026-03-02,Gram stains again,LabCE,2,hematology=1;safety,course,LC-1,,\n2026-03-04,Smears,,1,,course,,,\n")
	s.file("portal.csv", "Course,Date,Hours,Category,Status\nGram stains,2026-03-02,1,Hematology,Completed\nSmears,2026-03-04,2,Wellness,Failed\nNew,2026-03-05,1,Hematology,Completed\n")
	s.file("cmp/profiles/own.yaml", "title: Own\nverified: 2026-03-01\nsource: an export\ncolumns: {title: Course, date: Date, points: Hours, topics: Category}\n")
	s.file("cmp/profiles/labce.yaml", "title: 1\nnonsense: 2\n")
	s.do(`
		credential add MLS --expires 2027-03-31
		1 import ~/bad.csv
		1 import ~/bad.csv --dry-run
		import ~/bad.csv --skip-bad
		import ~/own.csv --dry-run
		import ~/own.csv
		import ~/own.csv
		import ~/changed.csv
		import ~/changed.csv --update
		list
		list --duplicates
		log
		export ledger
		3 reconcile ~/own.csv
		3 reconcile ~/portal.csv
		3 reconcile ~/changed.csv --since 2026-01-01 --until 2026-12-31 --credential MLS
		profile list
		import ~/portal.csv --dry-run
		profile new ~/portal.csv
		profile show own
		profile check own
		profile check own ~/portal.csv
		1 profile check own ~/bad.csv
		status
	`)
}

func wholeCycle(s *session) {
	s.file("proof.txt", "This certifies attendance.")
	s.file("letter.exe", "MZ\x90\x00\x03\x00\x00\x00\x04")
	s.do(`
		credential add MLS --expires 2027-03-31 --number 123 --certified 2010-05-01
		credential add SBB --expires 2027-01-03
		credential add amt/RPT --expires 2027-12-31
		add "Ethics" --points 1 --topic ethics --date 2025-05-05 --provider ASCLS --reference E-1 --url https://example.org --note "at home"
		add "Safety" --points 1.5 --topic safety=1 --topic quality --date 2025-05-06 --dry-run
		add "Safety" --points 1.5 --topic safety=1 --topic quality --date 2025-05-06
		add "Too early" --points 1 --topic chemistry --date 2024-03-30
		add "Still to come" --points 1 --topic blood-banking --date 2026-12-24
		add "Degree" --semester-hours 2 --topic chemistry --date 2025-06-01
		add "No topic" --points 0.5 --date 2025-06-02
		status
		explain MLS
		explain MLS ethics
		explain MLS chemistry
		explain 1
		explain 2
		explain 3
		explain 4
		explain 6
		allocate 2 other --credential MLS
		allocate 1 ethics
		1 allocate 1 other --credential SBB
		explain SBB
		explain 1
		explain SBB ethics
		allocate --auto --dry-run
		allocate --auto
		allocate 5 other
		status
		explain MLS
		explain MLS other
		explain MLS blood-banking
		deallocate 5
		evidence add 1 ~/proof.txt
		evidence add 2 ~/proof.txt
		evidence add 2 ~/letter.exe
		evidence list
		evidence list --missing
		evidence get 1 --output ~/copy.txt
		evidence verify
		3 audit MLS --check
		calendar
		3 declare MLS
		plan
		plan --in-time
		report --output ~/report.html
		add "All of it" --points 40 --topic blood-banking --topic chemistry --topic hematology --topic microbiology --topic ethics --topic safety --date 2026-01-05
		edit 6 --topic hematology
		allocate --auto --fresh
		explain 7
		explain MLS
		3 audit MLS --check
		status --check
		declare MLS SBB --dry-run
		declare MLS SBB
		declare RPT --dry-run
		report --output ~/later.html
		explain 7
		status
		calendar
		audit MLS --output ~/packet.zip
		audit verify ~/packet.zip
		1 audit verify ~/proof.txt
		show 7
		edit 7 --points 39
		show 7
		explain 7
		status
		3 audit MLS --check
		audit MLS --output ~/drifted.zip
		credential show MLS
		renew MLS --dry-run
		renew MLS
		status
		plan
		plan --add 1
		explain 7
		explain MLS
		credential list
		credential edit MLS --number 124
		rules diff MLS
		rules diff MLS --from 2022-12-31 --to 2024-12-31
		rules diff MLS --from 2024-12-31 --to 2022-12-31
		log
		log 3
		undo --dry-run
		undo
		redo
		log
		evidence remove 2 --dry-run
		remove 6 --yes
		1 show 6
		export ledger
		list
		explain 3
		credential remove RPT --yes
		1 merge 1 2 --yes
	`)
}

func voluntary(s *session) {
	s.do(`
		credential add SBB --voluntary
		credential add BB --expires 2026-10-31
		add "Old" --points 3 --topic blood-banking --date 2023-12-01
		add "Young" --points 3 --topic blood-banking --date 2026-02-01
		allocate --auto
		status
		explain SBB
		explain 1
		plan
		report --output ~/report.html
		credential list
		calendar
		3 audit SBB --check
		rules diff SBB --from 2022-12-31
		export ledger
		log 3
		backup
		3 declare SBB --dry-run
		list
		explain SBB ethics
		plan --add 1
		add "All of it" --points 40 --topic blood-banking --topic ethics --topic safety --date 2026-01-05
		allocate --auto
		declare SBB --dry-run
	`)
}

func mergedLedgers(s *session) {
	other := s.session(s.T)
	s.file("proof.txt", "This certifies attendance.")
	s.must(s, "credential", "add", "PBT", "--expires", "2027-03-31")
	s.must(s, "add", "Three", "--points", "2", "--topic", "safety", "--date", "2026-08-01")
	other.file("one.jsonl", s.exported())
	other.must(s, "import", other.home+"/one.jsonl")
	s.do(`
		allocate 1 safety=1 other=1
		evidence add 1 ~/proof.txt
		edit 1 --title "Two"
		add "Same" --points 1 --date 2026-08-02
	`)
	other.do(`
		edit 1 --topic ethics --title "Four"
		add "Same" --points 1 --date 2026-08-02
		undo
		redo
	`)
	s.file("two.jsonl", other.exported())
	s.do(`
		import ~/two.jsonl --dry-run
		import ~/two.jsonl
		import ~/two.jsonl
		log
		log 1
		undo
		redo
		list --duplicates
		merge --twins
		show 1
		export ledger
	`)
}

// repaired are allocations in one ledger to a topic that the credit lost in the
// other one.
func repaired(s *session) {
	other := s.session(s.T)
	s.must(s, "credential", "add", "PBT", "--expires", "2027-03-31")
	s.must(s, "add", "Three", "--points", "2", "--topic", "safety", "--date", "2026-08-01")
	other.file("one.jsonl", s.exported())
	other.must(s, "import", other.home+"/one.jsonl")
	other.must(s, "edit", "1", "--topic", "ethics")
	s.must(s, "allocate", "1", "safety=2")
	s.file("two.jsonl", other.exported())
	s.do(`import ~/two.jsonl`)
}

// byHand is what allocations of one's own cost.
func byHand(s *session) {
	s.do(`
		credential add PBT --expires 2027-03-31
		add "Filler" --points 10 --topic quality --date 2026-01-05
		add "Ethics" --points 1 --topic ethics --date 2026-01-06
		allocate 2 other
		allocate --auto
		explain PBT
		explain 2
		allocate --auto --fresh
	`)
}

// damaged is a certificate of which a letter has changed, in the ledger and in a
// packet, and a backup that is none.
func damaged(s *session) {
	s.file("proof.txt", "This certifies attendance.")
	s.do(`
		credential add amt/RPT --expires 2027-03-31
		add "All of it" --points 40 --date 2026-01-05
		evidence add 1 ~/proof.txt
		allocate --auto
		declare RPT
		audit RPT --output ~/packet.zip
	`)
	for _, name := range []string{"packet.zip", "ledger.db"} {
		s.file(name, strings.ReplaceAll(s.read(name), "certifies attendance", "certifies attendence"))
	}
	s.file("backups/ledger-20261121T140211Z-by-hand.db", "no ledger")
	s.do(`
		3 audit verify ~/packet.zip
		3 evidence verify
		3 audit RPT --check
		1 export ledger
		backup list
	`)
	old, err := os.ReadFile("../store/testdata/schema1.db")
	if err != nil {
		s.Fatal(err)
	}
	s.file("old.db", string(old))
	s.do(`
		restore ~/old.db --yes
		backup
	`)
}

const pack = `body: xy
name: Office of Licences
programme: Renewal of the licence
cycle: {months: 24, confidence: official, source: the page of the state}
topics:
  - {topic: hiv-aids, aliases: [HIV, AIDS]}
editions:
  - from: 2020-01-01
    total: {points: 4, confidence: official, source: the page of the state}
    requirements:
      - {requirement: hiv-aids, title: HIV/AIDS, points: 2, confidence: official, source: the page of the state}
      - {requirement: other, points: 2, confidence: derived, source: the page of the state}
    credentials:
      LT: {name: Laboratory Technologist}
corrections:
  - {credential: ascp/SCYM, requirement: cytometry, points: 10, confidence: official, source: a letter of the board}
`

// ownRules are a pack, which is active, one that has changed, and one that is
// not usable.
func ownRules(s *session) {
	s.file("xy.yaml", pack)
	s.do(`
		rules check ~/xy.yaml
		rules use ~/xy.yaml
		rules check florida
		rules check north-dakota
		rules use north-dakota
		rules show nd/CLP
		rules use florida --dry-run
		rules use florida
		rules packs
		rules list
		rules show xy/LT
		rules show SCYM
		credential add xy/LT --expires 2027-03-31
		credential add SCYM --expires 2027-03-31
		add "HIV" --points 2 --topic hiv-aids --date 2026-01-05
		allocate --auto
		status
		explain LT
		explain 1
		3 audit LT --check
		3 declare LT --dry-run
		report --output ~/report.html
		plan
		calendar
	`)
	s.file("cmp/rules/florida.yaml", pack)
	s.do(`
		1 rules list
		1 status
	`)
	s.file("cmp/rules/florida.yaml", "nonsense: 1\n")
	s.do(`
		rules packs
		1 rules check ~/cmp/rules/florida.yaml
		credential list
		doctor
	`)
}

func cared(s *session) {
	s.do(`
		credential add MLS --expires 2027-03-31
		add "One" --points 1 --date 2026-01-05
		1 import ~/nothing.csv
		backup
		backup ~/saved.db
		backup list
		allocate 1 other
		deallocate 1
		log 4
		2 restore ~/saved.db
		restore ~/saved.db --yes --dry-run
		restore ~/saved.db --yes
		backup list
		doctor
		1 restore ~/nothing.db --yes
	`)
	ledger := []byte(s.read("ledger.db"))
	for i := 4096; i < len(ledger); i++ {
		ledger[i] = 0
	}
	s.file("ledger.db", string(ledger))
	s.do(`
		3 doctor
		1 list
		restore ~/saved.db --yes
		backup list
	`)
}

func catalogue(s *session) {
	s.file("courses.csv", "title,provider,points,topics,price,url,free\nEthics,LabCE,2,ethics=1;safety,25,https://example.org,\nFree,ASCLS,1,ethics,,,yes\n"+
		"Unknown,AABB,,blood-banking,,,\nOdd,AABB,1,Wellness,5,,\nPlain,AABB,1,ethics,,,\n")
	s.file("changed.csv", "title,provider,points,topics,price,url\nEthics,LabCE,3,ethics,,https://example.org\n")
	s.file("unclear.csv", "title,provider,CEU\nSmears,AABB,0.1\n")
	s.file("bad.csv", "title,provider,points,topics,price,url\nEthics,LabCE,1;5,ethics,,\n")
	s.do(`
		credential add MLS --expires 2027-03-31
		courses import ~/courses.csv --dry-run
		courses import ~/courses.csv
		courses list
		courses list --needed
		courses import ~/courses.csv
		courses import ~/changed.csv
		courses import ~/unclear.csv --dry-run
		1 courses import ~/bad.csv
		courses list
		courses list --needed
		courses list --needed --max-price 30
		courses remove 1 --dry-run
		courses remove 1
		export ledger
		log
	`)
}

func supposed(s *session) {
	s.do(`
		credential add MLS --expires 2027-03-31
		add "One" --points 1 --topic chemistry --date 2026-01-05
		add "Later" --points 1 --topic chemistry --date 2026-12-05
		plan --add 2:chemistry --without 1
		plan --expires BB=2029-10-31
		plan --drop MLS
		report --output -
	`)
}
