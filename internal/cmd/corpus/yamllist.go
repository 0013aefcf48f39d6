package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"
)

// readList reads a YAML file that holds a list of T. Unknown keys, repeated
// keys and what check refuses are errors with file and line; it returns all of
// them at once. The list has to be sorted by compare, without equals.
func readList[T any](file string, check func(T) error, compare func(a, b T) int) ([]T, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var list []T
	if err := decodeStrict(data, &list); err != nil {
		return nil, locate(file, err)
	}
	var nodes []yaml.Node // the same again, for the lines
	if err := decodeStrict(data, &nodes); err != nil {
		return nil, locate(file, err)
	}
	var errs []error
	for i, elem := range list {
		err := check(elem)
		if err == nil && i > 0 {
			err = checkOrder(compare(list[i-1], elem), nodes[i-1].Line)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %w", file, nodes[i].Line, err))
		}
	}
	return list, errors.Join(errs...)
}

// decodeStrict decodes the one document of data. An empty file is fine.
func decodeStrict(data []byte, v any) error {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(v); err != nil {
		if errors.Is(err, io.EOF) {
			return nil
		}
		return err
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return errors.New("more than one document")
	}
	return nil
}

// checkOrder returns an error if c, the result of comparing an element with
// the next one, is not negative. line is that of the first.
func checkOrder(c, line int) error {
	switch cmp.Compare(c, 0) {
	case 0:
		return fmt.Errorf("duplicate of the record at line %d", line)
	case 1:
		return fmt.Errorf("not sorted: belongs before the record at line %d", line)
	}
	return nil
}

// locate rewrites the "line 3: ..." of the YAML library to "file:3: ...".
func locate(file string, err error) error {
	lines := []string{strings.TrimPrefix(err.Error(), "yaml: ")}
	if typeErr := (*yaml.TypeError)(nil); errors.As(err, &typeErr) {
		lines = typeErr.Errors
	}
	var errs []error
	for _, line := range lines {
		sep := ": "
		if rest, ok := strings.CutPrefix(line, "line "); ok {
			line, sep = rest, ":"
		}
		errs = append(errs, errors.New(file+sep+line))
	}
	return errors.Join(errs...)
}
