// Command gendocs writes docs/rules.md from the documentation of the rules.
package main

import (
	"flag"
	"log"
	"os"

	"github.com/yieldlint/yieldlint/analyzers"
	"github.com/yieldlint/yieldlint/internal/ruledoc"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("gendocs: ")
	out := flag.String("o", "docs/rules.md", "file to write")
	flag.Parse()
	if err := os.WriteFile(*out, ruledoc.Markdown(analyzers.Suite), 0o666); err != nil {
		log.Fatal(err)
	}
}
