package risk

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// docs/risk.md explains every weight, and shows the figures that are measured.
func TestDocumentation(t *testing.T) {
	text, err := os.ReadFile("../../docs/risk.md")
	if err != nil {
		t.Fatal(err)
	}
	golden, err := os.ReadFile("testdata/quality.golden")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(text)
	classes := [...]string{novelty: "novelty", pressure: "pressure", hostile: "hostile"}
	rows := 0
	for _, w := range weights {
		row := fmt.Sprintf("\n| %s | %s | %.1f |", w.reason, classes[w.class], w.most)
		if !strings.Contains(doc, row) {
			t.Errorf("lacks the row %q", row)
		}
	}
	for line := range strings.SplitSeq(doc, "\n") {
		for _, class := range classes {
			if strings.Contains(line, "| "+class+" |") {
				rows++
			}
		}
	}
	if rows != len(weights) {
		t.Errorf("%d rows for %d weights", rows, len(weights))
	}
	for _, number := range []string{
		fmt.Sprintf("score = σ( −%.1f +", -prior), fmt.Sprintf("min(%.1f,", mostNovelty),
		fmt.Sprintf("From %.2f on the risk is **Low**, from %.2f **Medium**, from %.2f", lowScore, mediumScore, highScore),
	} {
		if !strings.Contains(doc, number) {
			t.Errorf("lacks %q", number)
		}
	}
	if !strings.Contains(doc, string(golden)) {
		t.Error("shows other figures than testdata/quality.golden")
	}
	if prior+mostNovelty >= 0.8473 { // ln(0.7/0.3)
		t.Error("what is merely new makes a high risk")
	}
}
