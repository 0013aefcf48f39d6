// Package stock asks a warehouse over HTTP how many parts it has.
package stock

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
)

// An Order waits until a warehouse has enough of a part.
type Order struct {
	Warehouse string // base URL
	Part      string
	Want      int
}

// Level returns how many of the part the warehouse has.
func Level(o Order) (int, error) {
	body, err := fetch(o.Warehouse + "/level/" + url.PathEscape(o.Part))
	if err != nil {
		return 0, fmt.Errorf("stock: %w", err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(body))
	if err != nil {
		return 0, fmt.Errorf("stock: %w", err)
	}
	return n, nil
}

func fetch(u string) (string, error) {
	resp, err := http.Get(u)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s: %s", u, resp.Status)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64))
	return string(body), err
}

// Handler is a warehouse for trying the example: it has one more of each part
// whenever it is asked.
func Handler() http.Handler {
	var level atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("GET /level/{part}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, level.Add(1))
	})
	return mux
}
