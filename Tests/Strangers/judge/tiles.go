package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// folder reads the tiles of a log from its folder, and keeps what it has read. It satisfies tlog.TileReader.
type folder struct {
	path string
	read map[string][]byte
	// The tile whose first bit is given out flipped; none if empty.
	damaged string
}

func open(path string) *folder { return &folder{path: path, read: map[string][]byte{}} }

func (f *folder) Height() int { return height }

func (f *folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f *folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		path := pathOf(tile)
		data, err := f.file(path)
		if err != nil {
			return nil, err
		}
		if path == f.damaged {
			data = flipped(data, 0)
		}
		all = append(all, data)
	}
	return all, nil
}

// pathOf returns the path of a tile as C2SP tlog-tiles has it: without the height, and with entries for tlog's data.
func pathOf(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height))
	return "tile/" + strings.Replace(path, "data/", "entries/", 1)
}

func (f *folder) file(path string) ([]byte, error) {
	if data, ok := f.read[path]; ok {
		return data, nil
	}
	data, err := os.ReadFile(filepath.Join(f.path, path))
	if err == nil {
		f.read[path] = data
	}
	return data, err
}

// entries returns the first size entries, and refuses bundles that hold more or fewer.
func (f *folder) entries(size int64) ([][]byte, error) {
	var all [][]byte
	for first := int64(0); first < size; first += 1 << height {
		tile := tlog.Tile{H: height, L: -1, N: first >> height, W: 1 << height}
		if size-first < 1<<height {
			tile.W = int(size - first)
		}
		path := pathOf(tile)
		data, err := f.file(path)
		if err != nil {
			return nil, err
		}
		for i := 0; i < tile.W; i++ {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				return nil, fmt.Errorf("%s ends within entry %d", path, i)
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			all = append(all, data[2:end])
			data = data[end:]
		}
		if len(data) != 0 {
			return nil, fmt.Errorf("%s goes on after its last entry", path)
		}
	}
	return all, nil
}

// stored is the hashes of all complete subtrees, each read from a tile that led to the root. It satisfies
// tlog.HashReader. tlog would check the tiles again for every proof, which takes minutes for large trees.
type stored map[int64]tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hash, ok := s[index]
		if !ok {
			return nil, fmt.Errorf("there is no hash %d", index)
		}
		hashes[i] = hash
	}
	return hashes, nil
}

// tilesOf returns the tiles of a tree of that size, highest level first.
func tilesOf(size int64) []tlog.Tile {
	var tiles []tlog.Tile
	for level := 0; size > 0; level++ {
		for n := int64(0); n<<height < size; n++ {
			tile := tlog.Tile{H: height, L: level, N: n, W: 1 << height}
			if size-n<<height < 1<<height {
				tile.W = int(size - n<<height)
			}
			tiles = append([]tlog.Tile{tile}, tiles...)
		}
		size >>= height
	}
	return tiles
}

// authenticated reads every hash of the tree through tlog's own reader of tiles, tile by tile.
func (f *folder) authenticated(tree tlog.Tree) (stored, error) {
	all := stored{}
	for _, tile := range tilesOf(tree.N) {
		if err := f.readTile(tree, tile, all, all); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// readTile adds the hashes of one tile, and of the subtrees within it. Those above it were read before.
func (f *folder) readTile(tree tlog.Tree, tile tlog.Tile, above, all stored) error {
	var indexes []int64
	for level := 0; level < height; level++ {
		first := tile.N << uint(height-level)
		for n := first; n < first+int64(tile.W>>uint(level)); n++ {
			indexes = append(indexes, tlog.StoredHashIndex(tile.L*height+level, n))
		}
	}
	hashes, err := tlog.TileHashReader(tree, f).ReadHashes(indexes)
	if err != nil {
		return err
	}
	for i, index := range indexes {
		all[index] = hashes[i]
	}
	if tile.W < 1<<height {
		return nil
	}
	// In version 0.7 the reader holds a full tile against the one above it only if as many tiles as the tree has peaks
	// come before it. It has read both: what it left out is made up for here.
	top := tile.L*height + height - 1
	root := tlog.NodeHash(all[tlog.StoredHashIndex(top, 2*tile.N)], all[tlog.StoredHashIndex(top, 2*tile.N+1)])
	if root != above[tlog.StoredHashIndex(top+1, tile.N)] {
		return fmt.Errorf("%s does not lead to the tile above it", pathOf(tile))
	}
	return nil
}

// flipped returns a copy in which the lowest bit of one byte is another.
func flipped(bytes []byte, place int) []byte {
	copied := append([]byte(nil), bytes...)
	copied[place] ^= 1
	return copied
}
