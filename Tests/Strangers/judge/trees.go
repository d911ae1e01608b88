package main

import (
	"encoding/binary"
	"fmt"
	"path/filepath"
	"reflect"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
)

// A tree of one record, the smallest with a proof, one without balance; and the borders of tiles of both levels.
var sizes = []int64{1, 2, 3, 255, 256, 257, 65535, 65536, 65537}

// judgeTrees judges what tree-writer wrote.
func judgeTrees(path string, tally *tally) error {
	for _, size := range sizes {
		if err := judgeTree(filepath.Join(path, strconv.FormatInt(size, 10)), size, tally); err != nil {
			return fmt.Errorf("tree of %d: %w", size, err)
		}
	}
	return nil
}

func judgeTree(path string, size int64, tally *tally) error {
	files := open(path)
	root, err := files.file("root")
	if err != nil {
		return err
	}
	tree := tlog.Tree{N: size}
	if copy(tree.Hash[:], root) != tlog.HashSize || len(root) != tlog.HashSize {
		return fmt.Errorf("a root of %d bytes", len(root))
	}
	hashes, leaves, err := judgeTiles(files, tree, tally)
	if err != nil {
		return err
	}
	ours, err := files.file("inclusion")
	if err != nil {
		return err
	}
	for index := int64(0); index < size; index++ {
		var proof tlog.RecordProof
		if proof, ours, err = nextProof(ours); err != nil {
			return err
		}
		if err := judgeRecord(tree, hashes, index, leaves[index], proof, tally); err != nil {
			return fmt.Errorf("record %d: %w", index, err)
		}
	}
	if len(ours) != 0 {
		return fmt.Errorf("%d bytes of proofs for no record", len(ours))
	}
	return judgeOlder(files, tree, hashes, tally)
}

// judgeTiles reads every tile of a tree, holds them against the entries, and wants each to be refused with one bit
// flipped.
func judgeTiles(files *folder, tree tlog.Tree, tally *tally) (stored, []tlog.Hash, error) {
	entries, err := files.entries(tree.N)
	if err != nil {
		return nil, nil, err
	}
	hashes, err := files.authenticated(tree)
	if err != nil {
		return nil, nil, err
	}
	leaves := make([]tlog.Hash, tree.N)
	for i, entry := range entries {
		leaves[i] = tlog.RecordHash(entry)
		if hashes[tlog.StoredHashIndex(0, int64(i))] != leaves[i] {
			return nil, nil, fmt.Errorf("the tile has another hash than record %d", i)
		}
	}
	for _, tile := range tilesOf(tree.N) {
		damaged := &folder{path: files.path, read: files.read, damaged: pathOf(tile)}
		err := damaged.readTile(tree, tile, hashes, stored{})
		tally.refused(err != nil, "%s of %d with a bit flipped", damaged.damaged, tree.N)
		tally.tiles++
	}
	return hashes, leaves, nil
}

// judgeRecord makes a proof from the tiles and checks it, wants ours to be the same, and refuses it with one bit
// flipped, for another record and for another tree.
func judgeRecord(
	tree tlog.Tree, hashes stored, index int64, leaf tlog.Hash, ours tlog.RecordProof, tally *tally,
) error {
	proof, err := tlog.ProveRecord(tree.N, index, hashes)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf); err != nil {
		return err
	}
	tally.fromTiles++
	if ours == nil {
		return nil
	}
	if err := tlog.CheckRecord(ours, tree.N, tree.Hash, index, leaf); err != nil {
		return fmt.Errorf("our proof: %w", err)
	}
	if len(ours) != len(proof) || (len(proof) > 0 && !reflect.DeepEqual(ours, proof)) {
		return fmt.Errorf("our proof is another one than %v", proof)
	}
	tally.inclusion++
	changed := append(tlog.RecordProof{}, ours...)
	if len(changed) == 0 {
		changed = tlog.RecordProof{leaf}
	} else {
		changed[index%int64(len(changed))][index%tlog.HashSize] ^= 1
	}
	err = tlog.CheckRecord(changed, tree.N, tree.Hash, index, leaf)
	tally.refused(err != nil, "a changed proof of record %d of %d", index, tree.N)
	return nil
}

// judgeOlder checks that the tree extends those of which we say so.
func judgeOlder(files *folder, tree tlog.Tree, hashes stored, tally *tally) error {
	ours, err := files.file("consistency")
	if err != nil {
		return err
	}
	last := int64(0)
	for len(ours) > 0 {
		if len(ours) < 8+tlog.HashSize {
			return fmt.Errorf("the proofs end within one")
		}
		old := tlog.Tree{N: int64(binary.BigEndian.Uint64(ours))}
		copy(old.Hash[:], ours[8:])
		var proof tlog.RecordProof
		if proof, ours, err = nextProof(ours[8+tlog.HashSize:]); err != nil {
			return err
		}
		if err := judgeConsistency(tree, old, hashes, tlog.TreeProof(proof), tally); err != nil {
			return fmt.Errorf("older tree of %d: %w", old.N, err)
		}
		last = old.N
	}
	if last != tree.N {
		return fmt.Errorf("the last older tree has %d records", last)
	}
	return nil
}

// judgeConsistency does for two trees what judgeRecord does for a record.
func judgeConsistency(tree, old tlog.Tree, hashes stored, ours tlog.TreeProof, tally *tally) error {
	root, err := tlog.TreeHash(old.N, hashes)
	if err != nil {
		return err
	}
	if root != old.Hash {
		return fmt.Errorf("its root is another")
	}
	proof, err := tlog.ProveTree(tree.N, old.N, hashes)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash); err != nil {
		return err
	}
	tally.extended++
	changed := append(tlog.TreeProof{}, proof...)
	if ours != nil {
		if err := tlog.CheckTree(ours, tree.N, tree.Hash, old.N, old.Hash); err != nil {
			return fmt.Errorf("our proof: %w", err)
		}
		if len(ours) != len(proof) || (len(proof) > 0 && !reflect.DeepEqual(ours, proof)) {
			return fmt.Errorf("our proof is another one than %v", proof)
		}
		tally.consistency++
	}
	if len(changed) == 0 {
		changed = tlog.TreeProof{root}
	} else {
		changed[old.N%int64(len(changed))][old.N%tlog.HashSize] ^= 1
	}
	err = tlog.CheckTree(changed, tree.N, tree.Hash, old.N, old.Hash)
	tally.refused(err != nil, "a changed proof that %d extends %d", tree.N, old.N)
	return nil
}

// nextProof takes a proof from the front: u8(hashes), hashes. It is never nil.
func nextProof(bytes []byte) (tlog.RecordProof, []byte, error) {
	proof := tlog.RecordProof{}
	if len(bytes) == 0 || len(bytes) < 1+int(bytes[0])*tlog.HashSize {
		return nil, nil, fmt.Errorf("the proofs end within one")
	}
	count := int(bytes[0])
	for i := 0; i < count; i++ {
		var hash tlog.Hash
		copy(hash[:], bytes[1+i*tlog.HashSize:])
		proof = append(proof, hash)
	}
	return proof, bytes[1+count*tlog.HashSize:], nil
}
