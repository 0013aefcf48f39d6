package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A point is one line of the table of costs, docs/cost.csv: what one step took
// on one module.
type point struct {
	Module    string // name of its directory
	Packages  int    // of the module
	BuildList int    // with all that they and their tests import
	Step      string // as in -cost
	CPU, Wall float64
	PeakMB    int64   // of the largest process
	FactsMB   float64 // of all facts files; of the cold run of yieldlint only
}

var pointHeader = []string{"module", "packages", "build list", "step", "cpu s", "wall s", "peak MB", "facts MB"}

func (p point) fields() []string {
	return []string{
		p.Module, strconv.Itoa(p.Packages), strconv.Itoa(p.BuildList), p.Step,
		fmt.Sprintf("%.2f", p.CPU), fmt.Sprintf("%.2f", p.Wall), strconv.FormatInt(p.PeakMB, 10), fmt.Sprintf("%.1f", p.FactsMB),
	}
}

// parsePoint is the reverse of fields.
func parsePoint(fields []string) (point, error) {
	p := point{Module: fields[0], Step: fields[3]}
	var errs [6]error
	p.Packages, errs[0] = strconv.Atoi(fields[1])
	p.BuildList, errs[1] = strconv.Atoi(fields[2])
	p.CPU, errs[2] = strconv.ParseFloat(fields[4], 64)
	p.Wall, errs[3] = strconv.ParseFloat(fields[5], 64)
	p.PeakMB, errs[4] = strconv.ParseInt(fields[6], 10, 64)
	p.FactsMB, errs[5] = strconv.ParseFloat(fields[7], 64)
	return p, firstOf(errs[:]...)
}

// readPoints reads a table; that of a file that does not exist is empty.
func readPoints(name string) ([]point, error) {
	file, err := os.Open(name)
	if os.IsNotExist(err) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.FieldsPerRecord = len(pointHeader)
	lines, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var points []point
	for i, line := range lines {
		if i == 0 && slices.Equal(line, pointHeader) {
			continue
		}
		p, err := parsePoint(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, i+1, err)
		}
		points = append(points, p)
	}
	return points, nil
}

// writePoints writes a table, small modules first.
func writePoints(name string, points []point) error {
	slices.SortStableFunc(points, func(a, b point) int { return a.BuildList - b.BuildList })
	var text strings.Builder
	w := csv.NewWriter(&text)
	w.Write(pointHeader)
	for _, p := range points {
		w.Write(p.fields())
	}
	w.Flush()
	return firstOf(w.Error(), os.WriteFile(name, []byte(text.String()), 0o666))
}

// addPoints puts what has been measured into the table -csv, in place of what
// it has of the module.
func (b *bench) addPoints(units []unit) error {
	points, err := readPoints(b.csv)
	if err != nil {
		return err
	}
	module := filepath.Base(b.dir)
	points = slices.DeleteFunc(points, func(p point) bool { return p.Module == module })
	size, err := b.sizeOfModule()
	if err != nil {
		return err
	}
	for _, r := range b.rows {
		p := point{
			Module: module, Packages: size.packages, BuildList: size.buildList, Step: r.name,
			CPU: r.cpu().Seconds(), Wall: r.wall.Seconds(), PeakMB: r.maxRSS >> 20,
		}
		if r.name == coldStep {
			for _, u := range units {
				p.FactsMB += float64(u.Facts) / (1 << 20)
			}
		}
		points = append(points, p)
	}
	return writePoints(b.csv, points)
}

// A moduleSize is in packages.
type moduleSize struct{ packages, buildList int }

// sizeOfModule counts packages, of which go vet checks those with tests twice.
func (b *bench) sizeOfModule() (moduleSize, error) {
	packages, err := b.countListed("./...")
	if err != nil {
		return moduleSize{}, err
	}
	all, err := b.countListed("-deps", "-test", "./...")
	return moduleSize{packages, all}, err
}
