package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var somePoints = []point{
	{Module: "large", Packages: 40, BuildList: 400, Step: "yieldlint, cold", CPU: 20.5, Wall: 11.25, PeakMB: 120, FactsMB: 3.5},
	{Module: "small", Packages: 5, BuildList: 100, Step: "yieldlint, cold", CPU: 4, Wall: 2, PeakMB: 80, FactsMB: 1},
	{Module: "small", Packages: 5, BuildList: 100, Step: "staticcheck, cold", CPU: 6, Wall: 3, PeakMB: 300},
	{Module: "small", Packages: 5, BuildList: 100, Step: "go vet, fills the build cache", CPU: 60, Wall: 30, PeakMB: 300},
}

func TestPoints(t *testing.T) {
	name := filepath.Join(t.TempDir(), "cost.csv")
	if points, err := readPoints(name); err != nil || len(points) != 0 {
		t.Errorf("without a file: %v, %v", points, err)
	}
	if err := writePoints(name, slices.Clone(somePoints)); err != nil {
		t.Fatal(err)
	}
	points, err := readPoints(name)
	if err != nil {
		t.Fatal(err)
	}
	if want := slices.Concat(somePoints[1:], somePoints[:1]); !slices.Equal(points, want) {
		t.Errorf("got %+v\nwant %+v", points, want)
	}
	write(t, name, "a,b,c,d,e,f,g,h\n")
	if _, err := readPoints(name); err == nil || !strings.Contains(err.Error(), "cost.csv:1: ") {
		t.Errorf("of a line that is none: %v", err)
	}
}

func TestPlot(t *testing.T) {
	svg, err := plot(somePoints)
	if err != nil {
		t.Fatal(err)
	}
	dec := xml.NewDecoder(strings.NewReader(svg))
	for err == nil {
		_, err = dec.Token()
	}
	if !errors.Is(err, io.EOF) {
		t.Errorf("not XML: %v\n%s", err, svg)
	}
	if n := strings.Count(svg, "<circle"); n != 3 {
		t.Errorf("%d points, want 3:\n%s", n, svg)
	}
	for _, want := range []string{">yieldlint, cold</text>", ">staticcheck, cold</text>", ">100</text>", ">400</text>", "<title>large, yieldlint, cold: 20.50 s</title>"} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %s in\n%s", want, svg)
		}
	}
	if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Errorf("places that are none:\n%s", svg)
	}
	if _, err := plot(nil); err == nil {
		t.Error("no error for no figures")
	}
}

// TestCommittedPlot: docs/cost.svg is drawn of docs/cost.csv.
func TestCommittedPlot(t *testing.T) {
	const docs = "../../../docs"
	drawn := filepath.Join(t.TempDir(), "cost.svg")
	if err := drawTable(filepath.Join(docs, "cost.csv"), drawn); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(drawn)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(docs, "cost.svg"))
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Error("docs/cost.svg is stale: corpus -csv docs/cost.csv -plot docs/cost.svg")
	}
}
