package main

import (
	"cmp"
	"errors"
	"fmt"
	"html"
	"math"
	"os"
	"slices"
	"strings"
)

// A series is one line of the plot: a step over the modules.
type series struct {
	step, color, dash string
}

var allSeries = []series{
	{"yieldlint, cold", "#c0392b", ""},
	{"staticcheck, cold", "#2471a3", ""},
	{"yieldlint, warm", "#c0392b", "5 3"},
	{"staticcheck, warm", "#2471a3", "5 3"},
	{"go vet, warm", "#7f8c8d", "5 3"},
}

// The plot, in pixels.
const (
	plotWidth, plotHeight = 760, 460
	plotLeft, plotRight   = 60, 170 // margins; the names of the series are at the right
	plotTop, plotBottom   = 40, 60
	plotFont              = `font-family="sans-serif" font-size="12"`
	gridColor, textColor  = "#dddddd", "#333333"
	markRadius, labelGap  = 3, 8
	lineHeight            = 14
)

// drawTable draws the table in a file.
func drawTable(table, name string) error {
	if table == "" {
		return errors.New("-plot: -csv is required")
	}
	points, err := readPoints(table)
	if err != nil {
		return err
	}
	svg, err := plot(points)
	if err != nil {
		return fmt.Errorf("%s: %w", table, err)
	}
	return os.WriteFile(name, []byte(svg), 0o666)
}

// plot returns the CPU seconds over the build list as SVG. Both axes are
// logarithmic: what grows linearly is a line with the slope of the dotted one.
func plot(points []point) (string, error) {
	points = slices.DeleteFunc(slices.Clone(points), func(p point) bool {
		return p.CPU <= 0 || p.BuildList <= 0 || !slices.ContainsFunc(allSeries, func(s series) bool { return s.step == p.Step })
	})
	if len(points) == 0 {
		return "", errors.New("no figures to draw")
	}
	slices.SortStableFunc(points, func(a, b point) int { return cmp.Compare(a.BuildList, b.BuildList) })
	c := newCanvas(points)
	c.axes()
	c.modules(points)
	c.proportional(points)
	for _, s := range allSeries {
		c.series(s, points)
	}
	c.names(points)
	c.out.WriteString("</svg>\n")
	return c.out.String(), nil
}

// A canvas is a plot on the way. Its height is whole decades.
type canvas struct {
	out                    strings.Builder
	minX, maxX, minY, maxY float64 // logarithms to base 10
}

func newCanvas(points []point) *canvas {
	c := &canvas{minX: math.Inf(1), maxX: math.Inf(-1), minY: math.Inf(1), maxY: math.Inf(-1)}
	for _, p := range points {
		x, y := math.Log10(float64(p.BuildList)), math.Log10(p.CPU)
		c.minX, c.maxX = min(c.minX, x), max(c.maxX, x)
		c.minY, c.maxY = min(c.minY, y), max(c.maxY, y)
	}
	const margin = 0.08
	c.minX, c.maxX = c.minX-margin, c.maxX+margin
	c.minY, c.maxY = math.Floor(c.minY), math.Floor(c.maxY)+1
	c.add(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d">`, plotWidth, plotHeight)
	c.add(`<rect width="100%%" height="100%%" fill="white"/>`)
	return c
}

func (c *canvas) add(format string, args ...any) {
	fmt.Fprintf(&c.out, format+"\n", args...)
}

// x and y return the place of a value.
func (c *canvas) x(v float64) float64 {
	return plotLeft + (math.Log10(v)-c.minX)/(c.maxX-c.minX)*(plotWidth-plotLeft-plotRight)
}

func (c *canvas) y(v float64) float64 {
	return plotHeight - plotBottom - (math.Log10(v)-c.minY)/(c.maxY-c.minY)*(plotHeight-plotTop-plotBottom)
}

func (c *canvas) text(x, y float64, anchor, color, text string) {
	c.add(`<text x="%.1f" y="%.1f" text-anchor="%s" fill="%s" %s>%s</text>`, x, y, anchor, color, plotFont, html.EscapeString(text))
}

func (c *canvas) line(x1, y1, x2, y2 float64, color, dash string) {
	c.add(`<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s" stroke-dasharray="%s"/>`, x1, y1, x2, y2, color, dash)
}

// axes draws the decades of CPU time, and what the axes are.
func (c *canvas) axes() {
	c.text(plotLeft, plotTop-labelGap-lineHeight/2, "start", textColor, "CPU seconds of one run, on logarithmic scales")
	for d := c.minY; d <= c.maxY; d++ {
		v := math.Pow(10, d)
		c.line(plotLeft, c.y(v), plotWidth-plotRight, c.y(v), gridColor, "")
		c.text(plotLeft-labelGap, c.y(v)+4, "end", textColor, fmt.Sprint(v))
	}
	c.text(plotWidth-plotRight, plotHeight-labelGap, "end", textColor, "packages of the module with all their dependencies")
}

// modules marks the sizes of the modules.
func (c *canvas) modules(points []point) {
	last := 0
	for _, p := range points {
		if p.BuildList != last {
			c.line(c.x(float64(p.BuildList)), plotTop, c.x(float64(p.BuildList)), plotHeight-plotBottom, gridColor, "")
			c.text(c.x(float64(p.BuildList)), plotHeight-plotBottom+lineHeight+2, "middle", textColor, fmt.Sprint(p.BuildList))
			last = p.BuildList
		}
	}
}

// proportional draws what would be linear growth, from the smallest module's cold run.
func (c *canvas) proportional(points []point) {
	i := slices.IndexFunc(points, func(p point) bool { return p.Step == coldStep })
	if i < 0 {
		return
	}
	from, to := points[i], points[len(points)-1]
	cpu := from.CPU * float64(to.BuildList) / float64(from.BuildList)
	c.line(c.x(float64(from.BuildList)), c.y(from.CPU), c.x(float64(to.BuildList)), c.y(cpu), "#999999", "1 4")
}

func (c *canvas) series(s series, points []point) {
	var line []string
	for _, p := range points {
		if p.Step == s.step {
			x, y := c.x(float64(p.BuildList)), c.y(p.CPU)
			line = append(line, fmt.Sprintf("%.1f,%.1f", x, y))
			c.add(`<circle cx="%.1f" cy="%.1f" r="%d" fill="%s"><title>%s</title></circle>`, x, y, markRadius, s.color,
				html.EscapeString(fmt.Sprintf("%s, %s: %.2f s", p.Module, p.Step, p.CPU)))
		}
	}
	if len(line) > 0 {
		c.add(`<polyline points="%s" fill="none" stroke="%s" stroke-width="1.5" stroke-dasharray="%s"/>`, strings.Join(line, " "), s.color, s.dash)
	}
}

// names writes the name of each series beside its last point, none over another.
func (c *canvas) names(points []point) {
	type name struct {
		series
		y float64
	}
	var names []name
	for _, s := range allSeries {
		for _, p := range slices.Backward(points) {
			if p.Step == s.step {
				names = append(names, name{s, c.y(p.CPU) + 4})
				break
			}
		}
	}
	slices.SortStableFunc(names, func(a, b name) int { return cmp.Compare(a.y, b.y) })
	for i := range names {
		if i > 0 {
			names[i].y = max(names[i].y, names[i-1].y+lineHeight)
		}
		c.text(plotWidth-plotRight+labelGap, names[i].y, "start", names[i].color, names[i].step)
	}
}
