package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cmpledger/internal/report"
	"cmpledger/internal/rules"
)

// browser returns the program of a browser, and the script of axe-core, which
// looks for what keeps people from reading a page.
func browser(t *testing.T) (program, axe string) {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil && program == "" {
			program = path
		}
	}
	path := os.Getenv("CMP_TEST_AXE")
	if program == "" || path == "" {
		t.Skip("NOT LOOKED AT IN A BROWSER: install chromium, and name the axe.min.js of the npm package axe-core in CMP_TEST_AXE; .ci/run does both")
	}
	script, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return program, string(script)
}

// run lets a browser without a window open a file. It returns the page as it
// is then, and what the browser logged.
func run(t *testing.T, program, path string, arguments ...string) (page, log string) {
	t.Helper()
	arguments = append([]string{
		"--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--user-data-dir=" + t.TempDir(),
		"--enable-logging=stderr", "--virtual-time-budget=120000", "--dump-dom",
	}, arguments...)
	cmd := exec.CommandContext(t.Context(), program, append(arguments, "file://"+filepath.ToSlash(path))...)
	var out, err bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &err
	if failed := cmd.Run(); failed != nil {
		t.Fatalf("%s: %v\n%s", program, failed, err.String())
	}
	return out.String(), err.String()
}

// A view is one page in a window of one width, and what was found there.
type view struct {
	Name        string
	Errors      []string
	Scroll      int      // how many pixels the page is wider than its window
	Wide        []string // elements that reach beyond it
	Overlapping []string
	Unselected  []string // labels of charts that cannot be selected
	Violations  []struct {
		ID, Impact, Help string
		Where            []string
	}
}

// collect begins to note errors, before anything else of a page runs.
const collect = `<script>
const errors = [];
addEventListener("error", e => errors.push(e.message || "not loaded: " + e.target.outerHTML.slice(0, 80)), true);
addEventListener("unhandledrejection", e => errors.push(String(e.reason)));
console.error = (...words) => errors.push(words.join(" "));
</script>`

// look tells the page around what there is to find, at the end.
const look = `<script>
addEventListener("load", async () => {
	const overlapping = [], unselected = [];
	for (const chart of document.querySelectorAll("svg.chart")) {
		const labels = [...chart.querySelectorAll("text")].map(e => [e.textContent, e.getBoundingClientRect()]);
		labels.forEach(([a, p], i) => labels.slice(i + 1).forEach(([b, q]) => {
			if (p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 3 && q.top < p.bottom - 3) overlapping.push(a + " / " + b);
		}));
	}
	for (const label of document.querySelectorAll("svg text")) {
		getSelection().selectAllChildren(label);
		if (getSelection().toString().trim() !== label.textContent.trim()) unselected.push(label.textContent);
	}
	getSelection().removeAllRanges();
	const room = document.documentElement.clientWidth;
	const wide = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > room + 1);
	const found = await axe.run(document, { resultTypes: ["violations"] });
	parent.tell({
		name: frameElement.name, errors, overlapping, unselected,
		scroll: document.documentElement.scrollWidth - room, wide: wide.slice(0, 3).map(e => e.outerHTML.slice(0, 200)),
		violations: found.violations.map(v => ({ id: v.id, impact: v.impact, help: v.help, where: v.nodes.slice(0, 3).map(n => n.html.slice(0, 200)) })),
	});
});
</script>`

// A window is what a page is looked at through.
type window struct {
	width int
	dark  bool
}

func windows() []window { return []window{{360, false}, {1280, false}, {360, true}, {1280, true}} }

// looked opens pages in each of the windows, all at once, and returns what was
// found. The copies that are opened may run the scripts that look.
func looked(t *testing.T, pages map[string]string) []view {
	t.Helper()
	program, axe := browser(t)
	const policy = `<meta http-equiv="Content-Security-Policy"`
	var frames strings.Builder
	n := 0
	for name, page := range pages {
		for _, w := range windows() {
			copied := strings.Replace(page, policy, `<meta name="policy"`, 1)
			copied = strings.Replace(copied, "<head>", "<head>"+collect, 1)
			if w.dark {
				copied = strings.Replace(copied, "@media screen and (prefers-color-scheme: dark)", "@media screen", 1)
			}
			copied = strings.Replace(copied, "</body>", "<script>"+axe+"</script>"+look+"</body>", 1)
			fmt.Fprintf(&frames, `<iframe name="%s, %d pixels, dark %t" style="width:%dpx;height:900px;border:0" srcdoc="%s"></iframe>`+"\n",
				name, w.width, w.dark, w.width, html.EscapeString(copied))
			n++
		}
	}
	path := filepath.Join(t.TempDir(), "frames.html")
	page := fmt.Sprintf(`<!DOCTYPE html><meta charset="utf-8"><pre id="views"></pre><script>
const views = [];
window.tell = view => { if (views.push(view) === %d) document.getElementById("views").textContent = JSON.stringify(views); };
</script>
%s`, n, frames.String())
	if err := os.WriteFile(path, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	dom, log := run(t, program, path)
	var views []view
	if err := json.Unmarshal([]byte(html.UnescapeString(between(t, dom, `<pre id="views">`, "</pre>"))), &views); err != nil {
		t.Fatalf("no views: %v\n%.2000s", err, log)
	}
	return views
}

// begun is a report of a cycle that is yet to come, and of one that is over.
func begun() report.Report {
	r := sample(0)
	next := &r.Credentials[1]
	next.Cycle = span("2027-04-01", "2030-03-31")
	next.First, next.Last = next.Cycle.First, next.Cycle.Last
	r.Credentials[2].State, r.Credentials[2].Cycle.Declared = rules.Declared, day("2026-11-20")
	return r
}

// In windows of both widths, light and dark, a page shows everything without
// scrolling sideways, logs no error, and keeps nobody from reading it.
func TestInBrowser(t *testing.T) {
	long := strings.Repeat("<long>\u202e", 30) + " " + strings.Repeat("é\u0301", 5000)
	views := looked(t, map[string]string{
		"sample": write(t, sample(120)), "hostile": write(t, clad(long)),
		"begun": write(t, begun()), "empty": write(t, report.Report{Day: day("2026-11-21")}),
	})
	for _, v := range views {
		for _, e := range v.Errors {
			t.Errorf("%s: error: %s", v.Name, e)
		}
		if v.Scroll > 0 {
			t.Errorf("%s: %d pixels wider than the window: %s", v.Name, v.Scroll, strings.Join(v.Wide, "\n"))
		}
		for _, labels := range v.Overlapping {
			t.Errorf("%s: labels overlap: %s", v.Name, labels)
		}
		for _, label := range v.Unselected {
			t.Errorf("%s: cannot be selected: %s", v.Name, label)
		}
		for _, f := range v.Violations {
			t.Errorf("%s: %s (%s): %s\n%s", v.Name, f.ID, f.Impact, f.Help, strings.Join(f.Where, "\n"))
		}
	}
}

// The page as it is written, with its policy, logs nothing.
func TestConsoleIsSilent(t *testing.T) {
	program, _ := browser(t)
	page := write(t, sample(120))
	console := func(page string) []string {
		path := filepath.Join(t.TempDir(), "report.html")
		if err := os.WriteFile(path, []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
		_, log := run(t, program, path)
		var said []string
		for line := range strings.Lines(log) {
			if strings.Contains(line, "CONSOLE") {
				said = append(said, line)
			}
		}
		return said
	}
	if said := console(page); len(said) > 0 {
		t.Errorf("the console says:\n%s", strings.Join(said, ""))
	}
	if said := console(strings.Replace(page, "</body>", "<script>let x</script></body>", 1)); len(said) == 0 {
		t.Error("the page's policy lets a script run, or the console is not heard")
	}
}

// What the tests above look for is found where it is.
func TestFaultsAreFound(t *testing.T) {
	page := strings.Replace(write(t, sample(1)), "</main>", `<p style="color:#999;background:#aaa">faint</p><img src="data:,x"/>
<p style="width:3000px">wide</p><svg class="chart" role="img" aria-label="x"><text x="9" y="20">one</text><text x="9" y="20">two</text></svg>
<script>lacking()</script></main>`, 1)
	for _, v := range looked(t, map[string]string{"faults": page}) {
		ids := map[string]bool{}
		for _, f := range v.Violations {
			ids[f.ID] = true
		}
		if len(v.Errors) == 0 || v.Scroll < 1000 || len(v.Overlapping) != 1 || !ids["image-alt"] || !ids["color-contrast"] {
			t.Errorf("%s: not all was found: %+v", v.Name, v)
		}
	}
}
