package operations

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ostiary/cognitoidp"
	"ostiary/internal/api"
)

// TestOperations runs the script of every operation of the model. It fails for an operation without one, for a
// script without a success, and for an error that is declared, neither made to happen nor excused in
// docs/divergences.md, or both.
func TestOperations(t *testing.T) {
	excused, tests := excuses(t), testsOf(t, "../../internal/api")
	all := newServers(t).withRefusing(t)
	all.gate("oblige", "obliges")
	seen := map[string]bool{}
	t.Run("scripts", func(t *testing.T) {
		for _, op := range cognitoidp.Operations {
			if !cognitoidp.Built(&api.Service{}, op.Name) {
				t.Errorf("%s is not built", op.Name)
				continue
			}
			text, err := os.ReadFile(filepath.Join("testdata", op.Name+".script"))
			if err != nil {
				t.Errorf("%s has no script: %v", op.Name, err)
				continue
			}
			t.Run(op.Name, func(t *testing.T) {
				t.Parallel()
				w := all
				if strings.Contains(string(text), "\nclock ") {
					w = all.alone(t)
				}
				s := &script{T: t, servers: w, of: op, vars: map[string]any{}, region: region, shown: map[cognitoidp.ErrorCode]bool{}}
				w.gate(s.gateName(), "obliges")
				s.run(string(text))
				if !s.worked {
					t.Error("the script never succeeds")
				}
				for code, name := range elsewhere[op.Name] {
					if !tests[name] {
						t.Errorf("%s is said to be shown by %s, which is no test", code, name)
					}
					if s.shown[code] {
						t.Errorf("%s is shown here, not only in %s", code, name)
					}
					s.shown[code] = true
				}
				for _, code := range op.Errors {
					switch why := excused[code]; {
					case s.shown[code] && slices.Contains(why, op.Name):
						t.Errorf("%s happens, and docs/divergences.md says that it cannot", code)
					case !s.shown[code] && !slices.Contains(why, op.Name) && !slices.Contains(why, "all") && (!op.Signed || !slices.Contains(why, "signed")):
						t.Errorf("%s is declared and never happens", code)
					}
				}
			})
			seen[op.Name] = true
		}
	})
	for code, names := range excused {
		for _, name := range names {
			op, ok := cognitoidp.OperationByName(name)
			if name != "all" && name != "signed" && (!ok || !slices.Contains(op.Errors, code)) {
				t.Errorf("docs/divergences.md excuses %s of %s, which does not declare it", code, name)
			}
		}
	}
	scripts, err := filepath.Glob("testdata/*.script")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range scripts {
		if name := strings.TrimSuffix(filepath.Base(path), ".script"); !seen[name] {
			t.Errorf("%s is the script of no operation", path)
		}
	}
}

var testName = regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`)

// testsOf are the names of the tests of a package.
func testsOf(t *testing.T, dir string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range testName.FindAllSubmatch(source, -1) {
			names[string(m[1])] = true
		}
	}
	return names
}

var excuse = regexp.MustCompile("^\\| `(\\w+)` \\| (.+?) \\| .+ \\|$")

// excuses are the operations of which docs/divergences.md says that they cannot fail with an error here.
func excuses(t *testing.T) map[cognitoidp.ErrorCode][]string {
	t.Helper()
	page, err := os.ReadFile("../../docs/divergences.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(page), "\n## Errors that cannot happen here\n")
	if !ok {
		t.Fatal("docs/divergences.md has no section of errors that cannot happen here")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	list := map[cognitoidp.ErrorCode][]string{}
	for line := range strings.SplitSeq(section, "\n") {
		if m := excuse.FindStringSubmatch(line); m != nil {
			list[cognitoidp.ErrorCode(m[1])] = append(list[cognitoidp.ErrorCode(m[1])], strings.Split(m[2], ", ")...)
		}
	}
	return list
}
