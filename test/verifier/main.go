// A second verifier of audit logs, written from docs/audit-proofs.md alone: it shares no code with the first, so that a mistake in one of
// them shows as a difference. Standard library only.
//
// verifier [-witnessed LIST -witness KEY] KEY FILE...
//
// The files of one log in the order of their links; prints one line of JSON. LIST: checkpoints that the witness with that key has cosigned.
package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"
)

type line struct {
	Event      string    `json:"event"`
	Prev       string    `json:"prev"`
	Time       time.Time `json:"time"`
	Seq        int       `json:"seq"`
	Server     string    `json:"server"`
	Stream     string    `json:"stream"`
	Key        string    `json:"key"`
	Checkpoint string    `json:"checkpoint"`
	Released   *struct {
		Last string `json:"last"`
	} `json:"released"`
	Continues *struct {
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
	// Witnessed: lines that the witness saw; Missing: those that it saw and that are not here.
	Witnessed int `json:"witnessed"`
	Missing   int `json:"missing,omitempty"`
	Lines     int `json:"lines"`
}

type key struct {
	name   string
	id     []byte
	public ed25519.PublicKey
}

// What the first byte of a key says: that of a log, or that of a witness (C2SP tlog-cosignature).
const (
	ofLog     = 0x01
	ofWitness = 0x04
)

func parseKey(text string, kind byte) (key, error) {
	parts := strings.SplitN(strings.TrimSpace(text), "+", 3)
	if len(parts) != 3 {
		return key{}, fmt.Errorf("not a verifier key")
	}
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(raw) != 33 || raw[0] != kind {
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

// A note: its text with the last newline, and the lines of signatures.
func splitNote(note string) (string, []string) {
	at := strings.LastIndex(note, "\n\n")
	if at < 0 {
		return "", nil
	}
	return note[:at+1], strings.Split(strings.TrimSuffix(note[at+2:], "\n"), "\n")
}

// Origin, size and root.
func readCheckpoint(text string) (string, int, []byte, bool) {
	rows := strings.Split(text, "\n")
	if len(rows) < 4 {
		return "", 0, nil, false
	}
	size, err := strconv.Atoi(rows[1])
	root, err2 := base64.StdEncoding.DecodeString(rows[2])
	return rows[0], size, root, err == nil && err2 == nil && len(root) == sha256.Size
}

// The bytes behind the id of the key, on the line that names it.
func signatureBy(k key, rows []string) []byte {
	for _, row := range rows {
		words := strings.Split(row, " ")
		if len(words) != 3 || words[0] != "—" || words[1] != k.name {
			continue
		}
		raw, err := base64.StdEncoding.DecodeString(words[2])
		if err == nil && len(raw) > 4 && bytes.Equal(raw[:4], k.id) {
			return raw[4:]
		}
	}
	return nil
}

// A checkpoint that the witness has cosigned.
type seen struct {
	server string
	size   int
	root   []byte
	time   uint64
}

// Notes one below the other, by their origin.
func readWitnessed(list string, k key) (map[string][]seen, error) {
	found := map[string][]seen{}
	blocks := []string{}
	for _, block := range strings.Split(list, "\n\n") {
		if block = strings.Trim(block, "\n"); block != "" {
			blocks = append(blocks, block)
		}
	}
	if len(blocks)%2 != 0 {
		return nil, fmt.Errorf("the list of witnessed checkpoints is cut off")
	}
	for at := 0; at < len(blocks); at += 2 {
		text, rows := blocks[at]+"\n", strings.Split(blocks[at+1], "\n")
		origin, size, root, ok := readCheckpoint(text)
		raw := signatureBy(k, rows)
		if !ok || len(raw) != 8+ed25519.SignatureSize {
			return nil, fmt.Errorf("%q has no cosignature", origin)
		}
		s := seen{"", size, root, binary.BigEndian.Uint64(raw)}
		if !ed25519.Verify(k.public, []byte(fmt.Sprintf("cosignature/v1\ntime %d\n%s", s.time, text)), raw[8:]) {
			return nil, fmt.Errorf("%q is not what the witness has signed", origin)
		}
		for _, row := range rows {
			if words := strings.Split(row, " "); len(words) == 3 && strings.HasPrefix(words[1], "sallyport/") {
				s.server = strings.TrimPrefix(words[1], "sallyport/")
			}
		}
		found[origin] = append(found[origin], s)
	}
	for _, all := range found {
		sort.Slice(all, func(a, b int) bool { return all[a].size < all[b].size })
	}
	return found, nil
}

type verifier struct {
	// Keys that are believed: the one that was given, and those that a believed one has announced. Replaced ones sign no more.
	keys     []key
	replaced map[string]bool
	// Announced in lines that nobody has signed yet.
	pending []key
	out     verdict
	started bool
	last    string
	// The hash that the first line goes on from, whether that line says why, and those of last lines that were let go: signed, and not signed yet.
	from     string
	isCut    bool
	released map[string]bool
	releases []string
	stream   string
	server   string
	mixed    bool
	next     int
	tree     *tree
	covered  int
	// Lines that no checkpoint covers and that need one, and the times that they claim.
	unsigned  int
	first     time.Time
	latest    time.Time
	closed    bool
	witnessed map[string][]seen
	saw       int
	begin     int
	servers   map[string]bool
	rewritten bool
	// The largest checkpoint of the stream that its lines could not be held against.
	passed int
	// Numbers are missing.
	gap bool
	// Number that is due of each stream that was read, and the server of the first line.
	streams    map[string]int
	fromServer string
}

func (v *verifier) problem(code string) {
	if v.out.Problem == "" {
		v.out.Problem, v.out.Line = code, v.out.Lines
	}
}

// Whose checkpoint it is, with its size and root.
func (v *verifier) open(note string) (*key, int, []byte, string) {
	text, rows := splitNote(note)
	origin, size, root, ok := readCheckpoint(text)
	if !ok || origin != "sallyport/"+v.stream {
		return nil, 0, nil, "bad-checkpoint"
	}
	for at := range v.keys {
		k := &v.keys[at]
		raw := signatureBy(*k, rows)
		if raw == nil {
			continue
		}
		if len(raw) != ed25519.SignatureSize || !ed25519.Verify(k.public, []byte(text), raw) {
			return nil, 0, nil, "bad-signature"
		}
		if v.replaced[string(k.public)] {
			return nil, 0, nil, "replaced-key"
		}
		return k, size, root, ""
	}
	return nil, 0, nil, "stranger-signed"
}

func (v *verifier) checkpoint(l line) {
	k, size, root, problem := v.open(l.Checkpoint)
	switch {
	case problem != "":
		v.problem(problem)
	case size != l.Seq:
		v.problem("bad-checkpoint")
	case v.mixed || k.name != "sallyport/"+v.server || l.Server != v.server:
		v.problem("other-server-signed")
	case v.tree != nil && !bytes.Equal(root, v.tree.root()):
		v.problem("checkpoint-mismatch")
	case v.tree != nil:
		v.out.Signed += l.Seq - v.covered
		v.covered, v.unsigned, v.mixed = l.Seq, 0, false
		for _, last := range v.releases {
			v.released[last+" "+v.server] = true
		}
		v.releases = nil
		signer := *k
		for _, next := range v.pending {
			if next.name == signer.name && !next.public.Equal(signer.public) {
				v.replaced[string(signer.public)] = true
				v.keys = append(v.keys, next)
			}
		}
		v.pending = nil
	}
}

// What the witness saw of the stream when it had as many lines as now.
func (v *verifier) meet() {
	due := v.witnessed["sallyport/"+v.stream]
	for len(due) > 0 && v.tree != nil && due[0].size <= v.tree.size {
		if due[0].size != v.tree.size {
			v.passed = due[0].size
		} else if !v.rewritten {
			if bytes.Equal(due[0].root, v.tree.root()) {
				v.saw = due[0].size
			} else {
				v.rewritten = true
				v.problem("rewritten")
			}
		}
		due = due[1:]
	}
	v.witnessed["sallyport/"+v.stream] = due
}

func (v *verifier) endStream() {
	if v.stream == "" {
		return
	}
	for _, due := range v.witnessed["sallyport/"+v.stream] {
		if due.size <= v.next {
			v.passed = due.size
		}
	}
	if v.passed > v.saw && !v.gap {
		v.problem("rewritten")
	}
	if due := v.witnessed["sallyport/"+v.stream]; len(due) > 0 && due[len(due)-1].size > v.next {
		v.out.Missing += due[len(due)-1].size - v.next
		v.problem("cut-off")
	}
	if v.unsigned > 0 && (v.closed || v.latest.Sub(v.first) > time.Minute) {
		v.problem("unsigned-lines")
	}
	v.streams[v.stream] = v.next
	delete(v.witnessed, "sallyport/"+v.stream)
	if v.saw > v.begin {
		v.out.Witnessed += v.saw - v.begin
	}
}

func (v *verifier) push(raw []byte) {
	v.out.Lines++
	sum := sha256.Sum256(raw)
	hash := hex.EncodeToString(sum[:])
	var l line
	if err := json.Unmarshal(raw, &l); err != nil {
		v.problem("broken-json")
		v.last = hash
		return
	}
	v.link(l)
	if l.Event == "open" || l.Stream != v.stream {
		v.endStream()
		if l.Seq < v.streams[l.Stream] {
			v.problem("out-of-order")
		}
		v.drop(l)
		v.passed, v.gap = 0, false
		v.stream, v.server, v.next, v.tree, v.covered, v.begin = l.Stream, l.Server, l.Seq, nil, l.Seq, l.Seq
		v.unsigned, v.mixed, v.closed, v.saw, v.rewritten, v.pending, v.releases = 0, false, false, 0, false, nil, nil
		if l.Seq == 0 {
			v.tree = &tree{}
		}
	} else if l.Seq != v.next {
		v.problem("wrong-seq")
		v.tree, v.covered, v.gap = nil, l.Seq, true
	}
	v.servers[l.Server] = true
	if v.tree == nil && l.Continues != nil {
		v.tree = resumed(l.Seq, l.Continues.Tree)
		v.covered = l.Seq
	}
	v.meet()
	v.read(l)
	if v.tree != nil {
		v.tree.add(sum[:])
		v.meet()
	}
	v.last, v.next = hash, l.Seq+1
}

// What a witness saw of lines before the first one that is here cannot be held against anything.
func (v *verifier) drop(l line) {
	due := v.witnessed["sallyport/"+l.Stream]
	for len(due) > 0 && due[0].size < l.Seq {
		due = due[1:]
	}
	v.witnessed["sallyport/"+l.Stream] = due
}

// The first line may go on from a file that is not here.
func (v *verifier) link(l line) {
	none := strings.Repeat("0", 64)
	if !v.started {
		v.started = true
		if l.Prev != none {
			v.from, v.fromServer, v.isCut = l.Prev, l.Server, l.Continues == nil
		}
	} else if l.Prev != v.last {
		v.problem("not-linked")
	}
}

func (v *verifier) read(l line) {
	if next, err := parseKey(l.Key, ofLog); err == nil && l.Event == "key" {
		v.pending = append(v.pending, next)
	}
	if l.Event == "checkpoint" {
		v.checkpoint(l)
	}
	if l.Server != v.server {
		v.server, v.mixed = l.Server, true
	}
	if l.Event == "release" && l.Released != nil {
		v.releases = append(v.releases, l.Released.Last)
	}
	v.closed = l.Event == "close"
	if l.Event == "checkpoint" || l.Event == "close" || l.Event == "continue" {
		return
	}
	if v.unsigned == 0 || l.Time.Before(v.first) {
		v.first = l.Time
	}
	if v.unsigned == 0 || l.Time.After(v.latest) {
		v.latest = l.Time
	}
	v.unsigned++
}

// What is known only when all lines are read. A log that begins in the middle is whole where the beginning was let go, signed.
func (v *verifier) finish(whole bool) {
	v.endStream()
	if (whole || v.isCut) && v.from != "" && !v.released[v.from+" "+v.fromServer] {
		v.problem("missing-files")
	}
	for _, due := range v.witnessed {
		if len(due) > 0 && v.servers[due[0].server] && !v.released[v.from+" "+due[0].server] {
			v.problem("stream-missing")
		}
	}
	v.out.Ok = v.out.Problem == ""
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(2)
}

func main() {
	list := flag.String("witnessed", "", "file of checkpoints that the witness has cosigned")
	witness := flag.String("witness", "", "verifier key of the witness")
	whole := flag.Bool("whole", false, "these are all files of the log")
	flag.Parse()
	if flag.NArg() < 2 {
		fail(fmt.Errorf("usage: verifier [-whole] [-witnessed LIST -witness KEY] KEY FILE..."))
	}
	k, err := parseKey(flag.Arg(0), ofLog)
	if err != nil {
		fail(err)
	}
	v := verifier{keys: []key{k}, replaced: map[string]bool{}, released: map[string]bool{}, servers: map[string]bool{}, streams: map[string]int{}, witnessed: map[string][]seen{}}
	if *list != "" {
		w, err := parseKey(*witness, ofWitness)
		if err != nil {
			fail(err)
		}
		text, err := os.ReadFile(*list)
		if err != nil {
			fail(err)
		}
		if v.witnessed, err = readWitnessed(string(text), w); err != nil {
			fail(err)
		}
	}
	for _, name := range flag.Args()[1:] {
		if err := v.file(name); err != nil {
			fail(err)
		}
	}
	v.finish(*whole)
	json.NewEncoder(os.Stdout).Encode(v.out)
	if !v.out.Ok {
		os.Exit(1)
	}
}

func (v *verifier) file(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	reader := bufio.NewReaderSize(file, 1<<20)
	for {
		raw, err := reader.ReadBytes('\n')
		if len(raw) > 0 {
			v.push(bytes.TrimSuffix(raw, []byte("\n")))
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
