package storetest

import (
	"fmt"
	"reflect"
	"time"
)

// shape says how fill makes values.
type shape int

const (
	// full: nothing is zero, every list and map has elements, every pointer a target.
	full shape = iota
	// hollow: lists and maps are there but empty, pointers lead to hollow values.
	hollow
	// bare is the zero value.
	bare
)

// start is the first of the times that fill makes. They have microseconds, the finest that a store
// must keep.
var start = time.Date(2026, 2, 3, 4, 5, 6, 789_012_000, time.UTC)

// filled is a T of the given shape. Every scalar in it differs from every other, so that a store
// which forgets or swaps fields is found out, fields added later included.
func filled[T any](s shape) *T {
	v := new(T)
	n := 0
	fill(reflect.ValueOf(v).Elem(), s, &n)
	return v
}

func fill(v reflect.Value, s shape, n *int) {
	if s == bare {
		return
	}
	*n++
	if at, ok := v.Addr().Interface().(*time.Time); ok {
		if s == full {
			*at = start.Add(time.Duration(*n) * 1001 * time.Microsecond)
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), s, n)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), s, n)
	case reflect.Slice:
		size := 2
		if s == hollow {
			size = 0
		}
		v.Set(reflect.MakeSlice(v.Type(), size, size))
		for i := range size {
			fill(v.Index(i), s, n)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		if s == full {
			for range 2 {
				key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
				fill(key, s, n)
				fill(value, s, n)
				v.SetMapIndex(key, value)
			}
		}
	default:
		if s == full {
			fillScalar(v, *n)
		}
	}
}

func fillScalar(v reflect.Value, n int) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d \u00e9\U0001F511\"<&", n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(int64(n))
	case reflect.Uint8:
		v.SetUint(uint64(n % 256))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(n) + 0.5)
	default:
		panic("storetest: cannot fill a " + v.Type().String())
	}
}
