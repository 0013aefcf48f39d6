// Package quotes is a client of a small HTTP service of quotations.
package quotes

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// A Quote is what the service returns.
type Quote struct {
	Text   string `json:"text"`
	Author string `json:"author"`
}

// A Client is safe for concurrent use.
type Client struct {
	base string
	http *http.Client
}

// New returns a client of the service at the URL base.
func New(base string) *Client { return &Client{base: base, http: &http.Client{}} }

// Random returns any quote.
func (c *Client) Random(ctx context.Context) (Quote, error) {
	var q Quote
	err := c.get(ctx, "/random", &q)
	return q, err
}

func (c *Client) get(ctx context.Context, path string, v any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return fmt.Errorf("quotes: %w", err)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("quotes: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("quotes: %s: %s", path, resp.Status)
	}
	if err := json.NewDecoder(resp.Body).Decode(v); err != nil {
		return fmt.Errorf("quotes: %s: %w", path, err)
	}
	return nil
}

// Handler is the service, for running the example without a network.
func Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /random", func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(Quote{
			Text:   "Clear is better than clever.",
			Author: "Rob Pike",
		})
	})
	return mux
}
