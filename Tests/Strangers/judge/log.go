package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// judgeLog judges an exported bundle, with receipts and requests to witnesses that came from the same log.
func judgeLog(path, policy string, files []string, tally *tally) error {
	signers, err := signersOf(filepath.Join(path, "log.vkey"), policy)
	if err != nil {
		return err
	}
	head, err := judgeNote(filepath.Join(path, "checkpoint"), signers, tally)
	if err != nil {
		return err
	}
	entries := open(path)
	hashes, leaves, err := judgeTiles(entries, head, tally)
	if err != nil {
		return err
	}
	for index := int64(0); index < head.N; index++ {
		if err := judgeRecord(head, hashes, index, leaves[index], nil, tally); err != nil {
			return fmt.Errorf("record %d: %w", index, err)
		}
	}
	if err := judgeStored(path, signers, hashes, tally); err != nil {
		return err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if strings.HasPrefix(string(text), "old ") {
			err = judgeRequest(text, signers, hashes, tally)
		} else {
			err = judgeReceipt(text, signers, leaves, tally)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	for name, found := range map[string]int{
		"checkpoints": tally.checkpoints, "cosignatures": tally.cosignatures, "receipts": tally.receipts,
		"requests with a proof": tally.consistency,
	} {
		if err := tally.least(name, 2, found); err != nil {
			return err
		}
	}
	return nil
}

// judgeStored opens every stored checkpoint, and checks that each extends each before it.
func judgeStored(path string, signers signers, hashes stored, tally *tally) error {
	notes, err := filepath.Glob(filepath.Join(path, "checkpoints", "*"))
	if err != nil {
		return err
	}
	var trees []tlog.Tree
	for _, note := range notes {
		tree, err := judgeNote(note, signers, tally)
		if err != nil {
			return err
		}
		if filepath.Base(note) != strconv.FormatInt(tree.N, 10) {
			return fmt.Errorf("%s is of %d records", note, tree.N)
		}
		trees = append(trees, tree)
	}
	for _, tree := range trees {
		for _, old := range trees {
			if old.N > tree.N {
				continue
			}
			if err := judgeConsistency(tree, old, hashes, nil, tally); err != nil {
				return fmt.Errorf("%d and %d: %w", tree.N, old.N, err)
			}
		}
	}
	return nil
}

// judgeReceipt checks a receipt: that its entry is the record of the log, and leads to the root of its checkpoint.
func judgeReceipt(text []byte, signers signers, leaves []tlog.Hash, tally *tally) error {
	head, note, found := bytes.Cut(text, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return fmt.Errorf("is no receipt")
	}
	tree, err := signers.tree(note)
	if err != nil {
		return err
	}
	entry, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		return err
	}
	proof, err := parsed(lines[3:])
	if err != nil {
		return err
	}
	if index >= int64(len(leaves)) || leaves[index] != tlog.RecordHash(entry) {
		return fmt.Errorf("record %d is another", index)
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
		return err
	}
	tally.receipts++
	for i := range entry {
		err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(flipped(entry, i)))
		tally.refused(err != nil, "byte %d of the entry of a receipt", i)
	}
	for i := range proof {
		changed := append(tlog.RecordProof{}, proof...)
		changed[i][i] ^= 1
		err := tlog.CheckRecord(changed, tree.N, tree.Hash, index, tlog.RecordHash(entry))
		tally.refused(err != nil, "hash %d of a receipt", i)
	}
	for _, other := range []int64{index - 1, index + 1} {
		err := tlog.CheckRecord(proof, tree.N, tree.Hash, other, tlog.RecordHash(entry))
		tally.refused(err != nil, "a receipt of record %d for record %d", index, other)
	}
	return nil
}

// judgeRequest checks what a witness is asked to sign: that the tree extends the one it saw last.
func judgeRequest(text []byte, signers signers, hashes stored, tally *tally) error {
	head, note, found := bytes.Cut(text, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	size, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "old "), 10, 64)
	if err != nil || !found {
		return fmt.Errorf("is no request")
	}
	tree, err := signers.tree(note)
	if err != nil {
		return err
	}
	proof, err := parsed(lines[1:])
	if err != nil {
		return err
	}
	tally.requests++
	if size == 0 {
		// Any tree extends the empty one, and tlog knows no proof of that.
		if len(proof) != 0 {
			return fmt.Errorf("a proof from nothing")
		}
		return nil
	}
	root, err := tlog.TreeHash(size, hashes)
	if err != nil {
		return err
	}
	return judgeConsistency(tree, tlog.Tree{N: size, Hash: root}, hashes, tlog.TreeProof(proof), tally)
}

// parsed reads lines of hashes.
func parsed(lines []string) (tlog.RecordProof, error) {
	proof := tlog.RecordProof{}
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		proof = append(proof, hash)
	}
	return proof, nil
}
