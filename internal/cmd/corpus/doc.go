// Command corpus runs yieldlint on pinned public repositories, compares the
// findings with those of an earlier run, and scores them by the verdicts that
// people gave. CONTRIBUTING.md says how a finding is judged.
//
// Run, compare and score, each part on its own or together:
//
//	corpus -yieldlint ./yieldlint -checkouts DIR -results new.jsonl -set shape [-- yieldlint flags]
//	corpus -results new.jsonl -before old.jsonl
//	corpus -results new.jsonl -verdicts corpus/verdicts.yaml
//
// The list of repositories is corpus/repos.yaml. The tool brings none of them:
// DIR/owner__name has to hold a checkout of owner/name at the commit of the
// list. Its commit is the content of the file .corpus-commit there, else what
// git says.
//
// # Results
//
// Results are JSON lines: for each repository one line of how the run went
// (fields repository, commit, findings, errors), then its findings, sorted. A
// position is relative to the checkout. A repository that has failed is no
// reason to stop; the exit code is then 2.
//
// # Precision
//
// Precision is true / (true + debatable/2 + false) of the findings that are in
// the results, one for each position, rule and category. Findings without a
// verdict are listed, as are true ones that the results have lost. Of a
// repository with more than -sample findings, only a random sample is asked
// for: the smallest by a hash of -seed and the finding, so a finding that
// comes or goes does not change the rest of the sample.
//
// # Race fixes
//
//	corpus -fixes corpus/racefix.yaml -yieldlint ./yieldlint -checkouts DIR -- -sharedstate -confidence=suspect
//
// runs yieldlint on both sides of commits that mend a data race, and prints
// whether the fault is reported on the parent, in the function of one of its
// places and with the name of its state, and whether nothing is there on the
// fix. DIR/owner__name@hash holds the checkouts parent and fix, where hash is
// the first ten digits of the fix.
//
// # Cost
//
//	corpus -cost DIR -yieldlint ./yieldlint [-staticcheck PATH] [-edit PKG] [-runs N]
//
// measures on the module in DIR and prints a markdown table. All commands share
// a build cache of their own, which "go vet" has filled, so that no compiling
// is measured. The copy of yieldlint that is run has a build ID of its own, so
// that the go command knows no result of it. CPU seconds are those of the
// command and all its descendants; the peak of memory is that of its largest
// process. For each vet process, a run with a wrapper around yieldlint gives
// peak and size of the facts. -edit appends a comment to one file of PKG, and
// restores it; by default PKG is the largest package that no other imports.
//
// -csv FILE puts the figures into a table, in place of those of the same
// module, and
//
//	corpus -csv docs/cost.csv -plot docs/cost.svg
//
// draws the CPU seconds of the table over the size of the build list.
package main
