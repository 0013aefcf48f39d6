package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// A cell is what a verdict is given on: however many roots reach an operation,
// it is one.
type cell struct {
	Repository string `json:"repository" yaml:"repository"`
	Commit     string `json:"commit" yaml:"commit"`
	Rule       string `json:"rule" yaml:"rule"`
	Category   string `json:"category" yaml:"category"`
	Position   string `json:"position" yaml:"position"` // file:line:column
}

func compareCells(a, b cell) int {
	return cmp.Or(
		cmp.Compare(a.Repository, b.Repository),
		cmp.Compare(a.Commit, b.Commit),
		cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(a.Category, b.Category),
		comparePositions(a.Position, b.Position),
	)
}

func (c cell) String() string {
	return fmt.Sprintf("%s %s [%s/%s]", c.Repository, c.Position, c.Rule, c.Category)
}

// A finding is what yieldlint said, with all positions relative.
type finding struct {
	cell
	Message string   `json:"message"`
	Chain   []string `json:"chain,omitempty"` // "position: message"
}

func compareFindings(a, b finding) int {
	return cmp.Or(compareCells(a.cell, b.cell), cmp.Compare(a.Message, b.Message), slices.Compare(a.Chain, b.Chain))
}

// A runRecord is one run of yieldlint on one module.
type runRecord struct {
	Repository string    `json:"repository"`
	Commit     string    `json:"commit"`
	Dir        string    `json:"dir"`
	Count      int       `json:"findings"`
	Errors     []string  `json:"errors,omitempty"`
	Findings   []finding `json:"-"` // on lines of their own
}

func compareRuns(a, b runRecord) int {
	return cmp.Or(cmp.Compare(a.Repository, b.Repository), cmp.Compare(a.Dir, b.Dir))
}

// failures returns an error if a run failed.
func failures(results []runRecord) error {
	n := 0
	for _, r := range results {
		if len(r.Errors) > 0 {
			n++
		}
	}
	if n > 0 {
		return fmt.Errorf("%d of %d runs failed", n, len(results))
	}
	return nil
}

// writeResults writes each run followed by its findings.
func writeResults(file string, results []runRecord) error {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	for _, r := range results {
		if err := enc.Encode(r); err != nil {
			return err
		}
		for _, f := range r.Findings {
			if err := enc.Encode(f); err != nil {
				return err
			}
		}
	}
	return os.WriteFile(file, buf.Bytes(), 0o666)
}

// readResults reads what writeResults has written.
func readResults(file string) ([]runRecord, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	results := []runRecord{}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	for {
		var left int // findings of the last run that are still to come
		if n := len(results); n > 0 {
			left = results[n-1].Count - len(results[n-1].Findings)
		}
		if left > 0 {
			last := &results[len(results)-1]
			err = appendDecoded(dec, &last.Findings)
		} else {
			err = appendDecoded(dec, &results)
		}
		switch {
		case errors.Is(err, io.EOF) && left == 0:
			return results, nil
		case err != nil:
			return nil, fmt.Errorf("%s: record %d: %w", file, records(results)+1, err)
		}
	}
}

func appendDecoded[T any](dec *json.Decoder, list *[]T) error {
	var elem T
	if err := dec.Decode(&elem); err != nil {
		return err
	}
	*list = append(*list, elem)
	return nil
}

// records returns the number of lines that results take.
func records(results []runRecord) int {
	n := len(results)
	for _, r := range results {
		n += len(r.Findings)
	}
	return n
}
