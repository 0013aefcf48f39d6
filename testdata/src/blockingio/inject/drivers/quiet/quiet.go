// Package quiet has a loop above a driver that does not block.
package quiet

import (
	_ "blockingio/inject/drivers/memory"
	"blockingio/inject/drivers/store"
)

//yieldlint:eventloop
func OnEvent(key string) string { return store.Get(key) }
