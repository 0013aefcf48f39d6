// Package cache is a stub for tests: types and signatures only.
package cache

import (
	"context"
	"time"
)

type ResourceEventHandler interface {
	OnAdd(obj interface{}, isInInitialList bool)
	OnUpdate(oldObj, newObj interface{})
	OnDelete(obj interface{})
}

type ResourceEventHandlerFuncs struct {
	AddFunc    func(obj interface{})
	UpdateFunc func(oldObj, newObj interface{})
	DeleteFunc func(obj interface{})
}

func (ResourceEventHandlerFuncs) OnAdd(interface{}, bool)           {}
func (ResourceEventHandlerFuncs) OnUpdate(interface{}, interface{}) {}
func (ResourceEventHandlerFuncs) OnDelete(interface{})              {}

type ResourceEventHandlerDetailedFuncs struct {
	AddFunc    func(obj interface{}, isInInitialList bool)
	UpdateFunc func(oldObj, newObj interface{})
	DeleteFunc func(obj interface{})
}

func (ResourceEventHandlerDetailedFuncs) OnAdd(interface{}, bool)           {}
func (ResourceEventHandlerDetailedFuncs) OnUpdate(interface{}, interface{}) {}
func (ResourceEventHandlerDetailedFuncs) OnDelete(interface{})              {}

type FilteringResourceEventHandler struct {
	FilterFunc func(obj interface{}) bool
	Handler    ResourceEventHandler
}

func (FilteringResourceEventHandler) OnAdd(interface{}, bool)           {}
func (FilteringResourceEventHandler) OnUpdate(interface{}, interface{}) {}
func (FilteringResourceEventHandler) OnDelete(interface{})              {}

type (
	TransformFunc                func(interface{}) (interface{}, error)
	KeyFunc                      func(interface{}) (string, error)
	IndexFunc                    func(interface{}) ([]string, error)
	Indexers                     map[string]IndexFunc
	WatchErrorHandler            func(*Reflector, error)
	WatchErrorHandlerWithContext func(context.Context, *Reflector, error)
)

type Reflector struct{}

func MetaNamespaceKeyFunc(interface{}) (string, error) { return "", nil }

type ResourceEventHandlerRegistration interface {
	HasSynced() bool
}

type Store interface {
	List() []interface{}
	GetByKey(string) (interface{}, bool, error)
}

type SharedInformer interface {
	AddEventHandler(ResourceEventHandler) (ResourceEventHandlerRegistration, error)
	AddEventHandlerWithResyncPeriod(ResourceEventHandler, time.Duration) (ResourceEventHandlerRegistration, error)
	GetStore() Store
	SetTransform(TransformFunc) error
	SetWatchErrorHandler(WatchErrorHandler) error
	Run(<-chan struct{})
}

type SharedIndexInformer interface {
	SharedInformer
	AddIndexers(Indexers) error
}
