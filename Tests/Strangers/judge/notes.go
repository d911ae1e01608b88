package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// signers is whom a bundle's log.vkey and a witness policy name.
type signers struct {
	log       note.Verifier
	witnesses []note.Verifier
}

func signersOf(key, policyFile string) (signers, error) {
	var all signers
	vkey, err := os.ReadFile(key)
	if err != nil {
		return all, err
	}
	if all.log, err = note.NewVerifier(strings.TrimSuffix(string(vkey), "\n")); err != nil {
		return all, err
	}
	policy, err := os.ReadFile(policyFile)
	if err != nil {
		return all, err
	}
	for _, line := range strings.Split(string(policy), "\n") {
		if words := strings.Fields(line); len(words) >= 3 && words[0] == "witness" {
			witness, err := newWitness(words[2])
			if err != nil {
				return all, err
			}
			all.witnesses = append(all.witnesses, witness)
		}
	}
	if len(all.witnesses) == 0 {
		return all, fmt.Errorf("the policy names no witness")
	}
	return all, nil
}

// opened returns the tree of a note that the log signed, and how many witnesses cosigned it.
func (s signers) opened(text []byte) (tlog.Tree, int, error) {
	opened, err := note.Open(text, note.VerifierList(append(s.witnesses, s.log)...))
	if err != nil {
		return tlog.Tree{}, 0, err
	}
	cosigned, isSigned := 0, false
	for _, signature := range opened.Sigs {
		if signature.Name == s.log.Name() && signature.Hash == s.log.KeyHash() {
			isSigned = true
		} else {
			cosigned++
		}
	}
	if !isSigned {
		return tlog.Tree{}, 0, fmt.Errorf("witnesses signed, and the log did not")
	}
	origin, rest, _ := strings.Cut(opened.Text, "\n")
	if origin != s.log.Name() {
		return tlog.Tree{}, 0, fmt.Errorf("the origin is %s", origin)
	}
	// tlog reads the checkpoints of one log alone, whose origin is this; size and root are as ours.
	tree, err := tlog.ParseTree([]byte("go.sum database tree\n" + rest))
	return tree, cosigned, err
}

func (s signers) tree(text []byte) (tlog.Tree, error) {
	tree, _, err := s.opened(text)
	return tree, err
}

// judgeNote opens a checkpoint, and wants it to be refused with one bit flipped in any byte of what is signed and of
// any signature.
func judgeNote(path string, signers signers, tally *tally) (tlog.Tree, error) {
	tally.ofNotes = true
	defer func() { tally.ofNotes = false }()
	text, err := os.ReadFile(path)
	if err != nil {
		return tlog.Tree{}, err
	}
	tree, cosigned, err := signers.opened(text)
	if err != nil {
		return tree, fmt.Errorf("%s: %w", path, err)
	}
	tally.checkpoints++
	tally.cosignatures += cosigned
	signed, lines, _ := bytes.Cut(text, []byte("\n\n"))
	for place := range signed {
		_, err := signers.tree(flipped(text, place))
		tally.refused(err != nil, "byte %d of %s", place, path)
	}
	for _, line := range strings.Split(strings.TrimSuffix(string(lines), "\n"), "\n") {
		words := strings.Split(line, " ")
		signature, err := base64.StdEncoding.DecodeString(words[2])
		if err != nil {
			return tree, err
		}
		for place := range signature {
			changed := base64.StdEncoding.EncodeToString(flipped(signature, place))
			_, count, err := signers.opened(bytes.Replace(text, []byte(words[2]), []byte(changed), 1))
			// With another key id a line is a stranger's: it is ignored, and no longer counts.
			tally.refused(err != nil || count < cosigned, "byte %d of a signature of %s", place, path)
		}
	}
	return tree, nil
}

// witness satisfies note.Verifier for C2SP cosignature/v1, which the package does not know.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

const cosigns = 4

func newWitness(vkey string) (witness, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return witness{}, fmt.Errorf("no key: %s", vkey)
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != cosigns {
		return witness{}, fmt.Errorf("no key of a witness: %s", vkey)
	}
	sum := sha256.Sum256([]byte(parts[0] + "\n" + string(key)))
	hash := binary.BigEndian.Uint32(sum[:])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		return witness{}, fmt.Errorf("the id of %s is %08x", vkey, hash)
	}
	return witness{parts[0], hash, key[1:]}, nil
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.hash }

func (w witness) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(signature))
	return ed25519.Verify(w.key, append([]byte(head), text...), signature[8:])
}
