package cli_test

import (
	"fmt"
	"regexp"
	"strings"
)

// mergedLedgers are two that began as one, and changed the same credit.
func mergedLedgers(s *session) {
	other := s.session(s.T)
	s.file("proof.txt", "This certifies attendance.")
	s.do(`
		credential add PBT --expires 2027-03-31
		add "Three" --points 2 --topic safety --date 2026-08-01
		add "Gone" --points 2 --topic safety --date 2026-08-03
		allocate 1 safety=1 other=1
		evidence add 1 ~/proof.txt
	`)
	other.file("one.jsonl", s.exported())
	other.must(s, "import", other.home+"/one.jsonl")
	s.do(`
		edit 1 --title "Two"
		allocate 2 safety=1
		add "Same" --points 1 --date 2026-08-02
	`)
	other.do(`
		edit 1 --topic ethics --title "Four"
		evidence remove 1
		remove 2
		add "Same" --points 1 --date 2026-08-02
		add "Same" --points 1 --date 2026-08-02
	`)
	text := other.exported()
	uids := regexp.MustCompile(`"record":"credit","uid":"([0-9a-f]+)"`).FindAllStringSubmatch(text, -1)
	a, b := uids[1][1], uids[2][1] // the same twice
	pair := fmt.Sprintf(`{"record":"apart","credit":%q,"other":%q,"changed":"","past":[]}`, min(a, b), max(a, b))
	body, _, _ := strings.Cut(text, `{"record":"end"`)
	s.file("two.jsonl", fmt.Sprintf("%s%s\n{\"record\":\"end\",\"lines\":%d}\n", body, pair, strings.Count(body, "\n")+1))
	s.do(`
		import ~/two.jsonl --dry-run
		import ~/two.jsonl
		import ~/two.jsonl
		export ledger
	`)
}

// damaged is a certificate of which a letter has changed, in the ledger and in a
// packet, and a backup that is none.
func damaged(s *session) {
	s.file("proof.txt", "This certifies attendance.")
	s.do(`
		credential add amt/RPT --expires 2027-03-31
		add "All of it" --points 22 --date 2026-01-05
		evidence add 1 ~/proof.txt
		show 1
		add "Same" --points 1 --date 2026-08-02
		add "Same" --points 1 --date 2026-08-02
		list --duplicates
		status
		3 declare RPT
		keep 2 3
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
	s.file("none.csv", "date,title,points\n")
	s.do(`
		import ~/none.csv --db ~/nothing.db
		backup --db ~/nothing.db
		restore ~/nothing.db --yes
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

// ownRules are a pack before and after it is in use, one that goes with no other, and one
// that is not usable.
func ownRules(s *session) {
	s.file("xy.yaml", pack)
	s.do(`rules check ~/xy.yaml`)
	s.file("cmp/rules/xy.yaml", pack)
	s.do(`
		rules check xy
		rules show nd/CLP
		rules list
		rules list xy --state office
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
		rules list
		1 status
	`)
	s.file("cmp/rules/florida.yaml", "nonsense: 1\n")
	s.do(`
		1 rules check ~/cmp/rules/florida.yaml
		credential list
		doctor
	`)
}

// cared is a ledger that is backed up, damaged and restored.
func cared(s *session) {
	s.do(`
		credential add MLS --expires 2027-03-31
		add "One" --points 1 --date 2026-01-05
		add "Gram stains" --points 1
		add "Safety in hematology" --points 1
		topics
		topics --suggest
		topics --suggest --apply --dry-run
		topics --suggest --apply
		undo
		remove 2 3
		1 import ~/nothing.csv
		backup
		backup ~/saved.db
		backup list
		allocate 1 other
		deallocate 1
		log 4
		remind install --dry-run
		remind install
		remind show
		remind check --due 400d
		remind check --due 400d --notify
		remind remove --dry-run
		remind remove
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

// catalogue are courses, with and without points, prices and topics.
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
