// Package app has a loop above the drivers: neither imports the other for its
// functions.
package app

import (
	_ "blockingio/inject/drivers/disk"
	"blockingio/inject/drivers/store"
)

//yieldlint:eventloop
func OnEvent(key string) string {
	return store.Get(key) // want `OnEvent runs on the event loop and blocks on the disk: os\.ReadFile, 3 calls down`
}
