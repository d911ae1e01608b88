// Command judge says what golang.org/x/mod/sumdb thinks of our trees and logs. Whatever it agrees with it must also
// refuse after one bit was flipped; it counts both, and wants at least what the caller says.
//
//	judge trees FOLDER LEAST
//	judge log BUNDLE LEAST POLICY FILE…       receipts, and requests to witnesses
package main

import (
	"fmt"
	"os"
	"strconv"
)

// tally counts what a stranger agreed with, and what it refused as it must.
type tally struct {
	tiles, fromTiles, inclusion, extended, consistency   int
	checkpoints, cosignatures, receipts, requests, wrong int
	// Notes and trees are judged by two packages.
	notesRefused, treesRefused int
	ofNotes                    bool
}

func (t *tally) refused(was bool, what string, words ...interface{}) {
	switch {
	case !was:
		fmt.Fprintf(os.Stderr, "judge: not refused: "+what+"\n", words...)
		t.wrong++
	case t.ofNotes:
		t.notesRefused++
	default:
		t.treesRefused++
	}
}

// least refuses a run that judged less than it was expected to: it might have been given nothing.
func (t *tally) least(name string, wanted, found int) error {
	if found < wanted {
		return fmt.Errorf("%d %s, and not %d", found, name, wanted)
	}
	return nil
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "judge:", err)
		os.Exit(1)
	}
}

func run(words []string) error {
	if len(words) < 3 {
		return fmt.Errorf("judge trees FOLDER LEAST")
	}
	least, err := strconv.Atoi(words[2])
	if err != nil {
		return err
	}
	t := &tally{}
	switch words[0] {
	case "trees":
		err = judgeTrees(words[1], t)
	case "log":
		if len(words) < 4 {
			return fmt.Errorf("judge log BUNDLE LEAST POLICY FILE…")
		}
		err = judgeLog(words[1], words[3], words[4:], t)
	default:
		err = fmt.Errorf("nobody judges %s", words[0])
	}
	if err != nil {
		return err
	}
	if t.wrong > 0 {
		return fmt.Errorf("%d times accepted what was changed", t.wrong)
	}
	if words[0] == "log" {
		fmt.Printf("sumdb/note: %d checkpoints and %d cosignatures of them opened; %d changed ones refused\n",
			t.checkpoints, t.cosignatures, t.notesRefused)
		fmt.Printf("sumdb/tlog: a log of real programs: %d tiles, %d records proven from them, %d pairs of checkpoints, "+
			"%d receipts, %d requests to witnesses; %d changed ones refused\n",
			t.tiles, t.fromTiles, t.extended, t.receipts, t.requests, t.treesRefused)
		return t.least("records", least, t.fromTiles)
	}
	fmt.Printf("sumdb/tlog: trees of %v: %d tiles, %d proofs made of them and %d of ours, %d and %d of consistency; "+
		"%d changed ones refused\n",
		sizes, t.tiles, t.fromTiles, t.inclusion, t.extended, t.consistency, t.treesRefused)
	return t.least("proofs of inclusion", least, t.inclusion)
}
