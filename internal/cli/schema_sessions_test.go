package cli_test

// nothingYet is a ledger that is not there, and what needs none.
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
		cost
		report --output -
		report
		backup list
		config
		config path
		remind show
		remind remove
		1 remind check
		1 remind install
		version
		schema
		rules list
		rules activities
		rules list florida
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

// importedFiles are transcripts, sound and not, and profiles that read them.
func importedFiles(s *session) {
	s.file("bad.csv", badRows)
	s.file("own.csv", "date,title,provider,points,topics,activity,reference,url,note\n"+
		"2026-03-02,Gram stains,LabCE,1.5,hematology=1;safety,course,LC-1,,\n2026-03-03,Blood films,LabCE,1,hematology=0.5,course,LC-2,,\n")
	s.file("changed.csv", "date,title,provider,points,topics,activity,reference,url,note\n"+
		"2026-03-02,Gram stains again,LabCE,2,hematology=1;safety,course,LC-1,,\n2026-03-04,Smears,,1,,course,,,\n")
	s.file("portal.csv", "Course,Date,Hours,Category,Status,Dept\nGram stains,2026-03-02,1,Hematology=0.5,Completed,Chemistry\nSmears,2026-03-04,2,Wellness,Passed,\nNew,2026-03-05,1,Hematology,Completed,\nOld,2026-03-05,1,Hematology,Failed,\n")
	s.file("cmp/profiles/own.yaml", "title: Own\nverified: 2026-03-01\nsource: an export\ncolumns: {title: Course, date: Date, points: Hours, topics: Category}\n")
	s.file("cmp/profiles/labce.yaml", "title: 1\nnonsense: 2\n")
	s.file("papers/a.txt", certificateText("Titers", "March 2, 2026", "1.5", "T-1", ""))
	s.file("papers/b.txt", certificateText("Titers", "March 2, 2026", "1.5", "", "again"))
	s.file("papers/c.txt", "A. Holder has participated in the activity titled Rare donors on 03/04/2026, for a maximum of 1 contact hour.\n")
	s.file("papers/d.jpg", "\xff\xd8\xff\xe0")
	s.file("papers/e.csv", "Course,Date,Hours\nSlides,2026-02-03,1\n")
	s.do(`
		credential add MLS --expires 2027-03-31
		1 import ~/papers --dry-run --holder B.Other
		2 import ~/papers
		1 import ~/papers --yes
		1 import ~/papers ~/bad.csv --yes
		1 import ~/papers/c.txt
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
		3 reconcile ~/own.csv --dry-run
		list --not-in-portal
		export ledger
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

// wholeCycle goes from the first credit to the next cycle, of two bodies.
func wholeCycle(s *session) {
	s.file("proof.txt", "This certifies attendance.")
	s.file("letter.exe", "MZ\x90\x00\x03\x00\x00\x00\x04")
	s.do(`
		credential add MLS --expires 2027-03-31 --number 123 --certified 2010-05-01
		credential add SBB --expires 2027-01-03
		credential add amt/RPT --expires 2027-12-31 --certified 2018-01-15
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
		evidence add 1 ~/proof.txt --dry-run
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

// voluntary is a credential without a cycle, beside one that has expired.
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

// supposed are plans of what is not so.
func supposed(s *session) {
	s.do(`
		credential add MLS --expires 2027-03-31
		add "One" --points 1 --topic chemistry --date 2026-01-05
		add "Later" --points 1 --topic chemistry --date 2026-12-05
		plan --add 2:chemistry
		plan --expires BB=2029-10-31
		credential add BB --expires 2027-01-31
		credential add SBB --expires 2027-04-15
		credential add AHI --expires 2026-10-31
		cost
		cost AHI
		report --output -
	`)
}
