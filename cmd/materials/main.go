// Command materials writes down what a released binary is put together from:
// the notices that the licences of its parts ask for, and a bill of materials
// in the form of CycloneDX. It reads the folders of the modules that the build
// itself uses and asks nobody else, and the same commit gives the same bytes.
//
//	go run ./cmd/materials notices FILE
//	go run ./cmd/materials bill VERSION BINARY FILE
//
// It fails when a part has no licence, or one that nobody has yet decided is
// fit to be given away with the program.
package main

import (
	"errors"
	"log"
	"os"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("materials: ")
	if err := run(os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}

func run(args []string) error {
	var file string
	var text []byte
	var err error
	switch {
	case len(args) == 2 && args[0] == "notices":
		file = args[1]
		text, err = notices()
	case len(args) == 4 && args[0] == "bill":
		file = args[3]
		text, err = bill(args[1], args[2])
	default:
		return errors.New("go run ./cmd/materials notices FILE, or go run ./cmd/materials bill VERSION BINARY FILE")
	}
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}
