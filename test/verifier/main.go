// A second verifier of audit logs, written from docs/audit-proofs.md alone: it shares no code with the first, so that a mistake in one of
// them shows as a difference. Standard library only.
//
// verifier KEY FILE...   the files of one log in the order of their links; prints one line of JSON
package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

type line struct {
	Event      string `json:"event"`
	Prev       string `json:"prev"`
	Seq        int    `json:"seq"`
	Stream     string `json:"stream"`
	Checkpoint string `json:"checkpoint"`
	Continues  *struct {
		Tree []string `json:"tree"`
	} `json:"continues"`
}

type verdict struct {
	// Ok: nothing was found.
	Ok bool `json:"ok"`
	// Problem: the first thing that was found, and in which line of all that were read, from 1.
	Problem string `json:"problem,omitempty"`
	Line    int    `json:"line,omitempty"`
	// Signed: lines that checkpoints cover.
	Signed int `json:"signed"`
	Lines  int `json:"lines"`
}

type key struct {
	name   string
	id     []byte
	public ed25519.PublicKey
}

func parseKey(text string) (key, error) {
	parts := strings.SplitN(strings.TrimSpace(text), "+", 3)
	if len(parts) != 3 {
		return key{}, fmt.Errorf("not a verifier key")
	}
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(raw) != 33 || raw[0] != 1 {
		return key{}, fmt.Errorf("not an Ed25519 key")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), raw...))
	if hex.EncodeToString(sum[:4]) != parts[1] {
		return key{}, fmt.Errorf("the id is not that of the key")
	}
	return key{parts[0], sum[:4], ed25519.PublicKey(raw[1:])}, nil
}

// A tree keeps the hash of a complete subtree for each bit of its size, the highest first.
type tree struct {
	size   int
	hashes [][]byte
}

func node(left, right []byte) []byte {
	sum := sha256.Sum256(append(append([]byte{1}, left...), right...))
	return sum[:]
}

func (t *tree) add(lineHash []byte) {
	sum := sha256.Sum256(append([]byte{0}, lineHash...))
	h := sum[:]
	for size := t.size; size&1 == 1; size >>= 1 {
		last := len(t.hashes) - 1
		h = node(t.hashes[last], h)
		t.hashes = t.hashes[:last]
	}
	t.hashes = append(t.hashes, h)
	t.size++
}

func (t *tree) root() []byte {
	if t.size == 0 {
		sum := sha256.Sum256(nil)
		return sum[:]
	}
	root := t.hashes[len(t.hashes)-1]
	for at := len(t.hashes) - 2; at >= 0; at-- {
		root = node(t.hashes[at], root)
	}
	return root
}

func resumed(size int, hashes []string) *tree {
	t := &tree{size: size}
	for _, text := range hashes {
		h, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(h) != sha256.Size {
			return nil
		}
		t.hashes = append(t.hashes, h)
	}
	bits := 0
	for rest := size; rest > 0; rest >>= 1 {
		bits += rest & 1
	}
	if bits != len(t.hashes) {
		return nil
	}
	return t
}

// The size and root of a checkpoint of this stream that the key has signed.
func openCheckpoint(note, stream string, k key) (int, []byte, string) {
	at := strings.LastIndex(note, "\n\n")
	if at < 0 {
		return 0, nil, "bad-checkpoint"
	}
	text, signatures := note[:at+1], note[at+2:]
	rows := strings.Split(text, "\n")
	if len(rows) < 4 || rows[0] != "sallyport/"+stream {
		return 0, nil, "bad-checkpoint"
	}
	size, err := strconv.Atoi(rows[1])
	root, err2 := base64.StdEncoding.DecodeString(rows[2])
	if err != nil || err2 != nil || len(root) != sha256.Size {
		return 0, nil, "bad-checkpoint"
	}
	for _, row := range strings.Split(strings.TrimSuffix(signatures, "\n"), "\n") {
		words := strings.Split(row, " ")
		if len(words) != 3 || words[0] != "—" || words[1] != k.name {
			continue
		}
		raw, err := base64.StdEncoding.DecodeString(words[2])
		if err != nil || len(raw) != 4+ed25519.SignatureSize || !bytes.Equal(raw[:4], k.id) {
			continue
		}
		if !ed25519.Verify(k.public, []byte(text), raw[4:]) {
			return 0, nil, "bad-signature"
		}
		return size, root, ""
	}
	return 0, nil, "stranger-signed"
}

type verifier struct {
	key     key
	out     verdict
	started bool
	last    string
	stream  string
	next    int
	tree    *tree
	covered int
}

func (v *verifier) problem(code string) {
	if v.out.Problem == "" {
		v.out.Problem, v.out.Line = code, v.out.Lines
	}
}

func (v *verifier) push(raw []byte) {
	v.out.Lines++
	sum := sha256.Sum256(raw)
	var l line
	if err := json.Unmarshal(raw, &l); err != nil {
		v.problem("broken-json")
		v.last = hex.EncodeToString(sum[:])
		return
	}
	linked := l.Prev == v.last
	if !v.started {
		// The first line may go on from a file that is not here.
		linked = l.Prev == strings.Repeat("0", 64) || l.Continues != nil
		v.started = true
	}
	if !linked {
		v.problem("not-linked")
	}
	if l.Event == "open" || l.Stream != v.stream {
		v.stream, v.next, v.tree, v.covered = l.Stream, l.Seq, nil, l.Seq
		if l.Seq == 0 {
			v.tree = &tree{}
		}
	} else if l.Seq != v.next {
		v.problem("wrong-seq")
		v.tree, v.covered = nil, l.Seq
	}
	if v.tree == nil && l.Continues != nil {
		v.tree = resumed(l.Seq, l.Continues.Tree)
		v.covered = l.Seq
	}
	if l.Event == "checkpoint" {
		size, root, problem := openCheckpoint(l.Checkpoint, l.Stream, v.key)
		switch {
		case problem != "":
			v.problem(problem)
		case size != l.Seq:
			v.problem("bad-checkpoint")
		case v.tree != nil && !bytes.Equal(root, v.tree.root()):
			v.problem("checkpoint-mismatch")
		case v.tree != nil:
			v.out.Signed += l.Seq - v.covered
			v.covered = l.Seq
		}
	}
	if v.tree != nil {
		v.tree.add(sum[:])
	}
	v.last, v.next = hex.EncodeToString(sum[:]), l.Seq+1
}

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: verifier KEY FILE...")
		os.Exit(2)
	}
	k, err := parseKey(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	v := verifier{key: k}
	for _, name := range os.Args[2:] {
		file, err := os.Open(name)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		reader := bufio.NewReaderSize(file, 1<<20)
		for {
			raw, err := reader.ReadBytes('\n')
			if len(raw) > 0 {
				v.push(bytes.TrimSuffix(raw, []byte("\n")))
			}
			if err == io.EOF {
				break
			}
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(2)
			}
		}
	}
	v.out.Ok = v.out.Problem == ""
	json.NewEncoder(os.Stdout).Encode(v.out)
	if !v.out.Ok {
		os.Exit(1)
	}
}
